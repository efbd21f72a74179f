"""Booking a date for a class, changing that, and cancelling it.

The date is held while its places are counted, so that of two who want the last places one gets
them; a trigger in the database (``slots.FULL``) holds it for whoever comes by another way.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.actions.slots import held, people_booked
from assignments.choices import State
from assignments.errors import (
    BookedBefore,
    BookingClosed,
    BookingGone,
    NoMoreThen,
    NotOnOffer,
    SlotCancelled,
    SlotOver,
    TooFull,
)
from assignments.models import Booking, Slot
from assignments.notifications import bookings_telling as telling
from civportal.accounts.models import User
from partners.models import Partner


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who comes: a class of a school, or colleagues."""

    school: Partner
    group: str
    number: int
    level: int | None = None
    note: str = ""


def _check_open(slot: Slot) -> None:
    if slot.cancelled_at is not None:
        raise SlotCancelled
    if slot.starts_at <= timezone.now():
        raise SlotOver
    if slot.assignment.state != State.PUBLISHED:
        raise NotOnOffer


def check_bookable(slot: Slot) -> None:
    """Refuse a date that takes no bookings now, however many places it has."""
    _check_open(slot)
    if not slot.takes_bookings:
        raise BookingClosed(slot.last_day)


@transaction.atomic
def book(slot: Slot, *, party: Party, by: User) -> Booking:
    """Book a date, and tell those who offer it; the same once more gives the same booking.

    Raises ``SlotCancelled``, ``SlotOver``, ``NotOnOffer``, ``BookingClosed``, ``TooFull``, and
    ``BookedBefore`` where this class is booked in other words.
    """
    now = held(slot)
    known = now.bookings.standing().filter(teacher=by, group=party.group).first()
    if known is not None:
        if _party_of(known) == party:
            return known
        raise BookedBefore
    check_bookable(now)
    left = now.capacity - people_booked(now)
    if party.number > left:
        raise TooFull(left)
    booking = Booking.objects.create(slot=now, teacher=by, **vars(party))
    telling.booked(booking)
    return booking


@transaction.atomic
def change_booking(booking: Booking, *, party: Party, by: User) -> bool:
    """Come with another class, or with more or fewer people; whether anything changed.

    Raises ``BookingGone``, and what ``book`` raises; after the last day to book only
    ``NoMoreThen``, where more people would come.
    """
    slot = held(booking.slot)
    now = locked(booking)
    now.slot = slot
    if now.cancelled_at is not None:
        raise BookingGone
    _check_open(slot)
    before = _party_of(now)
    if before == party:
        return False
    if party.number > now.number:
        if not slot.takes_bookings:
            raise NoMoreThen
        left = slot.capacity - people_booked(slot) + now.number
        if party.number > left:
            raise TooFull(left)
    same = slot.bookings.standing().filter(teacher=now.teacher_id, group=party.group)
    if now.teacher_id is not None and same.exclude(pk=now.pk).exists():
        raise BookedBefore
    for name, value in vars(party).items():
        setattr(now, name, value)
    now.save(update_fields=list(vars(party)))
    telling.booking_changed(now, before=before.number, by=by)
    return True


@transaction.atomic
def cancel_booking(booking: Booking, *, by: User) -> bool:
    """Give the places back, and tell those who offer it; whether it changed.

    Raises ``SlotOver`` once the date has begun.
    """
    slot = held(booking.slot)
    now = locked(booking)
    now.slot = slot
    if now.cancelled_at is not None:
        return False
    if slot.starts_at <= timezone.now():
        raise SlotOver
    now.cancelled_at = timezone.now()
    now.save(update_fields=["cancelled_at"])
    if slot.cancelled_at is None:
        telling.booking_cancelled(now, by=by)
    return True


def _party_of(booking: Booking) -> Party:
    return Party(
        school=booking.school,
        group=booking.group,
        number=booking.number,
        level=booking.level,
        note=booking.note,
    )
