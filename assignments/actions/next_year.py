"""Next year's assignment, which begins with this year's."""

import uuid

from django.db import transaction

from assignments.actions.copying import copy_of
from assignments.choices import State
from assignments.errors import NotOfSides, WrongState
from assignments.models import Assignment
from assignments.permissions import Person, on_a_side, on_company_side
from assignments.voices import Hat, hats_of
from civportal.accounts.models import User


def hat_for(person: Person, assignment: Assignment) -> Hat | None:
    """As what this person makes the copy: as what they took part, or else as what they can post."""
    hats = hats_of(person)
    company = on_company_side(person, assignment)
    for hat in hats:
        if hat.side == "company" and company and hat.partner == assignment.partner:
            return hat
    for hat in hats:
        if hat.side == "teacher" and hat.partner and hat.partner.pk == assignment.school_id:
            return hat
    return next((hat for hat in hats if hat.side in {"teacher", "office"}), None)


def can_copy(person: Person, assignment: Assignment) -> bool:
    """Whether this person makes next year's copy: who posted it, and the coaches of its teams."""
    if not isinstance(person, User) or hat_for(person, assignment) is None:
        return False
    coached = assignment.teams.accepted().filter(coach=person)
    return on_a_side(person, assignment) or coached.exists()


@transaction.atomic
def copy_for_next_year(assignment: Assignment, *, key: uuid.UUID, by: User) -> Assignment:
    """A draft that says the same, a year on; the same ``key`` gives the same draft.

    Raises ``NotOfSides``, ``WrongState`` for what is not finished, and ``KeyTaken``.
    """
    if not can_copy(by, assignment):
        raise NotOfSides
    if assignment.state not in {State.FINISHED, State.ARCHIVED}:
        raise WrongState
    hat = hat_for(by, assignment)
    assert hat is not None  # noqa: S101 - can_copy asked
    return copy_of(assignment, hat=hat, key=key, by=by)
