"""An organisation wants to become a partner: from sending it in to the decision."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from civportal.accounts.models import User
from partners.actions.locks import locked, locked_partners
from partners.actions.pipeline import change_status, move_partner
from partners.choices import (
    OPEN_APPLICATION,
    ApplicationState,
    MembershipRole,
    PartnerStatus,
)
from partners.doubles import email_domain
from partners.errors import (
    AlreadyDecided,
    KvkTaken,
    NoQuestion,
    NotAllowed,
    NotConfirmed,
    NotTheApplicant,
    ReasonMissing,
)
from partners.models import (
    ApplicationMessage,
    Membership,
    Partner,
    PartnerApplication,
    Sector,
)
from partners.notifications import telling

UNCONFIRMED_KEPT = datetime.timedelta(days=7)
"""After this an application that nobody confirmed is forgotten, with the data in it.

The link that confirms an address works for three days; a week leaves room for a second try.
"""

REFUSED_KEPT = datetime.timedelta(days=365)
"""How long one that was declined or withdrawn is kept; the privacy statement says so."""

CAME_TO_NOTHING = [ApplicationState.DECLINED, ApplicationState.WITHDRAWN]

TO_TALKS = {
    PartnerStatus.PROSPECT,
    PartnerStatus.APPLIED,
    PartnerStatus.DECLINED,
    PartnerStatus.ENDED,
}
"""Accepting an application brings these to talks; who is further stays there."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What the form of an application gives; each field is checked there."""

    name: str
    kind: str
    applicant_name: str
    applicant_email: str
    kvk_number: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    wishes: str = ""
    forms: Sequence[str] = ()
    applicant_function: str = ""
    language: str = "nl"


@transaction.atomic
def receive_application(
    details: Details,
    *,
    key: uuid.UUID,
    by: User | None,
    sectors: Sequence[Sector] = (),
    consent_at: datetime.datetime | None = None,
) -> PartnerApplication:
    """Take in an application; it is with the office at once when ``by`` is logged in.

    ``key`` was made with the form: sending it again gives the application that is there and
    changes nothing, whoever sends it. ``consent_at`` is when the applicant agreed to the use of
    the data, now by default. A person's own address counts, whatever the form says, because that
    one is confirmed; for a visitor it waits until ``confirm_application``.
    """
    fields = asdict(details) | {"forms": list(details.forms)}
    now = timezone.now()
    if by is not None:
        fields |= {
            "applicant_email": by.email,
            "user": by,
            "state": ApplicationState.SUBMITTED,
            "submitted_at": now,
        }
    application, made = PartnerApplication.objects.get_or_create(
        key=key, defaults={**fields, "consent_at": consent_at or now}
    )
    if made:
        application.sectors.set(sectors)
        if by is not None:
            telling.application_received(application)
    return application


@transaction.atomic
def confirm_application(application: PartnerApplication, *, by: User) -> PartnerApplication:
    """The applicant has an account with the address in it: now it goes to the office.

    Doing it twice changes nothing. Raises ``NotTheApplicant`` for somebody with another address,
    and ``NotConfirmed`` as long as the address is not.
    """
    application = locked(application)
    if by.email != application.applicant_email or application.user_id not in {None, by.pk}:
        raise NotTheApplicant
    if application.state != ApplicationState.UNCONFIRMED:
        return application
    if not EmailAddress.objects.filter(user=by, email__iexact=by.email, verified=True).exists():
        raise NotConfirmed
    application.user = by
    application.state = ApplicationState.SUBMITTED
    application.submitted_at = timezone.now()
    application.save(update_fields=["user", "state", "submitted_at"])
    telling.application_received(application)
    return application


def forget_old(*, now: datetime.datetime) -> int:
    """Delete what nobody confirmed in time, and what came to nothing long ago; how many.

    Their history goes along: the data of the applicant are in it.
    """
    old = PartnerApplication.objects.filter(
        Q(state=ApplicationState.UNCONFIRMED, created_at__lt=now - UNCONFIRMED_KEPT)
        | Q(state__in=CAME_TO_NOTHING, decided_at__lt=now - REFUSED_KEPT)
    )
    number = 0
    for application in old:
        _forget(application)
        number += 1
    return number


