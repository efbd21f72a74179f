"""Milestones of an assignment, and what teams hand in."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.actions.terms import hold_for_change
from assignments.choices import UNDER_WAY, TeamState
from assignments.errors import NotAccepted, NothingHandedIn, NotOfSides, NotTheCoach, WrongState
from assignments.models import Assignment, HandIn, Step, Team
from assignments.notifications import telling_running as telling
from assignments.permissions import coaches, on_a_side
from civportal.accounts.models import User

PRESSED_TWICE = datetime.timedelta(minutes=10)
"""The same from the same person within this time was sent twice."""


@transaction.atomic
def add_step(
    assignment: Assignment,
    *,
    title: str,
    due: datetime.date,
    wants_file: bool,
    by: User,
) -> Step:
    """Put a milestone on the way; the same title and day again is the same milestone."""
    assignment = hold_for_change(assignment)
    there = assignment.steps.filter(title=title, due=due).first()
    if there is not None:
        return there
    return Step.objects.create(assignment=assignment, title=title, due=due, wants_file=wants_file)


@transaction.atomic
def change_step(
    step: Step,
    *,
    title: str,
    due: datetime.date,
    wants_file: bool,
    by: User,
) -> Step:
    """Another title or day; reminders follow the day. Raises ``Over``."""
    hold_for_change(step.assignment)
    step = locked(step)
    step.title, step.due, step.wants_file = title, due, wants_file
    step.save(update_fields=["title", "due", "wants_file"])
    return step


@transaction.atomic
def remove_step(step: Step, *, by: User) -> None:
    """Take a milestone off the way; what was handed in for it stays. Raises ``Over``."""
    hold_for_change(step.assignment)
    Step.objects.filter(pk=step.pk).delete()


@transaction.atomic
def hand_in(team: Team, *, step: Step | None, note: str, file: Any, by: User) -> HandIn:
    """Hand something in for the team, for a milestone or of one's own accord.

    What was handed in before stays beside it; the same twice is one. Raises ``NotTheCoach``,
    ``NothingHandedIn``, ``NotAccepted`` for a team that is not at work, and ``WrongState``.
    """
    if not coaches(by, team):
        raise NotTheCoach
    note = note.replace("\r\n", "\n").strip()
    if not note and not file:
        raise NothingHandedIn
    assignment = locked(team.assignment)
    team = locked(team)
    if team.state != TeamState.ACCEPTED or team.finished_at:
        raise NotAccepted
    if assignment.state not in UNDER_WAY:
        raise WrongState
    if step is not None:
        # Taken away meanwhile: it was work all the same.
        step = assignment.steps.filter(pk=step.pk).first()
    twice = team.hand_ins.filter(
        by=by,
        step=step,
        note=note,
        size=file.size if file else 0,
        at__gt=timezone.now() - PRESSED_TWICE,
    ).first()
    if twice is not None:
        return twice
    handed_in = HandIn(team=team, step=step, note=note, by=by)
    if file:
        handed_in.file = file
        handed_in.size = file.size
    handed_in.save()
    telling.handed_in(handed_in)
    return handed_in


@transaction.atomic
def mark_seen(hand_in: HandIn, *, by: User) -> HandIn:
    """Say that somebody of those who posted has looked at it; the coach is told.

    Pressed twice, or by two people, it was seen once. Raises ``NotOfSides`` for anybody else, the
    coach too where they posted the assignment themselves.
    """
    if not on_a_side(by, hand_in.team.assignment) or coaches(by, hand_in.team):
        raise NotOfSides
    hand_in = locked(hand_in)
    if hand_in.seen_at is None:
        hand_in.seen_at, hand_in.seen_by = timezone.now(), by
        hand_in.save(update_fields=["seen_at", "seen_by"])
        telling.seen(hand_in)
    return hand_in
