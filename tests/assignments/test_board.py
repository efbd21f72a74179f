"""The board and the page of an assignment, for whoever looks."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests import factories
from tests.assignments.reading import get, in_days, text_of, titles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# --- the board -----------------------------------------------------------------------------


def test_everyone_reads_what_is_public(client):
    factories.AssignmentFactory(title="Meet mee in de kas")
    for state in ("draft", "submitted", "withdrawn"):
        factories.AssignmentFactory(title="Nog niet", state=state)
    assert titles(get(client, "/opdrachten/")) == ["Meet mee in de kas"]


def test_what_is_open_comes_first_and_what_was_done_stays_readable(client):
    factories.AssignmentFactory(title="Klaar", state="finished")
    factories.AssignmentFactory(title="Te laat", apply_by=in_days(-1))
    factories.AssignmentFactory(title="Vandaag nog", apply_by=in_days(0))
    page = get(client, "/opdrachten/")
    assert titles(page) == ["Vandaag nog", "Te laat", "Klaar"]
    words = text_of(page)
    assert words.index("Open now Vandaag nog") < words.index("Earlier assignments")
    assert "today is the last day" in words
    assert "Applying has ended" in words


def test_a_card_says_it_all(client):
    line = factories.LineFactory(title="Practoraat", colour="plum")
    row = factories.AssignmentFactory(
        title="Meet mee", summary="Hoe warm is het?", partner__name="Zilt BV", level_min=3,
        level_max=6, weeks=10, hours_per_week="7.50", starts_on=in_days(30),
        apply_by=in_days(5), teams_wanted=2, team_size_min=3, team_size_max=5, mixed=True,
        place="Leiden", online=True,
    )  # fmt: skip
    row.lines.add(line)
    page = get(client, "/opdrachten/")
    start = row.starts_on.strftime("%-d %B %Y")
    assert (
        f"Open Real-world assignment Hoe warm is het? Mbo level 3 to hbo bachelor "
        f"10 weeks, 7.5 hours a week from {start} 2 teams of 3 to 5 students, mixed "
        f"Leiden or online Zilt BV 5 days left"
    ) in text_of(page)
    assert '<article class="card" data-line="plum">' in page.content.decode()


def test_what_is_booked_shows_its_next_date(client):
    row = factories.AssignmentFactory(form="guest_lecture", teacher=None, posted_by=None)
    for days in (9, 4):
        factories.SlotFactory(assignment=row, date=in_days(days))
    factories.SlotFactory(assignment=row, date=in_days(1), cancelled_at=timezone.now(),
                          cancel_reason="Ziek")  # fmt: skip
    day = in_days(4).strftime("%-d %B %Y")
    assert f"Guest lecture Waar het over gaat. Mbo level 4 to hbo bachelor {day}" in text_of(
        get(client, "/opdrachten/")
    )


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("query", "expected"), [("", 11), ("level=4&line=a&place=leiden", 13)])
def test_the_board_takes_as_many_queries_whatever_is_on_it(
    number, query, expected, client, django_assert_num_queries
):
    for each in range(number):
        sector = factories.SectorFactory()
        row = factories.AssignmentFactory(place="Leiden", starts_on=in_days(40 * each))
        row.partner.sectors.add(sector)
        row.lines.add(factories.LineFactory(slug="abc"[each]))
        factories.SchoolPeriodFactory(starts_on=in_days(0), ends_on=in_days(100))
        factories.SlotFactory()
    with django_assert_num_queries(expected):
        get(client, f"/opdrachten/?{query}")


def test_pages_that_are_not_there_say_so(client):
    factories.AssignmentFactory()
    assert "There is one page with these filters; here it is." in text_of(
        get(client, "/opdrachten/?page=7")
    )


# --- nothing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "says", "leads"),
    [
        (None, "Partners can post it.", "/partners/aanmelden/"),
        ("charlie", "Ask to join it on its page.", "/partners/"),
        ("teacher", "Yours can be the first.", "/opdrachten/nieuw/"),
        ("company", "Yours can be the first.", "/opdrachten/nieuw/"),
        ("office", "Yours can be the first.", "/opdrachten/nieuw/"),
    ],
)
def test_an_empty_board_says_the_next_step(who, says, leads, logged_in, request):
    client = logged_in(request.getfixturevalue(who) if who else None)
    page = get(client, "/opdrachten/")
    assert says in text_of(page)
    assert f'href="{leads}"' in re.search(r"<main.*</main>", page.content.decode(), re.DOTALL)[0]


# --- the page of one -----------------------------------------------------------------------


def test_an_old_address_leads_to_the_page(client):
    row = factories.AssignmentFactory(title="Oude titel")
    old = row.get_absolute_url()
    row.title = "Nieuwe titel"
    row.save()
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, row.get_absolute_url())


def test_the_page_tells_a_first_year_student_everything(client):
    row = factories.AssignmentFactory(
        title="Meet mee", summary="Hoe warm is het?", description="Je meet elke dag.",
        result="Een tabel.", level_min=4, level_max=6, mixed=True, weeks=2, hours_per_week=8,
        starts_on=datetime.date(2031, 2, 3), apply_by=in_days(5), guidance="Eva helpt je.",
        guidance_hours="1.5", compensation="Reiskosten", partner__name="Zilt BV",
        school=factories.PartnerFactory(name="Mbo Noord", kind="mbo_school"),
    )  # fmt: skip
    factories.GoalFactory(assignment=row, level=4, learns="Meten.", delivers="Een logboek.")
    page = get(client, row.get_absolute_url())
    words = text_of(page)
    for said in (
        "For whom Mbo level 4 to hbo bachelor",
        "When from 3 February 2031 until 16 February 2031",
        "How much time 2 weeks, 8 hours a week for each student",
        "What you are going to do Je meet elke dag.",
        "What there is at the end Een tabel.",
        "Mbo level 4 training for technicians and specialists, three to four years "
        "You learn Meten. You deliver Een logboek.",
        "Hbo bachelor higher professional education, four years Your teacher tells you",
        "With whom Zilt BV with a teacher of Mbo Noord Eva helpt je. "
        "The organisation has 1.5 hours a week to help you.",
        "What you get Reiskosten",
        "How you take part Are you a student? Tell your teacher",
        "NDA A promise to keep to yourself",
    ):
        assert said in words
    head = page.content.decode()
    assert f'<link rel="canonical" href="http://localhost:8000{row.get_absolute_url()}">' in head
    assert '<meta name="description" content="Hoe warm is het?">' in head
    assert "mailto:?subject=Meet%20mee&amp;body=Hoe%20warm%20is%20het%3F%0A%0Ahttp" in head


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"apply_by": in_days(-1)}, "The day to apply has passed"),
        ({"state": "matched"}, "Teams are at work on it"),
        ({"state": "running"}, "Teams are at work on it"),
        ({"state": "archived"}, "This has been done"),
    ],
)
def test_a_closed_one_says_so_and_names_open_ones_like_it(changes, title, client):
    row = factories.AssignmentFactory(**changes)
    factories.AssignmentFactory(title="Ook dicht", partner=row.partner, state="finished")
    factories.AssignmentFactory(title="Nog open", partner=row.partner)
    words = text_of(get(client, row.get_absolute_url()))
    start = words.index(title)
    callout = words[start : words.index("All assignments that are open")]
    assert "Nog open" in callout
    assert "Ook dicht" not in callout
    assert "How do I take part?" not in words


def test_others_of_the_line_come_before_others_of_the_organisation(client):
    line = factories.LineFactory()
    row = factories.AssignmentFactory()
    row.lines.add(line)
    factories.AssignmentFactory(title="Zelfde bedrijf", partner=row.partner, form="research")
    factories.AssignmentFactory(title="Zelfde lijn", form="research").lines.add(line)
    factories.AssignmentFactory(title="Iets anders")
    factories.AssignmentFactory(title="Kladje", state="draft").lines.add(line)
    assert titles(get(client, row.get_absolute_url())) == ["Zelfde lijn", "Zelfde bedrijf"]


def queries(client, address):
    with CaptureQueriesContext(connection) as found:
        get(client, address)
    return len(found)


def test_the_page_takes_as_many_queries_whatever_hangs_on_it(client):
    """Other apps' sections stand on it, so that the number itself is not ours to fix."""
    counts = []
    for number in (1, 3):
        line = factories.LineFactory()
        row = factories.AssignmentFactory()
        row.lines.add(line)
        for level in (4, 5, 6)[:number]:
            factories.GoalFactory(assignment=row, level=level)
            factories.AssignmentFactory().lines.add(line)
        counts.append(queries(client, row.get_absolute_url()))
    assert counts[0] == counts[1]


