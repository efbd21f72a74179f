"""Who may do what with partners. Who may see them stands in ``querysets``."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from partners.choices import MembershipRole
from partners.models import (
    Agreement,
    Membership,
    MembershipRequest,
    Partner,
    PartnerApplication,
    SignatureRequest,
)
from partners.querysets import insider_rule

Person = User | AnonymousUser


def membership_of(user: Person, partner: Partner) -> Membership | None:
    """What this person is in the organisation; None for a stranger and for who cannot log in."""
    if not (user.is_authenticated and user.is_active):
        return None
    return partner.memberships.filter(user=user).first()


def represents(user: Person, partner: Partner) -> bool:
    """Whether this person speaks for the organisation."""
    membership = membership_of(user, partner)
    return membership is not None and membership.role == MembershipRole.REPRESENTATIVE


def can_review(user: Person) -> bool:
    """Whether this person handles applications: asks, accepts, declines."""
    return in_office(user)


def can_answer(user: Person, application: PartnerApplication) -> bool:
    """Whether this person answers the office's questions and withdraws: the applicant."""
    return user.is_authenticated and user.is_active and application.user_id == user.pk


def can_see_pipeline(user: Person) -> bool:
    """Whether this person may know whom the centre talks with (asked once per request)."""
    if not (user.is_authenticated and user.is_active):
        return False
    known: bool | None = user.__dict__.get("_sees_pipeline")
    if known is None:
        known = User.objects.filter(insider_rule(user), pk=user.pk).exists()
        user.__dict__["_sees_pipeline"] = known
    return known


def can_move(user: Person) -> bool:
    """Whether this person moves organisations along and writes contact moments."""
    return in_office(user)


def can_edit_partner(user: Person, partner: Partner) -> bool:
    """Whether this person keeps the organisation's own page."""
    return in_office(user) or represents(user, partner)


def can_see_people(user: Person, partner: Partner) -> bool:
    """Whether this person may know who belongs to it: colleagues, and who manages them."""
    return can_manage_people(user, partner) or partner.memberships.visible_to(user).exists()


def can_manage_people(user: Person, partner: Partner) -> bool:
    """Whether this person invites, lets in, changes roles and takes people out."""
    return in_office(user) or represents(user, partner)


def can_give_mandate(user: Person, partner: Partner) -> bool:
    """Whether this person says who may sign: the office, or who may sign already.

    Not any representative: one could give oneself what the organisation did not.
    """
    membership = membership_of(user, partner)
    return in_office(user) or (membership is not None and membership.may_sign)


def can_decide(user: Person, request: MembershipRequest) -> bool:
    """Whether this person answers a request to join; nobody lets oneself in."""
    return can_manage_people(user, request.partner) and (
        not user.is_authenticated or request.user_id != user.pk or in_office(user)
    )


def can_see_agreements(user: Person) -> bool:
    """Whether there is a list of agreements for this person: insiders, and people of partners."""
    if not (user.is_authenticated and user.is_active):
        return False
    return (
        can_see_pipeline(user)
        or user.has_perm("partners.view_agreement")
        or Membership.objects.filter(user=user).exists()
    )


def can_make_agreements(user: Person) -> bool:
    """Whether this person makes agreements, asks for signatures and records those on paper."""
    return in_office(user)


def signs_for(user: Person, agreement: Agreement) -> QuerySet[Membership]:
    """The memberships by which this person may sign it, or has: a mandate, and asked."""
    if not (user.is_authenticated and user.is_active):
        return Membership.objects.none()
    asked = SignatureRequest.objects.filter(
        agreement=agreement, partner=OuterRef("partner"), withdrawn_at__isnull=True
    )
    return (
        Membership.objects.may_sign()
        .filter(Exists(asked), user=user)
        .select_related("partner")
        .order_by("partner__sort_name", "pk")
    )
