"""The one door to the board: both sides said yes and, where the centre wants so, the office."""

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.choices import PUBLIC_STATES, State
from assignments.errors import ReadAgain, WrongState
from assignments.following import topics_of
from assignments.models import Assignment
from assignments.notifications import posting_telling as telling
from assignments.voices import Voice
from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.notifications.outbox import happened


def has_both_yes(assignment: Assignment) -> bool:
    """Whether everybody that its form needs said yes."""
    return assignment.company_yes_at is not None and (
        assignment.teacher_yes_at is not None or not assignment.shape.needs_teacher
    )


def publish_if_ready(assignment: Assignment) -> bool:
    """Put it on the board when nothing is waited for any more; whether it is there now.

    ``assignment`` is a row held by the caller (see ``locks``). The office is told when it alone
    is waited for.
    """
    if assignment.state != State.SUBMITTED or not has_both_yes(assignment):
        return False
    if assignment.checked_at is None and CentreProfile.current().check_assignments:
        telling.waits_for_office(assignment)
        return False
    assignment.state = State.PUBLISHED
    assignment.published_at = timezone.now()
    assignment.save(update_fields=["state", "published_at", "changed_at"])
    happened(
        kind="assignment",
        subject=f"assignment:{assignment.pk}",
        topics=topics_of(assignment),
    )
    telling.published(assignment)
    return True


@transaction.atomic
def publish(assignment: Assignment, *, revision: int | None = None, by: User) -> Assignment:
    """The office looked at it and puts it on the board; again changes nothing.

    ``revision`` is what the office read: what was changed since, it has not looked at.
    """
    row = locked(assignment)
    if row.state in PUBLIC_STATES:
        return row
    if row.state != State.SUBMITTED or not has_both_yes(row):
        raise WrongState
    if revision is not None and revision != row.revision:
        raise ReadAgain
    row.checked_at, row.checked_by = timezone.now(), by
    row.save(update_fields=["checked_at", "checked_by", "changed_at"])
    publish_if_ready(row)
    return row


@transaction.atomic
def ask_for_changes(assignment: Assignment, *, reason: str, by: User) -> Assignment:
    """The office sends it back to who posted it, with the reason; both yes-es are gone."""
    row = locked(assignment)
    if row.state != State.SUBMITTED:
        raise WrongState
    back_to_draft(row, reason=reason, by=Voice("office", by.get_full_name(), by))
    telling.returned(row)
    return row


def back_to_draft(row: Assignment, *, reason: str, by: Voice) -> None:
    """Take the yes-es back and let who posted it work on it again; ``row`` is held."""
    row.state = State.DRAFT
    row.teacher_yes_at = row.company_yes_at = row.checked_at = None
    row.company_yes_by, row.checked_by = "", None
    row.asked_at = row.reminded_at = None
    row.returned_reason, row.returned_by = reason, by.name
    row.save()