def test_teachers_see_whether_it_fits_their_school_year(logged_in, teacher, coach, company):
    row = factories.AssignmentFactory(starts_on=datetime.date(2031, 2, 10), weeks=10)
    for user in (teacher, coach):
        factories.SchoolPeriodFactory(
            school=user.memberships.get().partner,
            starts_on=datetime.date(2031, 2, 1),
            ends_on=datetime.date(2031, 4, 1 if user == teacher else 30),
        )
    question = "Does it fit your school year?"
    assert (
        f"{question} It goes on after Periode 3 of Mbo Noord has ended on 1 April 2031"
    ) in text_of(get(logged_in(teacher), row.get_absolute_url()))
    assert f"{question} It fits in Periode 3 of Hogeschool Zuid" in text_of(
        get(logged_in(coach), row.get_absolute_url())
    )
    for user in (None, company):
        assert question not in text_of(get(logged_in(user), row.get_absolute_url()))


# --- the feed ------------------------------------------------------------------------------


def test_the_feed_tells_what_is_public_the_newest_first(client, office, logged_in):
    line = factories.LineFactory(title="Practoraat")
    old = factories.AssignmentFactory(title="Oud", published_at=timezone.now())
    new = factories.AssignmentFactory(
        title="Nieuw & anders", published_at=timezone.now() + datetime.timedelta(seconds=1),
        level_min=2, level_max=2, language="en",
    )  # fmt: skip
    new.lines.add(line)
    factories.AssignmentFactory(title="Klad", state="draft")
    feed = get(client, "/opdrachten.atom").content.decode()
    assert re.findall(r"<title>([^<]*)", feed)[1:] == ["Nieuw &amp; anders", "Oud"]
    categories = re.findall(r'<category term="([^"]*)"', feed)
    assert categories == [
        "Real-world assignment",
        "Practoraat",
        "Mbo level 2",
        "Real-world assignment",
        "Mbo level 4 to hbo bachelor",
    ]
    assert f"{old.get_absolute_url()}" in feed
    assert get(logged_in(office), "/opdrachten.atom").content.decode() == feed