@transaction.atomic
def _forget(application: PartnerApplication) -> None:
    key, messages = application.pk, list(application.messages.values_list("pk", flat=True))
    application.delete()
    for name, about in (
        ("PartnerApplicationEvent", {"pgh_obj_id": key}),
        ("ApplicationMessageEvent", {"pgh_obj_id__in": messages}),
        ("ApplicationSectorEvent", {"partnerapplication_id": key}),
    ):
        apps.get_model("partners", name)._default_manager.filter(**about).delete()


def _open(application: PartnerApplication) -> PartnerApplication:
    """The application, held; raises unless it waits for somebody."""
    application = locked(application)
    if application.state == ApplicationState.UNCONFIRMED:
        raise NotConfirmed
    if application.state not in OPEN_APPLICATION:
        raise AlreadyDecided
    return application


def _decide(
    application: PartnerApplication, state: ApplicationState, *, by: User, reason: str = ""
) -> None:
    application.state = state
    application.decided_by, application.decided_at = by, timezone.now()
    application.reason = reason
    application.save(update_fields=["state", "decided_by", "decided_at", "reason", "partner"])


@transaction.atomic
def ask_question(application: PartnerApplication, *, text: str, by: User) -> ApplicationMessage:
    """Ask the applicant something; a second question may follow the first.

    Raises ``AlreadyDecided`` or ``NotConfirmed``.
    """
    application = _open(application)
    application.state = ApplicationState.QUESTION
    application.save(update_fields=["state"])
    message = ApplicationMessage.objects.create(
        application=application, author=by, from_office=True, text=text.strip()
    )
    telling.question_asked(message)
    return message


@transaction.atomic
def answer_question(application: PartnerApplication, *, text: str, by: User) -> ApplicationMessage:
    """The applicant answers; the application is with the office again.

    Raises ``NotTheApplicant``, ``NoQuestion``, ``AlreadyDecided`` or ``NotConfirmed``.
    """
    application = _open(application)
    if application.user_id != by.pk:
        raise NotTheApplicant
    if application.state != ApplicationState.QUESTION:
        raise NoQuestion
    application.state = ApplicationState.SUBMITTED
    application.save(update_fields=["state"])
    message = ApplicationMessage.objects.create(
        application=application, author=by, from_office=False, text=text.strip()
    )
    telling.question_answered(message)
    return message


@transaction.atomic
def link_partner(
    application: PartnerApplication, partner: Partner | None, *, by: User
) -> PartnerApplication:
    """Say which organisation it is about; None takes that back.

    A prospect, or one that was declined or had ended, becomes *applied*. The one that was linked
    before goes back to prospect where only this application had made it *applied*. Raises
    ``AlreadyDecided`` or ``NotConfirmed``.
    """
    application = _open(application)
    if partner is not None and application.partner_id == partner.pk:
        return application
    before = application.partner
    locked_partners(one for one in (before, partner) if one is not None)
    application.partner = partner
    application.save(update_fields=["partner"])
    if before is not None:
        _no_longer_applied(before, application, to=PartnerStatus.PROSPECT, by=by)
    if partner is not None and partner.status in TO_TALKS:
        move_partner(partner, to=PartnerStatus.APPLIED, by=by, application=application)
    return application


def _no_longer_applied(
    partner: Partner, application: PartnerApplication, *, to: str, by: User, reason: str = ""
) -> None:
    """Take a partner out of *applied* when this was the last application that kept it there."""
    others = PartnerApplication.objects.filter(partner=partner, state__in=OPEN_APPLICATION)
    partner = locked(partner)
    if partner.status == PartnerStatus.APPLIED and not others.exclude(pk=application.pk).exists():
        change_status(partner, to=to, by=by, reason=reason, application=application)


