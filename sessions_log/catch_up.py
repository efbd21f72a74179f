"""What happened in one's bodies since the last meeting that one attended.

Since the last session that the person took part in. Who never did, catches up from the day they
took their seat, at most three months back. The number of queries does not grow with the bodies.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from civportal.accounts.models import User
from civportal.accounts.viewers import NOBODY
from sessions_log.choices import AttentionState, MinutesState, SessionStatus
from sessions_log.models import (
    ActionItem,
    AttentionPoint,
    Body,
    BodyMembership,
    Decision,
    Participation,
    WorkSession,
)
from sessions_log.outcome_filters import AGEING, QUARTER
from sessions_log.registers import (
    ActionRow,
    DecisionRow,
    Places,
    PointRow,
    action_rows,
    decision_rows,
    point_rows,
)

FEW = 5
"""Rows of a kind for each body; a link leads to all of them."""


@dataclass(frozen=True)
class Since:
    """From when on someone catches up: after the meeting they attended, or from a day on."""

    day: datetime.date
    attended: bool
    seated: bool = False

    @property
    def first(self) -> datetime.date:
        """The first day of which they have not heard at a meeting."""
        return self.day + datetime.timedelta(days=1) if self.attended else self.day


@dataclass
class CatchUp:
    """What happened in one body. Each list holds the first few; the totals count them all."""

    body: Body
    since: Since
    sessions: list[WorkSession] = field(default_factory=list)
    session_total: int = 0
    decisions: list[DecisionRow] = field(default_factory=list)
    decision_total: int = 0
    actions: list[ActionRow] = field(default_factory=list)
    action_total: int = 0
    points: list[PointRow] = field(default_factory=list)
    point_total: int = 0

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to catch up with."""
        return not (self.sessions or self.decisions or self.actions or self.points)


def catch_up(user: User, body: Body | None = None) -> list[CatchUp]:
    """What happened since, for each body that the person sits in today, or for this one."""
    found = {each.pk: CatchUp(each, since) for each, since in _bodies(user, body)}
    if not found:
        return []
    _add_sessions(found, user)
    listed = {
        "decision": _listed(_decisions(found, user), ["-item__session__date", "pk"]),
        "action": _listed(_actions(found, user), [F("due").asc(nulls_last=True), "pk"]),
        "point": _listed(_points(found, user), ["item__session__date", "pk"]),
    }
    places = Places(user).load(row["item__session"] for rows in listed.values() for row in rows)
    keys = {kind: [row["pk"] for row in rows] for kind, rows in listed.items()}
    shown: dict[str, Sequence[Any]] = {
        "decision": decision_rows(keys["decision"], user, places),
        "action": action_rows(keys["action"], user, places),
        "point": point_rows(keys["point"], user, places),
    }
    for kind, rows in shown.items():
        of_body: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            of_body[row.place.session.body_id].append(row)
        totals = {row["item__session__body"]: row["total"] for row in listed[kind]}
        for key, mine in of_body.items():
            setattr(found[key], f"{kind}s", mine)
            setattr(found[key], f"{kind}_total", totals[key])
    return list(found.values())


def _bodies(user: User, body: Body | None) -> list[tuple[Body, Since]]:
    today = timezone.localdate()
    seats = BodyMembership.objects.current().filter(body=OuterRef("pk"), user=user)
    attended = (
        Participation.objects.took_part()
        .filter(
            user=user,
            session__body=OuterRef("pk"),
            session__status=SessionStatus.HELD,
            session__date__lte=today,
        )
        .order_by("-session__date")
    )
    bodies = Body.objects.filter(Exists(seats)).annotate(
        last_attended=Subquery(attended.values("session__date")[:1]),
        seat_start=Subquery(seats.order_by(F("start").asc(nulls_first=True)).values("start")[:1]),
    )
    if body is not None:
        bodies = bodies.filter(pk=body.pk)
    return [
        (each, _since(each.last_attended, each.seat_start, today))
        for each in bodies.order_by("kind", "name")
    ]


def _since(
    attended: datetime.date | None, seated: datetime.date | None, today: datetime.date
) -> Since:
    if attended:
        return Since(attended, attended=True)
    longest = today - QUARTER
    if seated and seated > longest:
        return Since(seated, attended=False, seated=True)
    return Since(longest, attended=False)


def _span(found: dict[int, CatchUp], path: str = "") -> Q:
    """What is of one of these bodies, and of a day since."""
    spans = Q()
    for key, each in found.items():
        spans |= Q(**{f"{path}body": key, f"{path}date__gte": each.since.first})
    return spans


def _add_sessions(found: dict[int, CatchUp], user: User) -> None:
    """Meetings held since, and the one attended itself once its report can be read."""
    reported = NOBODY  # an empty Q would be dropped, and let through every report there is
    for key, each in found.items():
        if each.since.attended:
            reported |= Q(body=key, date=each.since.day)
    readable = [MinutesState.CIRCULATED, MinutesState.APPROVED, MinutesState.PUBLISHED]
    sessions = (
        WorkSession.objects.visible_to(user)
        .filter(status=SessionStatus.HELD, date__lte=timezone.localdate())
        .with_outcomes(user)
        .filter(_span(found) | (reported & Q(report_state__in=readable)))
        .annotate(
            rank=Window(
                RowNumber(), partition_by=F("body"), order_by=[F("date").desc(), F("pk").desc()]
            ),
            total=Window(Count("pk"), partition_by=F("body")),
        )
        .filter(rank__lte=FEW)
        .order_by("-date", "-pk")
    )
    for session in sessions:
        assert session.body_id is not None  # noqa: S101 - the query asked for those of bodies
        each = found[session.body_id]
        each.sessions.append(session)
        each.session_total = session.total  # type: ignore[attr-defined] # annotated


def _decisions(found: dict[int, CatchUp], user: User) -> QuerySet[Decision]:
    return Decision.objects.visible_to(user).filter(_span(found, "item__session__"))


def _actions(found: dict[int, CatchUp], user: User) -> QuerySet[ActionItem]:
    """One's own that are open and not put off: those that are late, and those that are new.

    What was taken on in the meeting that one attended counts as new: the report came later.
    """
    today = timezone.localdate()
    new = Q()
    for key, each in found.items():
        new |= Q(item__session__body=key, item__session__date__gte=each.since.day)
    return (
        ActionItem.objects.visible_to(user)
        .open()
        .filter(new | Q(due__lt=today), owner=user, item__session__body__in=list(found))
        .exclude(snoozed_until__gt=today)
    )


def _points(found: dict[int, CatchUp], user: User) -> QuerySet[AttentionPoint]:
    """Points of these bodies that have waited too long for an answer."""
    return AttentionPoint.objects.visible_to(user).filter(
        state=AttentionState.OPEN,
        item__session__body__in=list(found),
        item__session__date__lt=timezone.localdate() - AGEING,
    )


def _listed(outcomes: QuerySet[Any], order: Sequence[Any]) -> list[dict[str, Any]]:
    """The keys of the first few of each body, with how many there are."""
    body = F("item__session__body")
    return list(
        outcomes.order_by()
        .annotate(
            rank=Window(RowNumber(), partition_by=body, order_by=order),
            total=Window(Count("pk"), partition_by=body),
        )
        .filter(rank__lte=FEW)
        .order_by("rank", "pk")
        .values("pk", "item__session", "item__session__body", "total")
    )
