"""The people of a partner: inviting, asking, roles, mandates and leaving."""

import datetime
import hashlib
import secrets

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from partners.actions.locks import locked
from partners.choices import MembershipRole, RequestState
from partners.doubles import has_domain_of
from partners.errors import (
    AlreadyAnswered,
    AlreadyMember,
    InvitationOver,
    LastRepresentative,
    NotAllowed,
    NotConfirmed,
    OtherAddress,
    TooManyInvitations,
)
from partners.models import Invitation, Membership, MembershipRequest, Partner
from partners.notifications import telling
from partners.permissions import (
    can_decide,
    can_give_mandate,
    can_manage_people,
)

INVITATION_HOLDS = datetime.timedelta(days=14)
"""How long the link in an invitation works; told in the mail."""

INVITATIONS_A_DAY = 50
"""So that nobody sends the whole world mail in the centre's name."""

REPRESENTATIVE = MembershipRole.REPRESENTATIVE


def _manages(user: User, partner: Partner) -> None:
    if not can_manage_people(user, partner):
        raise NotAllowed


def token_hash(token: str) -> str:
    """What is kept of the secret in an invitation's link."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """The invitation whose link this is and still works; None for any other text."""
    return (
        Invitation.objects.open()
        .select_related("partner", "invited_by")
        .filter(token_hash=token_hash(token))
        .first()
    )


@transaction.atomic
def invite(
    partner: Partner, *, email: str, role: str, by: User, language: str = "nl"
) -> tuple[Invitation, str]:
    """Ask somebody by mail to join; gives the invitation and the secret of its link.

    An earlier one to this address is withdrawn, so inviting again sends a new link. The mail goes
    out from here, once the transaction is done; the secret stands nowhere but in it. Raises
    ``NotAllowed``, ``TooManyInvitations``, or ``AlreadyMember`` for the address of somebody who
    belongs to it.
    """
    partner = locked(partner)
    _manages(by, partner)
    email = email.strip().lower()
    if partner.memberships.filter(user__email=email).exists():
        raise AlreadyMember
    now = timezone.now()
    today = partner.invitations.filter(created_at__gt=now - datetime.timedelta(days=1))
    if today.count() >= INVITATIONS_A_DAY:
        raise TooManyInvitations
    Invitation.objects.filter(
        partner=partner, email=email, accepted_at__isnull=True, revoked_at__isnull=True
    ).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        partner=partner,
        email=email,
        role=role,
        token_hash=token_hash(token),
        language=language,
        invited_by=by,
        expires_at=now + INVITATION_HOLDS,
    )
    telling.invited(invitation, token)
    return invitation, token


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Let the link work no more; twice changes nothing.

    Raises ``NotAllowed``, or ``InvitationOver`` for one that was used.
    """
    invitation = locked(invitation)
    _manages(by, invitation.partner)
    if invitation.accepted_at is not None:
        raise InvitationOver
    if invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, by: User) -> Membership:
    """Join by the link of an invitation, with an account of the address it was sent to.

    A forwarded link is no key: the address must be the account's, and confirmed. Who belongs to
    the partner already keeps the role, unless the invitation makes them representative. Pressing
    twice gives the same membership. Raises ``InvitationOver``, ``OtherAddress`` or
    ``NotConfirmed``.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("partner")
        .filter(token_hash=token_hash(token))
        .first()
    )
    if invitation is None:
        raise InvitationOver
    if invitation.accepted_by_id == by.pk:
        mine = Membership.objects.filter(user=by, partner=invitation.partner).first()
        if mine is not None:
            return mine
    if not invitation.is_open:
        raise InvitationOver
    if by.email != invitation.email:
        raise OtherAddress
    if not EmailAddress.objects.filter(user=by, email__iexact=by.email, verified=True).exists():
        raise NotConfirmed
    membership, made = Membership.objects.get_or_create(
        user=by, partner=invitation.partner, defaults={"role": invitation.role}
    )
    if not made and invitation.role == REPRESENTATIVE:
        membership.role = REPRESENTATIVE
        membership.save(update_fields=["role"])
    invitation.accepted_by, invitation.accepted_at = by, timezone.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    _answer_waiting_request(by, invitation.partner, by=invitation.invited_by)
    telling.joined(membership, invitation)
    return membership


def _answer_waiting_request(user: User, partner: Partner, *, by: User | None) -> None:
    MembershipRequest.objects.pending().filter(user=user, partner=partner).update(
        state=RequestState.ACCEPTED, decided_by=by, decided_at=timezone.now()
    )


@transaction.atomic
def ask_to_join(partner: Partner, *, by: User, message: str = "") -> MembershipRequest:
    """Ask the representatives to be let in; asking again gives the request that waits.

    Whether the confirmed address is at the partner's domain is noted for who decides. The view
    finds the partner by ``visible_to``, so nobody can ask to join what they may not know of.
    Raises ``AlreadyMember``.
    """
    partner = locked(partner)
    if partner.memberships.filter(user=by).exists():
        raise AlreadyMember
    waiting = MembershipRequest.objects.pending().filter(user=by, partner=partner).first()
    if waiting is not None:
        return waiting
    confirmed = EmailAddress.objects.filter(user=by, email__iexact=by.email, verified=True)
    request = MembershipRequest.objects.create(
        user=by,
        partner=partner,
        message=message.strip(),
        by_domain=has_domain_of(by.email, partner) and confirmed.exists(),
    )
    telling.asked_to_join(request)
    return request


@transaction.atomic
def decide_request(
    request: MembershipRequest,
    *,
    accept: bool,
    by: User,
    role: str = MembershipRole.MEMBER,
    answer: str = "",
) -> MembershipRequest:
    """Let somebody in with this role, or not; ``answer`` is a word to who asked.

    Raises ``NotAllowed``, or ``AlreadyAnswered`` when a colleague was earlier and decided
    otherwise; the same answer twice changes nothing.
    """
    request = locked(request)
    if not can_decide(by, request):
        raise NotAllowed
    wanted = RequestState.ACCEPTED if accept else RequestState.DECLINED
    if request.state == wanted:
        return request
    if request.state != RequestState.PENDING:
        raise AlreadyAnswered
    request.state, request.decided_by, request.decided_at = wanted, by, timezone.now()
    request.answer = answer.strip()
    request.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    if accept:
        Membership.objects.get_or_create(
            user=request.user, partner=request.partner, defaults={"role": role}
        )
    telling.request_decided(request)
    return request


@transaction.atomic
def withdraw_request(request: MembershipRequest, *, by: User) -> MembershipRequest:
    """Who asked takes it back. Raises ``NotAllowed`` or ``AlreadyAnswered``."""
    request = locked(request)
    if request.user_id != by.pk:
        raise NotAllowed
    if request.state == RequestState.WITHDRAWN:
        return request
    if request.state != RequestState.PENDING:
        raise AlreadyAnswered
    request.state, request.decided_by = RequestState.WITHDRAWN, by
    request.decided_at = timezone.now()
    request.save(update_fields=["state", "decided_by", "decided_at"])
    return request


def _keep_a_representative(membership: Membership) -> None:
    """Raise ``LastRepresentative`` when nobody else speaks for the partner; hold the partner.

    Two representatives who leave at the same moment wait for each other here, and the second one
    finds that the first has gone. Those who cannot log in do not count.
    """
    locked(membership.partner)
    if membership.role != REPRESENTATIVE:
        return
    others = Membership.objects.filter(partner=membership.partner_id).exclude(pk=membership.pk)
    if not others.representatives().exists():
        raise LastRepresentative


def _held(membership: Membership) -> Membership:
    """The membership as it is now, with its partner held first."""
    locked(membership.partner)
    return locked(membership)


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    """Make somebody representative, contact, teacher or member.

    Who stops being representative loses the mandate. Raises ``NotAllowed`` or
    ``LastRepresentative``.
    """
    membership = _held(membership)
    _manages(by, membership.partner)
    if membership.role == role:
        return membership
    _keep_a_representative(membership)
    membership.role = role
    if role != REPRESENTATIVE:
        membership.mandate, membership.mandate_by, membership.mandate_at = "", None, None
    membership.save(update_fields=["role", "mandate", "mandate_by", "mandate_at"])
    return membership


@transaction.atomic
def give_mandate(membership: Membership, *, mandate: str, by: User) -> Membership:
    """Say why a representative may sign for the organisation; empty takes that away.

    The office does so, or a representative who has a mandate. Raises ``NotAllowed``, also for
    somebody who is no representative.
    """
    membership = _held(membership)
    if not can_give_mandate(by, membership.partner) or membership.role != REPRESENTATIVE:
        raise NotAllowed
    membership.mandate = mandate.strip()
    membership.mandate_by, membership.mandate_at = by, timezone.now()
    membership.save(update_fields=["mandate", "mandate_by", "mandate_at"])
    return membership


@transaction.atomic
def set_function(membership: Membership, *, function: str, by: User) -> Membership:
    """Say what somebody does there; oneself, a representative or the office. ``NotAllowed``."""
    membership = _held(membership)
    if membership.user_id != by.pk:
        _manages(by, membership.partner)
    membership.function = function.strip()
    membership.save(update_fields=["function"])
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, by: User) -> None:
    """Take somebody out, or leave oneself; who is out already stays so.

    Raises ``NotAllowed``, or ``LastRepresentative`` as long as there is no successor.
    """
    locked(membership.partner)
    found = Membership.objects.select_for_update(of=("self",)).filter(pk=membership.pk).first()
    if found is None:
        return
    if found.user_id != by.pk:
        _manages(by, found.partner)
    _keep_a_representative(found)
    found.delete()


@transaction.atomic
def leave_with_successor(membership: Membership, *, successor: Membership, by: User) -> None:
    """Leave as the last representative, and make a colleague that in the same breath.

    Raises ``NotAllowed`` for a successor of elsewhere or for somebody else's membership.
    """
    locked(membership.partner)
    next_one = locked(successor)
    if (
        next_one.partner_id != membership.partner_id
        or next_one.pk == membership.pk
        or not next_one.user.is_active
        or (membership.user_id != by.pk and not in_office(by))
    ):
        raise NotAllowed
    next_one.role = REPRESENTATIVE
    next_one.save(update_fields=["role"])
    remove_member(membership, by=by)
