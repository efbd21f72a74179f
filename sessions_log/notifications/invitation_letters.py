"""What is written to those who are invited to a session: letters and their calendar parts."""

import copy
import datetime
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civportal.lib.mail import Letter, absolute, greeting
from civportal.notifications.kinds import Message
from civportal.ui import words
from sessions_log.calendars import Asked, invitation, method_of
from sessions_log.choices import SessionStatus
from sessions_log.links import WORDS, answer_url
from sessions_log.models import Participation, WorkSession
from sessions_log.notifications.common import (
    agenda_of,
    example_session,
    facts_of,
    when,
)


@dataclass(frozen=True)
class Moment:
    """When and where a session is, or was before it moved."""

    date: datetime.date
    start: datetime.time | None
    end: datetime.time | None
    place: str

    @classmethod
    def of(cls, session: WorkSession) -> "Moment":
        """As the session stands."""
        return cls(session.date, session.start, session.end, session.place)

    def as_json(self) -> dict[str, str | None]:
        """To keep with a notification."""
        return {
            "date": self.date.isoformat(),
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "place": self.place,
        }

    def is_same_time(self, session: WorkSession) -> bool:
        """Whether only something else than the hours has changed."""
        return (self.date, self.start, self.end) == (session.date, session.start, session.end)


@dataclass(frozen=True, kw_only=True)
class To:
    """Who reads a letter about a session, and their place on its list.

    ``opens_page`` tells whether the session's page is for them: not for every guest. ``is_off``
    is for who was taken off the list.
    """

    name: str
    email: str
    zone_name: str = settings.TIME_ZONE
    place: Participation | None = None
    centre_name: str = ""
    opens_page: bool = True
    is_off: bool = False

    @property
    def greeting(self) -> str:
        """The first line."""
        return greeting(self.name)

    @property
    def reply(self) -> str:
        """What they answered."""
        return self.place.reply if self.place else ""


def choices_of(session: WorkSession, place: Participation) -> list[tuple[str, str]]:
    """A button for each answer; all lead to the same page, which has that answer filled in."""
    address = answer_url(place, session)
    labels = {
        "ja": pgettext("button in an invitation", "Yes, I will be there"),
        "misschien": pgettext("button in an invitation", "Maybe"),
        "nee": pgettext("button in an invitation", "No"),
        "ander": pgettext("button in an invitation", "Someone goes for me"),
    }
    return [(labels[word], f"{address}?antwoord={word}") for word in WORDS]


def calendar_of(session: WorkSession, to: To) -> bytes:
    """The calendar part of a letter to one person."""
    asked = Asked(
        organiser=to.centre_name,
        organiser_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        name=to.name,
        email=to.email,
        reply=to.reply,
        is_off=to.is_off,
    )
    return invitation(session, asked, site=settings.BASE_URL, now=timezone.now())


def short_moment(session: WorkSession) -> str:
    """``donderdag 18 februari 2021, 15.00 uur``, for a subject."""
    day = words.long_date(session.date)
    return f"{day}, {words.clock(session.start)}" if session.start else day


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, kw_only=True)
class _Parts:
    """What the letters differ in."""

    subject: str
    paragraphs: list[str]
    why: str
    facts: list[tuple[str, str]]
    asks: bool = True
    agenda: bool = True
    after: list[str] = field(default_factory=list)


def _message(session: WorkSession, to: To, parts: _Parts, *, calendar: bool = True) -> Message:
    choices = choices_of(session, to.place) if parts.asks and to.place else []
    page = (_("Open the session"), absolute(session.get_absolute_url()))
    return Message(
        letter=Letter(
            subject=parts.subject,
            greeting=to.greeting,
            paragraphs=parts.paragraphs,
            facts=parts.facts,
            groups=agenda_of(session) if parts.agenda else [],
            choices=choices,
            action=page if to.opens_page and not choices else None,
            after=parts.after,
            why=parts.why,
            links=[page] if to.opens_page and choices else [],
        ),
        calendar=calendar_of(session, to) if calendar else b"",
        method=method_of(session, is_off=to.is_off),
    )


def write_invitation(session: WorkSession, to: To, data: dict[str, Any]) -> Message:
    """Whether someone can come."""
    told = {"what": session.title, "when": short_moment(session)}
    return _message(
        session,
        to,
        _Parts(
            # Translators: the subject of a mail: "Uitnodiging: stuurgroep, donderdag 18 februari".
            subject=_("Invitation: %(what)s, %(when)s") % told,
            paragraphs=[
                _("You are invited to this session: %(title)s.") % {"title": session.title},
                *([session.introduction] if session.introduction else []),
            ],
            facts=facts_of(session, to.zone_name),
            after=[_("Let us know if you can come. You can change your answer until it begins.")],
            why=_("You get this mail because you are invited to this session."),
        ),
    )


