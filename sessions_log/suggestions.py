"""What the portal offers for an agenda by itself: what is still open from before.

Offered are the minutes of earlier meetings that wait for approval, open action items of the
body, and attention points that nobody took up for a while; higher floors bring more
(``register_source``). What stands on this agenda, or on that of another session to come, is not
offered again.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.lib.text import shortened
from civportal.ui import words
from sessions_log.choices import (
    ActionState,
    AttentionState,
    MinutesState,
    Purpose,
    SessionStatus,
    Visibility,
)
from sessions_log.models import ActionItem, AgendaItem, AttentionPoint, Minutes, WorkSession

AGEING_DAYS = 60
"""Days after which an open attention point asks for attention again."""

MOST = 8
"""Suggestions of a kind that are shown at once; others follow as these are dealt with."""

MOST_MINUTES = 3

TITLE_LENGTH = 120
"""Letters of an action item or attention point that become the title of an agenda item."""

WIDTH = {Visibility.BODY: 0, Visibility.PARTNERS: 1, Visibility.PUBLIC: 2}


@dataclass(frozen=True)
class Suggestion:
    """Something for the agenda: ``kind`` and ``pk`` tell what it is about.

    ``title`` is that of the agenda item, in the language of the session. ``origin`` is where it
    was said; ``days`` is how old it is on the day of the session, ``due`` when it should be done,
    ``state`` how far it is, in a word.
    """

    kind: str
    pk: int
    title: str
    text: str
    origin: WorkSession
    purpose: str
    minutes_planned: int
    confidential: bool
    days: int
    due: datetime.date | None = None
    owner: str = ""
    line: str = ""
    state: str | Promise = ""

    @property
    def key(self) -> str:
        """How a form names it: ``action:12``."""
        return f"{self.kind}:{self.pk}"

    @property
    def is_late(self) -> bool:
        """Whether it should have been done by now."""
        return self.due is not None and self.due < timezone.localdate()


@dataclass(frozen=True)
class Offer:
    """The suggestions of one kind; ``total`` counts those that are not shown as well.

    ``heading`` is for kinds that a higher floor brings.
    """

    kind: str
    suggestions: list[Suggestion]
    total: int
    heading: str | Promise = ""

    @property
    def more(self) -> int:
        """How many there are besides those shown."""
        return self.total - len(self.suggestions)


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a higher floor offers for agendas, under a ``kind`` of its own.

    ``offered(session, viewer)`` gives all of it, in order, as far as the viewer may read it, with
    a fixed number of queries; ``put(item, pk)`` remembers what a new agenda item is about, and
    ``on_agenda(session, pk)`` finds the item of this session that is about it already.
    """

    kind: str
    heading: str | Promise
    offered: Callable[[WorkSession, User], Sequence[Suggestion]]
    put: Callable[[AgendaItem, int], None]
    on_agenda: Callable[[WorkSession, int], AgendaItem | None]


