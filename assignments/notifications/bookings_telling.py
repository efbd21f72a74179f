"""Who hears of dates and bookings: one function for each thing that happens, in its transaction.

A contact person without an account is written to as well, in the language of the assignment.
"""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone, translation

from assignments.choices import PUBLIC_STATES, State
from assignments.models import Assignment, Booking, Slot
from assignments.notifications import bookings_letters as letters
from assignments.notifications.bookings_letters import To
from assignments.querysets import SPEAKS
from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.notifications.kinds import Message
from civportal.notifications.outbox import drop, notify, write_to_address
from civportal.notifications.reminders import due_moment

YOURS = "assignments.booking_yours"
DATE = "assignments.booking_date"
REMINDER = "assignments.booking_reminder"
MADE = "assignments.booking_made"
GIVEN_BACK = "assignments.booking_cancelled"
OWN_DATE = "assignments.booking_own_date"
HOST_REMINDER = "assignments.booking_host_reminder"

SLOT, BOOKING = "slot", "booking"

HOURS_BEFORE = 24
"""How long before a date its contact person without an account is reminded."""


def subject_of(prefix: str, key: int) -> str:
    """What the ledger calls a date or a booking."""
    return f"{prefix}:{key}"


def hosts(assignment: Assignment) -> QuerySet[User]:
    """Who hears who comes: the contact person and the teacher who posted it.

    Without a contact person with an account, all who speak for the organisation.
    """
    named = Q(pk__in=[key for key in (assignment.contact_id, assignment.teacher_id) if key])
    contact = assignment.contact
    if contact is None or not contact.is_active:
        named |= Q(
            memberships__partner=assignment.partner_id,
            memberships__role__in=SPEAKS,
        )
    return User.objects.filter(named, is_active=True).distinct().order_by("pk")


def _other_hosts(assignment: Assignment, by: User) -> list[int]:
    return list(hosts(assignment).exclude(pk=by.pk).values_list("pk", flat=True))


def _until(slot: Slot) -> datetime.datetime:
    """When nobody needs to hear any more that something does not take place."""
    return slot.starts_at + datetime.timedelta(days=1)


# --- a contact person without an account ----------------------------------------------------------


def _contact(assignment: Assignment) -> To | None:
    """The contact person, where there is an address but no account that hears of it."""
    address = assignment.contact_email
    if assignment.contact_id is not None or not address:
        return None
    if hosts(assignment).filter(email__iexact=address).exists():
        return None
    return To(
        name=assignment.contact_name,
        email=address,
        centre_name=CentreProfile.current().name,
        has_account=False,
    )


def _write(
    slot: Slot, make: letters.Write, /, *, purpose: str, until: datetime.datetime, **told: Any
) -> bool:
    to = _contact(slot.assignment)
    if to is None:
        return False
    language = slot.assignment.language
    with translation.override(language):
        message: Message = make(to, **told)
    write_to_address(
        to.email, replace(message, language=language), purpose=purpose, expires_at=until
    )
    return True


# --- bookings -------------------------------------------------------------------------------------


def booked(booking: Booking) -> None:
    """A confirmation to who booked, and to those who offer it who comes."""
    slot, subject = booking.slot, subject_of(BOOKING, booking.pk)
    assert booking.teacher is not None  # noqa: S101 - somebody booked it a moment ago
    notify(
        [booking.teacher],
        kind=YOURS,
        subject=subject,
        key=subject,
        data={"what": letters.NEW},
        expires_at=slot.starts_at,
    )
    notify(
        _other_hosts(slot.assignment, booking.teacher),
        kind=MADE,
        subject=subject,
        key=subject,
        data={"what": letters.NEW},
        expires_at=slot.starts_at,
    )
    _write(
        slot,
        letters.made,
        purpose=f"{subject}:made",
        until=slot.starts_at,
        booking=booking,
        data={"what": letters.NEW},
    )


def booking_changed(booking: Booking, *, before: int, by: User) -> None:
    """To who booked, and to those who offer it; ``before`` is how many would have come."""
    slot, subject = booking.slot, subject_of(BOOKING, booking.pk)
    now = f"{timezone.now().timestamp():.6f}"
    data = {"what": letters.CHANGED, "before": before, "by": by.pk}
    told: dict[str, Any] = {
        "subject": subject,
        "key": f"{subject}:{now}",
        "data": data,
        "expires_at": slot.starts_at,
    }
    if booking.teacher is not None:
        notify([booking.teacher], kind=YOURS, **told)
    notify(_other_hosts(slot.assignment, by), kind=MADE, **told)
    _write(
        slot,
        letters.made,
        purpose=f"{subject}:changed:{now}",
        until=slot.starts_at,
        booking=booking,
        data=data,
    )


