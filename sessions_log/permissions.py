"""Who may do what with sessions and bodies; who may see them stands in ``querysets``."""

from django.contrib.auth.models import AnonymousUser

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from sessions_log.models import Body, WorkSession
from sessions_log.querysets import READ_ALL


def can_bring_in_reports(user: User | AnonymousUser) -> bool:
    """Whether this person brings in reports: the programme office does."""
    return in_office(user) or user.has_perm("sessions_log.add_reportimport")


def can_edit_session(user: User | AnonymousUser, session: WorkSession) -> bool:
    """Whether this person edits the session in the admin; they see it already."""
    return user.is_staff and user.has_perm("sessions_log.change_worksession")


def can_see_seats(user: User | AnonymousUser, body: Body) -> bool:
    """Whether this person knows who sits in the body: its members, the office, who reads all.

    For everyone else a body consists of organisations.
    """
    if not user.is_authenticated:
        return False
    return (
        in_office(user)
        or user.has_perm(READ_ALL)
        or body.memberships.current().filter(user=user.pk).exists()
    )
