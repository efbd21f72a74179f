"""Reminders: at each person's own hours, once, and never of what no longer holds.

Meetings are in the centre's time zone (Europe/Amsterdam); reminders follow the reader's.
"""

import datetime
import threading
import zoneinfo

import pytest
import time_machine
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from civportal.notifications import delivery, reminders
from civportal.notifications.digests import setting_of
from civportal.notifications.models import DigestSetting, Notification, Preference
from sessions_log import notifications
from tests import factories

AMSTERDAM = zoneinfo.ZoneInfo("Europe/Amsterdam")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
DAY, WEEK = 24, 7 * 24


def local(text: str, zone: zoneinfo.ZoneInfo = AMSTERDAM) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone)


def person(*hours: int, **fields: object):
    """Someone with these hours, or those that everyone begins with."""
    user = factories.UserFactory(**{"language": "en", **fields})
    setting = setting_of(user)
    setting.reminders_since = LONG_AGO
    setting.reminder_hours = list(hours or (WEEK, DAY))
    setting.save()
    return user


def meeting(day: str, start: str | None = "15:00", **fields: object):
    """A planned session that has stood in the calendar for long."""
    return factories.SessionFactory(
        **{
            "title": "Steering group",
            "date": datetime.date.fromisoformat(day),
            "start": datetime.time.fromisoformat(start) if start else None,
            "status": "planned",
            "created_at": LONG_AGO,
            "language": "en",
            **fields,
        }
    )


def takes_part(user, session, **fields: object):
    return factories.ParticipationFactory(
        session=session, user=user, **{"created_at": LONG_AGO, **fields}
    )


def outbox(user=None) -> list[tuple[int, str, str]]:
    """Hours before, state and reason of each reminder, in the order of their moments."""
    rows = Notification.objects.filter(kind=notifications.REMINDER).order_by("due_at", "pk")
    if user:
        rows = rows.filter(recipient=user)
    return [(row.data["hours"], row.state, row.reason) for row in rows]


def sent(now: str, zone: zoneinfo.ZoneInfo = AMSTERDAM) -> list[tuple[str, list[str]]]:
    """Sweep and deliver at a moment; the subjects and readers of what went out."""
    mail.outbox.clear()
    with time_machine.travel(local(now, zone), tick=False):
        reminders.sweep()
        while delivery.deliver_batch():
            pass
    return [(letter.subject, letter.to) for letter in mail.outbox]


