"""What will be sent, as far as it can be told now: nothing here stands in the outbox yet.

The same judge is asked as at the moment of sending, so that the forecast and the outcome agree
unless someone changes something in between.
"""

import datetime
import heapq
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from civportal.accounts.models import User
from civportal.notifications.choices import Reason
from civportal.notifications.judging import Judge
from civportal.notifications.kinds import Kind, Reminder, Withheld, kind, reminder_sources
from civportal.notifications.models import (
    DigestSetting,
    MailPolicy,
    Notification,
    default_offsets,
)
from civportal.notifications.reminders import BATCH, LONGEST, due_moment


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A reminder that will fall due; ``reason`` tells why it would not be sent after all."""

    person: User
    kind: Kind
    subject: str
    moment: datetime.datetime
    reason: Reason = Reason.NONE


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The soonest of many; ``going`` is how many of all will go out, as far as can be told."""

    soonest: list[Coming]
    going: int
    left_out: int


def coming(
    now: datetime.datetime,
    *,
    user_id: int | None = None,
    subject: str = "",
    begin: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
) -> Iterator[Coming]:
    """Reminders still to come of one person, about one thing, or all, in no particular order.

    ``begin`` and ``end`` keep to those that fall due from the one until before the other. However
    many there are, ``BATCH`` of them are looked at at a time, with a constant number of queries.
    """
    first = max(now, begin or now)
    # What falls due in that time begins after it, and at most this much later.
    last = (end or now) + LONGEST + datetime.timedelta(days=1)
    for source in reminder_sources():
        upcoming = iter(source.upcoming(first, last, user_id=user_id, subject=subject))
        while batch := list(itertools.islice(upcoming, BATCH)):
            for one in _judged(kind(source.kind), batch, now):
                if one.moment >= first and not (end and one.moment >= end):
                    yield one


def soonest_first(one: Coming) -> tuple[datetime.datetime, str, str]:
    """To sort by."""
    return one.moment, str(one.person), one.subject


def overview(found: Iterable[Coming], *, most: int) -> Overview:
    """The ``most`` soonest, and how many there are; holds no more than that at a time."""
    total = going = 0

    def counted() -> Iterator[Coming]:
        nonlocal total, going
        for one in found:
            total += 1
            going += not one.reason
            yield one

    soonest = heapq.nsmallest(most, counted(), key=soonest_first)
    return Overview(soonest=soonest, going=going, left_out=total - len(soonest))


def _judged(of: Kind, reminders: Iterable[Reminder], now: datetime.datetime) -> list[Coming]:
    reminders = [reminder for reminder in reminders if reminder.starts_at > now]
    people = User.objects.in_bulk({reminder.user_id for reminder in reminders})
    chosen = {
        user: (hours, since)
        for user, hours, since in DigestSetting.objects.filter(user__in=people).values_list(
            "user", "reminder_hours", "reminders_since"
        )
    }
    rows = []
    for reminder in reminders:
        person = people.get(reminder.user_id)
        if person is None:
            continue
        hours, since = chosen.get(person.pk, (default_offsets(), reminder.since))
        moments = {
            due_moment(reminder.starts_at, offset, person.time_zone) for offset in set(hours)
        }
        rows += [
            Notification(
                recipient=person,
                kind=of.name,
                subject=reminder.subject,
                due_at=moment,
                expires_at=reminder.starts_at,
            )
            for moment in moments
            if moment > max(now, since, reminder.since)
        ]
    if not rows:
        return []
    judge = Judge.of(rows, MailPolicy.current())
    return [_foreseen(of, row, replace(judge, now=row.due_at).verdict(row)) for row in rows]


def _foreseen(of: Kind, row: Notification, verdict: object) -> Coming:
    return Coming(
        person=row.recipient,
        kind=of,
        subject=row.subject,
        moment=row.due_at,
        reason=verdict.reason if isinstance(verdict, Withheld) else Reason.NONE,
    )
