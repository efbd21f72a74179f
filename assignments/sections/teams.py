"""Teams on the page of an assignment and on one's desk."""

from typing import Any

from django.db.models import Count, F, Min, Q
from django.http import HttpRequest

from assignments import next_steps
from assignments.applying import centre_day, closed_because
from assignments.choices import SENT_TEAMS, State, TeamState
from assignments.composition import composition_of
from assignments.models import Assignment, Team, TeamCount
from assignments.permissions import can_decide_on_teams, is_teacher, on_a_side, own_teams
from assignments.querysets import both_sides
from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from civportal.ui.sections import register

Context = dict[str, Any]

GOING = [State.PUBLISHED, State.MATCHED, State.RUNNING]


def on_the_side(request: HttpRequest, assignment: Assignment) -> Context | None:
    """What this viewer can do with teams: compare them, see one's own, form one, or why not."""
    if assignment.is_booked or not assignment.is_public:
        return None
    user = request.user
    context: Context = {"assignment": assignment}
    if on_a_side(user, assignment):
        numbers = assignment.teams.filter(state__in=SENT_TEAMS).aggregate(
            sent=Count("pk"),
            waiting=Count("pk", filter=Q(state=TeamState.APPLIED)),
            accepted=Count("pk", filter=Q(state=TeamState.ACCEPTED)),
        )
        context["numbers"] = numbers
        context["decides"] = can_decide_on_teams(user, assignment)
    own = list(own_teams(user, assignment).order_by("pk"))
    closed = closed_because(assignment)
    context |= {
        "own": own,
        "can_form": closed is None and is_teacher(user),
        "closed": closed,
        "is_teacher": is_teacher(user),
    }
    on_side = "numbers" in context
    if not on_side and not own and closed is not None and not context["is_teacher"]:
        return None  # the page says on top that it is closed
    return context


def accepted_teams(request: HttpRequest, assignment: Assignment) -> Context | None:
    """Who does it: kinds of school and levels in numbers, for everyone."""
    if not assignment.is_public or assignment.is_booked:
        return None
    counts: dict[int, list[TeamCount]] = {}
    found = TeamCount.objects.filter(
        team__assignment=assignment, team__state=TeamState.ACCEPTED
    ).select_related("school")
    for count in found.order_by("team__decided_at", "team"):
        counts.setdefault(count.team_id, []).append(count)
    if not counts:
        return None
    return {"teams": [composition_of(assignment, rows) for rows in counts.values()]}


def own_teams_on_desk(request: HttpRequest, user: User) -> Context | None:
    """The teams that one coaches and that are not over, with the next step of each."""
    teams = list(
        next_steps.with_next_step(
            Team.objects.filter(
                Q(state__in=[TeamState.APPLIED, TeamState.RESERVE, TeamState.ACCEPTED])
                | Q(state=TeamState.DRAFT) & ~Q(assignment__apply_by__lt=centre_day()),
                coach=user,
                finished_at__isnull=True,
                assignment__state__in=GOING,
            )
        ).order_by(F("assignment__apply_by").asc(nulls_last=True), "pk")
    )
    if not teams:
        return None
    return {"teams": [(team, next_steps.for_coach(team)) for team in teams]}


def teams_that_wait(request: HttpRequest, user: User) -> Context | None:
    """Assignments of one's own for which teams wait for an answer, the longest waiting first.

    For the office those of which the last day to apply has passed.
    """
    waiting = Q(teams__state=TeamState.APPLIED)
    rows = (
        Assignment.objects.filter(both_sides(user), state__in=GOING)
        .annotate(
            waiting=Count("teams", filter=waiting),
            since=Min("teams__applied_at", filter=waiting),
            own=Count("teams", filter=Q(teams__coach=user)),
        )
        .filter(waiting__gt=0)
        .select_related("partner")
        .order_by("since", "pk")
    )
    if in_office(user):
        rows = rows.filter(apply_by__lt=centre_day())
    # Who coaches a team for what they teach themselves leaves the choice to the company.
    found: list[Any] = list(rows.exclude(own__gt=0, teacher=user))
    return {"assignments": found} if found else None


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for place, name, build, template, order in (
        ("assignment_side", "teams", on_the_side, "side", 20),
        ("assignment", "accepted_teams", accepted_teams, "accepted", 30),
        ("desk", "teams_that_wait", teams_that_wait, "desk_waiting", 21),
        ("desk", "own_teams", own_teams_on_desk, "desk_own", 22),
    ):
        register(
            place,
            name,
            template=f"assignments/teams/section_{template}.html",
            build=build,
            order=order,
        )
