"""Programme lines, one line, and its activity plan, as each reader gets them."""

import datetime

import pytest
import time_machine

from programme_lines.models import PlanChapter
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return factories.LineFactory(title="Practoraat", summary="Research by students.")


@pytest.fixture
def writer(line):
    """Writes the chapter that only writers see."""
    user = factories.UserFactory()
    chapter = factories.ChapterFactory(line=line, title="For writers", text="<p>Written.</p>")
    chapter.authors.add(user)
    factories.ChapterFactory(line=line, title="Of another writer")
    factories.ChapterFactory(line=line, title="For partners", visibility="partners", order=1)
    factories.ChapterFactory(line=line, title="For everyone", visibility="public", order=2)
    return user


@pytest.fixture
def leader(line):
    user = factories.UserFactory()
    factories.LeaderFactory(line=line, user=user)
    return user


@pytest.fixture
def viewers(viewers, writer, leader):
    return viewers | {"writer": writer, "leader": leader}


ALL_CHAPTERS = ["For writers", "Of another writer", "For partners", "For everyone"]
CHAPTERS = {
    "visitor": ["For everyone"],
    "charlie": ["For everyone"],
    "company": ["For partners", "For everyone"],
    "steering": ["For everyone"],
    "writer": ["For writers", "For everyone"],
    "leader": ALL_CHAPTERS,
    "office": ALL_CHAPTERS,
}


def test_list_has_every_line_in_order_with_its_leaders(client):
    for order, title in ((2, "Second"), (1, "First")):
        line = factories.LineFactory(title=title, order=order, summary=f"{title} summary.")
        factories.LeaderFactory(line=line, name=f"Leader of {title}")
    page = read(client, "/programmalijnen/")
    assert (page.headings, page.links["First"]) == (
        ["Programme lines", "First", "Second"],
        "/programmalijnen/first/",
    )
    assert "First First summary. Led by Leader of First" in page.text


def test_list_has_the_route_of_the_centre_alone(client, line):
    factories.MilestoneFactory(title="Of the centre", done=True)
    factories.MilestoneFactory(title="Of the line", line=line)
    text = read(client, "/programmalijnen/").text
    assert "The route of the centre 26 May 2021 · Done Of the centre" in text
    assert "Of the line" not in text


def test_an_empty_list_says_what_will_come(client):
    assert read(client, "/programmalijnen/").headings == [
        "Programme lines",
        "The programme lines will stand here",
    ]


@time_machine.travel(datetime.datetime(2021, 4, 1, 12, tzinfo=datetime.UTC))
def test_page_tells_what_the_line_wants_who_leads_it_and_its_route(client, line):
    line.body = "<p>Learning by <em>asking</em>.</p>"
    line.save()
    school = factories.PartnerFactory(name="School A", kind="mbo_school")
    factories.LeaderFactory(line=line, name="Lena Leader", role="Practor", partner=school)
    for title, month, done in (("First", 1, True), ("Second", 2, False), ("Third", 5, False)):
        factories.MilestoneFactory(
            line=line, title=title, date=datetime.date(2021, month, 1), done=done
        )
    initiative = factories.InitiativeFactory(line=line, title="Culture media", status="running")
    initiative.partners.add(school)
    initiative.education_programmes.add(
        factories.ProgrammeFactory(name="Analyst", institution=school, level=4)
    )
    page = read(client, line.get_absolute_url())
    assert page.text == (
        "Home Programme lines Practoraat Programme line Practoraat Research by students. "
        "Log in to follow What this line wants Learning by asking . "
        "Initiatives Culture media Running School A Who leads it Lena Leader Practor, School A "
        "The route 1 January 2021 · Done First 1 February 2021 · Late Second "
        "1 May 2021 · Next Third The route of the whole centre "
        "Education programmes Analyst Mbo level 4, School A"
    )
    assert (page.links["School A"], page.status) == ("/partners/school-a/", 200)