_sources: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Let a higher floor offer something for agendas; call it from ``AppConfig.ready``."""
    _sources[source.kind] = source


def source_of(kind: str) -> Source | None:
    """The source of a kind that a higher floor brings; None for the kinds of this room."""
    return _sources.get(kind)


def suggestions_for(session: WorkSession, *, viewer: User) -> list[Offer]:
    """What is offered for this agenda, as far as ``viewer`` may read it; a fixed number of queries.

    Kinds without anything are left out.
    """
    with translation.override(session.language):
        offers = [
            _offer(session, "minutes", _minutes(session, viewer), MOST_MINUTES),
            _offer(session, "action", _actions(session, viewer), MOST),
            _offer(session, "point", _points(session, viewer), MOST),
        ]
        for source in _sources.values():
            found = source.offered(session, viewer)
            offers.append(Offer(source.kind, list(found[:MOST]), len(found), source.heading))
    return [offer for offer in offers if offer.suggestions]


def find_suggestion(session: WorkSession, key: str, *, viewer: User) -> Suggestion | None:
    """One suggestion by its key, while it is offered."""
    kind, _colon, number = key.partition(":")
    sources = {"minutes": _minutes, "action": _actions, "point": _points}
    source = source_of(kind)
    if not number.isdecimal() or (kind not in sources and source is None):
        return None
    with translation.override(session.language):
        if source is not None:
            offered = source.offered(session, viewer)
            return next((one for one in offered if one.pk == int(number)), None)
        rows = sources[kind](session, viewer).filter(pk=int(number))
        return next(_suggestions(session, kind, rows), None)


def _offer(session: WorkSession, kind: str, rows: QuerySet[Any], most: int) -> Offer:
    shown = list(_suggestions(session, kind, rows[: most + 1]))
    total = len(shown) if len(shown) <= most else rows.order_by().count()
    return Offer(kind, shown[:most], total)


def _free(session: WorkSession, kind: str) -> Q:
    """What stands neither on this agenda nor on one of another session to come."""
    taken = AgendaItem.objects.filter(
        Q(session=session)
        | Q(session__status=SessionStatus.PLANNED, session__date__gte=timezone.localdate()),
        **{f"about_{kind}": OuterRef("pk")},
    )
    return Q(~Exists(taken))


def _minutes(session: WorkSession, viewer: User) -> QuerySet[Minutes]:
    """Minutes of earlier meetings of the body that nobody approved yet, newest first."""
    if session.body_id is None:
        return Minutes.objects.none()
    return (
        Minutes.objects.visible_to(viewer)
        .filter(
            _free(session, "minutes"),
            session__body=session.body_id,
            session__date__lte=session.date,
            session__status=SessionStatus.HELD,
            state__in=[MinutesState.DRAFT, MinutesState.CIRCULATED],
        )
        .exclude(session=session)
        .select_related("session")
        .order_by("-session__date", "-pk")
    )


def _actions(session: WorkSession, viewer: User) -> QuerySet[ActionItem]:
    """Open action items of the body, the most urgent first."""
    if session.body_id is None:
        return ActionItem.objects.none()
    return (
        ActionItem.objects.visible_to(viewer)
        .filter(
            _free(session, "action"),
            item__session__body=session.body_id,
            item__session__date__lte=session.date,
            state=ActionState.OPEN,
        )
        .exclude(item__session=session)
        .select_related("item__session__minutes", "owner")
        .order_by(F("due").asc(nulls_last=True), "item__session__date", "pk")
    )


def _points(session: WorkSession, viewer: User) -> QuerySet[AttentionPoint]:
    """Attention points of the body or its lines that stayed open for long, oldest first."""
    theirs = Q(item__session__body=session.body_id, item__session__body__isnull=False)
    # What another body said is for this one's agenda only where all readers of that may know it.
    open_to = [Visibility.PUBLIC]
    if session.visibility == Visibility.PARTNERS:
        open_to.append(Visibility.PARTNERS)
    of_lines = Q(
        line__in=session.lines.values("pk"),
        item__confidential=False,
        item__session__visibility__in=open_to,
        item__session__minutes__state=MinutesState.PUBLISHED,
    )
    return (
        AttentionPoint.objects.visible_to(viewer)
        .filter(
            _free(session, "point"),
            theirs | of_lines,
            item__session__date__lte=session.date - datetime.timedelta(days=AGEING_DAYS),
            state=AttentionState.OPEN,
        )
        .exclude(item__session=session)
        .select_related("item__session__minutes", "line")
        .order_by("item__session__date", "pk")
    )


def _suggestions(session: WorkSession, kind: str, rows: QuerySet[Any]) -> Iterator[Suggestion]:
    for row in rows:
        if kind == "minutes":
            yield _of_minutes(session, row)
        else:
            yield _of_outcome(session, kind, row)


def _of_minutes(session: WorkSession, minutes: Minutes) -> Suggestion:
    origin = minutes.session
    title = _("Minutes of %(date)s") % {"date": words.short_date(origin.date)}
    return Suggestion(
        kind="minutes",
        pk=minutes.pk,
        title=title,
        text=origin.title,
        origin=origin,
        purpose=Purpose.DECIDE,
        minutes_planned=5,
        confidential=is_wider(session, origin),
        days=(session.date - origin.date).days,
    )


def _of_outcome(session: WorkSession, kind: str, row: ActionItem | AttentionPoint) -> Suggestion:
    origin = row.item.session
    owner, due, line = "", None, ""
    if isinstance(row, ActionItem):
        owner = str(row.owner) if row.owner else row.owner_name
        due = row.due
    elif row.line:
        line = row.line.title
    published = origin.minutes.is_published
    return Suggestion(
        kind=kind,
        pk=row.pk,
        title=shortened(" ".join(row.text.split()), TITLE_LENGTH),
        text=row.text,
        origin=origin,
        purpose=Purpose.DISCUSS,
        minutes_planned=5 if kind == "action" else 10,
        # An agenda must not tell more people of it than the minutes it comes from.
        confidential=row.item.confidential
        or is_wider(session, origin)
        or (not published and session.visibility != Visibility.BODY),
        days=(session.date - origin.date).days,
        due=due,
        owner=owner,
        line=line,
    )


def is_wider(session: WorkSession, origin: WorkSession) -> bool:
    """Whether more people may know of this session than of the one where it was said."""
    return WIDTH[Visibility(session.visibility)] > WIDTH[Visibility(origin.visibility)]
