"""Who may do what with assignments. Who may see them stands in ``querysets``."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from assignments.choices import Form, Side
from assignments.models import Assignment, Booking, Team
from assignments.querysets import SCHOOLS, SPEAKS
from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from partners.choices import MembershipRole, PartnerStatus
from partners.models import Membership, Partner
from partners.permissions import can_see_pipeline

Person = User | AnonymousUser


def _memberships(user: Person) -> list[Membership]:
    """What this person is in organisations that have signed (asked once per request)."""
    if not (user.is_authenticated and user.is_active):
        return []
    known: list[Membership] | None = user.__dict__.get("_signed_memberships")
    if known is None:
        known = list(
            Membership.objects.filter(
                user=user, partner__status=PartnerStatus.SIGNED
            ).select_related("partner")
        )
        user.__dict__["_signed_memberships"] = known
    return known


def schools_of(user: Person) -> list[Partner]:
    """The schools where this person teaches."""
    return [
        each.partner
        for each in _memberships(user)
        if each.role == MembershipRole.TEACHER and each.partner.kind in SCHOOLS
    ]


def organisations_of(user: Person) -> list[Partner]:
    """The organisations for which this person posts and decides."""
    return [each.partner for each in _memberships(user) if each.role in SPEAKS]


def is_teacher(user: Person) -> bool:
    """Whether this person teaches at a school that is a partner."""
    return bool(schools_of(user))


def can_post(user: Person) -> bool:
    """Whether this person posts assignments: teachers, people of partners, the office."""
    return in_office(user) or bool(schools_of(user) or organisations_of(user))


def on_company_side(user: Person, assignment: Assignment) -> bool:
    """Whether this person speaks for the organisation whose need it is.

    As ``querysets.company_side``: also while the organisation has not signed, or no longer.
    """
    if not (user.is_authenticated and user.is_active):
        return False
    if assignment.contact_id == user.pk:
        return True
    return (
        assignment.partner_id is not None
        and user.memberships.filter(partner=assignment.partner_id, role__in=SPEAKS).exists()
    )


def on_teacher_side(user: Person, assignment: Assignment) -> bool:
    """Whether this person is the teacher who posted or adopted it."""
    return user.is_authenticated and user.is_active and assignment.teacher_id == user.pk


def on_a_side(user: Person, assignment: Assignment) -> bool:
    """Whether this person is one of those who posted, or works in the office."""
    return in_office(user) or on_teacher_side(user, assignment) or on_company_side(user, assignment)


def can_check(user: Person) -> bool:
    """Whether this person looks at assignments before they are public: the office."""
    return in_office(user)


def coaches(user: Person, team: Team) -> bool:
    """Whether this person acts for the team."""
    return user.is_authenticated and user.is_active and team.coach_id == user.pk


def can_decide_on_teams(user: Person, assignment: Assignment) -> bool:
    """Whether this person accepts and declines teams: those who posted, and the office.

    The teacher not where one coaches a team for it oneself; then the company decides.
    """
    if in_office(user) or on_company_side(user, assignment):
        return True
    return on_teacher_side(user, assignment) and not own_teams(user, assignment).exists()


def own_teams(user: Person, assignment: Assignment) -> QuerySet[Team]:
    """The teams for this assignment that this person coaches."""
    if not (user.is_authenticated and user.is_active):
        return Team.objects.none()
    return assignment.teams.filter(coach=user)


def speaks_for(user: Person, team: Team) -> Side | None:
    """For which side this person gives feedback and agrees to an outcome; None for neither.

    Nobody speaks for both: who coaches the team does so for the team. The teacher who posted and
    the office speak for neither.
    """
    if coaches(user, team):
        return Side.TEAM
    return Side.COMPANY if on_company_side(user, team.assignment) else None


def can_offer_dates(user: Person, assignment: Assignment) -> bool:
    """Whether this person offers dates, and sees who comes: both sides, and the office."""
    return assignment.is_booked and on_a_side(user, assignment)


def books_for(user: Person, assignment: Assignment) -> list[Partner]:
    """The organisations for which this person can book it.

    Schools where they teach; for training every partner that they belong to.
    """
    if assignment.form != Form.TRAINING:
        return schools_of(user)
    found = {each.partner_id: each.partner for each in _memberships(user)}
    return list(found.values())


def can_change_booking(user: Person, booking: Booking) -> bool:
    """Whether this person changes and cancels it: who booked, and the office."""
    own = user.is_authenticated and user.is_active and booking.teacher_id == user.pk
    return own or in_office(user)


def can_see_figures(user: Person) -> bool:
    """Whether this person sees assignments in figures: the office and the steering group."""
    return can_see_pipeline(user)
