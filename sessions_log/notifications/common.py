"""What the mails about sessions share: names, moments, and who may see what of which."""

import copy
import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.lib.mail import Group, Line
from civportal.notifications.models import Notification
from civportal.ui import words
from programme_lines.models import ProgrammeLine
from sessions_log.models import AgendaItem, WorkSession

PREFIX = "worksession"


def subject_of(session_id: int) -> str:
    """What the ledger calls a session."""
    return f"{PREFIX}:{session_id}"


def topics_of(session: WorkSession) -> list[str]:
    """What people follow who want to hear of this session."""
    lines = [f"line:{pk}" for pk in session.lines.values_list("pk", flat=True)]
    theirs = (
        session.participations.took_part()
        .filter(partner__isnull=False)
        .order_by()
        .values_list("partner", flat=True)
        .distinct()
    )
    body = [f"body:{session.body_id}"] if session.body_id else []
    return [*lines, *body, *(f"partner:{pk}" for pk in theirs)]


def begins_at(day: datetime.date, start: datetime.time | None) -> datetime.datetime:
    """The moment a session begins; one that takes all day begins with the day."""
    zone = timezone.get_default_timezone()
    return datetime.datetime.combine(day, start or datetime.time(), tzinfo=zone)


def session_key(row: Notification) -> int:
    return int(row.subject.removeprefix(f"{PREFIX}:"))


@dataclass(frozen=True)
class Reader:
    """What one person may know of the sessions of a batch, at this moment."""

    expected: set[int]
    visible: set[int]
    full: set[int]
    items: set[int]


def readers_of(people: Iterable[int], sessions: Iterable[int]) -> dict[int, Reader]:
    """In one query for all of them."""
    key = OuterRef("pk")
    about = WorkSession.objects.filter(pk__in=list(sessions)).order_by()
    items = AgendaItem.objects.filter(session__in=about).order_by()
    rows = (
        User.objects.filter(pk__in=list(people))
        .order_by()
        .annotate(
            expected=ArraySubquery(about.expecting(key).values("pk")),
            visible=ArraySubquery(about.visible_to(key).values("pk")),
            full=ArraySubquery(about.fully_readable_by(key).values("pk")),
            seen_items=ArraySubquery(items.visible_to(key).values("pk")),
        )
        .values_list("pk", "expected", "visible", "full", "seen_items")
    )
    return {row[0]: Reader(*(set(found) for found in row[1:])) for row in rows}


def as_seen(session: WorkSession, full: set[int], items: set[int]) -> WorkSession:
    """The session as ``calendars.for_calendar`` gives it to one viewer."""
    seen: Any = copy.copy(session)
    seen.is_full_reader = session.pk in full
    seen.agenda = [item for item in session.items.all() if item.pk in items]
    return seen  # type: ignore[no-any-return]


def when(session: WorkSession, zone_name: str = "") -> str:
    """``donderdag 18 februari 2021, 15.00 uur``; with the place for who lives elsewhere in time."""
    return words.when(session.date, session.start, session.end, zone_name)


def short_when(session: WorkSession) -> str:
    """``Donderdag 15.00 uur``, ``Thursday 15:00``."""
    day = date_format(session.date, "l")
    day = day[:1].upper() + day[1:]
    return f"{day} {words.clock(session.start)}" if session.start else day


def named(session: WorkSession) -> str:
    """What a session is called in a list: ``Stuurgroep, 18 februari 2021``."""
    # Translators: in a list of news: "Stuurgroep, 18 februari 2021".
    return _("%(title)s, %(date)s") % {
        "title": session.title,
        "date": words.short_date(session.date),
    }


def facts_of(session: WorkSession, zone_name: str = "") -> list[tuple[str, str]]:
    """When and where, for a mail; ``session`` as ``as_seen`` gives it."""
    facts = [(_("When"), when(session, zone_name))]
    if session.place:
        facts.append((_("Where"), session.place))
    if session.online_url and session.is_full_reader:  # type: ignore[attr-defined]
        facts.append((_("Online"), session.online_url))
    return facts


def agenda_of(session: WorkSession) -> list[Group]:
    """The agenda for a mail, as far as its reader may see it; ``session`` as ``as_seen`` gives."""
    agenda: list[AgendaItem] = session.agenda  # type: ignore[attr-defined]
    lines = [
        Line(title=f"{place}. {item.title}", url="", language=session.language)
        for place, item in enumerate(agenda, start=1)
    ]
    return [Group(title=_("Agenda"), lines=lines)] if lines else []


def example_session() -> WorkSession:
    """A session for the examples in the style guide, as its full reader sees it."""
    session: Any = WorkSession(
        pk=1,
        title="Stuurgroep",
        slug="stuurgroep",
        kind="steering_group",
        date=datetime.date(2021, 2, 18),
        start=datetime.time(15),
        end=datetime.time(17),
        place="Lab 2, Leiden",
        changed_at=datetime.datetime(2021, 2, 1, 12, tzinfo=datetime.UTC),
        uid=uuid.UUID(int=1),
    )
    session._prefetched_objects_cache = {"lines": ProgrammeLine.objects.none()}
    session.is_full_reader = True
    session.agenda = [
        AgendaItem(title="Stand van de aanvraag"),
        AgendaItem(title="Nieuwe partners"),
    ]
    return session  # type: ignore[no-any-return]
