"""What people hear of dates and bookings: mails, calendars, reminders; nothing that is over."""

import datetime
import zoneinfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from assignments.actions.bookings import book, cancel_booking, change_booking
from assignments.actions.posting import withdraw
from assignments.actions.slots import add_slots, cancel_slot, change_slot, remove_slot
from assignments.models import Slot
from assignments.voices import voice_of
from civportal.notifications import delivery, kinds, reminders, strangers
from civportal.notifications.digests import setting_of
from civportal.notifications.models import Notification, StrangerMail
from civportal.notifications.subjects import names_of
from sessions_log.models import CalendarToken
from tests import factories
from tests.assignments.offering import MORE, a_date, facts, guest_lecture, party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

AMSTERDAM = zoneinfo.ZoneInfo("Europe/Amsterdam")
HOUR = datetime.timedelta(hours=1)
LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
STRANGER = "guest.speaker@example.org"


@pytest.fixture(autouse=True)
def by_day():
    """A weekday at noon, when mail goes out."""
    with time_machine.travel(datetime.datetime(2026, 3, 4, 12, tzinfo=AMSTERDAM), tick=False):
        yield


@pytest.fixture(autouse=True)
def readers(company, teacher, coach):
    """Everyone reads English, and has chosen reminders long ago."""
    for user in (company, teacher, coach):
        user.language = "en"
        user.save()
        setting = setting_of(user)
        setting.reminders_since, setting.reminder_hours = LONG_AGO, [24]
        setting.save()


@pytest.fixture
def slot(company):
    return a_date(guest_lecture(company))


def deliver():
    """Send what is due: by recipient, the subjects in order."""
    mail.outbox.clear()
    while delivery.deliver_batch():
        pass
    while strangers.deliver(timezone.now()):
        pass
    return sorted((letter.to[0].partition("@")[0], letter.subject) for letter in mail.outbox)


def calendars():
    """By recipient: METHOD, UID, SEQUENCE, beginning and title of each calendar part."""
    found = []
    for letter in mail.outbox:
        for part in letter.alternatives:
            if part.mimetype.startswith("text/calendar"):
                calendar = Calendar.from_ical(part.content)
                (event,) = calendar.walk("VEVENT")
                found.append(
                    (
                        letter.to[0].partition("@")[0],
                        str(calendar["method"]),
                        str(event["uid"]),
                        event["sequence"],
                        event["dtstart"].dt.isoformat(),
                        str(event["summary"]),
                    )
                )
    return sorted(found)


def letter_to(name):
    (found,) = (letter for letter in mail.outbox if letter.to[0].startswith(f"{name}@"))
    return found.body


def starts(slot):
    return slot.starts_at.isoformat()


# --- bookings -------------------------------------------------------------------------------------


def test_a_booking_is_confirmed_with_a_calendar_and_told_to_who_offers_it(slot, teacher):
    slot.online_url = "https://meet.example/clean"
    slot.save()
    booking = book(slot, party=party(teacher, level=4, note="Two need a lift."), by=teacher)
    assert deliver() == [
        ("company", "Booked by Class 2A, 20 people: Clean work, Wednesday 25 March 2026, 10:00"),
        ("teacher", "Booked: Clean work, Wednesday 25 March 2026, 10:00"),
    ]
    uid = str(booking.uid)
    assert calendars() == [
        ("teacher", "REQUEST", uid, 0, "2026-03-25T10:00:00+01:00", "Clean work – Class 2A")
    ]
    told = letter_to("company")
    for words in (
        "Class 2A, Mbo Noord", "20 people", "Mbo level 4", "Two need a lift.", "Tineke Teacher",
        "teacher@example.org", slot.get_bookings_url(),
    ):  # fmt: skip
        assert words in told
    assert "https://meet.example/clean" in letter_to("teacher")


