"""Sessions as iCalendar (RFC 5545), for the feeds, a single session and invitations by mail.

An event holds what its reader may see and nothing else: the sessions come from ``for_calendar``,
which marks of which ones the viewer reads everything.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Event

from civportal.accounts.models import User
from civportal.accounts.viewers import Viewer
from civportal.lib import ical
from civportal.lib.ical import one_line
from sessions_log.choices import Reply, SessionStatus, Visibility
from sessions_log.models import AgendaItem, WorkSession
from sessions_log.querysets import WorkSessionQuerySet

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


Give = Callable[[User, str], list[Event]]
"""Gives the events of a person, for a portal at this address (without a slash at the end)."""

_givers: dict[str, Give] = {}


def register_events(name: str, give: Give) -> None:
    """Let apps of higher floors put events of their own into people's own calendars.

    ``give`` asks ``visible_to`` itself, with a fixed number of queries. Call this from
    ``AppConfig.ready``; registering the same name again replaces what gave.
    """
    _givers[name] = give


def other_events(owner: User, *, site: str) -> list[Event]:
    """What other apps have for the own calendar of this person."""
    return [event for name in sorted(_givers) for event in _givers[name](owner, site)]


def calendar(
    sessions: Iterable[WorkSession], *, name: str, site: str, others: Iterable[Event] = ()
) -> bytes:
    """A calendar in which each of ``sessions`` is an event, followed by ``others``.

    ``sessions`` come from ``for_calendar``; ``site`` is the address of the portal, without a
    slash at the end. The same sessions give the same bytes.
    """
    return ical.published([*(_event(each, site=site) for each in sessions), *others], name=name)


def invitation(session: WorkSession, asked: Asked, *, site: str, now: datetime.datetime) -> bytes:
    """What puts one session into the calendar of who is asked, moves it there, or takes it away.

    METHOD is REQUEST, and CANCEL once the session is cancelled (RFC 5546, 3.2.2 and 3.2.5). Who
    is asked is the only ATTENDEE: whom else the centre invites is nobody's business. No reply by
    mail is wanted (RSVP=FALSE), since the answer goes by the portal. ``now`` is when it is made.

    Whoever was taken off the list gets a CANCEL too. It has no STATUS, since the session itself
    goes on (RFC 5546, 3.2.5), and nothing that they need no more.
    """
    method = method_of(session, is_off=asked.is_off)
    event = _event(session, site=site)
    del event["dtstamp"]
    event.add("dtstamp", now)  # when this object was made (RFC 5545, 3.8.7.2)
    event.add("organizer", ical.address(asked.organiser_email, CN=asked.organiser))
    answer = {} if method == "CANCEL" else {"PARTSTAT": ANSWERS[asked.reply]}
    if asked.is_off:
        for name in ("status", "description", "location", "conference", "url"):
            event.pop(name, None)
    event.add(
        "attendee",
        ical.address(
            asked.email,
            CN=asked.name or asked.email,
            CUTYPE="INDIVIDUAL",
            ROLE="REQ-PARTICIPANT",
            RSVP="FALSE",
            **answer,
        ),
    )
    return ical.told(event, method=method)


def method_of(session: WorkSession, *, is_off: bool = False) -> str:
    """The METHOD by which a mail tells a calendar program of a session."""
    return "CANCEL" if is_off or session.status == SessionStatus.CANCELLED else "REQUEST"


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
    event.add("summary", one_line(title), parameters=words)
    _add_place(event, session)
    event.add("description", _description(session, address), parameters=words)
    event.add("url", address)
    lines = [one_line(line.title) for line in session.lines.all()]
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
        event.add("location", one_line(place))
    if online:
        event.add("conference", online, parameters={"VALUE": "URI", "FEATURE": "VIDEO"})


def _description(session: WorkSession, address: str) -> str:
    parts = [session.introduction.strip()]
    agenda: list[AgendaItem] = session.agenda  # type: ignore[attr-defined] # prefetched
    if agenda:
        parts.append("\n".join(f"{number}. {item}" for number, item in enumerate(agenda, start=1)))
    parts.append(address)
    return ical.several_lines("\n\n".join(part for part in parts if part))
