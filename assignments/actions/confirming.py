"""The other side's answer: yes, no, or a teacher who takes a need on."""

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.actions.posting import waits_for_a_teacher
from assignments.actions.publishing import back_to_draft, publish_if_ready
from assignments.choices import PUBLIC_STATES, State
from assignments.errors import AlreadyAdopted, NotForYou, ReadAgain, WrongState
from assignments.models import Assignment
from assignments.notifications import posting_telling as telling
from assignments.permissions import on_company_side, schools_of
from assignments.voices import Voice, posted_by_teacher
from assignments.wording import said
from civportal.accounts.models import User
from partners.models import Partner


@transaction.atomic
def confirm(assignment: Assignment, *, revision: int, by: Voice) -> Assignment:
    """Say yes for one's side to what one has read (``revision``); again changes nothing."""
    row = locked(assignment)
    known = row.teacher_yes_at if by.side == "teacher" else row.company_yes_at
    if known is not None and (row.state == State.SUBMITTED or row.state in PUBLIC_STATES):
        return row
    if row.state != State.SUBMITTED:
        raise WrongState
    if by.side == "office":
        raise NotForYou
    if revision != row.revision:
        raise ReadAgain
    now = timezone.now()
    if by.side == "teacher":
        row.teacher_yes_at = now
    else:
        row.company_yes_at, row.company_yes_by = now, by.signed
        row.asked_at = row.reminded_at = None
    row.agreed[by.side] = said(row)
    row.save()
    telling.confirmed(row, by=by)
    if waits_for_a_teacher(row):
        telling.new_need(row)
    publish_if_ready(row)
    return row


@transaction.atomic
def decline(assignment: Assignment, *, reason: str, by: Voice) -> Assignment:
    """The organisation says that it is not theirs: back to who posted it."""
    row = locked(assignment)
    if row.state == State.DRAFT and row.returned_reason == reason:  # pressed twice
        return row
    if not can_decline(row):
        raise WrongState
    if by.side != "company":
        raise NotForYou
    back_to_draft(row, reason=reason, by=by)
    telling.declined(row, by=by)
    return row


def can_decline(assignment: Assignment) -> bool:
    """Whether the organisation is asked about what others began; its own need it withdraws."""
    if assignment.state != State.SUBMITTED or assignment.company_yes_at is not None:
        return False
    poster = assignment.posted_by
    return (
        posted_by_teacher(assignment) or poster is None or not on_company_side(poster, assignment)
    )


@transaction.atomic
def adopt(assignment: Assignment, *, school: Partner, by: User) -> Assignment:
    """A teacher takes on an organisation's need; one wins, the others hear who was first."""
    if school not in schools_of(by):
        raise NotForYou
    row = locked(assignment)
    if row.teacher_id == by.pk:  # pressed twice
        return row
    if row.teacher_id is not None:
        assert row.teacher is not None  # noqa: S101 - its key is there
        raise AlreadyAdopted(row.teacher.get_full_name())
    if not waits_for_a_teacher(row):
        raise WrongState
    row.teacher, row.school = by, school
    row.save(update_fields=["teacher", "school", "changed_at"])
    telling.adopted(row)
    return row


@transaction.atomic
def let_go(assignment: Assignment, *, by: User) -> Assignment:
    """A teacher who adopted a need gives it back to the others."""
    row = locked(assignment)
    if row.state != State.SUBMITTED or row.teacher_id != by.pk or posted_by_teacher(row):
        raise WrongState
    row.teacher, row.school, row.teacher_yes_at = None, None, None
    row.checked_at, row.checked_by = None, None
    row.agreed.pop("teacher", None)
    row.save()
    telling.let_go(row, teacher=by)
    return row