@transaction.atomic
def accept_application(
    application: PartnerApplication,
    *,
    by: User,
    partner: Partner | None = None,
    role: str = MembershipRole.REPRESENTATIVE,
    mandate: str = "",
    reason: str = "",
) -> Partner:
    """Go into talks with the organisation; gives the partner.

    It is ``partner``, or the one that was linked, or a new one. The applicant belongs to it from
    now on with this ``role``; ``mandate`` says why a representative may sign, if that is known
    already. An applicant who belongs to it already keeps what they are. ``reason`` is a word to
    the applicant. Raises ``KvkTaken`` when a new one would have the number of another,
    ``AlreadyDecided`` (also when a colleague was a moment earlier) or ``NotConfirmed``.
    """
    application = _open(application)
    known = partner or application.partner
    if known is None:
        known, new = _new_partner(application), True
    else:
        application = link_partner(application, known, by=by)
        known, new = locked(known), False
        _fill_in(known, application)
    if new or known.status in TO_TALKS:
        change_status(
            known, to=PartnerStatus.IN_TALKS, by=by, reason=reason, application=application, new=new
        )
    application.partner = known
    _decide(application, ApplicationState.ACCEPTED, by=by, reason=reason.strip())
    if application.user is not None:
        _let_in(application.user, known, application, role=role, mandate=mandate.strip(), by=by)
    telling.application_decided(application)
    return known


def _let_in(
    user: User,
    partner: Partner,
    application: PartnerApplication,
    *,
    role: str,
    mandate: str,
    by: User,
) -> None:
    mandate = mandate if role == MembershipRole.REPRESENTATIVE else ""
    Membership.objects.get_or_create(
        user=user,
        partner=partner,
        defaults={
            "role": role,
            "function": application.applicant_function,
            "mandate": mandate,
            "mandate_by": by if mandate else None,
            "mandate_at": timezone.now() if mandate else None,
        },
    )


def _new_partner(application: PartnerApplication) -> Partner:
    domain = email_domain(application.applicant_email)
    try:
        with transaction.atomic():
            partner = Partner.objects.create(
                name=application.name,
                kind=application.kind,
                status=PartnerStatus.IN_TALKS,
                kvk_number=application.kvk_number or None,
                website=application.website,
                language=application.language,
                email_domains=[domain] if domain else [],
            )
    except IntegrityError:
        # Asked only now: a colleague may have added it a moment ago.
        taken = Partner.objects.filter(kvk_number=application.kvk_number or None).first()
        if taken is None:
            raise
        raise KvkTaken(taken) from None
    partner.sectors.set(application.sectors.all())
    return partner


def _fill_in(partner: Partner, application: PartnerApplication) -> None:
    """Take over what was not known yet; what the office wrote stays."""
    if not partner.kvk_number and application.kvk_number:
        taken = Partner.objects.filter(kvk_number=application.kvk_number).exclude(pk=partner.pk)
        if not taken.exists():
            partner.kvk_number = application.kvk_number
    partner.website = partner.website or application.website
    domain = email_domain(application.applicant_email)
    if domain and not partner.email_domains:
        partner.email_domains = [domain]
    partner.save(update_fields=["kvk_number", "website", "email_domains"])
    if not partner.sectors.exists():
        partner.sectors.set(application.sectors.all())


@transaction.atomic
def decline_application(
    application: PartnerApplication, *, reason: str, by: User
) -> PartnerApplication:
    """Say no, with a reason in the applicant's language (``application.language``).

    An organisation that this application had made *applied* becomes *declined*. Raises
    ``ReasonMissing``, ``AlreadyDecided`` or ``NotConfirmed``.
    """
    application = _open(application)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    _decide(application, ApplicationState.DECLINED, by=by, reason=reason)
    if application.partner is not None:
        _no_longer_applied(
            application.partner, application, to=PartnerStatus.DECLINED, by=by, reason=reason
        )
    telling.application_decided(application)
    return application


@transaction.atomic
def withdraw_application(
    application: PartnerApplication, *, by: User, reason: str = ""
) -> PartnerApplication:
    """The applicant thinks better of it; the organisation is a prospect again if it was one.

    One that is not confirmed yet can be withdrawn too. Raises ``NotAllowed`` for anybody but the
    applicant, or ``AlreadyDecided``.
    """
    application = locked(application)
    if application.user_id != by.pk:
        raise NotAllowed
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if application.state not in {*OPEN_APPLICATION, ApplicationState.UNCONFIRMED}:
        raise AlreadyDecided
    submitted = application.state != ApplicationState.UNCONFIRMED
    _decide(application, ApplicationState.WITHDRAWN, by=by, reason=reason.strip())
    if application.partner is not None:
        _no_longer_applied(application.partner, application, to=PartnerStatus.PROSPECT, by=by)
    if submitted:
        telling.application_withdrawn(application)
    return application