MOMENTS = [
    # begins, hours before, who reads it → when it is sent, on the reader's clock
    ("a day before", "2026-06-11T15:00", DAY, AMSTERDAM, "2026-06-10T15:00"),
    ("a week before", "2026-06-11T15:00", WEEK, AMSTERDAM, "2026-06-04T15:00"),
    ("some hours before", "2026-06-11T15:00", 3, AMSTERDAM, "2026-06-11T12:00"),
    ("a day and some hours", "2026-06-11T15:00", 30, AMSTERDAM, "2026-06-10T09:00"),
    # The clock goes forward in the night of 29 March 2026, back in that of 25 October.
    ("a day, over spring", "2026-03-29T15:00", DAY, AMSTERDAM, "2026-03-28T15:00"),
    ("a week, over spring", "2026-04-02T15:00", WEEK, AMSTERDAM, "2026-03-26T15:00"),
    ("a day, over autumn", "2026-10-25T15:00", DAY, AMSTERDAM, "2026-10-24T15:00"),
    ("a week, over autumn", "2026-10-29T15:00", WEEK, AMSTERDAM, "2026-10-22T15:00"),
    ("in the skipped hour", "2026-03-30T02:30", DAY, AMSTERDAM, "2026-03-29T07:00"),
    ("in the repeated hour", "2026-10-26T02:30", DAY, AMSTERDAM, "2026-10-25T07:00"),
    ("from the repeated hour", "2026-10-25T02:30", 1, AMSTERDAM, "2026-10-24T20:59"),
    ("hours over spring", "2026-03-29T08:00", 6, AMSTERDAM, "2026-03-29T07:00"),
    # Quiet hours: the morning after, or the evening before where it has begun by then.
    ("an evening", "2026-06-11T22:00", DAY, AMSTERDAM, "2026-06-11T07:00"),
    ("an early morning", "2026-06-11T07:00", 2, AMSTERDAM, "2026-06-10T20:59"),
    ("at the edge of the night", "2026-06-11T21:00", DAY, AMSTERDAM, "2026-06-11T07:00"),
    ("just before the night", "2026-06-11T20:59", DAY, AMSTERDAM, "2026-06-10T20:59"),
    ("all day, a day before", "2026-06-11T00:00", DAY, AMSTERDAM, "2026-06-10T07:00"),
    ("all day, an hour before", "2026-06-11T00:00", 1, AMSTERDAM, "2026-06-10T20:59"),
    # 15.00 in Amsterdam is 9.00 in New York, but 10.00 in the weeks that only one has changed.
    ("New York", "2026-06-11T15:00", DAY, NEW_YORK, "2026-06-10T09:00"),
    ("New York, at night", "2026-06-11T09:00", DAY, NEW_YORK, "2026-06-10T07:00"),
    ("New York, hours before", "2026-06-11T15:00", 3, NEW_YORK, "2026-06-11T07:00"),
    ("New York changed alone", "2026-03-09T15:00", DAY, NEW_YORK, "2026-03-08T10:00"),
    ("New York, skipped hour", "2026-03-09T07:30", DAY, NEW_YORK, "2026-03-08T07:00"),
    ("New York, repeated hour", "2026-11-02T07:30", DAY, NEW_YORK, "2026-11-01T07:00"),
    ("New York, a week over spring", "2026-03-12T15:00", WEEK, NEW_YORK, "2026-03-05T10:00"),
]


@pytest.mark.parametrize(
    ("starts_at", "hours", "zone", "due"), [row[1:] for row in MOMENTS], ids=[r[0] for r in MOMENTS]
)
def test_moment(starts_at, hours, zone, due):
    moment = reminders.due_moment(local(starts_at), hours, zone.key)
    assert moment.astimezone(zone).isoformat()[:16] == due


def test_every_moment_is_at_a_good_hour_and_in_time():
    """Each hour of two weeks with a change of the clock, each zone, each number of hours."""
    begin = datetime.datetime(2026, 3, 20, tzinfo=datetime.UTC)
    for zone in ("Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"):
        for hour in range(14 * 24):
            starts_at = begin + datetime.timedelta(hours=hour)
            for hours in (1, 5, 24, 49, 168):
                moment = reminders.due_moment(starts_at, hours, zone)
                assert moment < starts_at
                clock = moment.astimezone(zoneinfo.ZoneInfo(zone)).time()
                assert datetime.time(7) <= clock < datetime.time(21)


@pytest.mark.django_db
def test_a_week_and_a_day_before():
    user = person()
    session = meeting("2026-06-11", place="Lab 2")
    factories.ItemFactory(session=session, title="The application", order=1)
    takes_part(user, session)
    assert sent("2026-06-04T14:59") == []
    assert sent("2026-06-04T15:00") == [
        ("Thursday 11 June 2026: Steering group – the agenda is there", [user.email])
    ]
    assert sent("2026-06-04T15:01") == []
    assert sent("2026-06-10T14:59") == []
    assert sent("2026-06-10T15:00") == [
        ("Thursday 15:00: Steering group – the agenda is there", [user.email])
    ]
    assert sent("2026-06-11T15:00") == []
    assert outbox() == [(WEEK, "sent", ""), (DAY, "sent", "")]


