"""Where an assignment comes from, and what a meeting to come finds of its earlier decisions."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from assignments.from_meetings import state_trail, to_come_back_to
from assignments.models import Assignment
from civportal.accounts.models import User
from civportal.ui.sections import register
from sessions_log.choices import SessionStatus
from sessions_log.models import ActionItem, Decision, WorkSession


def origin(request: HttpRequest, assignment: Assignment) -> dict[str, Any] | None:
    """The decision or action item it follows from, for who may read that."""
    rows: Any
    if assignment.decision_id:
        rows = Decision.objects.filter(pk=assignment.decision_id)
    elif assignment.action_item_id:
        rows = ActionItem.objects.filter(pk=assignment.action_item_id)
    else:
        return None
    said = rows.visible_to(request.user).select_related("item__session").first()
    return {"said": said, "session": said.item.session} if said else None


def became(request: HttpRequest, session: WorkSession) -> dict[str, Any] | None:
    """Before a meeting of a body: what became of what it decided earlier."""
    is_to_come = session.status == SessionStatus.PLANNED and session.date >= timezone.localdate()
    if not isinstance(request.user, User) or not is_to_come or session.body_id is None:
        return None
    # As of the agenda: for those of the meeting, not for everyone who may know that it is held.
    if not WorkSession.objects.fully_readable_by(request.user).filter(pk=session.pk).exists():
        return None
    rows = to_come_back_to(session, request.user)
    return {"rows": [(row, state_trail(row)) for row in rows]} if rows else None


def register_sections() -> None:
    """Take the places."""
    register(
        "assignment", "origin", template="assignments/meetings/origin.html", build=origin, order=70
    )
    register(
        "assignment_edit",
        "origin",
        template="assignments/meetings/origin.html",
        build=origin,
        order=5,
    )
    register(
        "session",
        "assignments",
        template="assignments/meetings/became.html",
        build=became,
        order=20,
    )
