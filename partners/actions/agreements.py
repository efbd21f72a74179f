"""Agreements: making them, opening them for signing, asking partners, closing them."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from civportal.accounts.models import User
from partners.actions.locks import locked, locked_partners
from partners.choices import AgreementState
from partners.documents import verified_document
from partners.errors import AlreadySigned, NotADraft, NotOpen
from partners.models import Agreement, Partner, Signature, SignatureRequest
from partners.models.agreements import TERMS
from partners.notifications import telling


@transaction.atomic
def make_agreement(agreement: Agreement, *, by: User) -> Agreement:
    """Store a new draft, checked by its form."""
    agreement.state, agreement.made_by = AgreementState.DRAFT, by
    agreement.save(force_insert=True)
    return agreement


@transaction.atomic
def change_draft(agreement: Agreement, *, by: User) -> Agreement:
    """Store what was changed in a draft. Raises ``NotADraft`` when it was opened meanwhile."""
    if locked(agreement).state != AgreementState.DRAFT:
        raise NotADraft
    agreement.save(update_fields=[*TERMS, "sign_by"])
    return agreement


@transaction.atomic
def delete_draft(agreement: Agreement, *, by: User) -> None:
    """Throw a draft away. Raises ``NotADraft``."""
    agreement = locked(agreement)
    if agreement.state != AgreementState.DRAFT:
        raise NotADraft
    agreement.delete()


@transaction.atomic
def open_agreement(agreement: Agreement, *, by: User) -> Agreement:
    """Let it be signed; from here on its document and terms are fixed.

    Those who were put on the list while it was a draft are asked now, and the version that it
    replaces is closed: nobody should sign what is out of date. Opening twice changes nothing.
    Raises ``NotADraft`` for one that is closed, ``NotOpen`` when the last day to sign is
    past, ``DocumentChanged`` when the stored file is not what was put in.
    """
    agreement = locked(agreement)
    if agreement.state == AgreementState.OPEN:
        return agreement
    if agreement.state != AgreementState.DRAFT:
        raise NotADraft
    if agreement.sign_by is not None and agreement.sign_by < timezone.localdate():
        raise NotOpen
    verified_document(agreement)
    agreement.state, agreement.opened_at = AgreementState.OPEN, timezone.now()
    agreement.save(update_fields=["state", "opened_at"])
    if agreement.replaces is not None and agreement.replaces.state == AgreementState.OPEN:
        close_agreement(agreement.replaces, by=by)
    waiting = list(
        agreement.signature_requests.filter(withdrawn_at__isnull=True).select_related("partner")
    )
    for request in waiting:
        telling.asked_to_sign(request)
    return agreement


@transaction.atomic
def close_agreement(agreement: Agreement, *, by: User) -> Agreement:
    """Nobody can sign it any more; what was signed holds. Raises ``NotOpen`` for a draft."""
    agreement = locked(agreement)
    if agreement.state == AgreementState.CLOSED:
        return agreement
    if agreement.state != AgreementState.OPEN:
        raise NotOpen
    agreement.state, agreement.closed_at = AgreementState.CLOSED, timezone.now()
    agreement.save(update_fields=["state", "closed_at"])
    return agreement


@transaction.atomic
def set_last_day(agreement: Agreement, *, sign_by: datetime.date | None, by: User) -> Agreement:
    """Give more or less time to sign; not a term of the agreement. Raises ``NotOpen`` if closed."""
    agreement = locked(agreement)
    if agreement.state == AgreementState.CLOSED:
        raise NotOpen
    agreement.sign_by = sign_by
    agreement.save(update_fields=["sign_by"])
    return agreement


@transaction.atomic
def ask_to_sign(
    agreement: Agreement, partners: Iterable[Partner], *, by: User
) -> list[SignatureRequest]:
    """Ask these partners to sign; the new requests. Who was asked already is not asked twice.

    Of a draft they hear once it is opened. One whose request was withdrawn is asked anew. Raises
    ``NotOpen`` for one that is closed.
    """
    agreement = locked(agreement)
    if agreement.state == AgreementState.CLOSED:
        raise NotOpen
    new = []
    for partner in locked_partners(partners).values():
        request, made = SignatureRequest.objects.get_or_create(
            agreement=agreement, partner=partner, defaults={"asked_by": by}
        )
        if not made and request.withdrawn_at is None:
            continue
        if not made:
            request.withdrawn_at, request.asked_by = None, by
            request.asked_at = timezone.now()
            request.save(update_fields=["withdrawn_at", "asked_by", "asked_at"])
        new.append(request)
        if agreement.state == AgreementState.OPEN:
            telling.asked_to_sign(request)
    return new


@transaction.atomic
def withdraw_signature_request(request: SignatureRequest, *, by: User) -> SignatureRequest:
    """Ask this partner no more. Raises ``AlreadySigned`` when it is too late for that."""
    locked(request.partner)
    request = locked(request)
    signature = Signature.objects.filter(
        agreement=request.agreement_id, partner=request.partner_id
    ).first()
    if signature is not None:
        raise AlreadySigned(signature)
    if request.withdrawn_at is None:
        request.withdrawn_at = timezone.now()
        request.save(update_fields=["withdrawn_at"])
    return request
