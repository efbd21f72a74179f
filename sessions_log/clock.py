"""The clock of an agenda: when each item begins, and whether all of it fits."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sessions_log.models import AgendaItem, WorkSession

Hours = tuple[datetime.time | None, datetime.time | None]


def hours(session: WorkSession, items: Sequence[AgendaItem]) -> list[Hours]:
    """When each item begins and ends, as far as the planned minutes tell.

    Where an item has no length, nobody can tell when the next one begins.
    """
    moment = datetime.datetime.combine(session.date, session.start) if session.start else None
    found: list[Hours] = []
    for item in items:
        after = (
            moment + datetime.timedelta(minutes=item.minutes_planned)
            if moment and item.minutes_planned
            else None
        )
        found.append((moment.time() if moment else None, after.time() if after else None))
        moment = after
    return found


@dataclass(frozen=True)
class Fit:
    """How an agenda fits its session; all in minutes.

    ``room`` is what the session lasts, None where its end is not known. ``untimed`` counts the
    items without a length.
    """

    planned: int
    room: int | None
    untimed: int

    @property
    def over(self) -> int:
        """Minutes that the agenda takes more than there are."""
        return max(0, self.planned - self.room) if self.room is not None else 0

    @property
    def left(self) -> int:
        """Minutes that nothing is planned for."""
        return max(0, self.room - self.planned) if self.room is not None else 0


def fit(session: WorkSession, items: Sequence[AgendaItem]) -> Fit:
    """Whether the items fit between the beginning and the end of the session."""
    room = None
    if session.start and session.end:
        begin, end = (
            datetime.datetime.combine(session.date, clock) for clock in (session.start, session.end)
        )
        room = int((end - begin).total_seconds()) // 60
    return Fit(
        planned=sum(item.minutes_planned or 0 for item in items),
        room=room,
        untimed=sum(1 for item in items if not item.minutes_planned),
    )
