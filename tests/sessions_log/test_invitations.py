"""Invitations, and what those invited hear of moves and cancellations."""

import datetime
import threading
import zoneinfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from civportal.notifications import delivery
from civportal.notifications.models import Notification, Preference
from sessions_log.actions.planning import WhenAndWhere, cancel_session, move_session, plan_again
from sessions_log.actions.replies import NotToCome, invite
from sessions_log.models import Participation
from sessions_log.notifications import CANCELLED, INVITATION, MOVED, REPLY_OPEN
from tests import factories
from tests.reading import read
from tests.sessions_log.calendar_client import CalendarProgram

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

AMSTERDAM = zoneinfo.ZoneInfo("Europe/Amsterdam")
NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=AMSTERDAM)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def session(steering_group, steering):
    """A steering group meeting in three weeks, with Stefan on its list."""
    found = factories.SessionFactory(
        title="Stuurgroep",
        body=steering_group,
        status="planned",
        visibility="body",
        date=datetime.date(2026, 3, 26),
        start=datetime.time(15),
        end=datetime.time(17),
        place="Lab 2",
        online_url="https://meet.example/abc",
    )
    factories.ParticipationFactory(session=found, user=steering, invited=True)
    factories.ItemFactory(session=found, order=1, title="Open point")
    factories.ItemFactory(session=found, order=2, title="Secret point", confidential=True)
    return found


def deliver() -> list:
    mail.outbox.clear()
    while delivery.deliver_batch():
        pass
    return list(mail.outbox)


def rows(kind: str) -> list[tuple[str, str, str]]:
    found = Notification.objects.filter(kind=kind).order_by("pk")
    return [(row.recipient.email, row.state, row.reason) for row in found]


def to(day: int, month: int = 3, place: str = "Lab 2", hour: int = 15) -> WhenAndWhere:
    return WhenAndWhere(
        datetime.date(2026, month, day),
        datetime.time(hour),
        datetime.time(hour + 2),
        place,
        "https://meet.example/abc",
    )


def test_an_invitation_says_it_all_and_asks(session, steering, office):
    assert invite(session, [steering], by=office) == 1
    [letter] = deliver()
    assert letter.to == [steering.email]
    assert letter.subject == "Invitation: Stuurgroep, Thursday 26 March 2026, 15:00"
    for words in ("15:00", "Lab 2", "https://meet.example/abc", "Open point", "Secret point"):
        assert words in letter.body
    for word in ("ja", "misschien", "nee", "ander"):
        assert f"?antwoord={word}" in letter.body
    session.refresh_from_db()
    place = session.participations.get(user=steering)
    assert (session.invited_at, place.invited, place.invited_at) == (NOW, True, NOW)


def test_who_has_no_right_to_confidential_items_is_sent_none(session, company, office):
    """Whoever the office invites reads everything; taken back meanwhile, the mail says less."""
    invite(session, [company], by=office)
    session.visibility = "partners"
    session.save()
    session.participations.filter(user=company).update(invited=False)
    [letter] = deliver()
    assert "Open point" in letter.body
    assert "Secret point" not in letter.body
    assert "meet.example" not in letter.body


def test_it_is_withheld_from_who_may_no_longer_see_it(session, company, office):
    invite(session, [company], by=office)
    session.participations.filter(user=company).update(invited=False)
    assert deliver() == []
    assert rows(INVITATION) == [(company.email, "withheld", "no_longer_visible")]


def test_pressing_twice_sends_one_and_later_it_is_sent_again(session, steering, office, noon):
    assert [invite(session, [steering], by=office) for _time in range(2)] == [1, 0]
    assert len(deliver()) == 1
    noon.shift(datetime.timedelta(minutes=11))
    assert invite(session, [steering], by=office) == 1
    assert len(deliver()) == 1
    assert len(rows(REPLY_OPEN)) == 1


