"""Who hears of what: one function for each thing that happens, called in its transaction."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from civportal.accounts.models import PROGRAMME_OFFICE, User
from civportal.centre.models import CentreProfile
from civportal.notifications.kinds import Message
from civportal.notifications.outbox import drop, followers, happened, notify, write_to_address
from partners.choices import AgreementState, ApplicationState, MembershipRole
from partners.models import (
    Agreement,
    ApplicationMessage,
    ContactMoment,
    Invitation,
    Membership,
    MembershipRequest,
    Partner,
    PartnerApplication,
    Signature,
    SignatureRequest,
)
from partners.notifications import letters, names
from partners.notifications.names import subject_of


def office() -> QuerySet[User]:
    """Everyone of the programme office who can log in."""
    return User.objects.filter(groups__name=PROGRAMME_OFFICE, is_active=True).order_by("pk")


def representatives(partner: Partner) -> list[int]:
    """The keys of those who speak for a partner."""
    return list(
        partner.memberships.representatives().order_by("user").values_list("user", flat=True)
    )


def signatories(partner: Partner) -> list[int]:
    """The keys of those with a mandate; without any, of all representatives."""
    may_sign = partner.memberships.may_sign().order_by("user").values_list("user", flat=True)
    return list(may_sign) or representatives(partner)


def application_received(application: PartnerApplication) -> None:
    """To the applicant what happens next, and to the office that it is there."""
    subject = subject_of(names.APPLICATION, application.pk)
    if application.user_id is not None:
        notify([application.user_id], kind=names.RECEIVED, subject=subject, key=subject)
    notify(office(), kind=names.NEW_APPLICATION, subject=subject, key=subject)


def question_asked(message: ApplicationMessage) -> None:
    """To the applicant."""
    subject = subject_of(names.MESSAGE, message.pk)
    if message.application.user_id is not None:
        notify([message.application.user_id], kind=names.QUESTION, subject=subject, key=subject)


def question_answered(message: ApplicationMessage) -> None:
    """To who asked something about this application, or else to the whole office."""
    subject = subject_of(names.MESSAGE, message.pk)
    asked = message.application.messages.filter(from_office=True).values("author")
    askers = office().filter(pk__in=asked)
    notify(askers or office(), kind=names.ANSWERED, subject=subject, key=subject)


def application_decided(application: PartnerApplication) -> None:
    """To the applicant. What the office still was to look at, it need not any more."""
    subject = subject_of(names.APPLICATION, application.pk)
    drop(subject=subject, kinds=[names.NEW_APPLICATION])
    accepted = application.state == ApplicationState.ACCEPTED
    kind = names.ACCEPTED if accepted else names.DECLINED
    if application.user_id is not None:
        notify([application.user_id], kind=kind, subject=subject, key=subject)


def application_withdrawn(application: PartnerApplication) -> None:
    """Nobody need look at it any more."""
    drop(
        subject=subject_of(names.APPLICATION, application.pk),
        kinds=[names.NEW_APPLICATION, names.RECEIVED],
    )


def invited(invitation: Invitation, token: str) -> None:
    """A mail to an address that may have no account; it holds a secret, so it waits sealed."""
    centre_name = CentreProfile.current().name
    with translation.override(invitation.language):
        letter = letters.invitation(
            partner=invitation.partner.name,
            inviter=invitation.invited_by.get_full_name() if invitation.invited_by else "",
            centre=centre_name,
            url=reverse("partners:invitation", args=[token]),
            until=timezone.localtime(invitation.expires_at).date(),
        )
    write_to_address(
        invitation.email,
        Message(letter=letter, language=invitation.language),
        # A new token is a new letter, also while the one before waits.
        purpose=f"partners.invitation:{invitation.token_hash}",
        expires_at=invitation.expires_at,
    )


def joined(membership: Membership, invitation: Invitation) -> None:
    """To who invited them."""
    subject = subject_of(names.MEMBERSHIP, membership.pk)
    if invitation.invited_by_id is not None:
        notify(
            [invitation.invited_by_id],
            kind=names.JOINED,
            subject=subject,
            key=subject_of("invitation", invitation.pk),
        )


def asked_to_join(request: MembershipRequest) -> None:
    """To the representatives; to the office where there is nobody to answer."""
    subject = subject_of(names.REQUEST, request.pk)
    notify(
        representatives(request.partner) or office(),
        kind=names.WANTS_TO_JOIN,
        subject=subject,
        key=subject,
    )


def request_decided(request: MembershipRequest) -> None:
    """To who asked."""
    subject = subject_of(names.REQUEST, request.pk)
    drop(subject=subject, kinds=[names.WANTS_TO_JOIN])
    notify([request.user_id], kind=names.LET_IN, subject=subject, key=subject)


def asked_to_sign(request: SignatureRequest) -> None:
    """To those with a mandate; asking anew, after it was withdrawn, tells them anew."""
    subject = subject_of(names.TO_BE_SIGNED, request.pk)
    notify(
        signatories(request.partner),
        kind=names.TO_SIGN,
        subject=subject,
        key=f"{subject}:{request.asked_at:%Y%m%dT%H%M%S%f}",
    )


def signed(signature: Signature, *, became_partner: bool) -> None:
    """To the office and the partner's representatives; and a new partner is news for others."""
    subject = subject_of(names.SIGNATURE, signature.pk)
    people = {*office().values_list("pk", flat=True), *representatives(signature.partner)}
    notify(sorted(people), kind=names.SIGNED, subject=subject, key=subject)
    if became_partner:
        partner = subject_of(names.PARTNER, signature.partner_id)
        topics = [names.ALL_PARTNERS, partner]
        happened(kind=names.NEW_PARTNER, subject=partner, topics=topics, key=str(signature.pk))
        notify(
            followers(topics, kind=names.NEW_PARTNER).values_list("pk", flat=True),
            kind=names.NEW_PARTNER,
            subject=partner,
            key=f"{partner}:{signature.pk}",
        )


