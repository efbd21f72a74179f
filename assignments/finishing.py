"""How far a team's end is: what is done, and who still has to do what."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from assignments.actions.feedback import is_fixed
from assignments.actions.finishing import can_finish_team, can_reopen
from assignments.actions.outcomes import AFTER_START, can_write_outcome, yes_of
from assignments.choices import Side, State, TeamState
from assignments.models import Feedback, Outcome, Team
from assignments.permissions import Person, on_a_side, speaks_for
from assignments.querysets import FEEDBACK_OPENS
from civportal.accounts.models import User


def expected_hours(team: Team) -> Decimal | None:
    """Students × hours a week × weeks; None where one of these is not known."""
    assignment = team.assignment
    if not (assignment.hours_per_week and assignment.weeks):
        return None
    students = students_of(team)
    return students * assignment.hours_per_week * assignment.weeks if students else None


def todo(team: Team, viewer: Person) -> str:
    """What this person's side has still to do at the end: ``feedback``, ``write``, ``agree``, or
    nothing.
    """
    side = speaks_for(viewer, team)
    if side is None or team.finished_at is None or team.assignment.state == State.ARCHIVED:
        return ""
    if not team.feedback.filter(side=side).exists():
        return "feedback"
    outcome = Outcome.objects.filter(team=team).first()
    if outcome is None:
        return "write"
    return "" if yes_of(outcome, side) else "agree"


def students_of(team: Team) -> int:
    """How many students are in a team."""
    return team.counts.aggregate(number=Sum("number"))["number"] or 0


@dataclass(frozen=True, kw_only=True)
class FeedbackState:
    """The feedback of one side, as this person sees it."""

    side: Side
    who: str
    given: Feedback | None
    is_own: bool
    is_readable: bool
    """Whether this person may read it by now."""
    asks_first: bool
    """Whether reading it closes it for who wrote it, so that one is asked before."""
    can_change: bool


@dataclass(frozen=True, kw_only=True)
class AgreementState:
    """Whether a side agreed to the words that stand there now."""

    side: Side
    who: str
    at: datetime.datetime | None
    by: str
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class EndState:
    """All of it, for the team's page."""

    team: Team
    side: Side | None
    is_running: bool
    can_finish: bool
    can_reopen: bool
    can_set_hours: bool
    feedback: list[FeedbackState]
    feedback_opens_on: datetime.date | None
    outcome: Outcome | None
    can_write: bool
    agreements: list[AgreementState]
    can_agree: bool
    can_withdraw: bool

    @property
    def all_feedback(self) -> bool:
        """Whether both sides gave theirs."""
        return all(each.given for each in self.feedback)


def side_names(team: Team) -> dict[Side, str]:
    """What each side is called."""
    company = team.assignment.partner
    return {
        Side.COMPANY: company.name if company else str(Side.COMPANY.label),
        Side.TEAM: team.name,
    }


def end_state(team: Team, viewer: User, *, in_office: bool) -> EndState | None:
    """How far the end of this team is; None before it begins, and for teams that never did."""
    assignment = team.assignment
    if team.state != TeamState.ACCEPTED or assignment.state not in AFTER_START:
        return None
    side = speaks_for(viewer, team)
    names = side_names(team)
    outcome = (
        Outcome.objects.filter(team=team)
        .select_related("company_yes_by", "team_yes_by", "written_by")
        .first()
    )
    agreements = _agreements(outcome, side, names) if outcome else []
    own_yes = outcome is not None and side is not None and yes_of(outcome, side)
    is_finished = team.finished_at is not None
    return EndState(
        team=team,
        side=side,
        is_running=not is_finished,
        can_finish=not is_finished
        and assignment.state == State.RUNNING
        and can_finish_team(viewer, team),
        can_reopen=can_reopen(team.finished_at)
        and assignment.state != State.ARCHIVED
        and on_a_side(viewer, assignment)
        and not (outcome is not None and outcome.published_at),
        can_set_hours=is_finished
        and assignment.state != State.ARCHIVED
        and can_finish_team(viewer, team),
        feedback=_feedback(team, viewer, side, names),
        feedback_opens_on=_opens_on(team),
        outcome=outcome,
        can_write=can_write_outcome(viewer, team),
        agreements=agreements,
        can_agree=outcome is not None and side is not None and not own_yes and is_finished,
        can_withdraw=own_yes
        or (in_office and side is None and any(each.at for each in agreements)),
    )


def _opens_on(team: Team) -> datetime.date | None:
    """The day from which all read what there is; None once it has come."""
    if team.finished_at is None:
        return None
    opens = team.finished_at + FEEDBACK_OPENS
    return timezone.localdate(opens) if opens > timezone.now() else None


def _feedback(
    team: Team, viewer: User, side: Side | None, names: dict[Side, str]
) -> list[FeedbackState]:
    given = {each.side: each for each in Feedback.objects.filter(team=team)}
    readable = set(
        Feedback.objects.visible_to(viewer).filter(team=team).values_list("side", flat=True)
    )
    states = []
    for one in (Side.COMPANY, Side.TEAM):
        feedback = given.get(one)
        is_own = side == one
        may_read = one in readable
        fixed = feedback is not None and is_fixed(feedback)
        states.append(
            FeedbackState(
                side=one,
                who=names[one],
                given=feedback,
                is_own=is_own,
                is_readable=may_read,
                asks_first=may_read and not is_own and side is not None and not fixed,
                can_change=is_own and team.finished_at is not None and not fixed,
            )
        )
    return states


def _agreements(
    outcome: Outcome, side: Side | None, names: dict[Side, str]
) -> list[AgreementState]:
    return [
        AgreementState(
            side=one,
            who=names[one],
            at=getattr(outcome, f"{one}_yes_at"),
            by=_name(getattr(outcome, f"{one}_yes_by")),
            is_own=side == one,
        )
        for one in (Side.COMPANY, Side.TEAM)
    ]


def _name(person: User | None) -> str:
    return person.get_full_name() if person else ""