def test_who_turned_invitations_off_finds_them_on_the_desk(session, steering, office, logged_in):
    Preference.objects.create(user=steering, kind=INVITATION, mode="off")
    invite(session, [steering], by=office)
    assert deliver() == []
    assert "Stuurgroep" in read(logged_in(steering), "/mijn/").text


@pytest.mark.parametrize("status", ["cancelled", "held"])
def test_only_what_is_to_come_has_invitations(session, steering, office, status):
    session.status = status
    session.save()
    with pytest.raises(NotToCome):
        invite(session, [steering], by=office)
    assert not Notification.objects.exists()


def test_who_has_not_answered_is_asked_once_more(session, steering, company, office, noon):
    invite(session, [steering, company], by=office)
    deliver()
    session.participations.filter(user=company).update(reply="yes")
    noon.move_to(datetime.datetime(2026, 3, 23, 9, 1, tzinfo=AMSTERDAM))
    [letter] = deliver()
    assert (letter.to, letter.subject) == (
        [steering.email],
        "Thursday 26 March 2026, 15:00: Stuurgroep – can you come?",
    )
    assert rows(REPLY_OPEN) == [
        (steering.email, "sent", ""),
        (company.email, "withheld", "outdated"),
    ]


def test_at_short_notice_nobody_is_asked_twice(session, steering, office, noon):
    noon.move_to(datetime.datetime(2026, 3, 22, 12, tzinfo=AMSTERDAM))
    invite(session, [steering], by=office)
    assert rows(REPLY_OPEN) == []


def test_a_move_tells_everyone_who_was_invited_once_and_asks_anew(
    session, steering, company, office
):
    guest = factories.UserFactory(email="signed@example.org")
    factories.ParticipationFactory(session=session, user=guest, reply="yes")
    stranger = factories.UserFactory(email="unasked@example.org")
    factories.ParticipationFactory(session=session, user=stranger, invited=True)
    session.visibility, session.sign_up = "public", True
    session.save()
    invite(session, [steering, company], by=office)
    deliver()
    session.participations.filter(user=steering).update(
        reply="replaced", replaced_by="Piet", reply_note="On leave"
    )
    session.participations.filter(user=company).update(reply="no")
    assert move_session(session, to=to(27), by=office, note="The room was taken.")
    assert not move_session(session, to=to(27), by=office)
    letters = {letter.to[0]: letter for letter in deliver()}
    assert set(letters) == {steering.email, company.email, guest.email}
    letter = letters[company.email]
    assert letter.subject == "Moved to Friday 27 March 2026, 15:00: Stuurgroep"
    assert "The room was taken." in letter.body
    assert "Was: Thursday 26 March 2026" in letter.body
    # Who was asked is asked anew; who signed up keeps the place.
    assert {
        place.user.email: (place.reply, place.replaced_by, place.reply_note)
        for place in session.participations.filter(user__in=[steering, company, guest])
    } == {
        steering.email: ("", "", ""),
        company.email: ("", "", ""),
        guest.email: ("yes", "", ""),
    }
    assert "Your answer stays as it is." in letters[guest.email].body


def test_another_place_leaves_the_answers(session, steering, office):
    invite(session, [steering], by=office)
    deliver()
    session.participations.update(reply="no")
    move_session(session, to=to(26, place="Lab 3"), by=office)
    [letter] = deliver()
    assert letter.subject == "Now in Lab 3: Stuurgroep, Thursday 26 March 2026, 15:00"
    assert "Was in: Lab 2" in letter.body
    assert session.participations.get().reply == "no"


def test_before_invitations_nobody_hears_of_a_move(session, office):
    move_session(session, to=to(27), by=office)
    cancel_session(session, reason="", by=office)
    assert deliver() == []
    assert not Notification.objects.filter(kind__in=[MOVED, CANCELLED]).exists()


