"""Reminders: a sweep over what begins, at each person's own hours.

No countdown waits in the broker: each minute the sweep asks what is due now. One that was missed
catches up, and nothing is reminded of after it began. The key of a reminder holds the moment it
is about, so that a moved meeting is reminded of anew.
"""

import datetime
import itertools
import zoneinfo
from collections.abc import Iterator, Mapping

from django.utils import timezone

from civportal.accounts.models import User
from civportal.notifications.choices import Reason, State
from civportal.notifications.delivery import QUIET_FROM, QUIET_UNTIL, end_of_quiet
from civportal.notifications.kinds import Reminder, ReminderSource, reminder_sources
from civportal.notifications.models import DigestSetting, Notification, default_offsets

BATCH = 500
LONGEST = datetime.timedelta(days=30)
"""The furthest ahead that someone can ask to be reminded."""


def due_moment(starts_at: datetime.datetime, hours: int, zone_name: str) -> datetime.datetime:
    """When to remind someone this many hours before, at a good hour in their own zone.

    Days are days on the clock: a day before 15.00 is 15.00, also across summer time. A moment in
    the quiet hours moves to the morning after, or to the evening before where it has begun by
    then.
    """
    zone = zoneinfo.ZoneInfo(zone_name)
    days, rest = divmod(hours, 24)
    local = starts_at.astimezone(zone) - datetime.timedelta(days=days)  # wall-clock arithmetic
    moment = local.astimezone(datetime.UTC) - datetime.timedelta(hours=rest)
    morning = end_of_quiet(moment, zone_name)
    if morning is None:
        return moment
    if morning < starts_at:
        return morning.astimezone(datetime.UTC)
    evening = moment.astimezone(zone)
    if evening.time() < QUIET_UNTIL:
        evening -= datetime.timedelta(days=1)
    return datetime.datetime.combine(evening.date(), QUIET_FROM, tzinfo=zone).astimezone(
        datetime.UTC
    ) - datetime.timedelta(minutes=1)


def sweep(now: datetime.datetime | None = None) -> int:
    """Put the reminders that are due into the outbox; how many were looked at.

    Running it twice, or by two workers at once, changes nothing: keys are unique.
    """
    moment = now or timezone.now()
    looked_at = 0
    for source in reminder_sources():
        for batch in _batches(source, moment):
            rows = list(due_rows(source.kind, batch, moment))
            Notification.objects.bulk_create(rows, ignore_conflicts=True)
            looked_at += len(batch)
    return looked_at


def _batches(source: ReminderSource, now: datetime.datetime) -> Iterator[list[Reminder]]:
    upcoming = iter(source.upcoming(now, now + LONGEST + datetime.timedelta(days=1)))
    while batch := list(itertools.islice(upcoming, BATCH)):
        yield batch


def due_rows(
    kind: str, reminders: list[Reminder], now: datetime.datetime
) -> Iterator[Notification]:
    """The outbox rows for what is due of these reminders, unsaved; two queries."""
    people = User.objects.in_bulk({reminder.user_id for reminder in reminders})
    hours = dict(
        DigestSetting.objects.filter(user__in=people).values_list("user", "reminder_hours")
    )
    for reminder in reminders:
        yield from _rows_of(kind, reminder, people, hours, now)


def _rows_of(
    kind: str,
    reminder: Reminder,
    people: Mapping[int, User],
    hours: Mapping[int, list[int]],
    now: datetime.datetime,
) -> Iterator[Notification]:
    if reminder.starts_at <= now or reminder.user_id not in people:
        return
    zone = people[reminder.user_id].time_zone
    offsets = sorted(set(hours.get(reminder.user_id, default_offsets())))
    moments = [(due_moment(reminder.starts_at, offset, zone), offset) for offset in offsets]
    due = [(moment, offset) for moment, offset in moments if reminder.since < moment <= now]
    for place, (moment, offset) in enumerate(sorted(due, reverse=True)):
        overtaken = place > 0
        yield Notification(
            recipient_id=reminder.user_id,
            kind=kind,
            subject=reminder.subject,
            dedupe_key=(
                f"{kind}:{reminder.subject}:{reminder.starts_at:%Y%m%dT%H%M%z}:{offset}"
                f":{reminder.user_id}"
            ),
            data={"starts_at": reminder.starts_at.isoformat(), "hours": offset},
            due_at=moment,
            next_try_at=moment,
            expires_at=reminder.starts_at,
            state=State.WITHHELD if overtaken else State.PENDING,
            reason=Reason.OVERTAKEN if overtaken else Reason.NONE,
            settled_at=now if overtaken else None,
        )
