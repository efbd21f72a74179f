"""What came out of sessions, in rows over many of them: each with its place in its report.

Numbers of items count what the viewer sees, owners are named to full readers and themselves, as
on the page of the session itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch

from civportal.accounts.models import User
from programme_lines.models import PlanChapter
from sessions_log.choices import AttentionState
from sessions_log.models import ActionItem, AgendaItem, AttentionPoint, Decision, WorkSession
from sessions_log.rendition import ActionLine, action_line, attention_tone


@dataclass(frozen=True)
class Place:
    """Where something stands: its session, as the viewer sees it, and the item's number there."""

    session: WorkSession
    number: int

    @property
    def url(self) -> str:
        """The address of the item in the report."""
        return f"{self.session.get_absolute_url()}#punt-{self.number}"


@dataclass(frozen=True)
class DecisionRow:
    """A decision in a register."""

    decision: Decision
    place: Place


@dataclass(frozen=True)
class ActionRow:
    """An action item in a register; ``may_change`` and ``may_drop`` for the viewer."""

    line: ActionLine
    place: Place
    may_change: bool = False
    may_drop: bool = False

    @property
    def action(self) -> ActionItem:
        """The action item itself."""
        return self.line.action


@dataclass(frozen=True)
class PointRow:
    """An attention point in a register."""

    point: AttentionPoint
    place: Place
    tone: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.point.state == AttentionState.OPEN


@dataclass
class Places:
    """Finds the place of items among what one person sees; three queries for any number."""

    viewer: User | AnonymousUser
    _numbers: dict[int, int] = field(default_factory=dict)
    _sessions: dict[int, WorkSession] = field(default_factory=dict)

    def load(self, sessions: Iterable[int]) -> "Places":
        """Read all of these sessions, by their keys, before asking for places in them."""
        keys = set(sessions) - set(self._sessions)
        if not keys and self._sessions:
            return self
        self._sessions |= (
            WorkSession.objects.filter(pk__in=keys)
            .with_full_reader(self.viewer)
            .with_follow_up(self.viewer)
            .select_related("body")
            .prefetch_related("lines")
            .in_bulk()
        )
        counted: dict[int, int] = defaultdict(int)
        items = AgendaItem.objects.visible_to(self.viewer).filter(session__in=keys)
        for key, session in items.order_by("session", "order").values_list("pk", "session"):
            counted[session] += 1
            self._numbers[key] = counted[session]
        return self

    def of(self, outcome: Decision | ActionItem | AttentionPoint) -> Place:
        """The place of an outcome whose item was loaded with it."""
        return self.at(outcome.item)

    def at(self, item: AgendaItem) -> Place:
        """The place of an item."""
        return Place(self._sessions[item.session_id], self._numbers[item.pk])


def _in_order(found: dict[int, Any], keys: Sequence[int]) -> list[Any]:
    return [found[key] for key in keys if key in found]


def decision_rows(
    keys: Sequence[int], viewer: User | AnonymousUser, places: Places | None = None
) -> list[DecisionRow]:
    """These decisions, which the viewer may read, in this order."""
    found = _in_order(Decision.objects.select_related("item").in_bulk(keys), keys)
    places = (places or Places(viewer)).load(row.item.session_id for row in found)
    return [DecisionRow(row, places.of(row)) for row in found]


def action_rows(
    keys: Sequence[int], viewer: User | AnonymousUser, places: Places | None = None
) -> list[ActionRow]:
    """These action items, which the viewer may read, in this order."""
    found = _in_order(ActionItem.objects.select_related("item", "owner").in_bulk(keys), keys)
    places = (places or Places(viewer)).load(row.item.session_id for row in found)
    return [_action_row(row, places.of(row), viewer) for row in found]


def _action_row(action: ActionItem, place: Place, viewer: User | AnonymousUser) -> ActionRow:
    session: Any = place.session
    own = viewer.is_authenticated and action.owner_id == viewer.pk
    return ActionRow(
        action_line(action, viewer=viewer, named=session.is_full_reader, number=place.number),
        place,
        may_change=own or session.is_followed_up,
        may_drop=session.is_followed_up,
    )


def point_rows(
    keys: Sequence[int], viewer: User | AnonymousUser, places: Places | None = None
) -> list[PointRow]:
    """These attention points, which the viewer may read, in this order."""
    chapters = PlanChapter.objects.visible_to(viewer).select_related("line")
    points = AttentionPoint.objects.select_related("item", "line").prefetch_related(
        Prefetch("chapter", queryset=chapters)
    )
    found = _in_order(points.in_bulk(keys), keys)
    places = (places or Places(viewer)).load(row.item.session_id for row in found)
    return [PointRow(row, places.of(row), attention_tone(row)) for row in found]