def booking_cancelled(booking: Booking, *, by: User) -> None:
    """To those who counted on it, and to who booked, whose calendar follows."""
    slot, subject = booking.slot, subject_of(BOOKING, booking.pk)
    drop(subject=subject, kinds=[YOURS, DATE, MADE])
    data = {"what": letters.OFF, "by": by.pk}
    told: dict[str, Any] = {
        "subject": subject,
        "key": f"{subject}:off",
        "data": data,
        "expires_at": _until(slot),
    }
    if booking.teacher is not None:
        notify([booking.teacher], kind=YOURS, **told)
    notify(_other_hosts(slot.assignment, by), kind=GIVEN_BACK, **told)
    _write(
        slot,
        letters.given_back,
        purpose=f"{subject}:off",
        until=_until(slot),
        booking=booking,
        data=data,
    )


# --- dates ----------------------------------------------------------------------------------------


def slots_added(slots: Sequence[Slot], *, by: User) -> None:
    """To the others who offer it; who gives the lecture should know the dates.

    Not while somebody still writes it: then they see the dates with the rest.
    """
    first = slots[0]
    if first.assignment.state == State.DRAFT:
        return
    subject = subject_of(SLOT, first.pk)
    notify(
        _other_hosts(first.assignment, by),
        kind=OWN_DATE,
        subject=subject,
        key=f"{subject}:new",
        data={"what": letters.NEW, "slots": [slot.pk for slot in slots]},
        expires_at=max(slot.starts_at for slot in slots),
    )
    _write(
        first,
        letters.new_dates,
        purpose=f"{subject}:new",
        until=max(slot.starts_at for slot in slots),
        slots=slots,
    )


def slot_moved(slot: Slot, *, before: Slot, note: str, by: User) -> None:
    """To those who booked, with the old and the new moment, and to the others who offer it.

    Call this after the new SEQUENCE was saved. Reminders of the old moment find it gone; those of
    the new one come by themselves.
    """
    data = {
        "what": letters.CHANGED,
        "before": letters.Moment.of(before).as_json(),
        "now": letters.Moment.of(slot).as_json(),
        "note": note,
    }
    _tell_of_date(slot, data, until=slot.starts_at, by=by)


def slot_cancelled(slot: Slot, *, by: User | None = None) -> None:
    """To those who booked, whose calendars follow, and to the others who offer it.

    Without ``by`` those who offer it hear of it in another mail, such as that it is withdrawn.

    Call this after the new SEQUENCE was saved. What still waits about it is dropped.
    """
    drop(subject=subject_of(SLOT, slot.pk), kinds=[REMINDER, HOST_REMINDER, OWN_DATE])
    for booking in slot.bookings.standing():
        drop(subject=subject_of(BOOKING, booking.pk), kinds=[YOURS, DATE, MADE])
    _tell_of_date(slot, {"what": letters.OFF}, until=_until(slot), by=by)


def _tell_of_date(
    slot: Slot, data: dict[str, Any], *, until: datetime.datetime, by: User | None
) -> None:
    for booking in slot.bookings.standing().filter(teacher__isnull=False).select_related("teacher"):
        assert booking.teacher is not None  # noqa: S101 - filtered
        subject = subject_of(BOOKING, booking.pk)
        notify(
            [booking.teacher],
            kind=DATE,
            subject=subject,
            key=f"{subject}:{slot.sequence}",
            data=data,
            expires_at=until,
        )
    if by is None:
        return
    subject = subject_of(SLOT, slot.pk)
    notify(
        _other_hosts(slot.assignment, by),
        kind=OWN_DATE,
        subject=subject,
        key=f"{subject}:{slot.sequence}",
        data=data,
        expires_at=until,
    )
    _write(
        slot,
        letters.own_date,
        purpose=f"{subject}:{slot.sequence}",
        until=until,
        slot=slot,
        data=data,
    )


def remind_by_address(now: datetime.datetime) -> int:
    """Remind contact persons without an account a day before, at a good hour; how many.

    Each once for each moment: a date that moved is reminded of anew.
    """
    zone = timezone.get_default_timezone_name()
    today = timezone.localdate(now)
    rows = (
        Slot.objects.upcoming()
        .filter(
            date__lte=today + datetime.timedelta(days=3),
            assignment__state__in=PUBLIC_STATES,
            assignment__contact__isnull=True,
        )
        .exclude(assignment__contact_email="")
        .annotate(since=Min("bookings__booked_at", filter=Q(bookings__cancelled_at__isnull=True)))
        .filter(since__isnull=False)
        .select_related("assignment")
    )
    number = 0
    for slot in rows:
        due = due_moment(slot.starts_at, HOURS_BEFORE, zone)
        if slot.since < due <= now < slot.starts_at:  # type: ignore[attr-defined] # annotated
            number += _remind(slot)
    return number


@transaction.atomic
def _remind(slot: Slot) -> bool:
    """Whether it was for us to write: of two workers the one that marks the date does."""
    same = Slot.objects.filter(
        pk=slot.pk, date=slot.date, start=slot.start, cancelled_at__isnull=True
    )
    begins = slot.starts_at
    if not same.exclude(contact_reminded_for=begins).update(contact_reminded_for=begins):
        return False
    bookings = list(slot.bookings.standing().select_related("school", "teacher"))
    return _write(
        slot,
        letters.host_reminder,
        purpose=f"{subject_of(SLOT, slot.pk)}:reminder:{begins:%Y%m%dT%H%M}",
        until=begins,
        slot=slot,
        bookings=bookings,
    )
