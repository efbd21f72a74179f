"""What sessions bring to pages of other apps; registered in ``apps.py``."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office, is_office
from civportal.ui import sections
from partners.models import Membership, Partner
from programme_lines.models import PlanChapter, ProgrammeLine
from sessions_log.actions.follow_up import snooze_days
from sessions_log.catch_up import catch_up
from sessions_log.choices import (
    ActionState,
    AttentionState,
    BodyRole,
    ImportState,
    MinutesState,
    ParticipationRole,
    SessionStatus,
)
from sessions_log.models import (
    ActionItem,
    AttentionPoint,
    BodyMembership,
    CalendarToken,
    Minutes,
    Participation,
    ReportImport,
    WorkSession,
)
from sessions_log.permissions import can_bring_in_reports
from sessions_log.querysets import WorkSessionQuerySet
from sessions_log.registers import action_rows
from sessions_log.rendition import PointLine, attention_tone

FEW = 5
"""Rows of a section; the link beside its heading leads to all of them."""

MANY = 100
"""Attention points in the table of a line, newest first; the numbers above it count them all."""

Context = dict[str, Any]


def _rows(sessions: WorkSessionQuerySet, viewer: User | AnonymousUser) -> WorkSessionQuerySet:
    return sessions.with_outcomes(viewer).select_related("body").prefetch_related("lines")


def line_sessions(request: HttpRequest, line: ProgrammeLine) -> Context | None:
    """The sessions of a programme line, to come and past."""
    visible = WorkSession.objects.visible_to(request.user).filter(lines=line)
    upcoming = list(_rows(visible.from_today(), request.user)[:FEW])
    past = list(_rows(visible.before_today(), request.user)[:FEW])
    if not (upcoming or past):
        return None
    return {"line": line, "upcoming": upcoming, "past": past}


def line_points(request: HttpRequest, line: ProgrammeLine) -> Context | None:
    """Said and done: attention points addressed to a line, and what became of each."""
    chapters = PlanChapter.objects.visible_to(request.user).select_related("line")
    points = (
        AttentionPoint.objects.visible_to(request.user)
        .filter(line=line)
        .select_related("item__session")
        .prefetch_related(Prefetch("chapter", queryset=chapters))
        .order_by("-item__session__date", "item__session", "item__order", "order", "pk")
    )
    rows = [PointLine(point, 0, attention_tone(point)) for point in points[:MANY]]
    if not rows:
        return None
    numbers = points.aggregate(
        total=Count("pk"), settled=Count("pk", filter=~Q(state=AttentionState.OPEN))
    )
    return {"line": line, "points": rows, **numbers}


def partner_sessions(request: HttpRequest, partner: Partner) -> Context | None:
    """The sessions in which a partner took part, as far as the viewer is told."""
    theirs = (
        Participation.objects.listed_to(request.user)
        .took_part()
        .filter(partner=partner)
        .order_by()
        .values("session")
    )
    sessions = (
        WorkSession.objects.visible_to(request.user)
        .filter(pk__in=theirs, status=SessionStatus.HELD)
        .before_today()
    )
    found = list(_rows(sessions, request.user)[: FEW + 1])
    if not found:
        return None
    return {"partner": partner, "sessions": found[:FEW], "has_more": len(found) > FEW}


def _person(request: HttpRequest) -> User:
    assert request.user.is_authenticated  # noqa: S101 - a desk is behind the login
    return request.user


def desk_upcoming(request: HttpRequest, subject: Any) -> Context | None:
    """What the person is expected at: invitations, and sessions of the bodies they sit in."""
    user = _person(request)
    mine = Participation.objects.filter(session=OuterRef("pk"), user=user)
    seats = BodyMembership.objects.current().filter(body=OuterRef("body"), user=user)
    sessions = list(
        WorkSession.objects.visible_to(user)
        .filter(Q(Exists(mine)) | Q(Exists(seats)))
        .from_today()
        .select_related("body")
        .prefetch_related(
            "lines",
            Prefetch(
                "participations", queryset=Participation.objects.filter(user=user), to_attr="mine"
            ),
        )[:FEW]
    )
    for session in sessions:
        # Who has no place sits in the body, and is asked all the same.
        answered = any(place.reply for place in session.mine)  # type: ignore[attr-defined]
        session.asks = session.takes_answers and not answered  # type: ignore[attr-defined]
    return {"sessions": sessions} if sessions else None


def desk_minutes(request: HttpRequest, subject: Any) -> Context | None:
    """Minutes that wait: to read, to approve as chair, to finish or publish as who writes them."""
    user = _person(request)
    session = {"session": OuterRef("session"), "user": user}
    body = {"body": OuterRef("session__body"), "user": user}
    seats = BodyMembership.objects.current().filter(**body)
    took = Participation.objects.filter(**session)
    chairs = Q(Exists(seats.filter(role=BodyRole.CHAIR))) | Q(
        Exists(took.filter(role=ParticipationRole.CHAIR, invited=True))
    )
    writes = Q(Exists(seats.filter(role=BodyRole.SECRETARY))) | Q(
        Exists(took.filter(role=ParticipationRole.SECRETARY, invited=True))
    )
    reads = Q(Exists(seats)) | Q(Exists(took.filter(attended=True)))
    waiting = (
        Minutes.objects.visible_to(user)
        .exclude(state=MinutesState.PUBLISHED)
        .annotate(
            is_chair=Case(When(chairs, then=True), default=Value(False))  # noqa: FBT003 - SQL
        )
        .select_related("session__body")
        .order_by("-session__date", "-pk")
    )
    if not can_bring_in_reports(user):  # the office follows all of them
        waiting = waiting.filter(
            (Q(state=MinutesState.CIRCULATED) & (reads | chairs | writes))
            | (Q(state__in=[MinutesState.DRAFT, MinutesState.APPROVED]) & (chairs | writes))
        )
    rows = [(minutes, _where_next(minutes, user)) for minutes in waiting[:FEW]]
    return {"minutes": rows} if rows else None


def _where_next(minutes: Minutes, user: User) -> str:
    """The page where something can be done with these minutes, by who sees them on their desk."""
    is_chair = minutes.is_chair  # type: ignore[attr-defined] # annotated
    name = {MinutesState.DRAFT: "write", MinutesState.CIRCULATED: "check"}.get(
        MinutesState(minutes.state), ""
    )
    if minutes.state == MinutesState.CIRCULATED and is_chair:
        name = "approve"
    if minutes.state == MinutesState.APPROVED and (is_chair or in_office(user)):
        name = "publish"
    if not name:
        return minutes.session.get_absolute_url()
    return reverse(f"sessions_log:{name}", args=[minutes.session_id])


def desk_catch_up(request: HttpRequest, subject: Any) -> Context | None:
    """What happened in the person's bodies since the last meeting they attended."""
    bodies = catch_up(_person(request))
    return {"bodies": bodies} if bodies else None


