"""What the mails about sessions share: names, moments, and who may see what of which."""

import copy
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.notifications.models import Notification
from civportal.ui import words
from sessions_log.models import AgendaItem, WorkSession

PREFIX = "worksession"


def subject_of(session_id: int) -> str:
    """What the ledger calls a session."""
    return f"{PREFIX}:{session_id}"


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
    day = words.long_date(session.date)
    if session.start is None:
        return day
    clock = strip_tags(words.time_range_html(session.start, session.end))
    if zone_name and zone_name != settings.TIME_ZONE:
        city = settings.TIME_ZONE.rpartition("/")[2].replace("_", " ")
        clock = _("%(clock)s (time in %(city)s)") % {"clock": clock, "city": city}
    return f"{day}, {clock}"


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
