"""The list of sessions: what stands in it, for whom, in which order, and with which filters."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

URL = "/werksessies/"


def titles(response):
    """What to come and what is past, as the page shows it."""
    context = response.context
    return [s.title for s in context["upcoming"]], [s.title for s in context["past"]]


def offered(response, name):
    """The choices of a filter, without the one that shows everything."""
    return [label for value, label in response.context["form"].fields[name].choices if value]


SEEN = {
    "visitor": (["To come public"], ["Held public"]),
    "charlie": (["To come public"], ["Held public"]),
    "company": (["To come public", "To come partners"], ["Held partners", "Held public"]),
    "steering": (
        ["To come public", "To come partners", "To come body"],
        ["Held body", "Held partners", "Held public"],
    ),
    "office": (
        ["To come public", "To come partners", "To come body"],
        ["Held body", "Held partners", "Held public"],
    ),
}


def test_everyone_sees_the_sessions_that_are_theirs(log, everyone, logged_in):
    seen = {role: titles(logged_in(user).get(URL)) for role, user in everyone.items()}
    assert seen == SEEN


def test_counts_are_of_what_the_reader_may_read(log, everyone, logged_in):
    def counts(user):
        rows = logged_in(user).get(URL).context["past"]
        return {
            row.title: (row.decision_count, row.action_count, row.attention_count) for row in rows
        }

    one, two = (1, 1, 1), (2, 2, 2)
    assert {role: counts(user) for role, user in everyone.items()} == {
        "visitor": {"Held public": one},
        "charlie": {"Held public": one},
        "company": {"Held public": one, "Held partners": one},
        "steering": {"Held public": two, "Held partners": two, "Held body": two},
        "office": {"Held public": two, "Held partners": two, "Held body": two},
    }


def test_nothing_came_out_of_it_as_long_as_the_report_is_not_theirs(client, steering, logged_in):
    session = factories.SessionFactory()
    factories.MinutesFactory(session=session, state="draft", summary="<p>Still writing</p>")
    factories.DecisionFactory(item__session=session)
    response = client.get(URL)
    (row,) = response.context["past"]
    assert (row.decision_count, row.report_state, row.report_summary) == (0, None, None)
    assert "Still writing" not in response.text


def test_filters_offer_only_what_the_viewer_may_know(client, office, logged_in):
    line, hidden_line = (factories.LineFactory(title=title) for title in ("Seen", "Hidden"))
    body, hidden_body = (factories.BodyFactory(name=name) for name in ("Open", "Closed"))
    public = factories.SessionFactory(body=body, date=datetime.date(2021, 2, 18))
    public.lines.add(line)
    closed = factories.SessionFactory(
        body=hidden_body,
        date=datetime.date(2019, 5, 1),
        kind="small_circle",
        visibility="body",
    )
    closed.lines.add(hidden_line)
    planned = factories.SessionFactory(status="planned", date=datetime.date(2021, 3, 1))
    people = [
        (public, "Was There", {"attended": True}),
        (public, "Stayed Away", {"attended": False}),
        (public, "Declined", {"reply": "no"}),
        (planned, "Only Invited", {"invited": True}),
        (planned, "Will Speak", {"role": "speaker"}),
        (closed, "Closed Guest", {"attended": True}),
    ]
    for session, organisation, fields in people:
        factories.ParticipationFactory(session=session, organisation=organisation, **fields)

    def choices(response):
        names = ("line", "body", "kind", "year", "organisation")
        return {name: offered(response, name) for name in names}

    assert choices(client.get(URL)) == {
        "line": ["Seen"],
        "body": ["Open"],
        "kind": ["Work session"],
        "year": ["2021"],
        "organisation": ["Was There", "Will Speak"],
    }
    assert choices(logged_in(office).get(URL)) == {
        "line": ["Hidden", "Seen"],
        "body": ["Closed", "Open"],
        "kind": ["Work session", "Small circle"],
        "year": ["2021", "2019"],
        "organisation": ["Closed Guest", "Only Invited", "Was There", "Will Speak"],
    }


def test_each_filter_narrows_the_list(client):
    line = factories.LineFactory(title="Practoraat")
    body = factories.BodyFactory(name="Schrijvers")
    partner = factories.PartnerFactory(name="Kiemlab")
    factories.SessionFactory(title="None")
    factories.SessionFactory(title="Line").lines.add(line)
    factories.SessionFactory(title="Body", body=body)
    factories.SessionFactory(title="Kind", kind="conference")
    factories.SessionFactory(title="Year", date=datetime.date(2020, 1, 1))
    factories.ParticipationFactory(
        session__title="Partner", partner=partner, organisation="", attended=True
    )
    factories.ParticipationFactory(session__title="Written", organisation="Éen Huis", attended=True)
    away = factories.ParticipationFactory(
        session__title="Away", partner=partner, organisation="", attended=False
    )

    def found(query):
        return titles(client.get(f"{URL}?{query}"))[1]

    queries = {
        "line=practoraat": ["Line"],
        "body=schrijvers": ["Body"],
        "kind=conference": ["Kind"],
        "year=2020": ["Year"],
        "organisation=kiemlab": ["Partner"],
        "organisation=een-huis": ["Written"],
        "line=practoraat&year=2020": [],
    }
    assert {query: found(query) for query in queries} == queries
    assert away.session.title in found("")


def test_a_filter_in_force_is_a_chip_that_takes_it_away(client):
    factories.SessionFactory(title="Line").lines.add(factories.LineFactory(title="Practoraat"))
    response = client.get(f"{URL}?line=practoraat&year=2021")
    assert 'class="chip" href="/werksessies/?year=2021"' in response.text
    assert 'class="chip" href="/werksessies/?line=practoraat"' in response.text


@pytest.mark.parametrize(
    "query", ["line=nope", "body=stuurgroep", "kind=%00", "year=-1", "organisation=x", "page=x"]
)
def test_an_unknown_choice_says_so_and_shows_the_rest(client, query):
    """A body that only others know of is as unknown as one that does not exist."""
    closed = factories.BodyFactory(name="Stuurgroep")
    factories.SessionFactory(title="Closed", visibility="body", body=closed)
    factories.SessionFactory(title="Open")
    response = client.get(f"{URL}?{query}")
    assert (response.status_code, titles(response)) == (200, ([], ["Open"]))
    name = query.partition("=")[0]
    unknown = ["This choice is not in the list. Choose another, or show everything."]
    errors = {} if name == "page" else {name: unknown}
    assert response.context["form"].errors == errors


def test_pages_hold_twenty_and_a_page_too_far_says_so(client):
    for day in range(1, 23):
        factories.SessionFactory(title=f"Day {day}", date=datetime.date(2021, 1, day))
    first, second, far = (titles(client.get(f"{URL}?page={n}"))[1] for n in (1, 2, 99))
    assert first == [f"Day {day}" for day in range(22, 2, -1)]
    assert second == far == ["Day 2", "Day 1"]
    assert "That page is not there" in client.get(f"{URL}?page=99").text
    assert "That page is not there" not in client.get(f"{URL}?page=2").text


def test_to_come_stands_on_top_soonest_first_and_nothing_gets_lost(client):
    today = timezone.localdate()
    day = datetime.timedelta(days=1)
    factories.SessionFactory(title="Later", status="planned", date=today + 9 * day)
    factories.SessionFactory(title="Sooner", status="planned", date=today + day)
    factories.SessionFactory(title="Not after all", status="cancelled", date=today + 2 * day)
    factories.SessionFactory(title="This morning", status="held", date=today)
    factories.SessionFactory(title="Nobody told", status="planned", date=today - day)
    factories.SessionFactory(title="Was cancelled", status="cancelled", date=today - 2 * day)
    response = client.get(URL)
    assert titles(response) == (
        ["Sooner", "Not after all", "Later"],
        ["This morning", "Nobody told", "Was cancelled"],
    )
    assert response.context["total"] == 6


def test_an_empty_list_says_what_will_come(client):
    assert "No sessions yet" in client.get(URL).text
    factories.SessionFactory()
    factories.SessionFactory(kind="conference", date=datetime.date(2020, 1, 1))
    assert "Nothing found" in client.get(f"{URL}?kind=conference&year=2021").text


@pytest.mark.parametrize(("role", "queries"), [("visitor", 9), ("steering", 14)])
def test_queries_do_not_grow_with_the_rows(
    everyone, logged_in, role, queries, django_assert_num_queries
):
    browser = logged_in(everyone[role])
    body = everyone["steering"].body_memberships.get().body
    for new_rows in (1, 2):
        for _ in range(new_rows):
            session = factories.SessionFactory(body=body)
            session.lines.add(factories.LineFactory())
            factories.MinutesFactory(session=session)
            factories.DecisionFactory(item__session=session)
            house = f"House {session.pk}"
            factories.ParticipationFactory(session=session, organisation=house, attended=True)
        browser.get(URL)
        with django_assert_num_queries(queries):
            browser.get(URL)


def test_the_office_can_bring_in_a_report_from_here(client, office, logged_in):
    address = reverse("sessions_log:import_upload")
    assert address in logged_in(office).get(URL).text
    assert address not in client.get(URL).text
