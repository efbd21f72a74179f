"""What will be sent, as far as it can be told now: nothing here stands in the outbox yet.

The same judge is asked as at the moment of sending, so that the forecast and the outcome agree
unless someone changes something in between.
"""

import datetime
from collections.abc import Iterable
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
from civportal.notifications.reminders import LONGEST, due_moment


@dataclass(frozen=True, kw_only=True)
class Coming:
    """A reminder that will fall due; ``reason`` tells why it would not be sent after all."""

    person: User
    kind: Kind
    subject: str
    moment: datetime.datetime
    reason: Reason = Reason.NONE


def coming(
    now: datetime.datetime, *, user_id: int | None = None, subject: str = ""
) -> list[Coming]:
    """Reminders still to come of one person, about one thing, or all; the soonest first.

    A constant number of queries for each source.
    """
    found: list[Coming] = []
    for source in reminder_sources():
        asked = source.upcoming(
            now, now + LONGEST + datetime.timedelta(days=1), user_id=user_id, subject=subject
        )
        found += _judged(kind(source.kind), list(asked), now)
    return sorted(found, key=lambda each: (each.moment, str(each.person), each.subject))


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