def write_moved(session: WorkSession, to: To, data: dict[str, Any]) -> Message:
    """That a session is at another time or elsewhere; those asked are asked again."""
    was = data["before"]
    before = copy.copy(session)
    before.date = datetime.date.fromisoformat(was["date"])
    before.start = datetime.time.fromisoformat(was["start"]) if was["start"] else None
    before.end = datetime.time.fromisoformat(was["end"]) if was["end"] else None
    facts = facts_of(session, to.zone_name)
    same_time = Moment.of(before).is_same_time(session)
    if not same_time:
        # Translators: in a mail about a session that was moved: when it would have been.
        facts.append((pgettext("session that was moved", "Was"), when(before, to.zone_name)))
    if was["place"] and was["place"] != session.place:
        facts.append((pgettext("session that was moved", "Was in"), was["place"]))
    told = {"what": session.title, "when": short_moment(session), "where": session.place}
    if data.get("was_cancelled"):
        subject = _("It takes place after all: %(what)s, %(when)s") % told
        first = _("This session was cancelled, and takes place after all: %(what)s.") % told
    elif not same_time:
        subject = _("Moved to %(when)s: %(what)s") % told
        first = _("This session is at another time: %(what)s.") % told
    elif session.place and session.place != was["place"]:
        subject = _("Now in %(where)s: %(what)s, %(when)s") % told
        first = _("This session is in another place: %(what)s.") % told
    else:
        subject = _("Changed: %(what)s, %(when)s") % told
        first = _("Something changed about this session: %(what)s.") % told
    if to.reply:
        after = _("Your answer stays as it is. You can change it until it begins.")
    elif same_time:
        after = _("Let us know if you can come. You can change your answer until it begins.")
    else:
        after = _("Can you come? An answer that you gave was for the old time: please answer anew.")
    return _message(
        session,
        to,
        _Parts(
            subject=subject,
            paragraphs=[first, *([data["note"]] if data.get("note") else [])],
            facts=facts,
            after=[after] if to.place else [],
            why=_("You get this mail because you are invited to this session or signed up for it."),
        ),
    )


def write_signed_up(session: WorkSession, to: To) -> Message:
    """That a visitor is on the list, and how to come off it again."""
    told = {"what": session.title, "when": short_moment(session)}
    return _message(
        session,
        to,
        _Parts(
            subject=_("You are on the list: %(what)s, %(when)s") % told,
            paragraphs=[_("You have a place at this session: %(what)s.") % told],
            facts=facts_of(session, to.zone_name),
            after=[_("Does something come up? Choose another answer, and your place comes free.")],
            why=_("You get this mail because you signed up for this session."),
        ),
    )


def write_cancelled(session: WorkSession, to: To, data: dict[str, Any]) -> Message:
    """That a session does not take place."""
    told = {"what": session.title, "when": short_moment(session)}
    facts = [(_("When"), when(session, to.zone_name))]
    if session.place:
        facts.append((_("Where"), session.place))
    if session.cancel_reason:
        # Translators: before the reason why a session was cancelled.
        facts.append((pgettext("cancelled session", "Why"), session.cancel_reason))
    return _message(
        session,
        to,
        _Parts(
            subject=_("Cancelled: %(what)s, %(when)s") % told,
            paragraphs=[_("This session does not take place: %(what)s.") % told],
            facts=facts,
            asks=False,
            agenda=False,
            why=_("You get this mail because you are invited to this session or signed up for it."),
        ),
    )


def write_taken_off(session: WorkSession, to: To, data: dict[str, Any]) -> Message:
    """That someone is not expected at a session any more; it goes out of their calendar."""
    told = {"what": session.title, "when": short_moment(session)}
    return _message(
        session,
        replace(to, is_off=True),
        _Parts(
            # Translators: the subject of a mail to someone who was taken off the list.
            subject=_("You are not expected any more: %(what)s, %(when)s") % told,
            paragraphs=[
                _("You were on the list of this session: %(what)s.") % told,
                _("You are off that list now, so you need not come. The session itself goes on."),
            ],
            facts=[(_("When"), when(session, to.zone_name))],
            asks=False,
            agenda=False,
            why=_("You get this mail because you were invited to this session or signed up."),
        ),
    )


def write_reply_open(session: WorkSession, to: To, data: dict[str, Any]) -> Message:
    """That someone has not answered yet."""
    told = {"what": session.title, "when": _sentence(short_moment(session))}
    return _message(
        session,
        to,
        _Parts(
            # Translators: the subject of a mail: "Donderdag 18 februari 2021: stuurgroep – kom je?"
            subject=_("%(when)s: %(what)s – can you come?") % told,
            paragraphs=[
                _("You have not answered yet if you come to this session: %(what)s.") % told
            ],
            facts=facts_of(session, to.zone_name),
            why=_("You get this mail because you are invited and have not answered."),
        ),
        calendar=False,
    )


def _example() -> tuple[WorkSession, To]:
    session = example_session()
    place = Participation(pk=1, user_id=1, invited=True)
    return session, To(name="Yara Pinas", email="yara@example.org", place=place, centre_name="CIV")


def preview_invitation() -> Message:
    """An example for the style guide."""
    return write_invitation(*_example(), {})


def preview_moved() -> Message:
    """An example for the style guide."""
    session, to = _example()
    session.sequence = 1
    before = Moment(datetime.date(2021, 2, 16), datetime.time(10), datetime.time(12), "Leiden")
    return write_moved(session, to, {"before": before.as_json()})


def preview_cancelled() -> Message:
    """An example for the style guide."""
    session, to = _example()
    session.sequence = 2
    session.status = SessionStatus.CANCELLED
    session.cancel_reason = "Te weinig mensen kunnen komen."
    return write_cancelled(session, to, {})


def preview_taken_off() -> Message:
    """An example for the style guide."""
    return write_taken_off(*_example(), {})


def preview_reply_open() -> Message:
    """An example for the style guide."""
    return write_reply_open(*_example(), {})
