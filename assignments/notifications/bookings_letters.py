"""What is written about dates and bookings: letters, and their calendar parts."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assignments.calendars import Parties, file_of, method_of, told
from assignments.models import Booking, Slot
from civportal.lib.mail import Group, Letter, Line, absolute, greeting
from civportal.notifications.kinds import Message
from civportal.ui import words

NEW, CHANGED, OFF = "new", "changed", "off"
"""What happened, as a notification keeps it."""


@dataclass(frozen=True, kw_only=True)
class To:
    """Who reads a letter."""

    name: str
    email: str
    centre_name: str
    zone_name: str = settings.TIME_ZONE
    has_account: bool = True

    @property
    def greeting(self) -> str:
        """The first line."""
        return greeting(self.name)


Write = Callable[..., Message]


@dataclass(frozen=True)
class Moment:
    """When and where a date is, or was before it moved."""

    date: datetime.date
    start: datetime.time
    end: datetime.time
    place: str

    @classmethod
    def of(cls, slot: Slot) -> "Moment":
        """As the date stands."""
        return cls(slot.date, slot.start, slot.end, slot.place)

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> "Moment":
        """As a notification kept it."""
        return cls(
            datetime.date.fromisoformat(kept["date"]),
            datetime.time.fromisoformat(kept["start"]),
            datetime.time.fromisoformat(kept["end"]),
            kept["place"],
        )

    def as_json(self) -> dict[str, str]:
        """To keep with a notification."""
        return {
            "date": self.date.isoformat(),
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "place": self.place,
        }

    def is_same_time(self, slot: Slot) -> bool:
        """Whether only something else than the hours has changed."""
        return (self.date, self.start, self.end) == (slot.date, slot.start, slot.end)


def people(number: int) -> str:
    """``24 people``."""
    return ngettext("%(count)d person", "%(count)d people", number) % {"count": number}


def _short(slot: Slot) -> str:
    """``donderdag 18 februari 2021, 10.00 uur``, for a subject."""
    return f"{words.long_date(slot.date)}, {words.clock(slot.start)}"


def _about(slot: Slot) -> dict[str, str]:
    return {"what": slot.assignment.title, "when": _short(slot), "where": slot.place}


def _facts(slot: Slot, to: To) -> list[tuple[str, str]]:
    facts = [(_("When"), words.when(slot.date, slot.start, slot.end, to.zone_name))]
    if slot.place:
        facts.append((_("Where"), slot.place))
    if slot.online_url and slot.cancelled_at is None:
        facts.append((_("Online"), slot.online_url))
    return facts


def _party(booking: Booking) -> list[tuple[str, str]]:
    facts = [
        (_("Who comes"), f"{booking.group}, {booking.school.name}"),
        (_("How many"), people(booking.number)),
    ]
    if booking.level is not None:
        facts.append((_("Level"), booking.get_level_display()))
    if booking.note:
        facts.append((_("Note"), booking.note))
    return facts


def _page(label: str, address: str, to: To) -> tuple[str, str] | None:
    return (label, absolute(address)) if to.has_account else None


# --- to who booked --------------------------------------------------------------------------------


def _with_calendar(booking: Booking, to: To, letter: Letter) -> Message:
    parties = Parties(
        organiser=to.centre_name,
        organiser_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        name=to.name,
        email=to.email,
    )
    return Message(
        letter=letter,
        calendar=told(booking, parties, site=settings.BASE_URL, now=timezone.now()),
        method=method_of(booking),
    )


def yours(to: To, booking: Booking, data: dict[str, Any]) -> Message:
    """That one's booking stands, stands otherwise, or is cancelled."""
    slot = booking.slot
    about = _about(slot) | {"group": booking.group}
    after = []
    if data["what"] == OFF:
        subject = _("Your booking is cancelled: %(what)s, %(when)s") % about
        first = _("%(group)s does not come any more: %(what)s. The places are free again.") % about
        facts = _facts(slot, to)[:1]
    else:
        if data["what"] == CHANGED:
            subject = _("Your booking was changed: %(what)s, %(when)s") % about
            first = _("Your booking has changed, and stands: %(what)s.") % about
        else:
            subject = _("Booked: %(what)s, %(when)s") % about
            first = _("Your booking stands: %(what)s. Those who offer it know who comes.") % about
        facts = [*_facts(slot, to), *_party(booking)]
        after = [
            _("Does something come up? Change or cancel your booking, so that others can come.")
        ]
    return _with_calendar(
        booking,
        to,
        Letter(
            subject=subject,
            greeting=to.greeting,
            paragraphs=[first],
            facts=facts,
            action=_page(_("Open your booking"), booking.get_absolute_url(), to),
            after=after,
            why=_("You get this mail because you booked this date."),
        ),
    )