def test_organisations_are_named_only_to_who_may_know_of_them(line, viewers, logged_in):
    secret = factories.PartnerFactory(name="Secret school", kind="mbo_school", status="in_talks")
    known = factories.PartnerFactory(name="Known company")
    factories.LeaderFactory(line=line, name="Lena Leader", partner=secret)
    initiative = factories.InitiativeFactory(line=line)
    initiative.partners.add(secret, known)
    initiative.education_programmes.add(
        factories.ProgrammeFactory(name="Analyst", institution=secret)
    )
    texts = {
        name: read(logged_in(viewer), line.get_absolute_url()).text
        for name, viewer in viewers.items()
    }
    everyones = "Lena Leader", "Known company", "Analyst"
    assert [
        name for name, text in texts.items() if not all(word in text for word in everyones)
    ] == []
    assert {name: text.count("Secret school") for name, text in texts.items()} == (
        dict.fromkeys(texts, 0) | {"office": 3, "steering": 3}
    )


def test_page_and_plan_have_the_chapters_that_the_viewer_may_read(line, viewers, logged_in):
    on_page, in_plan = {}, {}
    for name, viewer in viewers.items():
        browser = logged_in(viewer)
        on_page[name] = read(browser, line.get_absolute_url()).under("Activity plan")
        in_plan[name] = read(browser, f"{line.get_absolute_url()}activiteitenplan/").under(
            "Activity plan"
        )
    assert on_page == CHAPTERS
    assert {name: chapters[1:] for name, chapters in in_plan.items()} == CHAPTERS
    assert {chapters[0] for chapters in in_plan.values()} == {"Chapters"}


def test_chapters_say_who_else_reads_them(line, viewers, logged_in):
    text = read(logged_in(viewers["office"]), f"{line.get_absolute_url()}activiteitenplan/").text
    marks = "Only the writers see this", "Only partners see this"
    assert [text.count(mark) for mark in marks] == [2, 1]


def test_each_chapter_is_where_its_address_says(line, writer, client):
    chapter = PlanChapter.objects.get(title="For everyone")
    path, fragment = chapter.get_absolute_url().split("#")
    page = read(client, path)
    assert (fragment in page.ids, page.links["For everyone"]) == (True, f"#{fragment}")
    assert read(client, line.get_absolute_url()).links["For everyone"] == f"{path}#{fragment}"


def test_a_plan_with_nothing_to_read_does_not_exist(line, company, office, logged_in):
    factories.ChapterFactory(line=line, visibility="partners")
    empty = factories.LineFactory()
    assert [
        [
            logged_in(viewer).get(f"{each.get_absolute_url()}activiteitenplan/").status_code
            for each in (line, empty)
        ]
        for viewer in (None, company, office)
    ] == [[404, 404], [200, 404], [200, 404]]


def test_page_of_a_bare_line_invites(client, line):
    page = read(client, line.get_absolute_url())
    assert page.headings == ["Practoraat", "Initiatives", "No initiatives yet"]


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_questions(number, client, django_assert_num_queries):
    for _each in range(number):
        factories.LeaderFactory(partner=factories.PartnerFactory())
        factories.MilestoneFactory()
    with django_assert_num_queries(5):  # lines, leaders, their partners, milestones, the centre
        client.get("/programmalijnen/")


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_questions(
    number, line, office, logged_in, django_assert_num_queries
):
    for _each in range(number):
        factories.LeaderFactory(line=line, partner=factories.PartnerFactory())
        factories.MilestoneFactory(line=line)
        factories.ChapterFactory(line=line)
        initiative = factories.InitiativeFactory(line=line)
        initiative.partners.add(factories.PartnerFactory())
        initiative.education_programmes.add(factories.ProgrammeFactory())
        factories.NewsFactory().lines.add(line)
        session = factories.SessionFactory()
        session.lines.add(line)
        factories.MinutesFactory(session=session)
        item = factories.ItemFactory(session=session)
        factories.AttentionFactory(item=item, line=line)
    browser = logged_in(office)
    browser.get("/")
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(line.get_absolute_url())


PAGE_QUERIES = 22
"""Login 2, the line and what hangs on it 9, the centre; sessions, points and news the rest."""


@pytest.mark.parametrize("number", [1, 3])
def test_plan_asks_the_same_number_of_questions(number, line, client, django_assert_num_queries):
    for _each in range(number):
        factories.ChapterFactory(line=line, visibility="public")
    with django_assert_num_queries(3):  # the line, its chapters, the centre
        client.get(f"{line.get_absolute_url()}activiteitenplan/")
