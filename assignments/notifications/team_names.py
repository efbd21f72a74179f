"""What the kinds of notification about teams are called."""

APPLIED = "assignments.team_applied"
CHANGED = "assignments.team_changed"
WITHDRAWN = "assignments.team_withdrawn"
UNDECIDED = "assignments.teams_undecided"
ACCEPTED = "assignments.team_accepted"
DECLINED = "assignments.team_declined"
RESERVE = "assignments.team_reserve"
RECONSIDERED = "assignments.team_reconsidered"
DEADLINE = "assignments.team_deadline"

TEAM = "team"
ASSIGNMENT = "assignment"


def subject_of(prefix: str, key: int) -> str:
    """What the ledger calls something: ``team:12``."""
    return f"{prefix}:{key}"
