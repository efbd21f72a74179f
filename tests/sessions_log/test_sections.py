"""What sessions bring to the pages of lines and partners, and to one's own desk."""

import datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from civportal.accounts.models import User
from civportal.ui.sections import sections_for
from sessions_log import sections
from sessions_log.models import CalendarToken, ReportImport
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def built(place, user, subject):
    """The sections of this app in a place, by name."""
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return {
        section["name"].removeprefix("sessions_log."): section["context"]
        for section in sections_for(place, request, subject)
        if section["name"].startswith("sessions_log.")
    }


def test_a_line_shows_its_sessions_and_what_became_of_what_was_said(log, everyone, logged_in):
    line = factories.LineFactory(title="Practoraat")
    for session in log.values():
        session.lines.add(line)
        for point in session.items.all():
            point.attention_points.update(line=line)

    def shown(user):
        found = built("programme_line", user, line)
        return (
            [session.title for session in found["sessions"]["upcoming"]],
            [session.title for session in found["sessions"]["past"]],
            sorted(row.point.text for row in found["attention_points"]["points"]),
        )

    is_open = (["To come public"], ["Held public"], ["Point open"])
    whole = (
        ["To come public", "To come partners", "To come body"],
        ["Held body", "Held partners", "Held public"],
        ["Point confidential"] * 3 + ["Point open"] * 3,
    )
    assert {role: shown(user) for role, user in everyone.items()} == {
        "visitor": is_open,
        "charlie": is_open,
        "company": (
            ["To come public", "To come partners"],
            ["Held partners", "Held public"],
            ["Point open"] * 2,
        ),
        "steering": whole,
        "office": whole,
    }
    page = read(logged_in(None), line.get_absolute_url())
    assert page.under("Sessions") == ["Upcoming", "To come public", "Past sessions", "Held public"]
    assert "Said and done" in page.headings


def test_said_and_done_counts_what_has_an_answer(client):
    line = factories.LineFactory()
    session = factories.SessionFactory()
    factories.MinutesFactory(session=session)
    chapter = factories.ChapterFactory(title="Open chapter", visibility="public")
    closed = factories.ChapterFactory(title="Closed chapter", visibility="writers")
    for state, landed in (("open", None), ("adopted", chapter), ("parked", closed)):
        factories.AttentionFactory(
            item__session=session, line=line, state=state, answer=state, chapter=landed
        )
    factories.AttentionFactory(item__session=session, text="Of another line")
    found = built("programme_line", None, line)["attention_points"]
    assert (found["settled"], found["total"]) == (2, 3)
    assert [str(row.point.chapter) for row in found["points"]] == ["None", "Open chapter", "None"]
    page = read(client, line.get_absolute_url())
    assert "Closed chapter" not in page.text
    assert "Of another line" not in page.text


def test_a_line_without_sessions_has_no_such_section(client):
    assert built("programme_line", None, factories.LineFactory()) == {}


def test_a_partner_shows_where_it_took_part_as_far_as_one_is_told(log, everyone, logged_in):
    partner = factories.PartnerFactory(name="Kiemlab")
    for session in log.values():
        factories.ParticipationFactory(
            session=session, partner=partner, organisation="", attended=session.status == "held"
        )
    away = factories.SessionFactory(title="Stayed away")
    factories.ParticipationFactory(session=away, partner=partner, organisation="", attended=False)

    def shown(user):
        return [row.title for row in built("partner", user, partner)["sessions"]["sessions"]]

    assert {role: shown(user) for role, user in everyone.items()} == {
        "visitor": ["Held public"],
        "charlie": ["Held public"],
        "company": ["Held partners", "Held public"],
        "steering": ["Held body", "Held partners", "Held public"],
        "office": ["Held body", "Held partners", "Held public"],
    }
    assert "Took part in" in read(logged_in(None), partner.get_absolute_url()).headings


def test_the_desk_of_who_belongs_nowhere_is_empty(charlie):
    factories.SessionFactory()
    assert built("desk", charlie, charlie) == {}


def test_the_desk_tells_where_one_is_expected(log, steering, charlie, soon, logged_in):
    other = factories.SessionFactory(title="Elsewhere", status="planned", date=soon)
    factories.ParticipationFactory(session=other, user=charlie, invited=True, reply="maybe")

    def expected(user):
        return [s.title for s in built("desk", user, user)["upcoming"]["sessions"]]

    assert expected(steering) == ["To come public", "To come partners", "To come body"]
    assert expected(charlie) == ["Elsewhere"]
    assert "You might come" in read(logged_in(charlie), "/mijn/").text