def date(to: To, booking: Booking, data: dict[str, Any]) -> Message:
    """That the date one booked is at another time or elsewhere, or is cancelled."""
    slot = booking.slot
    subject, first, facts = _of_date(slot, data, to)
    after = []
    if data["what"] == CHANGED:
        after = [_("Your places stay yours. Can you not come then? Please cancel your booking.")]
    return _with_calendar(
        booking,
        to,
        Letter(
            subject=subject,
            greeting=to.greeting,
            paragraphs=[first, *([data["note"]] if data.get("note") else [])],
            facts=[*facts, (_("Who comes"), f"{booking.group}, {people(booking.number)}")],
            action=_page(_("Open your booking"), booking.get_absolute_url(), to),
            after=after,
            why=_("You get this mail because you booked this date."),
        ),
    )


def _of_date(slot: Slot, data: dict[str, Any], to: To) -> tuple[str, str, list[tuple[str, str]]]:
    """Subject, first sentence and facts of a date that moved or was cancelled."""
    about, facts = _about(slot), _facts(slot, to)
    if data["what"] == OFF:
        # Translators: before the reason why a date was cancelled.
        facts.append((pgettext("cancelled date", "Why"), slot.cancel_reason))
        return (
            _("Cancelled: %(what)s, %(when)s") % about,
            _("This does not take place: %(what)s.") % about,
            facts,
        )
    before = Moment.from_json(data["before"])
    if not before.is_same_time(slot):
        was = words.when(before.date, before.start, before.end, to.zone_name)
        # Translators: in a mail about a date that was moved: when it would have been.
        facts.append((pgettext("date that was moved", "Was"), was))
    if before.place and before.place != slot.place:
        facts.append((pgettext("date that was moved", "Was in"), before.place))
    if not before.is_same_time(slot):
        subject = _("Moved to %(when)s: %(what)s") % about
        first = _("This is at another time: %(what)s.") % about
    elif slot.place and slot.place != before.place:
        subject = _("Now in %(where)s: %(what)s, %(when)s") % about
        first = _("This is in another place: %(what)s.") % about
    else:
        subject = _("Changed: %(what)s, %(when)s") % about
        first = _("Something changed about where to be: %(what)s.") % about
    return subject, first, facts


def reminder(to: To, slot: Slot, bookings: Sequence[Booking]) -> Message:
    """That one comes there soon, with which class; of one's own bookings of that date."""
    facts = _facts(slot, to)
    for booking in bookings:
        facts.append((_("Who comes"), f"{booking.group}, {people(booking.number)}"))
    return Message(
        letter=Letter(
            subject=_("%(when)s: %(what)s") % _near(slot),
            greeting=to.greeting,
            paragraphs=[_("You booked this: %(what)s.") % _about(slot)],
            facts=facts,
            action=_page(_("Open your booking"), bookings[0].get_absolute_url(), to),
            why=_("You get this mail because you booked this date."),
        ),
        calendar=_calendar_file(bookings, to),
    )


def _calendar_file(bookings: Sequence[Booking], to: To) -> bytes:
    return file_of(bookings, name=to.centre_name, site=settings.BASE_URL)


def _near(slot: Slot) -> dict[str, str]:
    """The day alone says which one only within a week."""
    when = _short(slot)
    if (slot.date - timezone.localdate()).days < 7:
        when = f"{date_format(slot.date, 'l')} {words.clock(slot.start)}"
    return _about(slot) | {"when": when[:1].upper() + when[1:]}


# --- to those who offer it ------------------------------------------------------------------------


def _offered(slot: Slot, to: To, *, subject: str, first: str, **parts: Any) -> Message:
    return Message(
        letter=Letter(
            subject=subject,
            greeting=to.greeting,
            paragraphs=[first],
            action=_page(_("See who comes"), slot.get_bookings_url(), to),
            why=_("You get this mail because you offer this."),
            **parts,
        )
    )


