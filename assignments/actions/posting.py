"""Beginning an assignment, writing it, sending it, changing it, taking it back."""

import datetime
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.actions.names import erase_of_withdrawn
from assignments.actions.publishing import publish_if_ready
from assignments.actions.slots import call_off_all
from assignments.actions.teams import follow_wanted
from assignments.choices import UNDER_WAY, Form, State, TeamState
from assignments.completeness import missing
from assignments.errors import (
    FewerTeamsThanAccepted,
    KeyTaken,
    NotComplete,
    NotForYou,
    WrongState,
)
from assignments.models import Assignment, LevelGoal
from assignments.notifications import posting_telling as telling
from assignments.shapes import shape_of
from assignments.voices import EDITABLE_WHEN_PUBLIC, Hat, Part, Voice
from assignments.wording import Said, said
from civportal.accounts.models import User

AHEAD = datetime.timedelta(weeks=6)
"""How far ahead the begin of a new assignment is put, on the Monday after that."""
APPLY_BEFORE = datetime.timedelta(days=14)
"""How long before the begin teams apply at the latest, unless somebody says otherwise."""
ENDED_BY_WITHDRAWING = [State.SUBMITTED, State.PUBLISHED, *UNDER_WAY]

Values = dict[str, Any]
"""By field of ``Assignment``; ``lines`` is a list of lines, ``goals`` is (learns, delivers) by
level."""


def sensible(form: str, *, today: datetime.date) -> Values:
    """What a new assignment of this form says before anybody has typed anything."""
    first = today + AHEAD
    starts = first + datetime.timedelta(days=-first.weekday() % 7)
    values: Values = {
        "mixed": True,
        "teams_wanted": 1,
        "team_size_min": 3,
        "team_size_max": 5,
        "hours_per_week": 4,
        "weeks": 10,
        "starts_on": starts,
        "apply_by": starts - APPLY_BEFORE,
    }
    return {name: value for name, value in values.items() if name in shape_of(form).fields}


@transaction.atomic
def begin(
    form: Form, *, hat: Hat, key: uuid.UUID, by: User, follows_from: Values | None = None
) -> Assignment:
    """A draft with sensible values; the same ``key`` again gives the same draft.

    ``follows_from`` is the decision or action item it comes from, by field.
    """
    row, made = Assignment.objects.get_or_create(
        key=key,
        defaults={
            "form": form,
            **sensible(form, today=timezone.localdate()),
            **who_posts(hat, by=by),
            "language": by.language or "nl",
            **(follows_from or {}),
        },
    )
    if not made and row.posted_by_id != by.pk:
        raise KeyTaken
    return row


def who_posts(hat: Hat, *, by: User) -> Values:
    """The fields that say who is on which side of what somebody begins."""
    values: Values = {"posted_by": by}
    if hat.side == "teacher":
        return values | {"teacher": by, "school": hat.partner}
    if hat.side == "company":
        return values | {"partner": hat.partner, "contact": by}
    return values


def put(row: Assignment, values: Values, *, side: Part | None = None) -> tuple[Said, Said]:
    """Write these values on a row that is held; what it said, and what it says now.

    The revision goes up when it says something else. With ``side`` nothing is written that would
    leave it incomplete for others.
    """
    before = said(row)
    plain = {name: value for name, value in values.items() if name not in {"lines", "goals"}}
    changed = [name for name, value in plain.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, plain[name])
    _put_related(row, values)
    if side is not None and (lacking := _still_missing(row, side)):
        raise NotComplete(lacking)
    if changed:
        row.save(update_fields=[*changed, "changed_at"])
    after = said(row)
    if before != after:
        row.revision += 1
        row.save(update_fields=["revision", "changed_at"])
    return before, after


def _put_related(row: Assignment, values: Values) -> None:
    if "lines" in values:
        row.lines.set(values["lines"])
    for level, (learns, delivers) in values.get("goals", {}).items():
        if learns or delivers:
            LevelGoal.objects.update_or_create(
                assignment=row, level=level, defaults={"learns": learns, "delivers": delivers}
            )
        else:
            LevelGoal.objects.filter(assignment=row, level=level).delete()


def _still_missing(row: Assignment, side: Part) -> dict[str, str]:
    """What is missing; of something public the last day to apply may well have passed."""
    lacking = missing(row, side)
    if row.state != State.SUBMITTED and row.apply_by is not None:
        lacking.pop("apply_by", None)
    return lacking


@transaction.atomic
def write_draft(assignment: Assignment, values: Values) -> Assignment:
    """Keep what is written in a draft, complete or not."""
    row = locked(assignment)
    if row.state != State.DRAFT:
        raise WrongState
    put(row, values)
    return row


