"""Sessions as iCalendar (RFC 5545), for the feeds, a single session and invitations by mail.

An event holds what its reader may see and nothing else: the sessions come from ``for_calendar``,
which marks of which ones the viewer reads everything.
"""

import datetime
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

from civportal.accounts.viewers import Viewer
from civportal.lib.text import without_controls
from sessions_log.choices import Reply, SessionStatus, Visibility
from sessions_log.models import AgendaItem, WorkSession
from sessions_log.querysets import WorkSessionQuerySet

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//CIV portal//sessions//NL"
REFRESH_HOURS = 1
MOST = 500
"""Sessions in a feed, newest first: years of meetings, and still a file that a phone reads."""

STATUS = {
    SessionStatus.PLANNED: "CONFIRMED",
    SessionStatus.HELD: "CONFIRMED",
    SessionStatus.CANCELLED: "CANCELLED",
}

ANSWERS = {
    "": "NEEDS-ACTION",
    Reply.YES: "ACCEPTED",
    Reply.NO: "DECLINED",
    Reply.MAYBE: "TENTATIVE",
    # "DELEGATED" wants the address of the other (RFC 5545, 3.2.5), which nobody gave us.
    Reply.REPLACED: "DECLINED",
}
"""What each reply is as PARTSTAT (RFC 5545, 3.2.12)."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asks whom to come, as the calendar of an invitation tells it: names and addresses."""

    organiser: str
    organiser_email: str
    name: str
    email: str
    reply: str = ""
    is_off: bool = False
    """Taken off the list: the session goes on, without them."""


def for_calendar(sessions: WorkSessionQuerySet, viewer: Viewer) -> WorkSessionQuerySet:
    """Those of ``sessions`` that the viewer may see, with what ``calendar`` needs of them."""
    agenda = AgendaItem.objects.visible_to(viewer).order_by("order")
    return (
        sessions.visible_to(viewer)
        .with_full_reader(viewer)
        .prefetch_related("lines", Prefetch("items", queryset=agenda, to_attr="agenda"))
        .order_by("-date", "-start", "-pk")[:MOST]
    )


def calendar(sessions: Iterable[WorkSession], *, name: str, site: str) -> bytes:
    """A calendar in which each of ``sessions`` is an event.

    ``sessions`` come from ``for_calendar``; ``site`` is the address of the portal, without a
    slash at the end. The same sessions give the same bytes.
    """
    sessions = list(sessions)
    label = vText(_line(name))
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("name", label)  # RFC 7986; the X- names are for older programs
    found.add("x-wr-calname", label)
    found.add("x-wr-timezone", timezone.get_default_timezone_name())
    found.add(
        "refresh-interval",
        datetime.timedelta(hours=REFRESH_HOURS),
        parameters={"VALUE": "DURATION"},
    )
    found.add("x-published-ttl", f"PT{REFRESH_HOURS}H")
    # Without events, too: a calendar must hold something (RFC 5545, section 3.6).
    years = [session.date.year for session in sessions] or [timezone.localdate().year]
    zone = timezone.get_default_timezone()
    found.add_component(_timezone(zone, min(years) - 1, max(years) + 1))
    for session in sessions:
        found.add_component(_event(session, site=site))
    return bytes(found.to_ical())


def invitation(session: WorkSession, asked: Asked, *, site: str, now: datetime.datetime) -> bytes:
    """What puts one session into the calendar of who is asked, moves it there, or takes it away.

    METHOD is REQUEST, and CANCEL once the session is cancelled (RFC 5546, 3.2.2 and 3.2.5). Who
    is asked is the only ATTENDEE: whom else the centre invites is nobody's business. No reply by
    mail is wanted (RSVP=FALSE), since the answer goes by the portal. ``now`` is when it is made.

    Whoever was taken off the list gets a CANCEL too. It has no STATUS, since the session itself
    goes on (RFC 5546, 3.2.5), and nothing that they need no more.
    """
    method = method_of(session, is_off=asked.is_off)
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", method)
    zone = timezone.get_default_timezone()
    found.add_component(_timezone(zone, session.date.year - 1, session.date.year + 1))
    event = _event(session, site=site)
    del event["dtstamp"]
    event.add("dtstamp", now)  # when this object was made (RFC 5545, 3.8.7.2)
    event.add("organizer", _address(asked.organiser_email, CN=asked.organiser))
    answer = {} if method == "CANCEL" else {"PARTSTAT": ANSWERS[asked.reply]}
    if asked.is_off:
        for name in ("status", "description", "location", "conference", "url"):
            event.pop(name, None)
    event.add(
        "attendee",
        _address(
            asked.email,
            CN=asked.name or asked.email,
            CUTYPE="INDIVIDUAL",
            ROLE="REQ-PARTICIPANT",
            RSVP="FALSE",
            **answer,
        ),
    )
    found.add_component(event)
    return bytes(found.to_ical())


