"""Dates and bookings: the kinds of mail, when each still holds, and an example of each."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Assignment, Booking, Slot
from assignments.notifications import bookings_letters as letters
from assignments.notifications.bookings_composing import (
    Made,
    Rows,
    bookings,
    composer,
    readers,
    seen_bookings,
    seen_slots,
    slots,
    to_of,
)
from assignments.notifications.bookings_letters import NEW, OFF, Moment
from assignments.notifications.bookings_reminders import (
    compose_host_reminders,
    compose_reminders,
    for_hosts,
    for_who_booked,
)
from assignments.notifications.bookings_telling import (
    BOOKING,
    DATE,
    GIVEN_BACK,
    HOST_REMINDER,
    MADE,
    OWN_DATE,
    REMINDER,
    SLOT,
    YOURS,
    remind_by_address,
)
from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.notifications import kinds
from civportal.notifications.choices import Reason
from civportal.notifications.kinds import Message, Withheld
from civportal.ui import words
from partners.models import Partner
from programme_lines.choices import Level

# --- whether it still holds -----------------------------------------------------------------------


def _is_as_told(booking: Booking, data: dict[str, Any]) -> bool:
    return booking.cancelled_at is not None if data["what"] == OFF else booking.can_change


def _stands(booking: Booking, data: dict[str, Any]) -> bool:
    return booking.can_change


def _is_cancelled(booking: Booking, data: dict[str, Any]) -> bool:
    return booking.cancelled_at is not None


def _date_is_as_told(slot: Slot, data: dict[str, Any]) -> bool:
    if data["what"] == OFF:
        return slot.cancelled_at is not None
    return slot.is_to_come and (data["what"] == NEW or data["now"] == Moment.of(slot).as_json())


def _booked_date_is_as_told(booking: Booking, data: dict[str, Any]) -> bool:
    return booking.cancelled_at is None and _date_is_as_told(booking.slot, data)


# --- new dates ------------------------------------------------------------------------------------


def compose_own_dates(rows: Rows) -> Made:
    """Dates that came, moved or were cancelled, for the others who offer them."""
    new = [row for row in rows if row.data["what"] == NEW]
    made = dict(
        composer(slots, seen_slots, letters.own_date, _date_is_as_told)(
            [row for row in rows if row.data["what"] != NEW]
        )
    )
    if not new:
        return made
    centre_name = CentreProfile.current().name
    told = slots().in_bulk({key for row in new for key in row.data["slots"]})
    visible = readers(new, seen_slots(), told)
    for row in new:
        there = [told[key] for key in row.data["slots"] if key in told]
        to_come = [slot for slot in there if slot.is_to_come]
        theirs = [slot for slot in to_come if slot.pk in visible[row.recipient_id]]
        if theirs:
            with kinds.in_language_of(row.recipient):
                made[row.pk] = letters.new_dates(to_of(row, centre_name), theirs)
        else:
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE if to_come else Reason.OUTDATED)
    return made


# --- examples for the style guide -----------------------------------------------------------------


def _example() -> tuple[letters.To, Booking]:
    """A reader, and a booking."""
    assignment = Assignment(
        pk=1,
        form="guest_lecture",
        title="Werken in een cleanroom",
        slug="werken-in-een-cleanroom",
        summary="Hoe je schoon werkt, en waarom dat telt.",
        partner=Partner(name="Zilt BV"),
    )
    slot = Slot(
        pk=1,
        assignment=assignment,
        date=datetime.date(2027, 3, 11),
        start=datetime.time(10),
        end=datetime.time(12),
        place="Lab 2, Leiden",
        capacity=30,
        changed_at=datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC),
        uid=uuid.UUID(int=1),
    )
    booking = Booking(
        pk=1,
        slot=slot,
        school=Partner(name="Mbo Voorbeeld"),
        teacher=User(name="Yara Pinas", email="yara@example.org"),
        group="Analist 2A",
        level=Level.MBO_4,
        number=24,
        note="Ze werkten al eens in een lab.",
    )
    return letters.To(name="Yara Pinas", email="yara@example.org", centre_name="CIV"), booking


def _moved() -> dict[str, Any]:
    """What a notification of a move keeps."""
    _to, booking = _example()
    before = letters.Moment(
        datetime.date(2027, 3, 4), datetime.time(10), datetime.time(12), "Leiden"
    )
    return {
        "what": letters.CHANGED,
        "before": before.as_json(),
        "now": letters.Moment.of(booking.slot).as_json(),
        "note": "Het lab is die week dicht.",
    }


def named_slot(slot: Slot) -> str:
    """What a date is called in a list: ``Gastcollege, 18 februari 2021``."""
    # Translators: in a list of news: "Gastcollege, 18 februari 2021".
    return _("%(title)s, %(date)s") % {
        "title": slot.assignment.title,
        "date": words.short_date(slot.date),
    }


def named_booking(booking: Booking) -> str:
    """What a booking is called in a list: ``Klas 2A: Gastcollege, 18 februari 2021``."""
    return f"{booking.group}: {named_slot(booking.slot)}"


def _visible_slots(viewer: Any) -> QuerySet[Slot]:
    return Slot.objects.visible_to(viewer).select_related("assignment")


def _visible_bookings(viewer: Any) -> QuerySet[Booking]:
    return Booking.objects.visible_to(viewer).select_related("slot__assignment")


def _preview(write: Callable[..., Message], *more: Any) -> Callable[[], Message]:
    def preview() -> Message:
        to, booking = _example()
        return write(to, booking, *more)

    return preview


def _preview_of_date(
    write: Callable[..., Message], make: Callable[[Booking], tuple[Any, ...]]
) -> Callable[[], Message]:
    def preview() -> Message:
        to, booking = _example()
        return write(to, booking.slot, *make(booking))

    return preview


COUNTED_ON = gettext_lazy(
    "You are counted on, or count on others. You always hear when that is not as you know."
)


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    group = gettext_lazy("Assignments")
    for kind in (
        kinds.Kind(
            name=YOURS,
            label=gettext_lazy("Your booking of a guest lecture, excursion, lab or training"),
            group=group,
            compose=composer(bookings, seen_bookings, letters.yours, _is_as_told),
            preview=_preview(letters.yours, {"what": NEW}),
            required=True,
            help_text=gettext_lazy("You made the booking yourself; your calendar follows it."),
        ),
        kinds.Kind(
            name=DATE,
            label=gettext_lazy("Date you booked was moved or cancelled"),
            group=group,
            compose=composer(bookings, seen_bookings, letters.date, _booked_date_is_as_told),
            preview=_preview(letters.date, _moved()),
            required=True,
            help_text=COUNTED_ON,
        ),
        kinds.Kind(
            name=REMINDER,
            label=gettext_lazy("Reminder of a date that you booked"),
            group=group,
            compose=compose_reminders,
            preview=_preview_of_date(letters.reminder, lambda booking: ([booking],)),
        ),
        kinds.Kind(
            name=MADE,
            label=gettext_lazy("Somebody books what you offer"),
            group=group,
            compose=composer(bookings, seen_bookings, letters.made, _stands),
            preview=_preview(letters.made, {"what": NEW}),
            help_text=gettext_lazy("Without the mail, you find bookings on your desk."),
        ),
        kinds.Kind(
            name=GIVEN_BACK,
            label=gettext_lazy("Booking of what you offer was cancelled"),
            group=group,
            compose=composer(bookings, seen_bookings, letters.given_back, _is_cancelled),
            preview=_preview(letters.given_back, {"what": OFF}),
            required=True,
            help_text=COUNTED_ON,
        ),
        kinds.Kind(
            name=OWN_DATE,
            label=gettext_lazy("Somebody adds, moves or cancels a date that you offer together"),
            group=group,
            compose=compose_own_dates,
            preview=_preview_of_date(letters.own_date, lambda _booking: (_moved(),)),
            required=True,
            help_text=COUNTED_ON,
        ),
        kinds.Kind(
            name=HOST_REMINDER,
            label=gettext_lazy("Reminder of a date that you offer"),
            group=group,
            compose=compose_host_reminders,
            preview=_preview_of_date(letters.host_reminder, lambda booking: ([booking],)),
        ),
    ):
        kinds.register_kind(kind)
    kinds.register_reminders(kinds.ReminderSource(kind=REMINDER, upcoming=for_who_booked))
    kinds.register_reminders(kinds.ReminderSource(kind=HOST_REMINDER, upcoming=for_hosts))
    kinds.register_sweep("assignments.remind_by_address", remind_by_address)
    kinds.register_subjects(SLOT, _visible_slots, name=named_slot)
    kinds.register_subjects(BOOKING, _visible_bookings, name=named_booking)
