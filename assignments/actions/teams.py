"""Teams: formed and sent by a coach, chosen by those who posted.

Each action holds the assignment and then the team, so that a deadline, a withdrawal and a choice
come one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.applying import closed_because, must_be_complete
from assignments.choices import State, TeamState
from assignments.composition import Composition, composition_of
from assignments.errors import (
    AlreadyDecidedOnTeam,
    Full,
    NameTaken,
    NotADecider,
    NotATeacher,
    NoTeamYet,
    NotMore,
    NotTheCoach,
    ReasonMissing,
    TeamGone,
    TeamIncomplete,
    WrongState,
)
from assignments.models import Assignment, Team, TeamCount
from assignments.models.assignments import TOO_MANY_TEAMS
from assignments.notifications import team_telling as telling
from assignments.permissions import can_decide_on_teams, coaches, is_teacher
from civportal.accounts.models import User

CHOOSING = {State.PUBLISHED, State.MATCHED, State.RUNNING}
"""While an assignment is in one of these, teams are accepted and declined.

Also while it runs: a team in reserve can take the place of one that stops.
"""

WAITING = {TeamState.APPLIED, TeamState.RESERVE}


@dataclass(frozen=True, kw_only=True)
class Details:
    """What the form of a team gives. ``counts`` is students by (key of the school, level)."""

    name: str
    motivation: str
    counts: Mapping[tuple[int, int], int]
    language: str = "nl"


def _held(team: Team) -> Team:
    """The team as it is now, with its assignment, both held."""
    assignment = locked(team.assignment)
    team = locked(team)
    team.assignment = assignment
    return team


def _held_by_coach(team: Team, by: User) -> Team:
    team = _held(team)
    if not coaches(by, team):
        raise NotTheCoach
    return team


def composition(team: Team) -> Composition:
    """Who is in a team, as it is stored now."""
    return composition_of(team.assignment, team.counts.select_related("school"))


# --- the coach -----------------------------------------------------------------------------------


@transaction.atomic
def form_team(assignment: Assignment, details: Details, *, by: User) -> Team:
    """Begin a team; nobody but its coach sees it until it applies.

    Sent twice it is one team. Raises ``NotATeacher``, why no team can apply any more, and
    ``NameTaken`` for another team of the same coach and name.
    """
    if not is_teacher(by):
        raise NotATeacher
    assignment = locked(assignment)
    if closed := closed_because(assignment):
        raise closed
    known = assignment.teams.filter(coach=by, name=details.name).first()
    if known is not None:
        if known.state == TeamState.DRAFT and _says(known) == details:
            return known
        raise NameTaken
    team = Team.objects.create(
        assignment=assignment,
        coach=by,
        name=details.name,
        motivation=details.motivation,
        language=details.language,
    )
    _write_counts(team, details.counts)
    return team


@transaction.atomic
def change(team: Team, details: Details, *, by: User) -> Team:
    """Change a team; of one that applied those who posted hear, once for a while of changing.

    Until the decision all of it can change, and it stays complete. Of an accepted team only the
    numbers change: students come and go. Raises ``NotTheCoach``, ``TeamIncomplete``,
    ``NameTaken``, ``AlreadyDecidedOnTeam`` or ``WrongState``.
    """
    team = _held_by_coach(team, by)
    if team.state == TeamState.DECLINED:
        raise AlreadyDecidedOnTeam
    if team.finished_at or team.assignment.state not in CHOOSING:
        raise closed_because(team.assignment) or WrongState()
    before = _says(team)
    others = team.assignment.teams.filter(coach=by, name=details.name).exclude(pk=team.pk)
    if team.state != TeamState.ACCEPTED and others.exists():
        raise NameTaken
    _write_counts(team, details.counts)
    size_problem = composition(team).size_problem
    if team.state in WAITING:
        must_be_complete(motivation=details.motivation, size_problem=size_problem)
    if team.state != TeamState.ACCEPTED:
        team.name, team.motivation = details.name, details.motivation
        team.language = details.language
        team.save(update_fields=["name", "motivation", "language"])
    elif not details.counts:
        raise TeamIncomplete(size_problem)
    if team.state in {*WAITING, TeamState.ACCEPTED} and _says(team) != before:
        telling.changed(team)
    return team


def _says(team: Team) -> Details:
    return Details(
        name=team.name,
        motivation=team.motivation,
        language=team.language,
        counts={(count.school_id, count.level): count.number for count in team.counts.all()},
    )


def _write_counts(team: Team, counts: Mapping[tuple[int, int], int]) -> None:
    known = {(count.school_id, count.level): count for count in team.counts.all()}
    for key, count in known.items():
        if key not in counts:
            count.delete()
        elif count.number != counts[key]:
            count.number = counts[key]
            count.save(update_fields=["number"])
    for (school, level), number in counts.items():
        if (school, level) not in known:
            TeamCount.objects.create(team=team, school_id=school, level=level, number=number)


@transaction.atomic
def discard(team: Team, *, by: User) -> None:
    """Throw away a team that never applied. Raises ``NotTheCoach`` or ``WrongState``."""
    team = _held_by_coach(team, by)
    if team.state != TeamState.DRAFT:
        raise WrongState
    team.delete()


@transaction.atomic
def apply(team: Team, *, by: User) -> Team:
    """Put the team before those who posted; one that was withdrawn can come back.

    Doing it twice changes nothing. Raises ``NotTheCoach``, ``NotATeacher``, ``TeamIncomplete``,
    ``AlreadyDecidedOnTeam``, or why no team can apply any more (see ``closed_because``).
    """
    team = _held_by_coach(team, by)
    if team.state in WAITING:
        return team
    if team.state in {TeamState.ACCEPTED, TeamState.DECLINED}:
        raise AlreadyDecidedOnTeam
    if closed := closed_because(team.assignment):
        raise closed
    if not is_teacher(by):
        raise NotATeacher
    must_be_complete(motivation=team.motivation, size_problem=composition(team).size_problem)
    team.state, team.applied_at = TeamState.APPLIED, timezone.now()
    team.save(update_fields=["state", "applied_at"])
    telling.applied(team)
    return team


@transaction.atomic
def withdraw(team: Team, *, by: User) -> Team:
    """The coach thinks better of it: the place is free, and names of students are gone.

    Where all places were taken the assignment takes teams again, and those who posted see who is
    in reserve. Doing it twice changes nothing. Raises ``NotTheCoach``, ``AlreadyDecidedOnTeam``
    for a declined team, or ``WrongState``.
    """
    team = _held_by_coach(team, by)
    if team.state == TeamState.WITHDRAWN:
        return team
    if team.state == TeamState.DECLINED:
        raise AlreadyDecidedOnTeam
    if team.state == TeamState.DRAFT or team.finished_at or team.assignment.state not in CHOOSING:
        raise WrongState
    had_place = team.state == TeamState.ACCEPTED
    accepted = team.assignment.teams.accepted().count()
    team.state = TeamState.WITHDRAWN
    _undecided(team)
    team.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    team.members.all().delete()
    telling.withdrawn(team, had_place=had_place)
    # Where there were enough with fewer than wanted, the rest goes on without this one.
    if had_place and (accepted >= team.assignment.teams_wanted or accepted == 1):
        _open_again(team.assignment)
    return team


def _open_again(assignment: Assignment) -> None:
    if assignment.state == State.MATCHED:
        assignment.state, assignment.matched_at = State.PUBLISHED, None
        assignment.save(update_fields=["state", "matched_at", "changed_at"])


# --- those who posted ----------------------------------------------------------------------------


def _held_by_decider(team: Team, by: User) -> Team:
    team = _held(team)
    if not can_decide_on_teams(by, team.assignment):
        raise NotADecider
    if team.state == TeamState.WITHDRAWN:
        raise TeamGone
    if team.state == TeamState.DRAFT or team.assignment.state not in CHOOSING:
        raise WrongState
    return team


def _decide(team: Team, state: TeamState, *, by: User, reason: str = "") -> None:
    team.state, team.reason = state, reason
    team.decided_by, team.decided_at = by, timezone.now()
    _save_decision(team)


def _save_decision(team: Team) -> None:
    """Save it, unless the database says that there is no place: ``Full``."""
    try:
        with transaction.atomic():
            team.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    except IntegrityError as error:
        if TOO_MANY_TEAMS in str(error):
            raise Full from None
        raise


def _undecided(team: Team) -> None:
    team.decided_by, team.decided_at, team.reason = None, None, ""


@transaction.atomic
def accept(team: Team, *, by: User) -> Team:
    """Give the team a place; with the last one, teams are found and the others are in reserve.

    Doing it twice changes nothing. Raises ``Full`` where the database says that there is no
    place, ``NotADecider``, ``TeamGone``, ``AlreadyDecidedOnTeam`` for one that was declined, or
    ``WrongState``.
    """
    team = _held_by_decider(team, by)
    if team.state == TeamState.ACCEPTED:
        return team
    if team.state == TeamState.DECLINED:
        raise AlreadyDecidedOnTeam
    _decide(team, TeamState.ACCEPTED, by=by)
    telling.accepted(team)
    assignment = team.assignment
    if assignment.teams.accepted().count() >= assignment.teams_wanted:
        _found(assignment)
    return team


def _found(assignment: Assignment) -> None:
    """All places are taken, or there are enough teams: the others wait in reserve."""
    if assignment.state == State.PUBLISHED:
        assignment.state, assignment.matched_at = State.MATCHED, timezone.now()
        assignment.save(update_fields=["state", "matched_at", "changed_at"])
    keep_rest_in_reserve(assignment)


def keep_rest_in_reserve(assignment: Assignment) -> None:
    """Put the teams that wait for an answer in reserve, and tell them.

    For an assignment that the caller holds, and that takes no teams any more.
    """
    for team in assignment.teams.filter(state=TeamState.APPLIED).select_for_update(of=("self",)):
        team.state = TeamState.RESERVE
        team.save(update_fields=["state"])
        telling.in_reserve(team)


@transaction.atomic
def keep_in_reserve(team: Team, *, by: User) -> Team:
    """Neither yes nor no: the team can step in. Doing it twice changes nothing.

    Raises ``NotADecider``, ``TeamGone``, ``AlreadyDecidedOnTeam`` or ``WrongState``.
    """
    team = _held_by_decider(team, by)
    if team.state == TeamState.RESERVE:
        return team
    if team.state != TeamState.APPLIED:
        raise AlreadyDecidedOnTeam
    team.state = TeamState.RESERVE
    team.save(update_fields=["state"])
    telling.in_reserve(team)
    return team


@transaction.atomic
def decline(team: Team, *, reason: str, by: User) -> Team:
    """Say no, with a reason that the coach reads. Doing it twice changes nothing.

    Raises ``TeamIncomplete`` without a reason, ``NotADecider``, ``TeamGone``,
    ``AlreadyDecidedOnTeam`` for an accepted team, or ``WrongState``.
    """
    team = _held_by_decider(team, by)
    if team.state == TeamState.DECLINED:
        return team
    if team.state == TeamState.ACCEPTED:
        raise AlreadyDecidedOnTeam
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    _decide(team, TeamState.DECLINED, by=by, reason=reason)
    team.members.all().delete()
    telling.declined(team)
    return team


@transaction.atomic
def take_back_decline(team: Team, *, by: User) -> Team:
    """Think better of a no: the team waits again, in reserve where all places are taken.

    Doing it twice changes nothing. Raises ``NotADecider``, ``TeamGone`` or ``WrongState``.
    """
    team = _held_by_decider(team, by)
    if team.state != TeamState.DECLINED:
        return team
    is_open = team.assignment.state == State.PUBLISHED
    team.state = TeamState.APPLIED if is_open else TeamState.RESERVE
    _undecided(team)
    team.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    telling.reconsidered(team)
    return team


@transaction.atomic
def enough(assignment: Assignment, *, by: User) -> Assignment:
    """Go on with fewer teams than wanted: no other can apply, and who waits is in reserve.

    Doing it twice changes nothing. Raises ``NotADecider``, ``NoTeamYet`` or ``WrongState``.
    """
    assignment = locked(assignment)
    if not can_decide_on_teams(by, assignment):
        raise NotADecider
    if assignment.state == State.MATCHED:
        return assignment
    if assignment.state != State.PUBLISHED or assignment.is_booked:
        raise WrongState
    if not assignment.teams.accepted().exists():
        raise NoTeamYet
    _found(assignment)
    return assignment


@transaction.atomic
def want_more(assignment: Assignment, *, number: int, by: User) -> Assignment:
    """Ask for more teams than before, ``number`` in all; it takes teams again before it runs.

    The same number again changes nothing. Raises ``NotADecider``, ``NotMore`` or ``WrongState``.
    """
    assignment = locked(assignment)
    if not can_decide_on_teams(by, assignment):
        raise NotADecider
    if assignment.state not in CHOOSING or assignment.is_booked:
        raise WrongState
    if number == assignment.teams_wanted:
        return assignment
    if number < assignment.teams_wanted:
        raise NotMore
    before, assignment.teams_wanted = assignment.teams_wanted, number
    assignment.save(update_fields=["teams_wanted", "changed_at"])
    follow_wanted(assignment, before=before)
    return assignment


def follow_wanted(assignment: Assignment, *, before: int) -> None:
    """Another number of teams is wanted than ``before``: open for more, or found with fewer.

    For an assignment that the caller holds and has saved.
    """
    if assignment.teams_wanted > before:
        _open_again(assignment)
    elif assignment.state == State.PUBLISHED:
        accepted = assignment.teams.accepted().count()
        if accepted and accepted >= assignment.teams_wanted:
            _found(assignment)
