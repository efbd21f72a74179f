"""From rows of the outbox to letters, asking at that moment who may still see what."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from civportal.lib.mail import Letter
from civportal.notifications import composing, kinds
from civportal.ui import words
from partners.choices import OPEN_APPLICATION, ApplicationState, RequestState, SigningMethod
from partners.models import (
    Agreement,
    ApplicationMessage,
    ContactMoment,
    Membership,
    MembershipRequest,
    Partner,
    PartnerApplication,
    Signature,
    SignatureRequest,
)
from partners.notifications import letters

MakeLetter = Callable[[Any, str], "Letter | None"]
"""From the thing and the reader's name to a letter; None for what no longer holds."""


def composer(rows_of: Callable[[], QuerySet[Any]], letter: MakeLetter) -> kinds.Composer:
    """A composer for letters that say no more of their reader than the name."""
    return composing.composer(rows_of, lambda thing, row: letter(thing, row.recipient.name))


def applications() -> QuerySet[PartnerApplication]:
    """With the partner that it is about."""
    return PartnerApplication.objects.select_related("partner")


def messages() -> QuerySet[ApplicationMessage]:
    """With the application."""
    return ApplicationMessage.objects.select_related("application")


def received(application: PartnerApplication, name: str) -> Letter | None:
    """As long as nobody has decided, or it has been withdrawn."""
    if application.state not in OPEN_APPLICATION:
        return None
    return letters.application_received(
        name=name, organisation=application.name, url=application.get_absolute_url()
    )


def new_application(application: PartnerApplication, name: str) -> Letter | None:
    """As long as it waits."""
    if application.state not in OPEN_APPLICATION:
        return None
    return letters.new_application(
        name=name,
        organisation=application.name,
        applicant=application.applicant_name,
        url=_review_url(application),
    )


def _review_url(application: PartnerApplication) -> str:
    return reverse("partners:review", args=[application.key])


def question(message: ApplicationMessage, name: str) -> Letter | None:
    """As long as it waits for an answer."""
    if message.application.state != ApplicationState.QUESTION:
        return None
    return letters.question(
        name=name,
        organisation=message.application.name,
        text=message.text,
        url=message.application.get_absolute_url(),
    )


def answered(message: ApplicationMessage, name: str) -> Letter | None:
    """As long as the application waits."""
    if message.application.state not in OPEN_APPLICATION:
        return None
    return letters.answered(
        name=name,
        organisation=message.application.name,
        text=message.text,
        url=_review_url(message.application),
    )


def accepted(application: PartnerApplication, name: str) -> Letter | None:
    """With the address of the page that the organisation has now."""
    if application.state != ApplicationState.ACCEPTED or application.partner is None:
        return None
    return letters.accepted(
        name=name,
        organisation=application.partner.name,
        reason=application.reason,
        url=application.partner.get_absolute_url(),
    )


def declined(application: PartnerApplication, name: str) -> Letter | None:
    """With the reason."""
    if application.state != ApplicationState.DECLINED:
        return None
    return letters.declined(
        name=name,
        organisation=application.name,
        reason=application.reason,
        url=application.get_absolute_url(),
    )


def people_url(partner: Partner) -> str:
    """Where the people of a partner are."""
    return reverse("partners:people", args=[partner.slug])


def requests() -> QuerySet[MembershipRequest]:
    """With the person and the partner."""
    return MembershipRequest.objects.select_related("user", "partner")


def wants_to_join(request: MembershipRequest, name: str) -> Letter | None:
    """As long as nobody has answered."""
    if request.state != RequestState.PENDING:
        return None
    return letters.wants_to_join(
        name=name,
        person=f"{request.user.get_full_name()} ({request.user.email})",
        partner=request.partner.name,
        text=request.message,
        url=people_url(request.partner),
    )


def let_in(request: MembershipRequest, name: str) -> Letter | None:
    """Yes or no."""
    if request.state not in {RequestState.ACCEPTED, RequestState.DECLINED}:
        return None
    return letters.let_in(
        name=name,
        partner=request.partner.name,
        accepted=request.state == RequestState.ACCEPTED,
        answer=request.answer,
        url=request.partner.get_absolute_url(),
    )


def memberships() -> QuerySet[Membership]:
    """With the person and the partner."""
    return Membership.objects.select_related("user", "partner")


def joined(membership: Membership, name: str) -> Letter:
    """Somebody came in by invitation."""
    return letters.joined(
        name=name,
        person=membership.user.get_full_name(),
        partner=membership.partner.name,
        url=people_url(membership.partner),
    )


def still_to_sign() -> QuerySet[SignatureRequest]:
    """Only those that wait: who signed in the meantime is asked no more."""
    return SignatureRequest.objects.waiting().select_related("agreement", "partner")


def to_sign(request: SignatureRequest, name: str) -> Letter:
    """An agreement is ready."""
    return letters.to_sign(
        name=name,
        agreement=str(request.agreement),
        partner=request.partner.name,
        sign_by=request.agreement.sign_by,
        url=request.agreement.get_absolute_url(),
    )


def sign_reminder(request: SignatureRequest, name: str) -> Letter | None:
    """The last day comes near."""
    if request.agreement.sign_by is None:
        return None
    return letters.sign_reminder(
        name=name,
        agreement=str(request.agreement),
        partner=request.partner.name,
        sign_by=request.agreement.sign_by,
        url=request.agreement.get_absolute_url(),
    )


def signatures() -> QuerySet[Signature]:
    """With the agreement and the partner."""
    return Signature.objects.select_related("agreement", "partner")


def signed(signature: Signature, name: str) -> Letter:
    """A partner has signed."""
    return letters.signed(
        name=name,
        agreement=str(signature.agreement),
        partner=signature.partner.name,
        signatory=", ".join(part for part in (signature.name, signature.function) if part),
        mandate=signature.mandate,
        how=signature.get_method_display(),
        moment=_moment(signature),
        sha256=signature.document_sha256,
        url=signature.get_absolute_url(),
        document=signature.agreement.document_url,
    )


def _moment(signature: Signature) -> str:
    """The day and, where that is known, the time of signing on the centre's clock."""
    at = timezone.localtime(signature.signed_at, timezone.get_default_timezone())
    day = words.long_date(at.date())
    return day if signature.method == SigningMethod.PAPER else f"{day}, {words.clock(at.time())}"


def agreements() -> QuerySet[Agreement]:
    """Those that still hold."""
    return Agreement.objects.filter(valid_until__gte=timezone.localdate())


def expires(agreement: Agreement, name: str) -> Letter | None:
    """As long as it holds."""
    if agreement.valid_until is None:
        return None
    return letters.agreement_expires(
        name=name,
        agreement=str(agreement),
        until=agreement.valid_until,
        url=agreement.get_absolute_url(),
    )


def moments() -> QuerySet[ContactMoment]:
    """With the partner."""
    return ContactMoment.objects.select_related("partner")


def step_late(moment: ContactMoment, name: str) -> Letter | None:
    """As long as nobody has taken it, and it was not put off."""
    if not moment.is_late or moment.due is None:
        return None
    return letters.step_late(
        name=name,
        partner=moment.partner.name,
        step=moment.next_step,
        due=moment.due,
        url=reverse("partners:contact", args=[moment.partner.slug]),
    )


def new_partner(partner: Partner, name: str) -> Letter | None:
    """As long as it is one."""
    if not partner.is_signed:
        return None
    return letters.new_partner(
        name=name, partner=partner.name, text=partner.summary, url=partner.get_absolute_url()
    )
