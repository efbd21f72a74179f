"""What people can follow of assignments, in the digest."""

from assignments.models import Assignment


def topics_of(assignment: Assignment) -> list[str]:
    """The topics under which a new assignment is told: its lines and its organisation."""
    lines = [f"line:{pk}" for pk in assignment.lines.values_list("pk", flat=True)]
    return [*lines, f"partner:{assignment.partner_id}"]