@pytest.mark.django_db
def test_the_mail_in_dutch_with_its_calendar_part():
    user = person(language="nl", name="Noor")
    session = meeting("2026-06-11", title="Stuurgroep", end=datetime.time(17), place="Lab 2")
    factories.ItemFactory(session=session, title="De aanvraag", order=1)
    takes_part(user, session)
    sent("2026-06-10T15:00")
    (letter,) = mail.outbox
    parts = {content_type: content for content, content_type in letter.alternatives}
    assert set(parts) == {"text/html", "text/calendar; method=PUBLISH"}
    event = parts["text/calendar; method=PUBLISH"]
    assert f"UID:{session.uid}" in event
    assert "DTSTART;TZID=Europe/Amsterdam:20260611T150000" in event
    assert "Lab 2" in letter.body
    assert "1. De aanvraag" in letter.body


@pytest.mark.django_db
def test_each_reads_only_what_they_may_see():
    """The body reads the confidential item and the online link, who signed up does not."""
    seat = factories.SeatFactory(user=person(), created_at=LONG_AGO)
    guest = person()
    session = meeting("2026-06-11", body=seat.body, online_url="https://meet.example/1")
    factories.ItemFactory(session=session, title="Open item", order=1)
    factories.ItemFactory(session=session, title="Secret item", order=2, confidential=True)
    takes_part(guest, session)
    sent("2026-06-10T15:00")
    told = {}
    for letter in mail.outbox:
        everything = letter.body + "".join(str(content) for content, _type in letter.alternatives)
        told[letter.to[0]] = [
            word for word in ("Open item", "Secret item", "meet.example") if word in everything
        ]
    assert told == {
        seat.user.email: ["Open item", "Secret item", "meet.example"],
        guest.email: ["Open item"],
    }


@pytest.mark.django_db
def test_in_new_york_it_comes_by_their_clock_and_says_whose_time_it_is():
    user = person(DAY, time_zone="America/New_York")
    takes_part(user, meeting("2026-06-11"))
    assert sent("2026-06-10T08:59", NEW_YORK) == []
    assert sent("2026-06-10T09:00", NEW_YORK) == [("Thursday 15:00: Steering group", [user.email])]
    assert "15:00 (time in Amsterdam)" in mail.outbox[0].body


@pytest.mark.django_db
def test_both_nights_of_summer_time():
    """A day is a day on the clock, 23 or 25 hours long."""
    user = person(DAY)
    takes_part(user, meeting("2026-03-29", title="Spring"))
    takes_part(user, meeting("2026-10-25", title="Autumn"))
    assert sent("2026-03-28T14:59") == []
    assert sent("2026-03-28T15:00") == [("Sunday 15:00: Spring", [user.email])]
    assert sent("2026-10-24T14:59") == []
    assert sent("2026-10-24T15:00") == [("Sunday 15:00: Autumn", [user.email])]


@pytest.mark.django_db
def test_moved_across_a_reminder_it_is_told_anew():
    user = person(DAY)
    session = meeting("2026-06-11")
    takes_part(user, session)
    assert len(sent("2026-06-10T15:00")) == 1
    session.date = datetime.date(2026, 6, 18)
    session.save()
    assert sent("2026-06-10T16:00") == []
    assert sent("2026-06-17T15:00") == [("Thursday 15:00: Steering group", [user.email])]
    assert outbox() == [(DAY, "sent", ""), (DAY, "sent", "")]


@pytest.mark.django_db
def test_moved_while_a_reminder_waits_the_old_one_does_not_go_out():
    user = person(DAY)
    session = meeting("2026-06-11")
    takes_part(user, session)
    with time_machine.travel(local("2026-06-10T15:00"), tick=False):
        reminders.sweep()
    session.start = datetime.time(19)
    session.save()
    assert sent("2026-06-10T15:01") == []
    assert outbox() == [(DAY, "withheld", "outdated")]
    assert sent("2026-06-10T19:00") == [("Thursday 19:00: Steering group", [user.email])]


