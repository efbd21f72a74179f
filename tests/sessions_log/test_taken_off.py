"""Whoever counts on a session and is taken off its list hears it, and their calendar too."""

import datetime
import zoneinfo

import pytest
import time_machine
from django.core import mail

from civportal.notifications import tasks
from sessions_log.actions.people import take_off
from sessions_log.actions.replies import invite
from tests import factories
from tests.sessions_log.calendar_client import CalendarProgram

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Amsterdam"))


@pytest.fixture(autouse=True)
def clock(english):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def session(steering_group):
    found = factories.SessionFactory(
        title="Stuurgroep",
        body=steering_group,
        status="planned",
        visibility="body",
        date=datetime.date(2026, 3, 26),
        start=datetime.time(15),
        end=datetime.time(17),
        introduction="Over de begroting",
        online_url="https://meet.example/abc",
    )
    factories.ItemFactory(session=found, title="Secret point", confidential=True)
    return found


def deliver() -> list:
    mail.outbox.clear()
    tasks.deliver()
    return list(mail.outbox)


def test_someone_with_an_account_hears_it_once(session, company, clock, office):
    invite(session, [company], by=office)
    [invitation] = deliver()
    program = CalendarProgram()
    program.receive_mail(invitation.message())
    place = session.participations.get(user=company)
    take_off(place)
    take_off(place)
    [letter] = deliver()
    assert (letter.to, letter.subject) == (
        [company.email],
        "You are not expected any more: Stuurgroep, Thursday 26 March 2026, 15:00",
    )
    told = letter.message().as_string()
    for word in ("Secret", "begroting", "meet.example", "/werksessies/"):
        assert word not in letter.body
        assert word not in told
    program.receive_mail(letter.message())
    assert [event.status for event in program.events.values()] == ["CANCELLED"]
    assert deliver() == []
    # Asked again after all, the event comes back.
    clock.shift(60)
    invite(session, [company], by=office)
    [again] = deliver()
    program.receive_mail(again.message())
    assert [event.status for event in program.events.values()] == ["CONFIRMED"]


def test_a_guest_hears_it_too(session, office):
    guest = factories.ParticipationFactory(
        session=session, name="Gerda", email="gerda@example.org", invited=True
    )
    invite(session, [guest], by=office)
    deliver()
    guest.refresh_from_db()
    take_off(guest)
    [letter] = deliver()
    assert letter.to == ["gerda@example.org"]
    [part] = [part for part in letter.message().walk() if part.get_param("method")]
    content = part.get_payload(decode=True).decode()
    assert "METHOD:CANCEL" in content
    assert "STATUS" not in content  # RFC 5546, 3.2.5: the session itself goes on


def test_who_knew_nothing_hears_nothing(session, company, clock, office):
    take_off(factories.ParticipationFactory(session=session, user=company, invited=True))
    late = factories.ParticipationFactory(session=session, user=company, reply="yes")
    clock.move_to(datetime.datetime(2026, 3, 27, tzinfo=datetime.UTC))
    take_off(late)
    assert deliver() == []


def test_back_on_the_list_before_the_mail_goes_it_does_not(session, company, office):
    take_off(factories.ParticipationFactory(session=session, user=company, reply="yes"))
    factories.ParticipationFactory(session=session, user=company, reply="yes")
    assert deliver() == []


def test_the_page_says_who_hears_it(client, session, company, office):
    client.force_login(office)
    told = "They know of the session, so they get a mail"
    for fields, expected in (({"reply": "yes", "user": company}, True), ({"name": "Bo"}, False)):
        row = factories.ParticipationFactory(session=session, **fields)
        page = client.get(
            f"/werksessies/{session.pk}/mensen/{row.pk}/weg/", HTTP_ACCEPT_LANGUAGE="en"
        )
        assert (told in page.content.decode()) == expected