def _booked_by(booking: Booking) -> list[tuple[str, str]]:
    teacher = booking.teacher
    if teacher is None:
        return []
    return [(_("Booked by"), f"{teacher.get_full_name()}, {teacher.email}")]


def made(to: To, booking: Booking, data: dict[str, Any]) -> Message:
    """That a class comes, or comes with more or fewer people or as another class."""
    slot = booking.slot
    about = _about(slot) | {"group": booking.group, "people": people(booking.number)}
    if data["what"] == CHANGED:
        subject = _("Changed: %(group)s comes with %(people)s: %(what)s, %(when)s") % about
        first = _("A booking has changed: %(what)s.") % about
    else:
        subject = _("Booked by %(group)s, %(people)s: %(what)s, %(when)s") % about
        first = _("Somebody booked what you offer: %(what)s.") % about
    facts = [*_facts(slot, to), *_party(booking), *_booked_by(booking)]
    if data["what"] == CHANGED and data["before"] != booking.number:
        # Translators: how many people would have come before a booking was changed.
        facts.append((pgettext("people who come", "Was"), people(data["before"])))
    return _offered(slot, to, subject=subject, first=first, facts=facts)


def given_back(to: To, booking: Booking, data: dict[str, Any]) -> Message:
    """That a class does not come after all."""
    slot = booking.slot
    about = _about(slot) | {"group": booking.group}
    return _offered(
        slot,
        to,
        subject=_("%(group)s does not come: %(what)s, %(when)s") % about,
        first=_("A booking was cancelled: %(what)s. The places are free again.") % about,
        facts=[*_facts(slot, to)[:1], *_party(booking)[:2], *_booked_by(booking)],
    )


def own_date(to: To, slot: Slot, data: dict[str, Any]) -> Message:
    """That somebody moved or cancelled a date that one offers together."""
    subject, first, facts = _of_date(slot, data, to)
    return _offered(
        slot,
        to,
        subject=subject,
        first=first,
        facts=facts,
        after=[_("Whoever booked it gets a mail too.")],
    )


def new_dates(to: To, slots: Sequence[Slot]) -> Message:
    """That somebody put dates on offer for something that one offers together."""
    about = _about(slots[0]) | {"count": len(slots)}
    subject = ngettext(
        "A date on offer: %(what)s, %(when)s",
        "%(count)d dates on offer: %(what)s, from %(when)s",
        len(slots),
    )
    lines = [
        Line(
            title=words.when(slot.date, slot.start, slot.end, to.zone_name),
            url="",
            about=" · ".join(part for part in (slot.place, _places(slot)) if part),
        )
        for slot in slots
    ]
    return _offered(
        slots[0],
        to,
        subject=subject % about,
        first=_("This can be booked from now on: %(what)s.") % about,
        groups=[Group(title=_("Dates"), lines=lines)],
        after=[_("Does a date not suit you? Let your colleague know, or change it yourself.")],
    )


def _places(slot: Slot) -> str:
    return ngettext("%(count)d place", "%(count)d places", slot.capacity) % {"count": slot.capacity}


def host_reminder(to: To, slot: Slot, bookings: Sequence[Booking]) -> Message:
    """That classes come soon, and which."""
    total = sum(booking.number for booking in bookings)
    about = _near(slot) | {"people": people(total)}
    lines = [
        Line(
            title=f"{booking.group}, {booking.school.name}",
            url="",
            about=" · ".join(
                part
                for part in (
                    people(booking.number),
                    booking.get_level_display() if booking.level is not None else "",
                    booking.teacher.get_full_name() if booking.teacher else "",
                    booking.teacher.email if booking.teacher else "",
                )
                if part
            ),
            text=booking.note,
            language=slot.assignment.language,
        )
        for booking in bookings
    ]
    return _offered(
        slot,
        to,
        # Translators: the subject of a mail: "Donderdag 10.00 uur: gastcollege – 24 mensen".
        subject=_("%(when)s: %(what)s – %(people)s") % about,
        first=_("Soon it is time for what you offer: %(what)s.") % about,
        facts=_facts(slot, to),
        groups=[Group(title=_("Who comes"), lines=lines)],
    )
