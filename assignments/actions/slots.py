"""Dates on offer: they come, move, get more places, are called off.

Each action holds the assignment first and the date after it (``locks``), so that a booking that
comes at the same moment finds what was done here, or is found.
"""

import copy
import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.actions.locks import locked
from assignments.choices import State
from assignments.errors import (
    HasBookings,
    MomentOver,
    NoMoreDates,
    NotBooked,
    SameMoment,
    SlotCancelled,
    SlotOver,
    TooFewPlaces,
)
from assignments.models import Assignment, SchoolPeriod, Slot
from assignments.notifications import bookings_telling as telling
from civportal.accounts.models import User
from civportal.lib.text import shortened

CLOSED = [State.FINISHED, State.ARCHIVED, State.WITHDRAWN]
"""An assignment in these states gets no more dates."""

MOST_REASON = 300
"""Characters of ``Slot.cancel_reason``; an assignment has more room for why."""

MOVES = ("date", "start", "end", "place", "online_url")
"""What those who booked must hear of when it changes."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A date as it is offered; the hours are the centre's."""

    date: datetime.date
    start: datetime.time
    end: datetime.time
    capacity: int
    place: str = ""
    online_url: str = ""
    book_by: datetime.date | None = None

    def weekly(self, times: int) -> list["Facts"]:
        """This date and those a week, two weeks, … later; the last day to book goes along."""
        return [
            replace(
                self,
                date=self.date + datetime.timedelta(weeks=week),
                book_by=self.book_by and self.book_by + datetime.timedelta(weeks=week),
            )
            for week in range(times)
        ]


def held(slot: Slot) -> Slot:
    """The date as it is now with its assignment, both held until the end of the transaction."""
    assignment = locked(slot.assignment)
    now = locked(slot)
    now.assignment = assignment
    return now


def people_booked(slot: Slot) -> int:
    """How many people come, by the bookings that stand."""
    return slot.bookings.standing().aggregate(people=Sum("number"))["people"] or 0


@transaction.atomic
def add_slots(
    assignment: Assignment, *, key: uuid.UUID, facts: Sequence[Facts], by: User
) -> list[Slot]:
    """Offer it on these dates.

    ``key`` is made with the form: sending it twice gives what the first time made. Raises
    ``NotBooked``, ``NoMoreDates``, ``MomentOver`` and ``SameMoment``; then none is added.
    """
    now = locked(assignment)
    if not now.is_booked:
        raise NotBooked
    if now.state in CLOSED:
        raise NoMoreDates
    uids = [uuid.uuid5(key, str(place)) for place in range(len(facts))]
    known = list(now.slots.filter(uid__in=uids))
    if known:
        return known
    slots = [
        Slot(assignment=now, uid=uid, **vars(each)) for uid, each in zip(uids, facts, strict=True)
    ]
    for slot in slots:
        _check_moment(slot)
        slot.save(force_insert=True)
    telling.slots_added(slots, by=by)
    return slots


def _check_moment(slot: Slot) -> None:
    if slot.starts_at <= timezone.now():
        raise MomentOver
    same = Slot.objects.filter(
        assignment=slot.assignment,
        date=slot.date,
        start=slot.start,
        place=slot.place,
        cancelled_at__isnull=True,
    )
    if same.exclude(pk=slot.pk).exists():
        raise SameMoment(slot.date)


def check_change(now: Slot, to: Facts) -> None:
    """Refuse what ``change_slot`` would refuse of a date as it is now."""
    if now.cancelled_at is not None:
        raise SlotCancelled
    if now.starts_at <= timezone.now():
        raise SlotOver
    taken = people_booked(now)
    if to.capacity < taken:
        raise TooFewPlaces(taken)
    moved = copy.copy(now)
    moved.date, moved.start, moved.place = to.date, to.start, to.place
    _check_moment(moved)


@transaction.atomic
def change_slot(slot: Slot, *, to: Facts, by: User, note: str = "") -> bool:
    """Move a date, or offer more or fewer places; whether anything changed.

    When it is at another time or elsewhere, its SEQUENCE goes up, and those who booked hear of
    it with ``note``. Raises ``SlotCancelled``, ``SlotOver``, ``MomentOver``, ``SameMoment``, and
    ``TooFewPlaces`` where more people have booked.
    """
    now = held(slot)
    check_change(now, to)
    changed = {name for name, value in vars(to).items() if getattr(now, name) != value}
    if not changed:
        return False
    before = copy.copy(now)
    for name in changed:
        setattr(now, name, getattr(to, name))
    moved = bool(changed.intersection(MOVES))
    now.sequence += moved
    now.save(update_fields={*changed, "sequence", "changed_at"})
    if moved:
        telling.slot_moved(now, before=before, note=note, by=by)
    return True


@transaction.atomic
def cancel_slot(slot: Slot, *, reason: str, by: User) -> bool:
    """Call a date off and tell those who booked; whether it changed.

    Their bookings stay with it, so that everyone sees what it would have been. Raises
    ``SlotOver``.
    """
    now = held(slot)
    if now.cancelled_at is not None:
        return False
    if now.starts_at <= timezone.now():
        raise SlotOver
    _call_off(now, reason)
    telling.slot_cancelled(now, by=by)
    return True


def _call_off(slot: Slot, reason: str) -> None:
    slot.cancelled_at = timezone.now()
    slot.cancel_reason = reason
    slot.sequence += 1
    slot.save(update_fields=["cancelled_at", "cancel_reason", "sequence", "changed_at"])


@transaction.atomic
def call_off_all(assignment: Assignment, *, reason: str) -> int:
    """Call off every date to come of an assignment that is withdrawn; how many.

    Who booked hears of it; those who offer it hear that it is withdrawn. Call this in the
    transaction that withdraws it.
    """
    why = shortened(reason, MOST_REASON - 1) or _("It was withdrawn.")
    locked(assignment)
    rows = assignment.slots.upcoming().select_related("assignment")
    slots = [each for each in rows.select_for_update(of=("self",)) if each.is_to_come]
    for slot in slots:
        _call_off(slot, why)
        telling.slot_cancelled(slot)
    return len(slots)


@transaction.atomic
def remove_slot(slot: Slot, *, by: User) -> None:
    """Take away a date that nobody ever booked. Raises ``HasBookings`` and ``SlotOver``."""
    now = held(slot)
    if now.bookings.exists():
        raise HasBookings
    if now.starts_at <= timezone.now():
        raise SlotOver
    now.delete()


def between_periods(days: Sequence[datetime.date]) -> list[datetime.date]:
    """Those of ``days`` on which no school has lessons, by the periods that schools gave.

    A day counts that lies after the end of one period and before the begin of another, so mostly
    in the holidays. Before the first and after the last period nothing is known.
    """
    if not days:
        return []
    periods = list(SchoolPeriod.objects.values_list("starts_on", "ends_on"))
    return [
        day
        for day in days
        if any(end < day for _start, end in periods)
        and any(start > day for start, _end in periods)
        and not any(start <= day <= end for start, end in periods)
    ]
