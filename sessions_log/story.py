"""The story of an attention point: where it was said, when it came back, what was done with it.

Everything in it is as far as one person may read it. The history keeps all that a point ever was,
also while its minutes were a draft, and answers that were taken back; so of the history a reader
gets what happened after the report could be read by people like them, and only full readers of
the session get earlier answers and who gave them.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from civportal.accounts.models import User
from sessions_log.choices import AttentionState, MinutesState
from sessions_log.models import AgendaItem, AttentionPoint, Decision, Minutes, WorkSession
from sessions_log.registers import Place, Places
from sessions_log.rendition import ATTENTION_TONES


@dataclass(frozen=True)
class Return:
    """A time that it stood on an agenda; ``item.text`` is empty where it may not be read."""

    day: datetime.date
    place: Place
    title: str
    text: str
    decisions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """A time that somebody said what became of it; ``day`` is None for what the report says."""

    day: datetime.date | None
    label: str
    tone: str
    answer: str
    who: str


@dataclass(frozen=True)
class Story:
    """All of it, in the order in which it happened."""

    said: Place
    episodes: list[Return | Change]


def story_of(point: AttentionPoint, viewer: User | AnonymousUser) -> Story:
    """The story of a point that ``viewer`` may read, with a fixed number of queries."""
    came_back = list(
        AgendaItem.objects.visible_to(viewer)
        .filter(about_point=point)
        .order_by("session__date", "session", "order")
    )
    places = Places(viewer).load({point.item.session_id, *(row.session_id for row in came_back)})
    said = places.of(point)
    episodes: list[Return | Change] = [
        *_returns(came_back, places, viewer),
        *_changes(point, said.session, viewer),
    ]
    # What the report itself says has no day and comes first; on one day the meeting comes first.
    first = datetime.date.min
    episodes.sort(key=lambda episode: episode.day or first)
    return Story(said, episodes)


def _returns(items: list[AgendaItem], places: Places, viewer: User | AnonymousUser) -> list[Return]:
    keys = [item.pk for item in items]
    readable = set(
        AgendaItem.objects.readable_by(viewer).filter(pk__in=keys).values_list("pk", flat=True)
    )
    decisions: dict[int, list[str]] = defaultdict(list)
    taken = Decision.objects.visible_to(viewer).filter(item__in=keys).order_by("order", "pk")
    for key, text in taken.values_list("item", "text"):
        decisions[key].append(text)
    found = []
    for item in items:
        place = places.at(item)
        text = item.text if item.pk in readable else ""
        found.append(Return(place.session.date, place, item.title, text, decisions[item.pk]))
    return found


def _changes(
    point: AttentionPoint, session: WorkSession, viewer: User | AnonymousUser
) -> list[Change]:
    """Every change of state or answer since the report had readers such as this one."""
    full: bool = session.is_full_reader  # type: ignore[attr-defined] # annotated by Places
    since = _readers_since(session, full=full)
    history: Any = point.events  # type: ignore[attr-defined] # pghistory's
    events = list(history.order_by("pgh_id").select_related("pgh_context"))
    if not events:
        return []
    earlier = [row for row in events if since is not None and row.pgh_created_at < since]
    last = earlier[-1] if earlier else events[0]  # what the report said when it got readers
    after = [row for row in events if row.pgh_id > last.pgh_id]
    people = _people(after) if full else {}
    found: list[Change] = []
    if last.state != AttentionState.OPEN:
        found.append(_change(last, None, "", point, full=full))
    for row in after:
        if (row.state, row.answer) != (last.state, last.answer):
            found.append(
                _change(row, row.pgh_created_at, people.get(_who(row), ""), point, full=full)
            )
        last = row
    return found


def _readers_since(session: WorkSession, *, full: bool) -> datetime.datetime | None:
    """Since when people like the viewer read the report; None for who reads it as a draft."""
    minutes = Minutes.objects.filter(session=session.pk).first()
    if minutes is None or minutes.state == MinutesState.DRAFT:
        return None
    if full:
        return minutes.circulated_at or minutes.approved_at or minutes.published_at
    return minutes.published_at or minutes.circulated_at


def _who(event: Any) -> Any:
    return (event.pgh_context.metadata or {}).get("user") if event.pgh_context else None


def _people(events: list[Any]) -> dict[Any, str]:
    keys = {_who(event) for event in events} - {None}
    return {person.pk: str(person) for person in User.objects.filter(pk__in=keys)}


def _change(
    event: Any, at: datetime.datetime | None, who: str, point: AttentionPoint, *, full: bool
) -> Change:
    state = AttentionState(event.state)
    still_holds = (event.state, event.answer) == (point.state, point.answer)
    return Change(
        day=timezone.localtime(at).date() if at else None,
        label=str(state.label),
        tone=ATTENTION_TONES[state],
        answer=event.answer if full or still_holds else "",
        who=who,
    )