@transaction.atomic
def submit(assignment: Assignment, *, by: Voice) -> Assignment:
    """Send it: the yes of who posts is in that, and the other side is asked for theirs."""
    row = locked(assignment)
    if row.state == State.SUBMITTED:  # pressed twice
        return row
    if row.state != State.DRAFT:
        raise WrongState
    if lacking := missing(row, by.side):
        raise NotComplete(lacking)
    _drop_goals_outside(row)
    now = timezone.now()
    row.state, row.submitted_at = State.SUBMITTED, now
    row.returned_reason = row.returned_by = ""
    if by.side == "teacher":
        row.teacher_yes_at = now
    elif by.side == "company":
        row.company_yes_at, row.company_yes_by = now, by.signed
    if by.side != "office":
        row.agreed[by.side] = said(row)
    if row.company_yes_at is None:
        row.asked_at, row.reminded_at = now, None
    row.save()
    _tell_of_sending(row, by=by)
    publish_if_ready(row)
    return row


def _tell_of_sending(row: Assignment, *, by: Voice) -> None:
    if row.company_yes_at is None:
        telling.company_asked(row)
    elif waits_for_a_teacher(row):
        telling.new_need(row)
    elif row.teacher_id is not None and row.teacher_yes_at is None:
        telling.teacher_asked(row, by=by)


def waits_for_a_teacher(row: Assignment) -> bool:
    """Whether it is a need that a teacher can adopt."""
    return row.state == State.SUBMITTED and row.shape.needs_teacher and row.teacher_id is None


def _drop_goals_outside(row: Assignment) -> None:
    """Levels that are no longer asked for have no goals."""
    row.goals.exclude(level__in=[int(level) for level in row.levels]).delete()


@transaction.atomic
def change(assignment: Assignment, values: Values, *, by: Voice) -> Assignment:
    """Change what was sent, or what is public already.

    Who changes it says yes to it. As long as it is not public that takes back the other side's
    yes, and the office's look; once it is public what was agreed stays, and the others hear what
    changed. Its form and organisation stay as they are.
    """
    row = locked(assignment)
    if row.state != State.SUBMITTED and row.state not in EDITABLE_WHEN_PUBLIC:
        raise WrongState
    if row.state == State.SUBMITTED and by.side == "office":
        raise NotForYou
    accepted = row.teams.filter(state=TeamState.ACCEPTED).count()
    if values.get("teams_wanted", row.teams_wanted) < max(accepted, 1):
        raise FewerTeamsThanAccepted
    reached, wanted_before = telling.reached(row), row.teams_wanted
    before, after = put(row, values, side=by.side)
    _drop_goals_outside(row)
    if row.state == State.SUBMITTED:
        _yes_anew(row, changed=before != after, moved=reached != telling.reached(row), by=by)
        publish_if_ready(row)
    elif before != after:
        row.agreed = {"teacher": after, "company": after}
        row.save(update_fields=["agreed", "changed_at"])
        follow_wanted(row, before=wanted_before)
        telling.changed(row, before, after, by=by)
    return row


def _yes_anew(row: Assignment, *, changed: bool, moved: bool, by: Voice) -> None:
    """Who changed it said yes; the other one is asked again, and told what changed."""
    if changed:
        row.checked_at, row.checked_by = None, None
    row.agreed[by.side] = said(row)
    if by.side == "teacher":
        _teacher_changed(row, changed=changed, moved=moved, by=by)
    else:
        _company_changed(row, changed=changed, by=by)


def _teacher_changed(row: Assignment, *, changed: bool, moved: bool, by: Voice) -> None:
    now = timezone.now()
    had_yes = row.company_yes_at is not None
    row.teacher_yes_at = now
    if moved or (changed and had_yes):
        row.company_yes_at, row.company_yes_by = None, ""
        row.asked_at, row.reminded_at = now, None
    row.save()
    if moved:
        telling.company_asked(row)
    elif changed and had_yes:
        telling.company_asked_again(row, by=by)


def _company_changed(row: Assignment, *, changed: bool, by: Voice) -> None:
    had_yes = row.company_yes_at is not None
    row.company_yes_at, row.company_yes_by = timezone.now(), by.signed
    row.asked_at = row.reminded_at = None
    if changed:
        row.teacher_yes_at = None
    row.save()
    if changed and row.teacher_id is not None:
        telling.teacher_asked(row, by=by)
    elif not had_yes and waits_for_a_teacher(row):
        telling.new_need(row)
    elif not had_yes:
        telling.confirmed(row, by=by)


@transaction.atomic
def delete_draft(assignment: Assignment) -> None:
    """Throw away what was never public."""
    row = locked(assignment)
    if row.state != State.DRAFT:
        raise WrongState
    row.delete()


@transaction.atomic
def withdraw(assignment: Assignment, *, reason: str, by: Voice) -> Assignment:
    """Take back what was sent, with the reason, which everyone concerned reads."""
    row = locked(assignment)
    if row.state == State.WITHDRAWN:  # pressed twice
        return row
    if row.state not in ENDED_BY_WITHDRAWING:
        raise WrongState
    row.state = State.WITHDRAWN
    row.withdrawn_at = timezone.now()
    row.withdrawn_reason = reason
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_reason", "changed_at"])
    erase_of_withdrawn(row)
    call_off_all(row, reason=reason)
    telling.withdrawn(row, by=by)
    return row


def shifted(day: datetime.date | None, *, today: datetime.date) -> datetime.date | None:
    """A day of an earlier year, by whole weeks, as near as can be to the same day from now on."""
    year = datetime.timedelta(weeks=52)
    while day is not None and day <= today:
        day += year
    return day
