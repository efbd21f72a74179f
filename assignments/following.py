"""What people can follow of assignments, in the digest."""

from assignments.models import Assignment
from assignments.searches import matched_by


def topics_of(assignment: Assignment) -> list[str]:
    """The topics under which a new assignment is told: its lines, its organisation, and the
    searches that it meets, as its row is now.
    """
    lines = [f"line:{pk}" for pk in assignment.lines.values_list("pk", flat=True)]
    return [*lines, f"partner:{assignment.partner_id}", *matched_by(assignment)]
