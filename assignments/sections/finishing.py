"""The end of assignments on pages: what is still to do, outcomes, feedback of last time."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest

from assignments.actions.finishing import can_reopen
from assignments.actions.next_year import can_copy
from assignments.choices import Side, State
from assignments.finishing import end_state, todo
from assignments.models import Assignment, Feedback, Outcome, Team, TeamCount
from assignments.permissions import coaches, on_a_side
from assignments.querysets import OutcomeQuerySet, company_side
from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from civportal.ui.sections import register
from partners.models import Partner
from programme_lines.models import ProgrammeLine

Context = dict[str, Any]

FEW = 5
"""Outcomes on the page of a line or an organisation, the newest first."""


def end_of_team(request: HttpRequest, team: Team) -> Context | None:
    """How far the end of a team is, for those who may see the team."""
    if not isinstance(request.user, User):
        return None
    state = end_state(team, request.user, in_office=in_office(request.user))
    return {"state": state} if state else None


def todo_of_team(request: HttpRequest, team: Team) -> Context | None:
    """On top of the team's page, what is said far below: what waits for this person's side."""
    what = todo(team, request.user) if team.finished_at else ""
    if what == "feedback" and coaches(request.user, team):
        what = ""  # the page itself tells coaches
    return {"team": team, "what": what} if what else None


def _for_reading(rows: OutcomeQuerySet) -> OutcomeQuerySet:
    counts = TeamCount.objects.select_related("school")
    return rows.select_related("team__assignment__partner").prefetch_related(
        Prefetch("team__counts", queryset=counts), "team__assignment__lines"
    )


def outcomes_of_assignment(request: HttpRequest, assignment: Assignment) -> Context | None:
    """What its teams made public."""
    rows = Outcome.objects.published().filter(team__assignment=assignment)
    outcomes = list(_for_reading(rows))
    return {"outcomes": outcomes} if outcomes else None


def _outcomes(request: HttpRequest, rows: OutcomeQuerySet) -> Context | None:
    readable = rows.published().filter(
        Q(Exists(Assignment.objects.public().filter(pk=OuterRef("team__assignment"))))
    )
    outcomes = list(_for_reading(readable)[:FEW])
    return {"outcomes": outcomes} if outcomes else None


def outcomes_of_line(request: HttpRequest, line: ProgrammeLine) -> Context | None:
    """What assignments of a programme line brought."""
    return _outcomes(request, Outcome.objects.filter(team__assignment__lines=line))


def outcomes_of_partner(request: HttpRequest, partner: Partner) -> Context | None:
    """What came out of its assignments, or for a school of what its students did."""
    took_part = TeamCount.objects.filter(team=OuterRef("team"), school=partner)
    return _outcomes(
        request,
        Outcome.objects.filter(Q(team__assignment__partner=partner) | Q(Exists(took_part))),
    )


def end_of_assignment(request: HttpRequest, assignment: Assignment) -> Context | None:
    """Finish it for all, let it run again, or make next year's copy: what this viewer can do."""
    if not isinstance(request.user, User) or assignment.state not in {
        State.RUNNING, State.FINISHED, State.ARCHIVED,
    }:  # fmt: skip
        return None
    found = {
        "assignment": assignment,
        "can_finish": False,
        "can_reopen": False,
        "can_copy": assignment.state != State.RUNNING and can_copy(request.user, assignment),
    }
    if on_a_side(request.user, assignment):
        found["can_finish"] = assignment.state == State.RUNNING
        found["can_reopen"] = assignment.state == State.FINISHED and can_reopen(
            assignment.finished_at
        )
    asked = found["can_finish"] or found["can_reopen"] or found["can_copy"]
    return found if asked else None


def feedback_of_last_time(request: HttpRequest, assignment: Assignment) -> Context | None:
    """What was said of the assignment that this one was copied from, as far as one may read it."""
    if assignment.copied_from_id is None:
        return None
    rows = list(
        Feedback.objects.visible_to(request.user)
        .filter(team__assignment=assignment.copied_from_id)
        .select_related("team__assignment__partner")
        .order_by("team", "side")
    )
    return {"feedback": rows} if rows else None


def desk(request: HttpRequest, user: User) -> Context | None:
    """Feedback that one's side has not given, and outcomes that wait for its yes."""
    ended = Team.objects.accepted().filter(
        finished_at__isnull=False, assignment__state__in=[State.RUNNING, State.FINISHED]
    )
    as_company = Q(company_side(user, "assignment__")) & ~Q(coach=user)
    given = Feedback.objects.filter(team=OuterRef("pk"))
    to_give = list(
        ended.filter(
            (Q(coach=user) & ~Exists(given.filter(side=Side.TEAM)))
            | (as_company & ~Exists(given.filter(side=Side.COMPANY)))
        )
        .select_related("assignment__partner")
        .order_by("finished_at", "pk")
    )
    company = Q(company_side(user, "team__assignment__")) & ~Q(team__coach=user)
    to_agree = list(
        Outcome.objects.filter(
            (Q(team__coach=user) & Q(team_yes_at__isnull=True))
            | (company & Q(company_yes_at__isnull=True)),
            team__finished_at__isnull=False,
        )
        .select_related("team__assignment__partner")
        .order_by("changed_at", "pk")
    )
    return {"to_give": to_give, "to_agree": to_agree} if to_give or to_agree else None


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for place, name, build, order in (
        ("team", "end_todo", todo_of_team, 5),
        ("team", "end_team", end_of_team, 60),
        ("assignment", "outcomes", outcomes_of_assignment, 50),
        ("assignment_side", "end_side", end_of_assignment, 35),
        ("assignment_edit", "last_time", feedback_of_last_time, 10),
        ("desk", "assignments_end", desk, 19),
    ):
        template = f"assignments/finishing/section_{name}.html"
        register(place, name, template=template, build=build, order=order)
    # Right after the assignments themselves.
    for place, build_outcomes, order in (
        ("programme_line", outcomes_of_line, 26),
        ("partner", outcomes_of_partner, 16),
    ):
        register(
            place,
            "outcomes",
            template="assignments/finishing/section_outcome_rows.html",
            build=build_outcomes,
            order=order,
        )
