"""The page of a session: who reads what of it, in which words, and what must not show."""

import datetime
import re
from urllib.parse import quote

import pytest
from django.utils import timezone

from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NOT_YET = "It will stand here as soon as it has been approved and published."


def shown(response):
    """All that a page tells of a session, as data."""
    report = response.context["report"]
    return {
        "items": [(entry.number, entry.item.title) for entry in report.items],
        "clock": [f"{entry.starts_at:%H:%M}" for entry in report.items if entry.starts_at],
        "decisions": [(line.number, line.decision.text) for line in report.decisions],
        "actions": [(line.number, line.action.text, line.owner) for line in report.actions],
        "points": [(line.number, line.point.text) for line in report.points],
        "documents": [each.document.title for each in report.documents],
        "names": sorted(
            person.name
            for person in [
                *report.speakers,
                *report.absent,
                *(one for group in report.organisations for one in group.people),
            ]
        ),
        "organisations": [group.name for group in report.organisations if group.name],
    }


@pytest.fixture
def meeting(steering_group):
    """A public, published session with something confidential in the middle of it."""
    session = factories.SessionFactory(
        title="Over leren",
        body=steering_group,
        start=datetime.time(15),
        end=datetime.time(17),
        online_url="https://meet.example/secret",
    )
    factories.MinutesFactory(session=session, summary="<p>In a nutshell</p>")
    for order, name in enumerate(("Opening", "Budget", "Close"), start=1):
        item = factories.ItemFactory(
            session=session,
            order=order,
            title=name,
            text=f"<p>{name} text</p>",
            confidential=name == "Budget",
            minutes_planned=20,
        )
        factories.DecisionFactory(item=item, text=f"{name} decision")
        factories.ActionFactory(item=item, text=f"{name} action", owner_name=f"{name} Owner")
        factories.AttentionFactory(item=item, text=f"{name} point")
        factories.DocumentFactory(session=session, item=item, title=f"{name} paper")
    for visibility in ("public", "partners", "body"):
        factories.DocumentFactory(session=session, title=visibility, visibility=visibility)
    people = [
        ("Sprekershuis", {"name": "Sien Speaker", "role": "speaker", "attended": True}),
        ("Delta College", {"name": "Peter Participant", "attended": True}),
        ("Thuisblijvers", {"name": "Abe Absent", "attended": False}),
        ("Afzeggers", {"name": "Nora No", "reply": "no"}),
    ]
    for organisation, fields in people:
        factories.ParticipationFactory(session=session, organisation=organisation, **fields)
    return session


def outcome(*numbered):
    """What came out of items, by the number that a reader sees."""
    return {
        "decisions": [(number, f"{name} decision") for number, name in numbered],
        "points": [(number, f"{name} point") for number, name in numbered],
    }


OPEN = {
    "items": [(1, "Opening"), (2, "Close")],
    "clock": [],
    **outcome((1, "Opening"), (2, "Close")),
    "actions": [(1, "Opening action", ""), (2, "Close action", "")],
    "documents": ["public"],
    "names": ["Sien Speaker"],
    "organisations": ["Delta College", "Sprekershuis"],
}
WHOLE = {
    "items": [(1, "Opening"), (2, "Budget"), (3, "Close")],
    "clock": ["15:00", "15:20", "15:40"],
    **outcome((1, "Opening"), (2, "Budget"), (3, "Close")),
    "actions": [
        (1, "Opening action", "Opening Owner"),
        (2, "Budget action", "Budget Owner"),
        (3, "Close action", "Close Owner"),
    ],
    "documents": ["body", "partners", "public"],
    "names": ["Abe Absent", "Nora No", "Peter Participant", "Sien Speaker"],
    "organisations": ["Delta College", "Sprekershuis"],
}


def test_each_reads_what_is_theirs(meeting, everyone, logged_in):
    pages = {
        role: shown(logged_in(user).get(meeting.get_absolute_url()))
        for role, user in everyone.items()
    }
    assert pages == {
        "visitor": OPEN,
        "charlie": OPEN,
        "company": {**OPEN, "documents": ["partners", "public"]},
        "steering": WHOLE,
        "office": WHOLE,
    }


def test_nothing_in_the_page_itself_tells_a_stranger_more(meeting, client, steering, logged_in):
    hidden = ["Budget", "Peter", "Abe", "Nora", "Afzeggers", "Owner", "meet.example", "15.20"]
    hidden += ["15:20", "Confidential", "punt-3", ">body<"]
    page = client.get(meeting.get_absolute_url()).text
    assert [word for word in hidden if word in page] == []
    own = logged_in(steering).get(meeting.get_absolute_url()).text
    assert {"Budget", "Nora", "meet.example", "Confidential", "punt-3"} <= {
        word for word in hidden if word in own
    }


def test_what_one_may_not_see_is_not_there(log, everyone, logged_in):
    statuses = {
        role: [logged_in(user).get(s.get_absolute_url()).status_code for s in log.values()]
        for role, user in everyone.items()
    }
    assert statuses == {
        "visitor": [200, 200, 404, 404, 404, 404],
        "charlie": [200, 200, 404, 404, 404, 404],
        "company": [200, 200, 200, 200, 404, 404],
        "steering": [200] * 6,
        "office": [200] * 6,
    }