def test_minutes_wait_for_who_should_do_something_with_them(steering_group, steering, office):
    chair, secretary = (
        factories.SeatFactory(body=steering_group, role=role).user
        for role in ("chair", "secretary")
    )
    attended = factories.UserFactory()
    for state in ("draft", "circulated", "approved", "published"):
        session = factories.SessionFactory(title=state, body=steering_group)
        factories.MinutesFactory(session=session, state=state)
        factories.ParticipationFactory(session=session, user=attended, attended=True)

    def waiting(user):
        rows = built("desk", user, user).get("minutes", {"minutes": []})["minutes"]
        return sorted((row.state, row.is_chair) for row, _address in rows)

    assert {
        "chair": waiting(chair),
        "secretary": waiting(secretary),
        "member": waiting(steering),
        "attended": waiting(attended),
        "office": waiting(office),
    } == {
        "chair": [("approved", True), ("circulated", True), ("draft", True)],
        "secretary": [("approved", False), ("circulated", False), ("draft", False)],
        "member": [("circulated", False)],
        "attended": [("circulated", False)],
        "office": [("approved", False), ("circulated", False), ("draft", False)],
    }


def test_the_desk_holds_ones_own_open_actions_the_late_ones_first(charlie, company, logged_in):
    session = factories.SessionFactory()
    factories.MinutesFactory(session=session)
    today = timezone.localdate()
    for text, due in (("No date", None), ("Later", today), ("Late", today.replace(year=2020))):
        factories.ActionFactory(item__session=session, text=text, owner=charlie, due=due)
    factories.ActionFactory(item__session=session, text="Done", owner=charlie, state="done")
    factories.ActionFactory(item__session=session, text="Of another", owner=company)
    unread = factories.SessionFactory(visibility="body")
    factories.ActionFactory(item__session=unread, text="Not to be read", owner=charlie)
    factories.ActionFactory(
        item__session=session, text="Done today", owner=charlie, state="done", done_on=today
    )
    factories.ActionFactory(
        item__session=session,
        text="Put off",
        owner=charlie,
        due=today.replace(year=2020),
        snoozed_until=today.replace(year=today.year + 1, day=1),
    )
    rows = built("desk", charlie, charlie)["actions"]["rows"]
    assert [(row.action.text, row.line.label) for row in rows] == [
        ("Late", "Late"),
        ("Later", "Open"),
        ("No date", "Open"),
        ("Put off", "Late"),
        ("Done today", "Done"),
    ]
    assert "Your action items" in read(logged_in(charlie), "/mijn/").headings


def test_reports_brought_in_wait_on_the_desk_of_the_office(office, steering, logged_in):
    for number, state in enumerate(("review", "confirmed")):
        ReportImport.objects.create(
            filename=f"{state}.txt", format="txt", sha256=str(number), understood={}, state=state
        )
    assert [str(row) for row in built("desk", office, office)["imports"]["imports"]] == [
        "review.txt"
    ]
    assert "imports" not in built("desk", steering, steering)
    assert "Reports brought in" in read(logged_in(office), "/mijn/").headings


def test_the_desk_tells_where_ones_own_calendar_is(company, charlie, logged_in):
    assert built("desk", company, company)["calendar"] == {"has_token": False}
    CalendarToken.renew(charlie)
    assert built("desk", charlie, charlie)["calendar"] == {"has_token": True}
    page = read(logged_in(charlie), "/mijn/")
    assert page.links["See or change the address"] == "/mijn/agenda/"


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("line_sessions", 4),
        ("line_points", 3),
        ("partner_sessions", 2),
        ("desk_upcoming", 3),
        ("desk_minutes", 2),
        ("desk_actions", 5),
        ("desk_calendar", 2),
    ],
)
def test_queries_do_not_grow(office, name, queries, django_assert_num_queries):
    line, partner = factories.LineFactory(), factories.PartnerFactory()
    subject = {"line": line, "partner": partner, "desk": office}[name.partition("_")[0]]
    request = RequestFactory().get("/")
    for new_rows in (1, 2):
        for _ in range(new_rows):
            held = factories.SessionFactory(body=factories.BodyFactory())
            coming = factories.SessionFactory(
                body=factories.BodyFactory(), status="planned", date=datetime.date(2099, 1, 1)
            )
            for session in (held, coming):
                session.lines.add(line)
                factories.MinutesFactory(session=session, state="circulated")
                factories.ParticipationFactory(session=session, partner=partner, attended=True)
                factories.ParticipationFactory(session=session, user=office, invited=True)
                item = factories.ItemFactory(session=session)
                factories.ActionFactory(item=item, owner=office)
                factories.AttentionFactory(item=item, line=line, chapter=factories.ChapterFactory())
        request.user = User.objects.get(pk=office.pk)
        with django_assert_num_queries(queries):
            assert getattr(sections, name)(request, subject) is not None