def desk_actions(request: HttpRequest, subject: Any) -> Context | None:
    """The person's own open action items, the most urgent first; what is put off comes last.

    What they finished today stays until tomorrow, so that they can take it back.
    """
    user = _person(request)
    today = timezone.localdate()
    actions = (
        ActionItem.objects.visible_to(user)
        .filter(Q(state=ActionState.OPEN) | Q(state=ActionState.DONE, done_on=today), owner=user)
        .annotate(
            rank=Case(
                When(state=ActionState.DONE, then=2),
                When(snoozed_until__gt=today, then=1),
                default=0,
            )
        )
        .order_by("rank", "due", "pk")  # PostgreSQL puts what has no date last
        .values_list("pk", flat=True)
    )
    keys = list(actions[:MANY])
    if not keys:
        return None
    return {"rows": action_rows(keys, user), **snooze_days()}


def desk_imports(request: HttpRequest, subject: Any) -> Context | None:
    """Reports that came in and wait for the office to check them."""
    user = _person(request)
    if not can_bring_in_reports(user):
        return None
    waiting = ReportImport.objects.visible_to(user).filter(state=ImportState.REVIEW)
    return {"imports": list(waiting.order_by("uploaded_at", "pk")[:FEW])}


def desk_calendar(request: HttpRequest, subject: Any) -> Context | None:
    """Where the person finds the address of their own calendar, once they belong somewhere."""
    user = _person(request)
    has_token = CalendarToken.objects.filter(user=user, body=None).exists()
    belongs = (
        Exists(Membership.objects.filter(user=OuterRef("pk")))
        | Exists(BodyMembership.objects.current().filter(user=OuterRef("pk")))
        | Exists(Participation.objects.filter(user=OuterRef("pk")))
        | is_office(user)
    )
    if not has_token and not User.objects.filter(belongs, pk=user.pk).exists():
        return None
    return {"has_token": has_token}


def register() -> None:
    """Put the sections in their places."""
    folder = "sessions_log/sections"
    places: list[tuple[str, str, sections.Builder, int]] = [
        ("programme_line", "sessions", line_sessions, 20),
        ("programme_line", "attention_points", line_points, 30),
        ("partner", "sessions", partner_sessions, 20),
        ("desk", "catch_up", desk_catch_up, 8),
        ("desk", "upcoming", desk_upcoming, 10),
        ("desk", "minutes", desk_minutes, 20),
        ("desk", "actions", desk_actions, 30),
        ("desk", "imports", desk_imports, 40),
        ("desk", "calendar", desk_calendar, 90),
    ]
    for place, name, build, order in places:
        sections.register(
            place,
            f"sessions_log.{name}",
            template=f"{folder}/{place}_{name}.html",
            build=build,
            order=order,
        )
