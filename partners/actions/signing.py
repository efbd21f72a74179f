"""Signing agreements: on the site, together at a conference, and on paper."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from civportal.accounts.models import User
from partners.actions.locks import locked, locked_partners
from partners.actions.pipeline import change_status
from partners.choices import AgreementKind, PartnerStatus, SigningMethod
from partners.documents import verified_document
from partners.errors import AlreadySigned, NoMandate, NotAsked, NotOpen, OtherDocument
from partners.models import (
    Agreement,
    Partner,
    Signature,
    SignatureRequest,
    StatusChange,
)
from partners.models.agreements import sha256_of
from partners.notifications import telling

YEARS_EVIDENCE_IS_KEPT = 7
"""For how long after an agreement ends the network address and browser of a signatory are kept.

The law that asks for it: who runs an organisation keeps its records for seven years (Burgerlijk
Wetboek, book 2, article 10, paragraph 3; the same term for taxes in the Algemene wet inzake
rijksbelastingen, article 52, paragraph 4). The signature itself stays; these are personal data
that prove it, and after that term nothing asks for them (GDPR, article 5, paragraph 1 under e).
"""


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Somebody who signs for a partner with an account, and what proves that it was they.

    ``method`` says what they were just asked for again: a password or a passkey, never paper.
    ``document_sha256`` is the hash of what they had on the screen.
    """

    partner: Partner
    user: User
    method: SigningMethod
    document_sha256: str
    address: str | None = None
    user_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A signature that stands on paper; ``user`` is the signatory's account, if there is one."""

    partner: Partner
    name: str
    mandate: str
    function: str = ""
    user: User | None = None


@transaction.atomic
def sign(
    agreement: Agreement,
    partner: Partner,
    *,
    by: User,
    method: SigningMethod,
    document_sha256: str,
    address: str | None = None,
    user_agent: str = "",
) -> Signature:
    """Sign for a partner, as a representative with a mandate who has just logged in again.

    The view asks for the password or passkey and hands over what it saw. Raises ``NotOpen``,
    ``NotAsked``, ``NoMandate``, ``OtherDocument`` (the signatory read another file),
    ``DocumentChanged`` (the stored file is not what was put in), or ``AlreadySigned`` with the
    signature that is there; two representatives at the same moment make one.
    """
    [signature] = sign_together(
        agreement,
        [
            Hand(
                partner=partner,
                user=by,
                method=method,
                document_sha256=document_sha256,
                address=address,
                user_agent=user_agent,
            )
        ],
    )
    return signature


@transaction.atomic
def sign_together(agreement: Agreement, hands: Sequence[Hand]) -> list[Signature]:
    """Several partners sign at once, such as at a conference: all of them, or none.

    Each signatory has proved who they are, and has their own evidence. Raises as ``sign``.
    """
    agreement = _signable(agreement)
    verified_document(agreement)
    partners = locked_partners(hand.partner for hand in hands)
    signatures = []
    for hand in hands:
        partner = partners[hand.partner.pk]
        _asked(agreement, partner)
        membership = partner.memberships.may_sign().filter(user=hand.user).first()
        if membership is None:
            raise NoMandate
        if hand.document_sha256 != agreement.sha256:
            raise OtherDocument
        signature = Signature(
            agreement=agreement,
            partner=partner,
            user=hand.user,
            name=hand.user.get_full_name(),
            function=membership.function,
            mandate=membership.mandate,
            signed_at=timezone.now(),
            method=hand.method,
            document_sha256=agreement.sha256,
            address=hand.address,
            user_agent=hand.user_agent[:400],
        )
        signatures.append(_put(signature, by=hand.user))
    return signatures


