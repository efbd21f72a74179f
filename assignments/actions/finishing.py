"""The end of an assignment: team by team, or all at once; and back, for a while."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.choices import State, TeamState
from assignments.errors import (
    AlreadyPublic,
    FinishedAlready,
    NotFinished,
    NotOfSides,
    NotOfTeam,
    NotRunning,
    TooLateToReopen,
    WrongHours,
    WrongState,
)
from assignments.models import Assignment, Outcome, Team
from assignments.models.fields import validate_quarters
from assignments.notifications import finishing_telling as telling
from assignments.permissions import Person, coaches, on_a_side
from civportal.accounts.models import User

REOPENS = datetime.timedelta(days=14)
"""How long what was finished can be reopened."""
ARCHIVED_AFTER = datetime.timedelta(days=365)
"""How long after its end an assignment is put away."""


def can_finish_team(user: Person, team: Team) -> bool:
    """Whether this person says that the team is done, and how many hours it took."""
    return coaches(user, team) or on_a_side(user, team.assignment)


def can_reopen(finished_at: datetime.datetime | None) -> bool:
    """Whether what was finished at this moment can still be reopened."""
    return finished_at is not None and timezone.now() <= finished_at + REOPENS


def _checked(hours: Decimal | None) -> Decimal | None:
    if hours is None:
        return None
    try:
        validate_quarters(hours)
    except ValidationError:
        raise WrongHours from None
    if hours < 0:
        raise WrongHours
    return hours


def _both_held(team: Team) -> tuple[Assignment, Team]:
    """The assignment and the team as they are now, held in the order of ``locks``."""
    assignment = locked(team.assignment)
    team = locked(team)
    team.assignment = assignment
    return assignment, team


@transaction.atomic
def finish_team(team: Team, *, by: User, hours_made: Decimal) -> Team:
    """This team is done; ``hours_made`` is what its students made together.

    With the last accepted team the assignment is finished too, and its downloads close. Sent
    twice it is done once. Raises ``NotOfTeam``, ``NotRunning``, ``WrongHours``, and
    ``FinishedAlready`` when somebody finished it with other hours.
    """
    assignment, team = _both_held(team)
    if not can_finish_team(by, team):
        raise NotOfTeam
    hours = _checked(hours_made)
    if team.finished_at is not None:
        if team.hours_made == hours:
            return team
        raise FinishedAlready
    if assignment.state != State.RUNNING or team.state != TeamState.ACCEPTED:
        raise NotRunning
    now = timezone.now()
    _finish(team, hours, now)
    if not assignment.teams.accepted().filter(finished_at__isnull=True).exists():
        _close(assignment, now)
    telling.team_finished(team, by=by)
    return team


def _finish(team: Team, hours: Decimal | None, now: datetime.datetime) -> None:
    team.finished_at, team.hours_made = now, hours
    team.save(update_fields=["finished_at", "hours_made"])


def _close(assignment: Assignment, now: datetime.datetime) -> None:
    assignment.state, assignment.finished_at = State.FINISHED, now
    assignment.save(update_fields=["state", "finished_at", "changed_at"])


@transaction.atomic
def finish_assignment(
    assignment: Assignment, *, by: User, hours: Mapping[int, Decimal | None]
) -> Assignment:
    """All are done: every team that was still at it is finished, and so is the assignment.

    ``hours`` are those of the teams by key; a team without any gets them later from its coach.
    Finished already, it stays as it is. Raises ``NotOfSides``, ``NotRunning`` and ``WrongHours``.
    """
    assignment = locked(assignment)
    if not on_a_side(by, assignment):
        raise NotOfSides
    if assignment.state == State.FINISHED:
        return assignment
    if assignment.state != State.RUNNING:
        raise NotRunning
    now = timezone.now()
    at_it = assignment.teams.accepted().filter(finished_at__isnull=True)
    for team in at_it.select_for_update(of=("self",)).order_by("pk"):
        team.assignment = assignment
        _finish(team, _checked(hours.get(team.pk)), now)
        telling.team_finished(team, by=by)
    _close(assignment, now)
    return assignment


@transaction.atomic
def set_hours(team: Team, *, by: User, hours_made: Decimal) -> Team:
    """Say afterwards how many hours a finished team made; raises ``NotOfTeam``, ``NotFinished``,
    ``WrongHours``, and ``WrongState`` for what has been put away.
    """
    assignment, team = _both_held(team)
    if not can_finish_team(by, team):
        raise NotOfTeam
    if team.finished_at is None:
        raise NotFinished
    if assignment.state not in {State.RUNNING, State.FINISHED}:
        raise WrongState
    team.hours_made = _checked(hours_made)
    team.save(update_fields=["hours_made"])
    return team


@transaction.atomic
def reopen_team(team: Team, *, by: User) -> Team:
    """This team was not done after all; an assignment that was finished runs again.

    Within two weeks. A team that is at it stays so. Raises ``NotOfSides``, ``WrongState``,
    ``TooLateToReopen``, and ``AlreadyPublic`` when its outcome is.
    """
    assignment, team = _both_held(team)
    if not on_a_side(by, assignment):
        raise NotOfSides
    if team.finished_at is None:
        return team
    _reopen(assignment, [team])
    return team


@transaction.atomic
def reopen(assignment: Assignment, *, by: User) -> Assignment:
    """The assignment was not finished after all: those teams go on that ended together with it.

    Within two weeks; refused as ``reopen_team``. What runs stays as it is.
    """
    assignment = locked(assignment)
    if not on_a_side(by, assignment):
        raise NotOfSides
    if assignment.state == State.RUNNING:
        return assignment
    ended = assignment.teams.accepted().filter(finished_at=assignment.finished_at)
    _reopen(assignment, list(ended.select_for_update(of=("self",)).order_by("pk")))
    return assignment


def _reopen(assignment: Assignment, teams: list[Team]) -> None:
    if assignment.state not in {State.RUNNING, State.FINISHED}:
        raise WrongState
    if assignment.state == State.FINISHED and not can_reopen(assignment.finished_at):
        raise TooLateToReopen
    if not all(can_reopen(team.finished_at) for team in teams):
        raise TooLateToReopen
    if Outcome.objects.published().filter(team__in=teams).exists():
        raise AlreadyPublic
    for team in teams:
        team.finished_at = None
        team.save(update_fields=["finished_at"])
    assignment.state, assignment.finished_at = State.RUNNING, None
    assignment.save(update_fields=["state", "finished_at", "changed_at"])


def archive_finished(*, now: datetime.datetime) -> int:
    """Put away what was finished a year ago; how many. Everyone can still read it."""
    old = Assignment.objects.filter(
        state=State.FINISHED, finished_at__lte=now - ARCHIVED_AFTER
    ).order_by("pk")
    number = 0
    for key in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Asked again while it is held: somebody may have reopened it, or archived it.
            assignment = old.select_for_update(of=("self",)).filter(pk=key).first()
            if assignment is not None:
                assignment.state = State.ARCHIVED
                assignment.save(update_fields=["state", "changed_at"])
                number += 1
    return number