def steps_that_are_late(*, today: datetime.date) -> int:
    """To whoever takes a step that is overdue: the day after, once for each day that it had.

    A step that gets another day, and is late again, is told of again. Where whoever takes it has
    left, the organisation's contact hears of it, or else the office. How many steps; running it
    twice changes nothing.
    """
    colleagues = set(office().values_list("pk", flat=True))
    late = ContactMoment.objects.open().filter(due__lt=today).select_related("partner")
    number = 0
    for moment in late.iterator():
        assert moment.due is not None  # noqa: S101 - filtered
        takers = [key for key in (moment.owner_id, moment.partner.owner_id) if key in colleagues]
        subject = subject_of(names.MOMENT, moment.pk)
        with transaction.atomic():
            notify(
                takers[:1] or sorted(colleagues),
                kind=names.STEP_LATE,
                subject=subject,
                key=f"{subject}:{moment.due:%Y%m%d}",
            )
        number += 1
    return number


EXPIRES_SOON = (datetime.timedelta(days=90), datetime.timedelta(days=30))
"""How long before an agreement ends people hear of it: time for a talk, and a last call."""


def agreements_that_expire(*, today: datetime.date) -> int:
    """To the office, and to the representatives of who signed: three months and one month before.

    How many agreements. Who has signed a version that replaces it hears nothing, and running it
    twice on a day changes nothing.
    """
    soon = Agreement.objects.exclude(state=AgreementState.DRAFT).filter(
        valid_until__gte=today, valid_until__lte=today + max(EXPIRES_SOON)
    )
    number = 0
    for agreement in soon:
        assert agreement.valid_until is not None  # noqa: S101 - filtered
        term = min(term for term in EXPIRES_SOON if agreement.valid_until <= today + term)
        renewed = Signature.objects.filter(
            agreement__replaces=agreement, partner=OuterRef("partner")
        )
        signed = agreement.signatures.filter(~Exists(renewed))
        if not signed.exists():
            continue
        people = User.objects.filter(
            is_active=True,
            memberships__role=MembershipRole.REPRESENTATIVE,
            memberships__partner__in=signed.values("partner"),
        ).distinct()
        subject = subject_of(names.AGREEMENT, agreement.pk)
        with transaction.atomic():
            notify(
                sorted(
                    {*office().values_list("pk", flat=True), *people.values_list("pk", flat=True)}
                ),
                kind=names.EXPIRES,
                subject=subject,
                key=f"{subject}:{agreement.valid_until:%Y%m%d}:{term.days}",
            )
        number += 1
    return number