def test_of_two_moves_before_the_mail_the_last_is_told(session, steering, office):
    invite(session, [steering], by=office)
    deliver()
    move_session(session, to=to(27), by=office)
    move_session(session, to=to(28), by=office)
    assert [letter.subject for letter in deliver()] == [
        "Moved to Saturday 28 March 2026, 15:00: Stuurgroep"
    ]
    assert [row[1:] for row in rows(MOVED)] == [("withheld", "outdated"), ("sent", "")]


def test_a_cancellation_tells_once_and_drops_what_waited(session, steering, company, office):
    Preference.objects.create(user=steering, kind=CANCELLED, mode="off")
    invite(session, [steering, company], by=office)
    deliver()
    session.participations.filter(user=company).update(reply="no")
    assert cancel_session(session, reason="Nobody can come.", by=office)
    assert not cancel_session(session, reason="Nobody can come.", by=office)
    letters = deliver()
    assert sorted(letter.to[0] for letter in letters) == [company.email, steering.email]
    assert letters[0].subject == "Cancelled: Stuurgroep, Thursday 26 March 2026, 15:00"
    assert "Why: Nobody can come." in letters[0].body
    assert [row[1:] for row in rows(REPLY_OPEN)] == [("withheld", "outdated")] * 2


def test_planned_again_tells_that_too(session, steering, office):
    invite(session, [steering], by=office)
    deliver()
    cancel_session(session, reason="", by=office)
    deliver()
    plan_again(session, by=office)
    assert [letter.subject for letter in deliver()] == [
        "It takes place after all: Stuurgroep, Thursday 26 March 2026, 15:00"
    ]


# --- the calendar part ----------------------------------------------------------------------------


def arrived(program: CalendarProgram) -> list:
    letters = deliver()
    for letter in letters:
        program.receive_mail(letter.message())
    return letters


def test_a_calendar_program_has_one_event_that_moves_and_is_cancelled(session, steering, office):
    """Over the change to summer time on 29 March 2026: 15.00 stays 15.00."""
    program = CalendarProgram()
    invite(session, [steering], by=office)
    [letter] = arrived(program)
    [event] = program.events.values()
    assert event.uid == str(session.uid)
    assert (event.sequence, event.status) == (0, "CONFIRMED")
    assert event.begins == datetime.datetime(2026, 3, 26, 14, tzinfo=datetime.UTC)
    assert event.attendees == [(f"mailto:{steering.email}", "FALSE", "NEEDS-ACTION")]
    assert event.organiser == f"mailto:{letter.message()['From'].rpartition('<')[2].rstrip('>')}"

    move_session(session, to=to(30), by=office)
    arrived(program)
    [event] = program.events.values()
    assert event.sequence == 1
    assert event.begins == datetime.datetime(2026, 3, 30, 13, tzinfo=datetime.UTC)
    assert event.begins.astimezone(AMSTERDAM).hour == 15

    move_session(session, to=to(26, month=10), by=office)  # summer time ended the day before
    arrived(program)
    assert event.uid in program.events
    [event] = program.events.values()
    assert event.begins == datetime.datetime(2026, 10, 26, 14, tzinfo=datetime.UTC)

    cancel_session(session, reason="", by=office)
    arrived(program)
    [event] = program.events.values()
    assert (event.sequence, event.status) == (3, "CANCELLED")


def test_a_mail_that_comes_late_changes_nothing(session, steering, office):
    invite(session, [steering], by=office)
    [first] = deliver()
    move_session(session, to=to(30), by=office)
    [second] = deliver()
    program = CalendarProgram()
    program.receive_mail(second.message())
    program.receive_mail(first.message())
    [event] = program.events.values()
    assert event.begins.astimezone(AMSTERDAM).day == 30


