"""Planning: a session comes, moves, is called off, is planned again, has taken place.

Each action locks the session's row first, so that of two people who press at once the second
finds what the first did. What has been done already is done; nobody is told twice.
"""

import copy
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from programme_lines.models import ProgrammeLine
from sessions_log.actions.people import copy_people, seat_members
from sessions_log.choices import SessionStatus
from sessions_log.models import AgendaItem, Minutes, WorkSession
from sessions_log.notifications import report_published
from sessions_log.notifications.guests import listening
from sessions_log.notifications.invitations import heard_of, session_cancelled, session_moved

SETTLED_FREE = frozenset({"online_url", "visibility", "sign_up", "capacity"})
"""Facts that are no part of approved minutes, so that they may change after approval."""


class PlanningRefused(Exception):  # noqa: N818 - reads as what happened
    """The session stays as it is; ``str()`` says why to a person."""


class NotPlanned(PlanningRefused):
    """The session took place or was cancelled, so it can no longer be moved or cancelled."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status

    def __str__(self) -> str:
        if self.status == SessionStatus.HELD:
            return _("This session has taken place already, so it stays as it is.")
        return _("This session was cancelled. Plan it again first.")


class TooEarly(PlanningRefused):
    """A session cannot have taken place before its day."""

    def __str__(self) -> str:
        return _("This session is still to come. On the day itself you can say that it took place.")


class DayIsOver(PlanningRefused):
    """A session cannot be moved to, or planned again on, a day that is over."""

    def __str__(self) -> str:
        return _("That day is over. Choose a day that is still to come.")


class MinutesApproved(PlanningRefused):
    """What approved minutes say about the session stays as it is."""

    def __str__(self) -> str:
        return _("The minutes of this session are approved, so what they say stays as it is.")


@dataclass(frozen=True)
class WhenAndWhere:
    """When and where people meet; the hours are the centre's, None for a whole day."""

    date: datetime.date
    start: datetime.time | None = None
    end: datetime.time | None = None
    place: str = ""
    online_url: str = ""

    @classmethod
    def of(cls, session: WorkSession) -> "WhenAndWhere":
        """The moment of a session as it stands."""
        return cls(session.date, session.start, session.end, session.place, session.online_url)


def who_hears(session: WorkSession) -> list[str]:
    """The names of those who get a mail when the session moves or is cancelled."""
    guests = [place.name or place.email for place in listening(session)]
    return [*(person.get_full_name() for person in heard_of(session)), *guests]


def locked(session: WorkSession) -> WorkSession:
    """The session as it is now, kept from others until the transaction ends."""
    return WorkSession.objects.select_for_update(no_key=True).get(pk=session.pk)


@transaction.atomic
def plan(session: WorkSession, *, lines: Iterable[ProgrammeLine]) -> WorkSession:
    """Store a new session, and put the members of its body on the list.

    The ``uid`` that its form carries makes a double submit harmless: the second one gets what
    the first one made.
    """
    known = _stored(session)
    if known is not None:
        return known
    session.lines.set(lines)
    seat_members(session)
    return session


@transaction.atomic
def copy_previous(
    previous: WorkSession,
    session: WorkSession,
    *,
    lines: Iterable[ProgrammeLine],
    items: Iterable[AgendaItem],
    with_people: bool,
) -> WorkSession:
    """Store a new session that takes after ``previous``: agenda items, and who was invited.

    Of an item its title, time, purpose and presenter come along, not what was said. People of
    the body come by their seat on the new day; who left the body does not come along.
    """
    known = _stored(session)
    if known is not None:
        return known
    session.lines.set(lines)
    seat_members(session)
    people = copy_people(previous, session) if with_people else {}
    AgendaItem.objects.bulk_create(
        [
            AgendaItem(
                session=session,
                order=order,
                title=item.title,
                minutes_planned=item.minutes_planned,
                purpose=item.purpose,
                confidential=item.confidential,
                presenter_id=people.get(item.presenter_id or 0),
            )
            for order, item in enumerate(items, start=1)
        ]
    )
    return session


def _stored(session: WorkSession) -> WorkSession | None:
    """Store a new session; gives the one that has its ``uid`` already, if any."""
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError:
        known = WorkSession.objects.filter(uid=session.uid).first()
        if known is None:
            raise
        return known
    return None