def test_hidden_and_absent_are_told_in_the_same_words(log, client):
    hidden = log["held body"]
    absent = f"/werksessies/{hidden.pk + 1000}-held-body/"

    def told(address):
        response = client.get(address)
        page = response.text.replace(quote(address), "").replace(address, "")
        # what differs at every visit
        return response.status_code, re.sub(r'(nonce="|value="|Token": ")[^"]+', "", page)

    assert told(hidden.get_absolute_url()) == told(absent)
    wrong_slug = f"/werksessies/{hidden.pk}-something-else/"
    assert client.get(wrong_slug).status_code == 404


def test_an_old_address_leads_to_the_new_one(client):
    session = factories.SessionFactory(title="New name")
    response = client.get(f"/werksessies/{session.pk}-old-name/")
    assert (response.status_code, response["Location"], response["Cache-Control"]) == (
        301,
        session.get_absolute_url(),
        "no-cache",
    )


def test_a_number_too_large_is_not_there(client):
    assert client.get(f"/werksessies/{10**30}-x/").status_code == 404


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        (None, set()),
        ("draft", {"secretary", "office"}),
        ("circulated", {"secretary", "office", "steering", "attended"}),
        ("approved", {"secretary", "office", "steering", "attended"}),
        (
            "published",
            {"secretary", "office", "steering", "attended", "charlie", "company", "visitor"},
        ),
    ],
)
def test_minutes_are_read_by_who_may_and_the_rest_is_told_nothing(
    state, readers, steering_group, everyone, logged_in
):
    secretary = factories.SeatFactory(body=steering_group, role="secretary").user
    session = factories.SessionFactory(body=steering_group)
    factories.ItemFactory(session=session, title="Point", text="<p>What was said</p>")
    attended = factories.ParticipationFactory(
        session=session, user=factories.UserFactory(), attended=True
    ).user
    if state:
        factories.MinutesFactory(session=session, state=state, summary="<p>Summary</p>")
    people = {**everyone, "attended": attended, "secretary": secretary}
    pages = {
        role: logged_in(user).get(session.get_absolute_url()).text for role, user in people.items()
    }
    assert {role for role, page in pages.items() if "What was said" in page} == readers
    assert {role for role, page in pages.items() if "Summary" in page} == readers
    assert {role for role, page in pages.items() if NOT_YET in page} == set(people) - readers


def test_the_state_of_the_report_is_told_in_words(office, logged_in):
    states = {
        "draft": "Draft report",
        "circulated": "Circulated, not approved yet",
        "approved": "Approved, not published yet",
        "published": "Approved on 1 March 2021",
    }
    for state, words in states.items():
        minutes = factories.MinutesFactory(state=state)
        assert words in read(logged_in(office), minutes.session.get_absolute_url()).text


def test_an_agenda_before_the_session_holds_no_text_and_no_guests(client, soon, steering_group):
    session = factories.SessionFactory(date=soon, status="planned", title="Coming")
    factories.ItemFactory(session=session, title="First point", text="<p>Prepared text</p>")
    factories.ParticipationFactory(
        session=session, organisation="Sprekershuis", name="Sien Speaker", role="speaker"
    )
    factories.ParticipationFactory(session=session, organisation="Genodigde BV", invited=True)
    response = client.get(session.get_absolute_url())
    assert shown(response)["organisations"] == ["Sprekershuis"]
    headings = read(client, session.get_absolute_url()).headings
    assert headings == ["Coming", "Agenda", "1. First point", "Speakers", "Who takes part"]
    assert "Prepared text" not in response.text
    assert "Genodigde" not in response.text
    assert "After the session its report will stand here" in response.text


def test_a_cancelled_session_says_so(client, soon):
    session = factories.SessionFactory(date=soon, status="cancelled")
    page = read(client, session.get_absolute_url())
    assert "This session has been cancelled" in page.text
    assert NOT_YET not in page.text


def test_clock_times_stop_where_the_agenda_does_not_tell(office, logged_in):
    session = factories.SessionFactory(start=datetime.time(23, 30))
    for order, minutes in enumerate((20, 20, None, 5), start=1):
        factories.ItemFactory(session=session, order=order, minutes_planned=minutes)
    report = logged_in(office).get(session.get_absolute_url()).context["report"]
    clock = [(entry.starts_at, entry.ends_at) for entry in report.items]
    time = datetime.time
    assert clock == [
        (time(23, 30), time(23, 50)),
        (time(23, 50), time(0, 10)),
        (time(0, 10), None),
        (None, None),
    ]


