"""While a team is at it: the start, and what is said between the team and who posted."""

import datetime

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.actions.teams import keep_rest_in_reserve
from assignments.choices import PUBLIC_STATES, Side, State, TeamState
from assignments.errors import EmptyMessage, NoTeamYet, NotInThread, ThreadClosed, WrongState
from assignments.models import Assignment, Team, TeamMessage
from assignments.notifications import telling_running as telling
from assignments.permissions import coaches, on_a_side
from civportal.accounts.models import User

PRESSED_TWICE = datetime.timedelta(minutes=10)
"""The same words by the same person within this time are one message."""

TALKING_TEAMS = [TeamState.APPLIED, TeamState.RESERVE, TeamState.ACCEPTED]
"""Teams that can still be talked with: from the application to the end."""


def side_of(user: User, team: Team) -> Side | None:
    """For whom this person speaks in a team's thread: a coach for the team, also one who posted
    the assignment; those who posted and the office for the company. None for anybody else.
    """
    if coaches(user, team):
        return Side.TEAM
    return Side.COMPANY if on_a_side(user, team.assignment) else None


def is_open(team: Team) -> bool:
    """Whether something can still be said: nothing in an assignment that is put away."""
    return (
        team.state in TALKING_TEAMS
        and team.assignment.state in PUBLIC_STATES
        and team.assignment.state != State.ARCHIVED
    )


@transaction.atomic
def say(team: Team, *, text: str, by: User) -> TeamMessage:
    """Say something in a team's thread; the side follows from who says it.

    Sent twice it is one message. Raises ``NotInThread`` for who is neither the coach nor on a
    side, ``ThreadClosed`` and ``EmptyMessage``.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise EmptyMessage
    team = locked(team)
    side = side_of(by, team)
    if side is None:
        raise NotInThread
    last = team.messages.filter(author=by).last()
    since = timezone.now() - PRESSED_TWICE
    if last is not None and last.text == text and last.created_at > since:
        return last
    if not is_open(team):
        raise ThreadClosed
    message = TeamMessage.objects.create(team=team, side=side, author=by, text=text)
    telling.message_said(message)
    return message


@transaction.atomic
def start(assignment: Assignment, *, by: User) -> Assignment:
    """Begin with the teams that were accepted; they are told.

    With places left on the board this is also the "enough": who waits for an answer is in reserve.
    Raises ``NoTeamYet`` without an accepted team, and ``WrongState`` for what is not on the board
    or booked on dates. What runs already stays as it is.
    """
    assignment = locked(assignment)
    if assignment.state == State.RUNNING:
        return assignment
    if assignment.is_booked or assignment.state not in {State.PUBLISHED, State.MATCHED}:
        raise WrongState
    if not assignment.teams.accepted().exists():
        raise NoTeamYet
    was_open = assignment.state == State.PUBLISHED
    now = timezone.now()
    assignment.state = State.RUNNING
    assignment.matched_at = assignment.matched_at or now
    assignment.started_at = now
    assignment.save(update_fields=["state", "matched_at", "started_at", "changed_at"])
    if was_open:
        keep_rest_in_reserve(assignment)
    telling.started(assignment, by=by)
    return assignment
