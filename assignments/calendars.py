"""Dates on offer and bookings as iCalendar: by mail, as a file, and in people's own calendars.

Each booking is an event of its own for who booked, with its class in the title; for those who
offer the date it is one event, which tells how many come. Hours are those of the centre's clock.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Event

from assignments.models import Booking, Slot
from civportal.accounts.models import User
from civportal.lib import ical
from sessions_log.calendars import register_events

MOST = 200
"""Events of one kind in somebody's own calendar, newest first."""


@dataclass(frozen=True, kw_only=True)
class Parties:
    """From whom a mail with a calendar part comes, and to whom: names and addresses."""

    organiser: str
    organiser_email: str
    name: str
    email: str


def of_booking(booking: Booking, *, site: str) -> Event:
    """The event of who booked; ``slot__assignment`` and ``school`` are loaded."""
    slot = booking.slot
    is_off = booking.cancelled_at is not None or slot.cancelled_at is not None
    event = _event(slot, uid=str(booking.uid), is_off=is_off, about=booking.group)
    address = site + booking.get_absolute_url()
    people = ngettext("%(count)d person", "%(count)d people", booking.number) % {
        "count": booking.number
    }
    parts = [f"{booking.group} · {people}", slot.assignment.summary, booking.note, address]
    event.add("description", ical.several_lines("\n\n".join(part for part in parts if part)))
    event.add("url", address)
    return event


def of_slot(slot: Slot, *, site: str) -> Event:
    """The event of those who offer it; ``slot`` has ``taken`` and ``classes``."""
    event = _event(slot, uid=str(slot.uid), is_off=slot.cancelled_at is not None, about="")
    address = site + slot.get_bookings_url()
    counted = ngettext(
        "%(count)d booking",
        "%(count)d bookings",
        slot.classes,  # type: ignore[attr-defined]
    ) % {"count": slot.classes}  # type: ignore[attr-defined] # annotated
    taken = _("%(taken)d of %(places)d places") % {
        "taken": slot.taken,
        "places": slot.capacity,
    }
    event.add("description", ical.several_lines(f"{counted} · {taken}\n\n{address}"))
    event.add("url", address)
    return event


def _event(slot: Slot, *, uid: str, is_off: bool, about: str) -> Event:
    title = slot.assignment.title
    if about:
        title = f"{title} – {about}"
    if is_off:
        # Many programs show a published calendar without its STATUS.
        title = _("Cancelled: %(title)s") % {"title": title}
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", slot.changed_at)
    event.add("last-modified", slot.changed_at)
    # A cancelled booking comes after what was told of it (RFC 5546, 3.2.5).
    event.add("sequence", slot.sequence + (is_off and slot.cancelled_at is None))
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("dtstart", slot.starts_at)
    event.add("dtend", slot.ends_at)
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    event.add("summary", ical.one_line(title))
    where = slot.place or slot.online_url
    if where:
        event.add("location", ical.one_line(where))
    if slot.online_url:
        event.add("conference", slot.online_url, parameters={"VALUE": "URI", "FEATURE": "VIDEO"})
    event.add("class", "PRIVATE")
    return event


def told(booking: Booking, parties: Parties, *, site: str, now: datetime.datetime) -> bytes:
    """What puts a booking into the calendar of who booked, moves it there, or takes it away.

    METHOD is REQUEST, and CANCEL once the booking or its date is cancelled (RFC 5546, 3.2.2 and
    3.2.5). Who booked is the only ATTENDEE, and has said yes by booking.
    """
    method = method_of(booking)
    event = of_booking(booking, site=site)
    del event["dtstamp"]
    event.add("dtstamp", now)  # when this object was made (RFC 5545, 3.8.7.2)
    event.add("organizer", ical.address(parties.organiser_email, CN=parties.organiser))
    event.add(
        "attendee",
        ical.address(
            parties.email,
            CN=parties.name or parties.email,
            CUTYPE="INDIVIDUAL",
            ROLE="REQ-PARTICIPANT",
            RSVP="FALSE",
            **({} if method == "CANCEL" else {"PARTSTAT": "ACCEPTED"}),
        ),
    )
    return ical.told(event, method=method)


def method_of(booking: Booking) -> str:
    """The METHOD by which a mail tells a calendar program of a booking."""
    is_off = booking.cancelled_at is not None or booking.slot.cancelled_at is not None
    return "CANCEL" if is_off else "REQUEST"


def file_of(bookings: Sequence[Booking], *, name: str, site: str) -> bytes:
    """Bookings to put into one's own calendar."""
    return ical.published([of_booking(each, site=site) for each in bookings], name=name)


def of_person(owner: User, site: str) -> list[Event]:
    """What someone booked, and the dates they offer themselves for which somebody comes.

    The office offers none by itself: it would find every date of the centre in its calendar.
    """
    bookings = (
        Booking.objects.visible_to(owner)
        .standing()
        .filter(teacher=owner)
        .select_related("slot__assignment", "school")
        .order_by("-slot__date", "-pk")[:MOST]
    )
    slots = (
        Slot.objects.visible_to(owner)
        .filter(Q(assignment__contact=owner) | Q(assignment__teacher=owner))
        .with_places()
        .annotate(classes=Count("bookings", filter=Q(bookings__cancelled_at__isnull=True)))
        .filter(classes__gt=0)
        .select_related("assignment")
        .order_by("-date", "-pk")[:MOST]
    )
    with translation.override(owner.language or translation.get_language()):
        return [
            *(of_booking(each, site=site) for each in bookings),
            *(of_slot(each, site=site) for each in slots),
        ]


def register() -> None:
    """Put bookings into people's own calendars; called once, when Django is ready."""
    register_events("assignments.bookings", of_person)
