"""Who comes in where sessions are planned: the same answers on each of its pages."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from civportal.accounts.models import User
from sessions_log.models import WorkSession
from sessions_log.permissions import can_plan_session, can_plan_somewhere


def planner(request: HttpRequest) -> User:
    """The person, who may plan sessions somewhere; anyone else is refused."""
    if not isinstance(request.user, User) or not can_plan_somewhere(request.user):
        raise PermissionDenied
    return request.user


def planned_by(request: HttpRequest, pk: int) -> tuple[WorkSession, User]:
    """A session and the person, who may plan it; a stranger is told that there is none."""
    sessions = WorkSession.objects.visible_to(request.user).select_related("body")
    session = get_object_or_404(sessions, pk=pk)
    if not isinstance(request.user, User) or not can_plan_session(request.user, session):
        raise PermissionDenied
    return session, request.user