@transaction.atomic
def record_paper(
    agreement: Agreement,
    papers: Sequence[Paper],
    *,
    signed_at: datetime.datetime,
    scan: Any,
    by: User,
) -> list[Signature]:
    """Record what partners signed on paper, one or several on the same sheet: all, or none.

    ``scan`` is an uploaded PDF that its form has checked. Who comes with a paper need not have
    been asked. The agreement may be closed by now, and the last day past, as long as it was
    signed no later than that. Raises ``NotOpen``, ``AlreadySigned`` or ``DocumentChanged``.
    """
    agreement = locked(agreement)
    if (
        agreement.opened_at is None
        or signed_at > timezone.now()
        or (
            agreement.sign_by is not None
            and timezone.localtime(signed_at).date() > agreement.sign_by
        )
    ):
        raise NotOpen
    verified_document(agreement)
    sha256 = sha256_of(scan)
    partners = locked_partners(paper.partner for paper in papers)
    for there in agreement.signatures.filter(partner__in=partners):
        raise AlreadySigned(there)  # before a file is stored
    signatures: list[Signature] = []
    for paper in papers:
        partner = partners[paper.partner.pk]
        SignatureRequest.objects.get_or_create(
            agreement=agreement, partner=partner, defaults={"asked_by": by}
        )
        signature = Signature(
            agreement=agreement,
            partner=partner,
            user=paper.user,
            name=paper.name.strip(),
            function=paper.function.strip(),
            mandate=paper.mandate.strip(),
            signed_at=signed_at,
            recorded_by=by,
            method=SigningMethod.PAPER,
            document_sha256=agreement.sha256,
            # One sheet is one file, however many stand on it.
            scan=signatures[0].scan.name if signatures else scan,
            scan_sha256=sha256,
        )
        signatures.append(_put(signature, by=by))
    return signatures


def _signable(agreement: Agreement) -> Agreement:
    agreement = locked(agreement)
    if not agreement.is_open:
        raise NotOpen
    return agreement


def _asked(agreement: Agreement, partner: Partner) -> None:
    signature = Signature.objects.filter(agreement=agreement, partner=partner).first()
    if signature is not None:
        raise AlreadySigned(signature)
    if not SignatureRequest.objects.filter(
        agreement=agreement, partner=partner, withdrawn_at__isnull=True
    ).exists():
        raise NotAsked


def _put(signature: Signature, *, by: User) -> Signature:
    """Store a signature of a held partner, and what follows: a signed partner, and the news."""
    there = Signature.objects.filter(
        agreement=signature.agreement, partner=signature.partner
    ).first()
    if there is not None:
        raise AlreadySigned(there)
    signature.save()
    partner = signature.partner
    cooperation = signature.agreement.kind == AgreementKind.COOPERATION
    became_partner = cooperation and partner.status != PartnerStatus.SIGNED
    if became_partner:
        change_status(partner, to=PartnerStatus.SIGNED, by=by, signature=signature)
    telling.signed(signature, became_partner=became_partner)
    return signature


def erase_old_evidence(*, today: datetime.date) -> int:
    """Erase addresses and browsers of signatures whose term is over; how many signatures.

    The term begins when the agreement ends: at ``valid_until``, or for one without an end when
    the partner's partnership ended. Without either nothing is erased.
    """
    ended = StatusChange.objects.filter(
        partner=OuterRef("partner"), partner__status=PartnerStatus.ENDED, after=PartnerStatus.ENDED
    ).order_by("-at")
    day = _years_before(today, YEARS_EVIDENCE_IS_KEPT)
    midnight = datetime.datetime.combine(
        day, datetime.time(), tzinfo=timezone.get_default_timezone()
    )
    return (
        Signature.objects.filter(Q(address__isnull=False) | ~Q(user_agent=""))
        .annotate(ended_at=Subquery(ended.values("at")[:1]))
        .filter(
            Q(agreement__valid_until__lt=day)
            | Q(agreement__valid_until__isnull=True, ended_at__lt=midnight)
        )
        .update(address=None, user_agent="", evidence_erased_at=timezone.now())
    )


def _years_before(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - years, day=28)
