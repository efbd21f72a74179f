"""A calendar program as people use it, on a library that is not the one that writes our parts.

It keeps events by UID, and of what comes in by mail does what RFC 5546 says: a REQUEST with a
higher SEQUENCE (or the same one and a later DTSTAMP) replaces what is there, a CANCEL takes it
away, anything older is left alone.
"""

import datetime
import email.message
from dataclasses import dataclass, field

import vobject


@dataclass
class Event:
    uid: str
    sequence: int
    stamp: datetime.datetime
    begins: datetime.datetime | datetime.date
    ends: datetime.datetime | datetime.date | None
    status: str
    attendees: list[tuple[str, str, str]]
    organiser: str


@dataclass
class CalendarProgram:
    events: dict[str, Event] = field(default_factory=dict)

    def receive(self, content: str) -> None:
        calendar = vobject.readOne(content)
        method = calendar.method.value
        for component in calendar.vevent_list:
            self._receive(method, component)

    def _receive(self, method: str, component) -> None:
        new = Event(
            uid=component.uid.value,
            sequence=int(component.sequence.value),
            stamp=component.dtstamp.value,
            begins=component.dtstart.value,
            ends=component.dtend.value if hasattr(component, "dtend") else None,
            status=component.status.value if hasattr(component, "status") else "",
            attendees=[
                (one.value, one.params["RSVP"][0], one.params.get("PARTSTAT", [""])[0])
                for one in component.contents.get("attendee", [])
            ],
            organiser=component.organizer.value,
        )
        known = self.events.get(new.uid)
        if known and (new.sequence, new.stamp) < (known.sequence, known.stamp):
            return
        if method == "REQUEST":
            self.events[new.uid] = new
        elif method == "CANCEL" and known:
            known.status, known.sequence, known.stamp = "CANCELLED", new.sequence, new.stamp

    def receive_mail(self, message: email.message.Message) -> None:
        """As Outlook and Gmail: the part of the alternatives whose type tells the method."""
        [part] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        content = part.get_payload(decode=True).decode(part.get_content_charset())
        assert f"METHOD:{part.get_param('method')}" in content
        self.receive(content)
