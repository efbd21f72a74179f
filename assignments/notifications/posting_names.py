"""The names of the kinds about posting."""

CONFIRM = "assignments.confirm"
CONFIRM_AGAIN = "assignments.confirm_again"
REMINDER = "assignments.confirm_reminder"
LATE = "assignments.confirm_late"
CONFIRMED = "assignments.confirmed"
DECLINED = "assignments.declined"
CHANGED = "assignments.changed"
NEW_NEED = "assignments.new_need"
ADOPTED = "assignments.adopted"
LET_GO = "assignments.let_go"
TO_CHECK = "assignments.to_check"
PUBLISHED = "assignments.published"
RETURNED = "assignments.returned"
WITHDRAWN = "assignments.withdrawn"

PREFIX = "assignment"


def subject_of(pk: int) -> str:
    """What the ledger calls an assignment."""
    return f"{PREFIX}:{pk}"