def test_the_answer_is_in_it_and_nobody_else(session, steering, company, office, noon):
    invite(session, [steering, company], by=office)
    deliver()
    session.participations.filter(user=steering).update(reply="yes")
    noon.shift(datetime.timedelta(hours=1))
    invite(session, [steering], by=office)
    program = CalendarProgram()
    [letter] = arrived(program)
    [event] = program.events.values()
    assert event.attendees == [(f"mailto:{steering.email}", "FALSE", "ACCEPTED")]
    assert company.email not in letter.message().as_string()


def test_the_calendar_comes_as_an_alternative_and_as_a_file(session, steering, office):
    """As Google's own invitations do: Outlook and Gmail read the first, others the second."""
    invite(session, [steering], by=office)
    [letter] = deliver()
    message = letter.message()
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    part, file = list(message.walk())[-2:]
    assert dict(part.get_params()) == {"text/calendar": "", "method": "REQUEST", "charset": "utf-8"}
    assert (file.get_filename(), file.get_payload(decode=True)) == (
        "invite.ics",
        part.get_payload(decode=True).replace(b"\n", b"\r\n").replace(b"\r\r", b"\r"),
    )


def test_a_day_without_hours_is_a_whole_day(session, steering, office):
    session.start = session.end = None
    session.save()
    invite(session, [steering], by=office)
    program = CalendarProgram()
    arrived(program)
    [event] = program.events.values()
    assert (event.begins, event.ends) == (datetime.date(2026, 3, 26), datetime.date(2026, 3, 27))


# --- many at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_queries_of_making_the_mails(session, office, number, django_assert_num_queries):
    people = [factories.UserFactory() for _person in range(number)]
    invite(session, people, by=office)
    found = list(Notification.objects.filter(kind=INVITATION).select_related("recipient"))
    from civportal.notifications.kinds import kind

    with django_assert_num_queries(6):
        made = kind(INVITATION).compose(found)
    assert len(made) == number


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_send_one(noon, english):
    office, guest = factories.office_worker(), factories.UserFactory()
    session = factories.SessionFactory(status="planned", date=datetime.date(2026, 3, 26))
    sent = []

    def send():
        try:
            sent.append(invite(session, [guest], by=office))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [0, 1]
    assert Notification.objects.filter(kind=INVITATION).count() == 1


# --- the page -------------------------------------------------------------------------------------


def test_the_page_ticks_who_has_no_invitation_and_sends(session, steering, office, logged_in):
    address = reverse("sessions_log:invite", args=[session.pk])
    signed_up = factories.ParticipationFactory(
        session=session, user=factories.UserFactory(name="Sara Signed"), reply="yes"
    )
    client = logged_in(office)
    page = client.get(address).content.decode()
    place = session.participations.get(user=steering)
    assert f'value="p{place.pk}" checked' in page
    assert f'value="p{signed_up.pk}">' in page
    assert "Invitation: Stuurgroep" in page
    response = client.post(address, {"people": [f"p{place.pk}"]}, follow=True)
    assert "1 invitation is on its way." in response.content.decode()
    assert rows(INVITATION) == [(steering.email, "pending", "")]
    client.post(address, {"people": [f"p{place.pk}"]})
    assert len(rows(INVITATION)) == 1


def test_nobody_ticked_is_said_and_places_of_others_are_not_ours(session, office, logged_in):
    address = reverse("sessions_log:invite", args=[session.pk])
    elsewhere = factories.ParticipationFactory(user=factories.UserFactory(), invited=True)
    page = logged_in(office).post(address, {"people": [f"p{elsewhere.pk}"]})
    assert "Nobody is ticked" in page.content.decode()
    assert not Notification.objects.exists()
    assert Participation.objects.get(pk=elsewhere.pk).invited_at is None


def test_the_page_is_for_who_plans(session, steering, company, charlie, office, logged_in):
    address = reverse("sessions_log:invite", args=[session.pk])
    people = [None, charlie, company, steering, office]
    assert [logged_in(user).get(address).status_code for user in people] == [
        302,
        404,
        404,
        403,
        200,
    ]
    assert timezone.now() == NOW
