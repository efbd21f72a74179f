"""Reminders: a sweep over what begins, at each person's own hours.

No countdown waits in the broker: each minute the sweep asks what is due now. One that was missed
catches up, and nothing is reminded of after it began. The key of a reminder holds the moment it
is about, so that a moved meeting is reminded of anew.
"""

import datetime
import itertools
import zoneinfo
from collections.abc import Iterator

from django.utils import timezone

from civportal.accounts.models import User
from civportal.notifications.choices import Reason, State
from civportal.notifications.judging import QUIET_FROM, QUIET_UNTIL, end_of_quiet
from civportal.notifications.kinds import Reminder, ReminderSource, reminder_sources, sweeps
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
    """Put the reminders that are due into the outbox, and what apps look for; how many were new.

    Running it twice, or by two workers at once, changes nothing: keys are unique.
    """
    moment = now or timezone.now()
    return sum(
        _write(source.kind, batch, moment)
        for source in reminder_sources()
        for batch in _batches(source, moment)
    ) + sum(look(moment) for look in sweeps())


def _batches(source: ReminderSource, now: datetime.datetime) -> Iterator[list[Reminder]]:
    upcoming = iter(source.upcoming(now, now + LONGEST + datetime.timedelta(days=1)))
    while batch := list(itertools.islice(upcoming, BATCH)):
        yield batch


def _write(kind: str, batch: list[Reminder], now: datetime.datetime) -> int:
    """Write what is due of a batch and not written yet; a constant number of queries."""
    rows = {row.dedupe_key: row for row in due_rows(kind, batch, now)}
    if not rows:
        return 0
    known = dict(
        Notification.objects.filter(dedupe_key__in=rows).values_list("dedupe_key", "state")
    )
    waiting = [
        key
        for key, state in known.items()
        if state == State.PENDING and rows[key].state == State.WITHHELD
    ]
    if waiting:  # nobody has sent the earlier one yet, and the later one is due
        Notification.objects.filter(
            dedupe_key__in=waiting, state=State.PENDING, lease__isnull=True
        ).update(state=State.WITHHELD, reason=Reason.OVERTAKEN, settled_at=now)
    new = [row for key, row in rows.items() if key not in known]
    Notification.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def due_rows(
    kind: str, reminders: list[Reminder], now: datetime.datetime
) -> Iterator[Notification]:
    """The outbox rows for what is due of these reminders, unsaved; two queries."""
    people = User.objects.in_bulk({reminder.user_id for reminder in reminders})
    chosen = {
        user: (hours, since)
        for user, hours, since in DigestSetting.objects.filter(user__in=people).values_list(
            "user", "reminder_hours", "reminders_since"
        )
    }
    for reminder in reminders:
        person = people.get(reminder.user_id)
        if person and person.is_active and reminder.starts_at > now:
            hours, since = chosen.get(person.pk, (default_offsets(), reminder.since))
            yield from _rows_of(kind, reminder, person, hours, max(since, reminder.since), now)


def _rows_of(  # noqa: PLR0917 - what a reminder hangs on
    kind: str,
    reminder: Reminder,
    person: User,
    hours: list[int],
    since: datetime.datetime,
    now: datetime.datetime,
) -> Iterator[Notification]:
    moments = [
        (due_moment(reminder.starts_at, offset, person.time_zone), offset) for offset in set(hours)
    ]
    # Two that fall on the same moment, such as both on the evening before: the nearer one.
    due = sorted(
        ((moment, offset) for moment, offset in moments if since < moment <= now),
        key=lambda each: (each[0], -each[1]),
        reverse=True,
    )
    starts_at = reminder.starts_at.astimezone(datetime.UTC)
    for place, (moment, offset) in enumerate(due):
        overtaken = place > 0
        yield Notification(
            recipient_id=reminder.user_id,
            kind=kind,
            subject=reminder.subject,
            dedupe_key=(
                f"{kind}:{reminder.subject}:{starts_at:%Y%m%dT%H%MZ}:{offset}:{reminder.user_id}"
            ),
            data={"starts_at": starts_at.isoformat(), "hours": offset},
            created_at=now,
            due_at=moment,
            next_try_at=moment,
            expires_at=starts_at,
            state=State.WITHHELD if overtaken else State.PENDING,
            reason=Reason.OVERTAKEN if overtaken else Reason.NONE,
            settled_at=now if overtaken else None,
        )