@pytest.mark.django_db
def test_moved_back_and_forth_nobody_hears_the_same_twice():
    user = person(DAY)
    session = meeting("2026-06-11")
    takes_part(user, session)
    assert len(sent("2026-06-10T15:00")) == 1
    session.date = datetime.date(2026, 6, 12)
    session.save()
    assert sent("2026-06-10T15:01") == []
    session.date = datetime.date(2026, 6, 11)
    session.save()
    assert sent("2026-06-10T15:02") == []


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["cancelled", "held"])
def test_cancelled_while_it_waits_and_before_the_next(status):
    user = person()
    session = meeting("2026-06-11")
    takes_part(user, session)
    with time_machine.travel(local("2026-06-04T15:00"), tick=False):
        reminders.sweep()
    session.status = status
    session.save()
    assert sent("2026-06-04T15:01") == []
    assert sent("2026-06-10T15:00") == []
    assert outbox() == [(WEEK, "withheld", "outdated")]


@pytest.mark.django_db
@pytest.mark.parametrize("reply", ["no", "replaced"])
def test_who_declined_hears_nothing_also_as_a_member(reply):
    seat = factories.SeatFactory(user=person(), created_at=LONG_AGO)
    session = meeting("2026-06-11", body=seat.body)
    takes_part(seat.user, session, reply=reply)
    takes_part(person(), session, reply=reply)
    assert sent("2026-06-10T15:00") == []
    assert outbox() == []


@pytest.mark.django_db
def test_who_declines_while_it_waits_is_left_alone():
    user = person(DAY)
    participation = takes_part(user, meeting("2026-06-11"))
    with time_machine.travel(local("2026-06-10T15:00"), tick=False):
        reminders.sweep()
    participation.reply = "no"
    participation.save()
    assert sent("2026-06-10T15:01") == []
    assert outbox() == [(DAY, "withheld", "outdated")]


@pytest.mark.django_db
def test_who_left_the_body():
    """Before the sweep there is no reminder, between sweep and sending it is held back."""
    left = factories.SeatFactory(user=person(DAY), created_at=LONG_AGO)
    left.end = datetime.date(2026, 6, 9)
    left.save()
    leaving = factories.SeatFactory(body=left.body, user=person(DAY), created_at=LONG_AGO)
    stays = factories.SeatFactory(body=left.body, user=person(DAY), created_at=LONG_AGO)
    meeting("2026-06-11", body=left.body, visibility="body")
    with time_machine.travel(local("2026-06-10T15:00"), tick=False):
        reminders.sweep()
    leaving.end = datetime.date(2026, 6, 9)
    leaving.save()
    assert sent("2026-06-10T15:01") == [("Thursday 15:00: Steering group", [stays.user.email])]
    assert outbox(left.user) == []
    assert outbox(leaving.user) == [(DAY, "withheld", "no_longer_visible")]


@pytest.mark.django_db
def test_who_was_asked_and_sits_in_the_body_hears_it_once():
    seat = factories.SeatFactory(user=person(DAY), created_at=LONG_AGO)
    factories.SeatFactory(user=seat.user, body=seat.body, role="secretary", created_at=LONG_AGO)
    session = meeting("2026-06-11", body=seat.body)
    takes_part(seat.user, session, reply="yes")
    assert len(sent("2026-06-10T15:00")) == 1


@pytest.mark.django_db
def test_who_came_to_take_part_later_hears_only_what_is_due_after():
    user = person()
    session = meeting("2026-06-11")
    takes_part(user, session, created_at=local("2026-06-05T10:00"))
    assert sent("2026-06-05T10:01") == []
    assert len(sent("2026-06-10T15:00")) == 1
    assert outbox() == [(DAY, "sent", "")]


@pytest.mark.django_db
def test_other_hours_hold_from_when_they_were_chosen():
    user = person(DAY)
    takes_part(user, meeting("2026-06-11"))
    setting = DigestSetting.objects.get(user=user)
    setting.reminder_hours = [72, 5]
    setting.reminders_since = local("2026-06-09T12:00")
    setting.save()
    assert sent("2026-06-09T12:01") == []
    assert sent("2026-06-10T15:00") == []
    assert len(sent("2026-06-11T10:00")) == 1
    assert outbox() == [(5, "sent", "")]