def test_a_presenter_is_named_as_a_participant_is(client, steering, steering_group, logged_in):
    session = factories.SessionFactory(body=steering_group)
    roles = {"speaker": "Sien Speaker", "participant": "Peter Participant"}
    for order, (role, name) in enumerate(roles.items(), start=1):
        presenter = factories.ParticipationFactory(
            session=session, organisation=f"House {order}", name=name, role=role, attended=True
        )
        factories.ItemFactory(session=session, order=order, presenter=presenter)

    def presenters(browser):
        report = browser.get(session.get_absolute_url()).context["report"]
        return [(entry.presenter.name, entry.presenter.organisation) for entry in report.items]

    assert presenters(client) == [("Sien Speaker", "House 1"), ("", "House 2")]
    assert presenters(logged_in(steering)) == [
        ("Sien Speaker", "House 1"),
        ("Peter Participant", "House 2"),
    ]


def test_an_attention_point_shows_its_chapter_to_who_may_read_that(client, office, logged_in):
    session = factories.SessionFactory()
    factories.MinutesFactory(session=session)
    for visibility in ("public", "writers"):
        factories.AttentionFactory(
            item__session=session,
            state="adopted",
            answer=f"Answer {visibility}",
            chapter=factories.ChapterFactory(title=f"Ch {visibility}", visibility=visibility),
        )

    def chapters(browser):
        points = browser.get(session.get_absolute_url()).context["report"].points
        return [(str(line.point.chapter), line.point.answer) for line in points]

    assert chapters(client) == [("Ch public", "Answer public"), ("None", "Answer writers")]
    assert chapters(logged_in(office)) == [
        ("Ch public", "Answer public"),
        ("Ch writers", "Answer writers"),
    ]


def test_an_action_tells_its_owner_to_that_owner_and_is_late_after_its_day(charlie, logged_in):
    session = factories.SessionFactory()
    factories.MinutesFactory(session=session)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    for fields in ({"owner": charlie, "due": yesterday}, {"owner_name": "Someone Else"}):
        factories.ActionFactory(item__session=session, **fields)
    report = logged_in(charlie).get(session.get_absolute_url()).context["report"]
    assert [(line.owner, line.label) for line in report.actions] == [
        ("Charlie Stranger", "Late"),
        ("", "Open"),
    ]


def test_a_partner_that_is_still_in_talks_is_named_without_a_link(client):
    session = factories.SessionFactory()
    for name, status in (("Getekend", "signed"), ("In gesprek", "in_talks")):
        factories.ParticipationFactory(
            session=session,
            partner=factories.PartnerFactory(name=name, status=status),
            organisation="",
            attended=True,
        )
    report = client.get(session.get_absolute_url()).context["report"]
    assert [(group.name, group.href) for group in report.organisations] == [
        ("Getekend", "/partners/getekend/"),
        ("In gesprek", ""),
    ]


def test_previous_and_next_are_of_this_body_and_of_what_one_sees(
    client, steering, steering_group, logged_in
):
    day = datetime.date(2021, 4, 1)
    rows = [
        ("First", day - datetime.timedelta(9), None, "public"),
        ("Closed morning", day, datetime.time(9), "body"),
        ("Here", day, datetime.time(13), "public"),
        ("Same hour", day, datetime.time(13), "public"),
        ("Closed later", day + datetime.timedelta(1), None, "body"),
    ]
    found = {
        title: factories.SessionFactory(
            title=title, date=date, start=start, visibility=visibility, body=steering_group
        )
        for title, date, start, visibility in rows
    }
    factories.SessionFactory(title="Other body", date=day)

    def around(browser, title):
        context = browser.get(found[title].get_absolute_url()).context
        return tuple(getattr(context[name], "title", None) for name in ("previous", "following"))

    member = logged_in(steering)
    assert [around(client, title) for title in ("First", "Here", "Same hour")] == [
        (None, "Here"),
        ("First", "Same hour"),
        ("Here", None),
    ]
    assert [around(member, title) for title in ("First", "Here", "Same hour")] == [
        (None, "Closed morning"),
        ("Closed morning", "Same hour"),
        ("Here", "Closed later"),
    ]


@pytest.mark.parametrize(("role", "queries"), [("visitor", 18), ("steering", 23)])
def test_queries_do_not_grow_with_the_report(
    everyone, logged_in, role, queries, django_assert_num_queries
):
    browser = logged_in(everyone[role])
    body = everyone["steering"].body_memberships.get().body
    session = factories.SessionFactory(body=body)
    factories.MinutesFactory(session=session)
    for row in range(3):
        session.lines.add(factories.LineFactory())
        presenter = factories.ParticipationFactory(
            session=session,
            user=factories.UserFactory(),
            organisation=f"House {row}",
            attended=True,
        )
        item = factories.ItemFactory(session=session, presenter=presenter)
        factories.DecisionFactory(item=item)
        factories.ActionFactory(item=item, owner=factories.UserFactory())
        factories.AttentionFactory(
            item=item,
            line=factories.LineFactory(),
            chapter=factories.ChapterFactory(visibility="public"),
        )
        factories.DocumentFactory(session=session, item=item)
        factories.SessionFactory(body=body)
        if row != 1:  # asked with one row and with three
            browser.get(session.get_absolute_url())
            with django_assert_num_queries(queries):
                browser.get(session.get_absolute_url())