def method_of(session: WorkSession, *, is_off: bool = False) -> str:
    """The METHOD by which a mail tells a calendar program of a session."""
    return "CANCEL" if is_off or session.status == SessionStatus.CANCELLED else "REQUEST"


def _address(email: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for name, value in parameters.items():
        # A quote cannot stand in a parameter (RFC 5545, 3.1).
        address.params[name] = _line(value).replace('"', "'")
    return address


def _event(session: WorkSession, *, site: str) -> Event:
    event = Event()
    address = site + session.get_absolute_url()
    event.add("uid", str(session.uid))
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("sequence", session.sequence)
    event.add("status", STATUS[SessionStatus(session.status)])
    _add_times(event, session)
    title = session.title
    if session.status == SessionStatus.CANCELLED:
        # Many programs show a published calendar without its STATUS.
        with translation.override(session.language):
            title = _("Cancelled: %(title)s") % {"title": title}
    words = {"LANGUAGE": session.language}
    event.add("summary", _line(title), parameters=words)
    _add_place(event, session)
    event.add("description", _description(session, address), parameters=words)
    event.add("url", address)
    lines = [_line(line.title) for line in session.lines.all()]
    if lines:
        event.add("categories", lines)
    event.add("class", "PUBLIC" if session.visibility == Visibility.PUBLIC else "PRIVATE")
    return event


def _add_times(event: Event, session: WorkSession) -> None:
    """Clock times in the centre's zone; a whole day where the hours are not known.

    Such a day stays free for other appointments: nobody knows yet when the session is. Without
    an end the event has none: RFC 5545 allows it, and an invented one would be believed.
    """
    if session.starts_at is None:
        event.add("dtstart", session.date)
        event.add("dtend", session.date + datetime.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    event.add("dtstart", session.starts_at)
    if session.ends_at is not None:
        event.add("dtend", session.ends_at)
    cancelled = session.status == SessionStatus.CANCELLED
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")


def _add_place(event: Event, session: WorkSession) -> None:
    online = session.online_url if session.is_full_reader else ""  # type: ignore[attr-defined]
    place = session.place or online
    if place:
        event.add("location", _line(place))
    if online:
        event.add("conference", online, parameters={"VALUE": "URI", "FEATURE": "VIDEO"})


def _description(session: WorkSession, address: str) -> str:
    parts = [session.introduction.strip()]
    agenda: list[AgendaItem] = session.agenda  # type: ignore[attr-defined] # prefetched
    if agenda:
        parts.append("\n".join(f"{number}. {item}" for number, item in enumerate(agenda, start=1)))
    parts.append(address)
    return without_controls("\n\n".join(part for part in parts if part).replace("\r", ""))


def _line(text: str) -> str:
    """Text in one line: a stray line end would begin a property of its own."""
    return " ".join(without_controls(text).split())


@functools.lru_cache(maxsize=32)
def _timezone(zone: datetime.tzinfo, first_year: int, last_year: int) -> Timezone:
    """The rules of a zone in these years, each change named (RFC 5545, section 3.6.5)."""
    component = Timezone()
    component.add("tzid", str(zone))
    start = datetime.datetime(first_year, 1, 1)  # noqa: DTZ001 - local by definition of VTIMEZONE
    offset, name = _offset(start.replace(tzinfo=zone))
    groups: dict[tuple[Any, Any, str, bool], list[datetime.datetime]] = {
        (offset, offset, name, False): [start]
    }
    day = start
    while day.year <= last_year:
        following = day + datetime.timedelta(days=1)
        before, after = (
            moment.replace(tzinfo=zone).astimezone(datetime.UTC) for moment in (day, following)
        )
        if _offset(before.astimezone(zone))[0] != _offset(after.astimezone(zone))[0]:
            while after - before > datetime.timedelta(minutes=1):
                middle = before + (after - before) / 2
                same = _offset(middle.astimezone(zone))[0] == _offset(before.astimezone(zone))[0]
                before, after = (middle, after) if same else (before, middle)
            old = _offset(before.astimezone(zone))[0]
            change = after.replace(second=0, microsecond=0)
            new, name = _offset(change.astimezone(zone))
            summer = bool(change.astimezone(zone).dst())
            onset = change.replace(tzinfo=None) + old
            groups.setdefault((old, new, name, summer), []).append(onset)
        day = following
    for (old, new, name, summer), onsets in groups.items():
        rule = TimezoneDaylight() if summer else TimezoneStandard()
        rule.add("dtstart", onsets[0])
        if onsets[1:]:
            rule.add("rdate", onsets[1:])
        rule.add("tzname", name)
        rule.add("tzoffsetfrom", old)
        rule.add("tzoffsetto", new)
        component.add_component(rule)
    return component


def _offset(moment: datetime.datetime) -> tuple[datetime.timedelta, str]:
    return moment.utcoffset() or datetime.timedelta(), moment.tzname() or ""