@pytest.mark.django_db
def test_no_hours_no_reminders():
    user = person()
    DigestSetting.objects.filter(user=user).update(reminder_hours=[])
    takes_part(user, meeting("2026-06-11"))
    assert sent("2026-06-10T15:00") == []


@pytest.mark.django_db
def test_a_missed_sweep_catches_up_with_the_latest_only():
    user = person(WEEK, 48, DAY)
    takes_part(user, meeting("2026-06-11"))
    assert sent("2026-06-10T20:00") == [("Thursday 15:00: Steering group", [user.email])]
    assert outbox() == [
        (WEEK, "withheld", "overtaken"),
        (48, "withheld", "overtaken"),
        (DAY, "sent", ""),
    ]


@pytest.mark.django_db
def test_an_earlier_one_that_still_waits_gives_way():
    user = person()
    takes_part(user, meeting("2026-06-11"))
    with time_machine.travel(local("2026-06-04T15:00"), tick=False):
        reminders.sweep()
    assert outbox() == [(WEEK, "pending", "")]
    assert len(sent("2026-06-10T15:00")) == 1
    assert outbox() == [(WEEK, "withheld", "overtaken"), (DAY, "sent", "")]


@pytest.mark.django_db
@pytest.mark.parametrize("now", ["2026-06-11T15:00", "2026-06-11T15:01", "2026-06-12T09:00"])
def test_never_of_what_has_begun(now):
    takes_part(person(), meeting("2026-06-11"))
    assert sent(now) == []
    assert outbox() == []


@pytest.mark.django_db
def test_one_that_could_not_be_sent_in_time_is_not_sent_late():
    takes_part(person(DAY), meeting("2026-06-11"))
    with time_machine.travel(local("2026-06-10T15:00"), tick=False):
        reminders.sweep()
    assert sent("2026-06-11T15:00") == []
    assert outbox() == [(DAY, "withheld", "too_late")]


@pytest.mark.django_db
def test_whole_days_and_the_night():
    takes_part(person(DAY), meeting("2026-06-11", start=None))
    assert sent("2026-06-10T06:59") == []
    assert [subject for subject, _to in sent("2026-06-10T07:00")] == ["Thursday: Steering group"]


@pytest.mark.django_db
def test_not_for_who_left_the_portal_nor_for_who_does_not_want_them():
    session = meeting("2026-06-11")
    gone = person(is_active=False)
    quiet = person(DAY)
    Preference.objects.create(user=quiet, kind=notifications.REMINDER, mode="off")
    takes_part(gone, session)
    takes_part(quiet, session)
    assert sent("2026-06-10T15:00") == []
    assert outbox(gone) == []
    assert outbox(quiet) == [(DAY, "withheld", "not_wanted")]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(number):
    session = meeting("2026-06-11", body=factories.BodyFactory())
    factories.ItemFactory(session=session)
    for _place in range(number):
        takes_part(person(), session)
        factories.SeatFactory(body=session.body, user=person(), created_at=LONG_AGO)
    with time_machine.travel(local("2026-06-10T15:00"), tick=False):
        with CaptureQueriesContext(
            connection,
        ) as swept:
            reminders.sweep()
        rows = list(Notification.objects.filter(state="pending").select_related("recipient"))
        assert len(rows) == 2 * number
        with CaptureQueriesContext(connection) as composed:
            notifications.compose_reminders(rows)
    # Who is due, of sessions, of agreements and of all that falls due of assignments; people, their
    # hours, what is written already, and writing; late action items.
    assert (len(swept), len(composed)) == (21, 5)


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_write_each_reminder_once():
    session = meeting("2026-06-11")
    for _place in range(20):
        takes_part(person(), session)
    start = threading.Barrier(2)
    failed = []

    def work() -> None:
        try:
            start.wait()
            reminders.sweep(local("2026-06-10T15:00"))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(outbox()) == sorted(
        [(WEEK, "withheld", "overtaken")] * 20 + [(DAY, "pending", "")] * 20
    )
