"""Terms, documents, milestones, hand-ins and conversations on the pages they belong to."""

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.http import HttpRequest
from django.utils import timezone

from assignments.actions.terms import OVER, waiting_terms
from assignments.binding import BY_KIND
from assignments.choices import UNDER_WAY, Side, State, TeamState, TermsKind
from assignments.models import Assignment, HandIn, Step, Team, TeamMessage, Terms
from assignments.permissions import coaches, on_a_side
from assignments.querysets import company_side, named_in
from assignments.talk import conversation
from civportal.accounts.models import User
from civportal.ui.sections import register

Context = dict[str, Any]

FEW = 8
"""Rows of one kind on somebody's desk."""

AHEAD = datetime.timedelta(days=7)
"""How far ahead one's desk looks for milestones."""

FRESH = datetime.timedelta(days=21)
"""How long a message that nobody answered stays on one's desk: some need no answer."""


def _means(terms: list[Terms]) -> list[Context]:
    return [
        {"terms": each, "means": BY_KIND[each.kind].means}
        for each in sorted(terms, key=lambda each: TermsKind.values.index(each.kind))
    ]


# --- the page of an assignment -------------------------------------------------------------------


def terms_and_documents(request: HttpRequest, assignment: Assignment) -> Context | None:
    """What a team binds itself to, before it does; and what it can download after that."""
    if assignment.is_booked:
        return None
    terms = _means(list(assignment.terms.current()))
    documents = list(assignment.documents.there())
    manages = on_a_side(request.user, assignment) and assignment.state not in OVER
    if not (terms or documents or manages):
        return None
    return {"assignment": assignment, "terms": terms, "documents": documents, "manages": manages}


def milestones(request: HttpRequest, assignment: Assignment) -> Context | None:
    """The way there; for those who posted with how many teams handed in."""
    if assignment.is_booked:
        return None
    on_side = on_a_side(request.user, assignment)
    manages = on_side and assignment.state not in OVER
    steps = list(assignment.steps.all())
    if not steps and not manages:
        return None
    teams = handed_in = None
    if on_side and steps:
        teams = assignment.teams.accepted().count()
        rows = HandIn.objects.filter(step__in=steps, team__state=TeamState.ACCEPTED)
        handed_in = dict(
            rows.order_by().values_list("step").annotate(number=Count("team", distinct=True))
        )
    today = timezone.localdate()
    shown = [
        {
            "step": step,
            "past": step.due < today,
            "handed_in": (handed_in or {}).get(step.pk, 0),
            "late": bool(teams)
            and assignment.state in UNDER_WAY
            and step.wants_file
            and step.due < today
            and (handed_in or {}).get(step.pk, 0) < (teams or 0),
        }
        for step in steps
    ]
    return {"assignment": assignment, "steps": shown, "teams": teams, "manages": manages}


def start_box(request: HttpRequest, assignment: Assignment) -> Context | None:
    """For those who posted: begin, once a team was accepted."""
    if assignment.is_booked or assignment.state not in {State.PUBLISHED, State.MATCHED}:
        return None
    if not on_a_side(request.user, assignment) or not assignment.teams.accepted().exists():
        return None
    return {"assignment": assignment}


# --- the page of a team --------------------------------------------------------------------------


def team_terms(request: HttpRequest, team: Team) -> Context | None:
    """For an accepted team: what is still to accept, what was, and what there is to download."""
    if team.state != TeamState.ACCEPTED:
        return None
    assignment = team.assignment
    is_coach = coaches(request.user, team)
    waiting = waiting_terms(team)
    accepted = list(team.acceptances.select_related("terms"))
    documents = list(assignment.documents.there())
    if not (waiting or accepted or documents):
        return None
    on_side = not is_coach and on_a_side(request.user, assignment)
    over = assignment.state in OVER or team.finished_at is not None
    return {
        "team": team,
        "is_coach": is_coach,
        "waiting": _means(waiting),
        "accepted": accepted,
        "documents": documents,
        "over": over,
        "can_accept": is_coach and not over and bool(waiting),
        "can_download": on_side
        or (is_coach and not over and not waiting and assignment.state in UNDER_WAY),
        "not_yet": is_coach and not waiting and assignment.state == State.PUBLISHED,
    }