def test_a_change_and_a_cancellation_are_told_to_both(slot, teacher):
    booking = book(slot, party=party(teacher), by=teacher)
    deliver()
    change_booking(booking, party=party(teacher, number=12), by=teacher)
    assert deliver() == [
        ("company", "Changed: Class 2A comes with 12 people: Clean work, "
                    "Wednesday 25 March 2026, 10:00"),
        ("teacher", "Your booking was changed: Clean work, Wednesday 25 March 2026, 10:00"),
    ]  # fmt: skip
    assert "Was: 20 people" in letter_to("company")
    cancel_booking(booking, by=teacher)
    assert deliver() == [
        ("company", "Class 2A does not come: Clean work, Wednesday 25 March 2026, 10:00"),
        ("teacher", "Your booking is cancelled: Clean work, Wednesday 25 March 2026, 10:00"),
    ]
    assert [row[:4] for row in calendars()] == [("teacher", "CANCEL", str(booking.uid), 1)]


def test_who_changes_their_mind_at_once_gets_the_last_word_only(slot, teacher):
    booking = book(slot, party=party(teacher), by=teacher)
    cancel_booking(booking, by=teacher)
    assert [who for who, subject in deliver() if "does not come" in subject] == ["company"]
    assert all("Booked" not in letter.subject for letter in mail.outbox)


def test_who_offers_it_is_not_told_what_they_did_themselves(teacher):
    lecture = guest_lecture(
        factories.MembershipFactory(partner__name="Zilt BV").user, teacher=teacher
    )
    book(a_date(lecture), party=party(teacher), by=teacher)
    told = Notification.objects.filter(recipient=teacher)
    assert [row.kind for row in told] == ["assignments.booking_yours"]


def test_without_a_contact_person_all_who_speak_for_the_organisation_hear(slot, company, teacher):
    colleague = factories.MembershipFactory(partner=slot.assignment.partner, role="representative")
    member = factories.MembershipFactory(partner=slot.assignment.partner, role="member")
    slot.assignment.contact = None
    slot.assignment.save()
    book(slot, party=party(teacher), by=teacher)
    told = {row.recipient for row in Notification.objects.filter(kind="assignments.booking_made")}
    assert told == {company, colleague.user}
    assert member.user not in told


def test_who_left_the_organisation_does_not_read_who_comes(slot, company, teacher):
    slot.assignment.contact = None
    slot.assignment.save()
    book(slot, party=party(teacher), by=teacher)
    company.memberships.all().delete()
    assert [who for who, _subject in deliver()] == ["teacher"]
    row = Notification.objects.get(recipient=company)
    assert (row.state, row.reason) == ("withheld", "no_longer_visible")


# --- dates ----------------------------------------------------------------------------------------


def test_a_move_tells_the_old_and_the_new_moment(slot, teacher, coach, company, office):
    booking = book(slot, party=party(teacher), by=teacher)
    gone = book(slot, party=party(coach, number=2), by=coach)
    cancel_booking(gone, by=coach)
    deliver()
    to = facts(slot, date=slot.date + 7 * MORE, start=datetime.time(9), place="Lab 3")
    change_slot(slot, to=to, by=office, note="The lab is closed that week.")
    subject = "Moved to Wednesday 1 April 2026, 09:00: Clean work"
    assert deliver() == [("company", subject), ("teacher", subject)]
    assert [row[:5] for row in calendars()] == [
        ("teacher", "REQUEST", str(booking.uid), 1, "2026-04-01T09:00:00+02:00")
    ]
    told = letter_to("teacher")
    for words in (
        "Wednesday 1 April 2026, 09:00–12:00", "Was: Wednesday 25 March 2026, 10:00–12:00",
        "Was in: Lab 2", "The lab is closed that week.",
    ):  # fmt: skip
        assert words in told


def test_a_date_that_moved_twice_is_told_as_it_is(slot, teacher, company):
    book(slot, party=party(teacher), by=teacher)
    deliver()
    for place in ("Lab 3", "Lab 4"):
        change_slot(Slot.objects.get(), to=facts(slot, place=place), by=company)
    assert deliver() == [("teacher", "Now in Lab 4: Clean work, Wednesday 25 March 2026, 10:00")]


def test_more_places_are_no_news(slot, teacher, company):
    book(slot, party=party(teacher), by=teacher)
    deliver()
    change_slot(slot, to=facts(slot, capacity=90), by=company)
    assert deliver() == []