@transaction.atomic
def change_session(
    session: WorkSession, *, facts: Mapping[str, Any], lines: Iterable[ProgrammeLine]
) -> WorkSession:
    """Change what a session is about and for whom; ``move_session`` changes when and where.

    Raises ``MinutesApproved`` for facts that approved minutes tell.
    """
    now = locked(session)
    changed = {name for name, value in facts.items() if getattr(now, name) != value}
    minutes = Minutes.objects.select_for_update(no_key=True).filter(session=now).first()
    if minutes is not None and minutes.is_settled and changed - SETTLED_FREE:
        raise MinutesApproved
    for name in changed:
        setattr(now, name, facts[name])
    if "title" in changed:
        now.sequence += 1  # calendars show it
        changed.add("sequence")
    if changed:
        now.save(update_fields={*changed, "changed_at"})
    now.lines.set(lines)
    if "body" in changed and now.status == SessionStatus.PLANNED:
        seat_members(now)
    if "visibility" in changed and minutes is not None and minutes.is_published:
        report_published(minutes)
    return now


@transaction.atomic
def move_session(session: WorkSession, *, to: WhenAndWhere, by: User, note: str = "") -> bool:
    """Give a planned session another day, other hours or another place; whether it changed.

    Its calendar SEQUENCE goes up, and whoever was invited hears of it, with ``note``. Who has a
    seat in the body on the new day and had none on the old one comes on the list.

    Raises ``NotPlanned`` and ``DayIsOver``.
    """
    now = locked(session)
    if now.status != SessionStatus.PLANNED:
        raise NotPlanned(now.status)
    before = WhenAndWhere.of(now)
    if before == to:
        return False
    if to.date < timezone.localdate():
        raise DayIsOver
    was = copy.copy(now)
    now.date, now.start, now.end = to.date, to.start, to.end
    now.place, now.online_url = to.place, to.online_url
    now.sequence += 1
    now.save(
        update_fields=["date", "start", "end", "place", "online_url", "sequence", "changed_at"]
    )
    if before.date != to.date:
        seat_members(now, besides=before.date)
    session_moved(now, before=was, by=by, note=note)
    return True


@transaction.atomic
def cancel_session(session: WorkSession, *, reason: str, by: User) -> bool:
    """Call a planned session off, and tell whoever was invited; whether it changed.

    Raises ``NotPlanned`` for one that took place.
    """
    now = locked(session)
    if now.status == SessionStatus.CANCELLED:
        return False
    if now.status != SessionStatus.PLANNED:
        raise NotPlanned(now.status)
    now.status = SessionStatus.CANCELLED
    now.cancel_reason = reason
    now.sequence += 1
    now.save(update_fields=["status", "cancel_reason", "sequence", "changed_at"])
    session_cancelled(now, by=by)
    return True


@transaction.atomic
def plan_again(session: WorkSession, *, by: User) -> bool:
    """Take a cancellation back, and tell whoever was invited; whether it changed.

    Raises ``NotPlanned`` for a session that took place, ``DayIsOver`` for one that would have.
    """
    now = locked(session)
    if now.status == SessionStatus.PLANNED:
        return False
    if now.status != SessionStatus.CANCELLED:
        raise NotPlanned(now.status)
    if now.date < timezone.localdate():
        raise DayIsOver
    was = copy.copy(now)
    now.status = SessionStatus.PLANNED
    now.cancel_reason = ""
    now.sequence += 1
    now.save(update_fields=["status", "cancel_reason", "sequence", "changed_at"])
    session_moved(now, before=was, by=by)
    return True


@transaction.atomic
def hold_session(session: WorkSession) -> bool:
    """Note that a session took place; whether it changed. Who was there is noted elsewhere.

    Raises ``NotPlanned`` for a cancelled one, ``TooEarly`` before its day.
    """
    now = locked(session)
    if now.status == SessionStatus.HELD:
        return False
    if now.status != SessionStatus.PLANNED:
        raise NotPlanned(now.status)
    if now.date > timezone.localdate():
        raise TooEarly
    now.status = SessionStatus.HELD
    now.save(update_fields=["status", "changed_at"])
    return True
