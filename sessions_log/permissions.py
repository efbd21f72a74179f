"""Who may do what with sessions and bodies; who may see them stands in ``querysets``."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from sessions_log.choices import BodyRole, ParticipationRole
from sessions_log.models import Body, BodyMembership, WorkSession
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


def _sits_as(user: User, roles: Iterable[BodyRole], body_id: int | None) -> bool:
    """Whether this person sits in the body today in one of these roles."""
    return (
        body_id is not None
        and BodyMembership.objects.current()
        .filter(body=body_id, user=user.pk, role__in=list(roles))
        .exists()
    )


def _acts_as(user: User, roles: Iterable[ParticipationRole], session: WorkSession) -> bool:
    """Whether the office has this person act in the session in one of these roles."""
    return session.participations.filter(user=user.pk, invited=True, role__in=list(roles)).exists()


def can_plan(user: User | AnonymousUser, body: Body | None = None) -> bool:
    """Whether this person plans sessions: the office; of a body also its chair and secretary."""
    if not user.is_authenticated:
        return False
    return in_office(user) or (
        body is not None and _sits_as(user, [BodyRole.CHAIR, BodyRole.SECRETARY], body.pk)
    )


def can_plan_session(user: User | AnonymousUser, session: WorkSession) -> bool:
    """Whether this person moves, cancels and invites for a session, and makes its agenda.

    Those who plan for its body, and who chairs it or keeps its minutes.
    """
    return can_write_minutes(user, session)


def can_write_minutes(user: User | AnonymousUser, session: WorkSession) -> bool:
    """Whether this person writes the minutes: secretary, chair, or the office."""
    if not user.is_authenticated:
        return False
    return (
        in_office(user)
        or _sits_as(user, [BodyRole.CHAIR, BodyRole.SECRETARY], session.body_id)
        or _acts_as(user, [ParticipationRole.CHAIR, ParticipationRole.SECRETARY], session)
    )


def can_remark(user: User | AnonymousUser, session: WorkSession) -> bool:
    """Whether this person asks for corrections of minutes that went round: who attended does."""
    if not user.is_authenticated:
        return False
    return session.participations.filter(user=user.pk, attended=True).exists()


def can_approve(user: User | AnonymousUser, session: WorkSession) -> bool:
    """Whether this person approves minutes: the chair, of the session or of its body.

    Where nobody chairs, the office does.
    """
    if not user.is_authenticated:
        return False
    if _acts_as(user, [ParticipationRole.CHAIR], session) or _sits_as(
        user, [BodyRole.CHAIR], session.body_id
    ):
        return True
    return in_office(user) and not _has_chair(session)


def _has_chair(session: WorkSession) -> bool:
    """Whether someone with an account chairs the session."""
    chairs = session.participations.filter(
        role=ParticipationRole.CHAIR, invited=True, user__is_active=True
    )
    seats = BodyMembership.objects.current().filter(
        body=session.body_id, role=BodyRole.CHAIR, user__is_active=True
    )
    return chairs.exists() or (session.body_id is not None and seats.exists())


def can_publish(user: User | AnonymousUser, session: WorkSession) -> bool:
    """Whether this person publishes approved minutes: the chair, or the office."""
    return in_office(user) or can_approve(user, session)


def can_follow_up(user: User | AnonymousUser, session: WorkSession) -> bool:
    """Whether this person says what became of decisions and attention points: who plans."""
    return can_plan_session(user, session)