def test_a_date_that_is_called_off_leaves_calendars(slot, teacher, company):
    booking = book(slot, party=party(teacher), by=teacher)
    cancel_slot(slot, reason="The lab is closed.", by=company)
    assert deliver() == [("teacher", "Cancelled: Clean work, Wednesday 25 March 2026, 10:00")]
    assert "Why: The lab is closed." in letter_to("teacher")
    assert [row[:4] for row in calendars()] == [("teacher", "CANCEL", str(booking.uid), 1)]


def test_withdrawing_tells_who_booked_and_takes_it_out_of_calendars(slot, teacher, company):
    booking = book(slot, party=party(teacher), by=teacher)
    withdraw(slot.assignment, reason="We move house.", by=voice_of(company, slot.assignment))
    assert ("teacher", "Cancelled: Clean work, Wednesday 25 March 2026, 10:00") in deliver()
    assert "Why: We move house." in letter_to("teacher")
    assert [row[:4] for row in calendars()] == [("teacher", "CANCEL", str(booking.uid), 1)]
    assert not Slot.objects.open_to_book().exists()


def test_who_offers_it_together_hears_of_new_dates(company, teacher):
    lecture = guest_lecture(company, teacher=teacher, posted_by=teacher)
    first = facts(a_date(lecture, days=60), date=timezone.localdate() + 14 * MORE)
    made = add_slots(
        lecture, key=factories.SlotFactory.build().uid, facts=first.weekly(3), by=teacher
    )
    remove_slot(made[0], by=teacher)
    assert deliver() == [
        ("company", "2 dates on offer: Clean work, from Wednesday 25 March 2026, 10:00")
    ]


# --- a contact person without an account ----------------------------------------------------------


@pytest.fixture
def by_address(slot, teacher):
    """The lecture is given by somebody with an address alone; a teacher posted it."""
    lecture = slot.assignment
    lecture.contact, lecture.contact_name, lecture.contact_email = None, "Gijs", STRANGER
    lecture.save()
    lecture.partner.memberships.all().delete()
    return slot


def test_an_address_hears_who_comes_and_who_does_not(by_address, coach, office):
    booking = book(by_address, party=party(coach), by=coach)
    change_booking(booking, party=party(coach, number=2), by=coach)
    cancel_booking(booking, by=coach)
    other = book(by_address, party=party(coach, group="Class 1"), by=coach)
    change_slot(by_address, to=facts(by_address, place="Lab 9"), by=office)
    cancel_slot(by_address, reason="Ill.", by=office)
    subjects = [subject for who, subject in deliver() if who == "guest.speaker"]
    assert [subject.partition(":")[0] for subject in subjects] == [
        "Booked by Class 1, 20 people", "Booked by Class 2A, 20 people", "Cancelled",
        "Changed", "Class 2A does not come", "Now in Lab 9",
    ]  # fmt: skip
    assert other.slot == by_address
    assert not any("/opdrachten/datum/" in letter.body for letter in mail.outbox
                   if letter.to == [STRANGER])  # fmt: skip


def test_an_address_is_reminded_once_for_each_moment(by_address, coach, office):
    book(by_address, party=party(coach), by=coach)
    deliver()
    due = by_address.starts_at - MORE

    def sweep(moment):
        with time_machine.travel(moment, tick=False):
            reminders.sweep()
            return [subject for who, subject in deliver() if who == "guest.speaker"]

    assert sweep(due - datetime.timedelta(minutes=1)) == []
    assert sweep(due) == ["Wednesday 10:00: Clean work – 20 people"]
    assert sweep(due + datetime.timedelta(minutes=1)) == []
    change_slot(by_address, to=facts(by_address, date=by_address.date + MORE), by=office)
    deliver()
    assert sweep(due + MORE) == ["Thursday 10:00: Clean work – 20 people"]
    assert not StrangerMail.objects.exists()


def test_an_address_is_not_reminded_of_what_it_heard_a_moment_ago(by_address, coach):
    with time_machine.travel(by_address.starts_at - datetime.timedelta(hours=3), tick=False):
        book(by_address, party=party(coach), by=coach)
        deliver()
        reminders.sweep()
        assert deliver() == []