def test_the_feed_of_filters_and_of_who_has_it_already(client):
    factories.AssignmentFactory(title="Twee", level_min=2, level_max=2)
    factories.AssignmentFactory(title="Zes", level_min=6, level_max=6)
    answer = client.get("/opdrachten.atom?level=6&onzin=1")
    feed = answer.content.decode()
    assert re.findall(r"<title>([^<]*)", feed)[1:] == ["Zes"]
    assert 'href="http://testserver/opdrachten/?level=6"' in feed
    again = client.get(
        "/opdrachten.atom?level=6&onzin=1", headers={"if-none-match": answer["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("number", [1, 3])
def test_the_feed_takes_as_many_queries_whatever_is_in_it(
    number, client, django_assert_num_queries
):
    for _each in range(number):
        factories.AssignmentFactory().lines.add(factories.LineFactory())
    with django_assert_num_queries(3):
        client.get("/opdrachten.atom")


# --- on pages of others --------------------------------------------------------------------


def test_lines_and_organisations_show_what_is_open_and_what_was_done(client):
    line = factories.LineFactory(slug="groen")
    partner = factories.PartnerFactory(slug="zilt", status="signed")
    for title, state in (("Open", "published"), ("Bezig", "running"), ("Klaar", "finished")):
        row = factories.AssignmentFactory(title=title, state=state, partner=partner)
        row.lines.add(line)
    for address, more in (
        (line.get_absolute_url(), "line=groen"),
        (partner.get_absolute_url(), "partner=zilt"),
    ):
        page = get(client, address)
        assert titles(page) == ["Open", "Klaar"]
        assert f'href="/opdrachten/?{more}"' in page.content.decode()


def test_a_school_shows_what_its_teachers_stand_for(client):
    school = factories.PartnerFactory(kind="mbo_school", status="signed")
    factories.AssignmentFactory(title="Van een ander", school=school)
    factories.AssignmentFactory(title="Van de school", school=school, partner=school)
    page = get(client, school.get_absolute_url())
    assert titles(page) == ["Van de school", "Van een ander"]


def test_the_home_page_shows_open_ones(client):
    factories.AssignmentFactory(title="Open")
    factories.AssignmentFactory(title="Dicht", state="running")
    assert "Open" in titles(get(client, "/"))
    assert "Dicht" not in titles(get(client, "/"))


def test_the_style_guide_shows_the_card(logged_in):
    staff = factories.UserFactory(is_staff=True, is_superuser=True)
    assert [
        title for title in titles(get(logged_in(staff), "/stijlgids/")) if title[0] in "HGT"
    ] == [
        "Hoe warm is het in een kas?",
        "Gastles: een dag in het lab",
        "Tel de bijen op het dak",
    ]
