"""The names of the kinds about posting."""

CONFIRM = "assignment_confirm"
CONFIRM_AGAIN = "assignment_confirm_again"
REMINDER = "assignment_confirm_reminder"
LATE = "assignment_confirm_late"
CONFIRMED = "assignment_confirmed"
DECLINED = "assignment_declined"
CHANGED = "assignment_changed"
NEW_NEED = "assignment_new_need"
ADOPTED = "assignment_adopted"
LET_GO = "assignment_let_go"
TO_CHECK = "assignment_to_check"
PUBLISHED = "assignment_published"
RETURNED = "assignment_returned"
WITHDRAWN = "assignment_withdrawn"

PREFIX = "assignment"


def subject_of(pk: int) -> str:
    """What the ledger calls an assignment."""
    return f"{PREFIX}:{pk}"