# --- reminders ------------------------------------------------------------------------------------


def reminded(moment):
    with time_machine.travel(moment, tick=False):
        reminders.sweep()
        return deliver()


def test_who_comes_and_who_offers_it_are_reminded_at_their_own_hours(slot, teacher, coach):
    teacher.time_zone = "America/New_York"
    teacher.save()
    book(slot, party=party(teacher), by=teacher)
    book(slot, party=party(teacher, number=3, group="Class 1B"), by=teacher)
    deliver()
    # 10.00 in Amsterdam is 5.00 in New York that week: in the quiet hours, so at 7.00.
    due = slot.starts_at - MORE
    assert reminded(due - datetime.timedelta(minutes=1)) == []
    assert reminded(due) == [("company", "Wednesday 10:00: Clean work – 23 people")]
    for words in ("Class 2A, Mbo Noord", "20 people", "Class 1B, Mbo Noord", "Tineke Teacher"):
        assert words in letter_to("company")
    assert reminded(due + datetime.timedelta(hours=1, minutes=59)) == []
    assert reminded(due + datetime.timedelta(hours=2)) == [
        ("teacher", "Wednesday 10:00: Clean work")
    ]
    assert "10:00–12:00 (time in Amsterdam)" in letter_to("teacher")
    assert reminded(due + datetime.timedelta(hours=3)) == []


def test_a_moved_date_is_reminded_of_anew_and_a_cancelled_one_not(slot, teacher, company):
    book(slot, party=party(teacher), by=teacher)
    deliver()
    due = slot.starts_at - MORE
    with time_machine.travel(due, tick=False):
        reminders.sweep()
        change_slot(slot, to=facts(slot, date=slot.date + 7 * MORE), by=company)
        assert [subject.partition(" ")[0] for _who, subject in deliver()] == ["Moved"]
    again = reminded(due + 7 * MORE)
    assert [who for who, _subject in again] == ["company", "teacher"]
    slot.refresh_from_db()
    change_slot(slot, to=facts(slot, date=slot.date + 7 * MORE), by=company)
    slot.refresh_from_db()
    cancel_slot(slot, reason="Ill.", by=company)
    deliver()
    assert reminded(due + 14 * MORE) == []


def test_who_cancelled_is_not_reminded(slot, teacher, coach):
    cancel_booking(book(slot, party=party(teacher), by=teacher), by=teacher)
    deliver()
    assert reminded(slot.starts_at - MORE) == []


def test_reminders_of_one_person_and_of_one_date(slot, teacher, coach):
    other = a_date(slot.assignment, days=22)
    book(slot, party=party(teacher, number=1), by=teacher)
    book(other, party=party(coach, number=1), by=coach)
    window = (timezone.now(), timezone.now() + 40 * MORE)

    def asked(source, **only):
        return sorted((row.user_id, row.subject) for row in source.upcoming(*window, **only))

    sources = {source.kind: source for source in kinds.reminder_sources()}
    guests = sources["assignments.booking_reminder"]
    hosts = sources["assignments.booking_host_reminder"]
    first, second = f"slot:{slot.pk}", f"slot:{other.pk}"
    company = slot.assignment.contact_id
    assert asked(guests) == sorted([(teacher.pk, first), (coach.pk, second)])
    assert asked(guests, user_id=coach.pk) == [(coach.pk, second)]
    assert asked(guests, subject=first) == [(teacher.pk, first)]
    assert asked(guests, subject="worksession:1") == []
    assert asked(hosts) == sorted([(company, first), (company, second)])
    assert asked(hosts, user_id=coach.pk) == []
    assert asked(hosts, user_id=company, subject=second) == [(company, second)]


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("kind", "queries"),
    [("booking_yours", 3), ("booking_made", 3), ("booking_reminder", 4)],
)
def test_queries_do_not_grow_with_the_batch(number, kind, queries, slot, django_assert_num_queries):
    for place in range(number):
        user = factories.MembershipFactory(role="teacher", partner__kind="mbo_school").user
        row = a_date(
            slot.assignment, days=30, start=datetime.time(10 + place), end=datetime.time(14)
        )
        book(row, party=party(user, number=1), by=user)
    with time_machine.travel(slot.starts_at + 8 * MORE + 23 * HOUR, tick=False):
        reminders.sweep()
        told = Notification.objects.filter(kind=f"assignments.{kind}", state="pending")
        rows = list(told.select_related("recipient"))
        assert len(rows) == number
        with django_assert_num_queries(queries):
            made = kinds.kind(f"assignments.{kind}").compose(rows)
    assert all(isinstance(each, kinds.Message) for each in made.values())


