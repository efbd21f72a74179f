"""The home page, as each reader gets it."""

import datetime

import pytest
from django.utils import timezone

from civportal.centre.models import CentreProfile
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


def in_days(number: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=number)


def report(title: str, days_ago: int, *, state: str = "published", **fields: object):
    session = factories.SessionFactory(title=title, date=in_days(-days_ago), **fields)
    factories.MinutesFactory(session=session, state=state, summary=f"<p>About {title}.</p>")
    return session


def test_an_empty_house_says_what_comes_in_each_place(client):
    page = read(client, "/")
    assert page.headings == [
        "CIV",
        "Next session",
        "Latest reports",
        "No reports yet",
        "Open assignments",
        "No open assignments",
        "Programme lines",
        "No programme lines yet",
        "News",
        "No news yet",
        "Partners",
        "No partners yet",
        "Become a partner",
    ]
    assert "Nothing is planned at the moment." in page.text


def test_it_tells_what_the_centre_is_in_the_readers_language(client):
    CentreProfile.objects.create(
        pk=1,
        name="CIV Test",
        tagline_en="Learning together",
        tagline_nl="Samen leren",
        introduction_en="One sentence. And two.",
        introduction_nl="Een zin. En twee.",
        email="office@example.org",
    )
    english = read(client, "/")
    dutch = client.get("/", headers={"accept-language": "nl"}).content.decode()
    assert (english.headings[0], "One sentence. And two." in english.text) == (
        "Learning together",
        True,
    )
    assert [part in dutch for part in ("Samen leren</h1>", "Een zin. En twee.")] == [True, True]
    assert english.links["Write to office@example.org"] == "mailto:office@example.org"


def test_next_session_is_the_first_that_one_may_know_of(viewers, logged_in, steering_group):
    planned = {"status": "planned"}
    factories.SessionFactory(
        title="Of the body", date=in_days(1), visibility="body", body=steering_group, **planned
    )
    factories.SessionFactory(title="Of partners", date=in_days(2), visibility="partners", **planned)
    factories.SessionFactory(title="Of all", date=in_days(3), **planned)
    factories.SessionFactory(title="Cancelled", date=in_days(0), status="cancelled")
    factories.SessionFactory(title="Past", date=in_days(-1), **planned)
    assert {
        name: read(logged_in(viewer), "/").under("Next session") for name, viewer in viewers.items()
    } == {
        "visitor": ["Of all"],
        "charlie": ["Of all"],
        "company": ["Of partners"],
        "steering": ["Of the body"],
        "office": ["Of the body"],
    }


def test_reports_are_those_that_one_may_read(viewers, logged_in, steering_group):
    report("Open", 4)
    report("Partners", 3, visibility="partners")
    report("Body", 2, visibility="body", body=steering_group)
    report("Circulated", 1, state="circulated", body=steering_group)
    report("Draft", 0, state="draft", body=steering_group)
    factories.SessionFactory(title="Without a report", date=in_days(-1))
    assert {
        name: read(logged_in(viewer), "/").under("Latest reports")
        for name, viewer in viewers.items()
    } == {
        "visitor": ["Open"],
        "charlie": ["Open"],
        "company": ["Partners", "Open"],
        "steering": ["Circulated", "Body", "Open"],
        "office": ["Circulated", "Body", "Partners", "Open"],
    }


def test_a_report_says_what_came_out_of_it_as_far_as_one_may_read(
    client, steering, logged_in, steering_group
):
    session = report("Open", 4, body=steering_group)
    session.lines.add(factories.LineFactory(title="Practoraat"))
    for order, confidential in enumerate((False, True)):
        item = factories.ItemFactory(session=session, order=order, confidential=confidential)
        factories.DecisionFactory(item=item)
        factories.AttentionFactory(item=item)
    factories.ActionFactory(item=item)
    texts = [read(browser, "/").text for browser in (client, logged_in(steering))]
    assert [
        text[text.index("About Open.") : text.index("Open assignments")].strip() for text in texts
    ] == [
        "About Open. Practoraat 1 decision 1 attention point",
        "About Open. Practoraat 2 decisions 2 attention points 1 action item",
    ]


def test_summary_is_plain_text(client):
    session = report("Open", 1)
    session.minutes.summary = "<p>Bread &amp; butter</p><p>&lt;b&gt; <strong>told</strong></p>"
    session.minutes.save()
    assert "Bread & butter <b> told" in read(client, "/").text


def test_lines_news_and_partners_are_there(viewers, logged_in):
    factories.LineFactory(title="Second", order=2)
    factories.LineFactory(title="First", order=1)
    for number in range(4):
        factories.NewsFactory(title=f"Item {number}")
    factories.NewsFactory(title="Draft", published_from=None)
    factories.PartnerFactory(name="Algen")
    factories.PartnerFactory(name="Zon", founding=True)
    factories.PartnerFactory(name="Secret", status="in_talks")
    seen = {}
    for name, viewer in viewers.items():
        page = read(logged_in(viewer), "/")
        partners = page.text[page.text.rindex("All 3 partners") :]
        seen[name] = (
            page.under("Programme lines"),
            page.under("News"),
            partners.partition("Become a partner")[0].removeprefix("All 3 partners").strip(),
        )
    assert seen == dict.fromkeys(
        viewers,
        (
            ["First", "Second"],
            ["Item 3", "Item 2", "Item 1"],
            "Zon Company Founding partner Algen Company Bedrijf BV Company",
        ),
    )


@pytest.mark.parametrize("number", [1, 3])
def test_home_asks_the_same_number_of_questions(number, client, django_assert_num_queries):
    for each in range(number):
        line = factories.LineFactory()
        session = report(f"Report {each}", each)
        factories.DecisionFactory(item=factories.ItemFactory(session=session))
        planned = factories.SessionFactory(date=in_days(each), status="planned")
        news = factories.NewsFactory()
        assignment = factories.AssignmentFactory()
        for subject in (session, planned, news, assignment):
            subject.lines.add(line)
        factories.PartnerFactory()
    # next session, reports, news and assignments with their lines, lines, partners and how many,
    # the centre
    with django_assert_num_queries(12):
        client.get("/")