def team_steps(request: HttpRequest, team: Team) -> Context | None:
    """The milestones, each with what this team handed in for it, the newest first."""
    if team.state != TeamState.ACCEPTED:
        return None
    assignment = team.assignment
    is_coach = coaches(request.user, team)
    at_work = team.finished_at is None and assignment.state in UNDER_WAY
    steps = list(assignment.steps.all())
    by_step: dict[int | None, list[HandIn]] = {}
    for hand_in in team.hand_ins.select_related("by", "seen_by", "step"):
        by_step.setdefault(hand_in.step_id, []).append(hand_in)
    if not (steps or by_step or at_work):
        return None
    today = timezone.localdate()
    return {
        "team": team,
        "steps": [
            {
                "step": step,
                "hand_ins": by_step.get(step.pk, []),
                "state": _state_of(step, by_step.get(step.pk, []), today, at_work=at_work),
            }
            for step in steps
        ],
        "others": by_step.get(None, []),
        "can_hand_in": is_coach and at_work,
        "can_mark": not is_coach and on_a_side(request.user, assignment),
    }


def _state_of(step: Step, hand_ins: list[HandIn], today: datetime.date, *, at_work: bool) -> str:
    if hand_ins:
        return "seen" if hand_ins[0].seen_at else "handed_in"
    if step.due >= today or not at_work:
        return "past" if step.due < today else "open"
    return "late" if step.wants_file else "past"


def team_conversation(request: HttpRequest, team: Team) -> Context | None:
    """What was said, from the application to the end."""
    if not isinstance(request.user, User) or team.applied_at is None:
        return None
    return conversation(request.user, team)


# --- one's desk ----------------------------------------------------------------------------------


def steps_due(request: HttpRequest, user: User) -> Context | None:
    """For a coach: milestones that are late or due within a week."""
    today = timezone.localdate()
    teams = (
        Team.objects.accepted()
        .filter(coach=user, finished_at__isnull=True, assignment__state__in=UNDER_WAY)
        .select_related("assignment")
        .prefetch_related(
            Prefetch(
                "assignment__steps", Step.objects.filter(due__lte=today + AHEAD), to_attr="near"
            ),
            "hand_ins",
        )
    )
    rows: list[Context] = []
    for team in teams:
        done = {hand_in.step_id for hand_in in team.hand_ins.all()}
        near: list[Step] = team.assignment.near  # type: ignore[attr-defined]  # prefetched
        rows += [
            {"team": team, "step": step, "late": step.due < today}
            for step in near
            if step.pk not in done and (step.wants_file or step.due >= today)
        ]
    rows.sort(key=lambda row: (row["step"].due, row["step"].pk))
    return {"rows": rows[:FEW]} if rows else None


def to_look_at(request: HttpRequest, user: User) -> Context | None:
    """For those who posted: what came in and nobody marked as seen, the longest waiting first.

    Not for the office, where they did not post it: it looks on.
    """
    rows = list(
        HandIn.objects.filter(
            _posters(user, "team__assignment__"),
            ~Q(team__coach=user),
            seen_at__isnull=True,
            team__finished_at__isnull=True,
            team__assignment__state__in=UNDER_WAY,
        )
        .select_related("team__assignment", "step")
        .order_by("at", "pk")[:FEW]
    )
    return {"rows": rows} if rows else None


def _posters(user: User, assignment: str) -> Q:
    return company_side(user, assignment) | named_in(user, f"{assignment}teacher")


def to_answer(request: HttpRequest, user: User) -> Context | None:
    """Conversations in which the other side spoke last, lately."""
    last = TeamMessage.objects.filter(team=OuterRef("pk")).order_by("-created_at", "-pk")
    spoken = Exists(
        TeamMessage.objects.filter(team=OuterRef("pk"), created_at__gt=timezone.now() - FRESH)
    )
    for_company = _posters(user, "assignment__") & Q(last_side=Side.TEAM) & ~Q(coach=user)
    teams = list(
        Team.objects.filter(
            spoken,
            state__in=[TeamState.APPLIED, TeamState.RESERVE, TeamState.ACCEPTED],
            assignment__state__in=[State.PUBLISHED, *UNDER_WAY],
        )
        .annotate(
            last_side=Subquery(last.values("side")[:1]),
            last_text=Subquery(last.values("text")[:1]),
            last_at=Subquery(last.values("created_at")[:1]),
            last_author=Subquery(last.values("author__name")[:1]),
        )
        .filter(for_company | Q(coach=user, last_side=Side.COMPANY))
        .select_related("assignment")
        .order_by("last_at", "pk")[:FEW]
    )
    return {"teams": teams} if teams else None


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for place, name, build, order in (
        ("assignment", "terms", terms_and_documents, 20),
        ("assignment", "milestones", milestones, 40),
        ("assignment_side", "start", start_box, 30),
        ("team", "team_terms", team_terms, 10),
        ("team", "team_steps", team_steps, 20),
        ("team", "conversation", team_conversation, 40),
        ("desk", "steps_due", steps_due, 23),
        ("desk", "hand_ins_to_look_at", to_look_at, 24),
        ("desk", "messages_to_answer", to_answer, 24),
    ):
        register(
            place,
            name,
            template=f"assignments/running/section_{name}.html",
            build=build,
            order=order,
        )
