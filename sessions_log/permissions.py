"""Who may do what with sessions and bodies; who may see them stands in ``querysets``."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from programme_lines.models import LineLeader
from sessions_log.choices import BodyRole, ParticipationRole
from sessions_log.models import ActionItem, AttentionPoint, Body, BodyMembership, WorkSession
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


def bodies_to_plan(user: User | AnonymousUser) -> QuerySet[Body]:
    """The bodies for which this person plans: all for the office, else where they hold office."""
    if not user.is_authenticated:
        return Body.objects.none()
    if in_office(user):
        return Body.objects.all()
    seats = BodyMembership.objects.current().filter(
        user=user.pk, role__in=[BodyRole.CHAIR, BodyRole.SECRETARY]
    )
    return Body.objects.filter(pk__in=seats.values("body"))


def can_plan_somewhere(user: User | AnonymousUser) -> bool:
    """Whether this person plans sessions at all."""
    return in_office(user) or bodies_to_plan(user).exists()


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


def can_change_action(user: User | AnonymousUser, action: ActionItem) -> bool:
    """Whether this person says that an action item is done, or puts it off: its owner does.

    So does who follows up the session; the person reads the action item already.
    """
    if not user.is_authenticated:
        return False
    return action.owner_id == user.pk or can_follow_up(user, action.item.session)


def can_answer(user: User | AnonymousUser, point: AttentionPoint) -> bool:
    """Whether this person says what became of an attention point; they read it already.

    Who follows up the session, and who leads the line that the point is addressed to.
    """
    if not user.is_authenticated:
        return False
    return can_follow_up(user, point.item.session) or (
        point.line_id is not None
        and LineLeader.objects.filter(line=point.line_id, user=user.pk).exists()
    )
