"""Until when teams can apply, and what stands in the way; pages and actions ask the same."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.choices import State
from assignments.errors import (
    AssignmentWithdrawn,
    Begun,
    DeadlinePassed,
    NoTeams,
    Refused,
    TeamIncomplete,
    TeamsFound,
)
from assignments.models import Assignment

_CLOSED: dict[str, type[Refused]] = {
    State.MATCHED: TeamsFound,
    State.RUNNING: Begun,
    State.FINISHED: Begun,
    State.ARCHIVED: Begun,
    State.WITHDRAWN: AssignmentWithdrawn,
}

NO_MOTIVATION = _("Say why this team would like to do it: that is what the choice is made by.")


def centre_day() -> datetime.date:
    """Today by the centre's clock, whatever clock the reader lives by."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def closed_because(assignment: Assignment) -> Refused | None:
    """Why no team can apply at this moment; None while one can. The last day itself counts."""
    if assignment.is_booked:
        return NoTeams()
    if assignment.state != State.PUBLISHED:
        return _CLOSED.get(assignment.state, NoTeams)()
    if assignment.apply_by is not None and centre_day() > assignment.apply_by:
        return DeadlinePassed(assignment.apply_by)
    return None


def must_be_complete(*, motivation: str, size_problem: str) -> None:
    """Raises ``TeamIncomplete`` for a team that cannot stand before those who choose."""
    if size_problem:
        raise TeamIncomplete(size_problem)
    if not motivation.strip():
        raise TeamIncomplete(str(NO_MOTIVATION))