def test_every_kind_has_an_example():
    names = [kind.name for kind in kinds.kinds() if ".booking_" in kind.name]
    assert len(names) == 7
    for name in names:
        assert kinds.kind(name).preview().letter.subject


def test_the_ledger_names_dates_and_bookings_for_who_may_see_them(slot, teacher, coach):
    booking = book(slot, party=party(teacher), by=teacher)
    subjects = [f"slot:{slot.pk}", f"booking:{booking.pk}"]
    assert {key: about.name for key, about in names_of(subjects, teacher).items()} == {
        subjects[0]: "Clean work, 25 March 2026",
        subjects[1]: "Class 2A: Clean work, 25 March 2026",
    }
    assert list(names_of(subjects, coach)) == [subjects[0]]


# --- calendars ------------------------------------------------------------------------------------


def events(response):
    assert response.status_code == 200
    found = Calendar.from_ical(response.content)
    assert not found.errors
    return {str(event["uid"]): event for event in found.walk("VEVENT")}


def test_a_booking_as_a_file(slot, teacher, logged_in):
    booking = book(slot, party=party(teacher), by=teacher)
    response = logged_in(teacher).get(f"/opdrachten/boeking/{booking.pk}.ics")
    assert response["Content-Disposition"] == 'attachment; filename="clean-work.ics"'
    (event,) = events(response).values()
    assert (str(event["summary"]), str(event["location"])) == ("Clean work – Class 2A", "Lab 2")


def test_ones_own_calendar_holds_bookings_and_dates_with_somebody(
    slot, teacher, coach, company, client
):
    booking = book(slot, party=party(teacher), by=teacher)
    book(slot, party=party(coach, number=4), by=coach)
    a_date(slot.assignment, days=40)

    def own(user):
        return events(client.get(f"/agenda/{CalendarToken.renew(user).token}.ics"))

    assert set(own(teacher)) == {str(booking.uid)}
    told = own(company)
    assert set(told) == {str(slot.uid)}
    assert "2 bookings · 24 of 30 places" in str(told[str(slot.uid)]["description"])
    cancel_booking(booking, by=teacher)
    assert own(teacher) == {}


@pytest.mark.parametrize(
    ("day", "hours", "begins", "ends"),
    [
        # The clock goes forward at 2.00 in the night of 29 March 2026, back at 3.00 on 25 October.
        ("2026-03-29", ("01:30", "03:30"), "01:30:00+01:00", "03:30:00+02:00"),
        ("2026-10-25", ("01:30", "03:30"), "01:30:00+02:00", "03:30:00+01:00"),
        ("2026-03-28", ("10:00", "12:00"), "10:00:00+01:00", "12:00:00+01:00"),
        ("2026-03-30", ("10:00", "12:00"), "10:00:00+02:00", "12:00:00+02:00"),
    ],
)
def test_both_nights_on_which_the_clock_changes(day, hours, begins, ends, slot, teacher):
    slot.date = datetime.date.fromisoformat(day)
    slot.start, slot.end = (datetime.time.fromisoformat(hour) for hour in hours)
    slot.save()
    book(slot, party=party(teacher), by=teacher)
    deliver()
    (letter,) = (letter for letter in mail.outbox if letter.to == ["teacher@example.org"])
    calendar = Calendar.from_ical(letter.alternatives[1].content)
    (event,) = calendar.walk("VEVENT")
    assert (event["dtstart"].dt.isoformat(), event["dtend"].dt.isoformat()) == (
        f"{day}T{begins}",
        f"{day}T{ends}",
    )
    assert event["dtstart"].params["TZID"] == "Europe/Amsterdam"
    assert calendar.walk("VTIMEZONE")
