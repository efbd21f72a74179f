"""How organisations move along: changes of status, talks and next steps."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from partners.actions.locks import locked
from partners.choices import PartnerStatus
from partners.errors import (
    IllegalMove,
    KvkTaken,
    LetterMissing,
    MovedMeanwhile,
    NotInOffice,
    OnlyBySigning,
    ReasonMissing,
    StepTaken,
)
from partners.models import (
    ContactMoment,
    Partner,
    PartnerApplication,
    Sector,
    Signature,
    StatusChange,
)

P = PartnerStatus

MOVES: dict[str, tuple[str, ...]] = {
    P.PROSPECT: (P.APPLIED, P.IN_TALKS, P.LETTER_OF_INTENT, P.DECLINED),
    P.APPLIED: (P.IN_TALKS, P.LETTER_OF_INTENT, P.DECLINED, P.PROSPECT),
    P.IN_TALKS: (P.LETTER_OF_INTENT, P.DECLINED, P.PROSPECT),
    P.LETTER_OF_INTENT: (P.IN_TALKS, P.DECLINED),
    P.SIGNED: (P.ENDED,),
    P.ENDED: (P.APPLIED, P.IN_TALKS, P.PROSPECT),
    P.DECLINED: (P.APPLIED, P.IN_TALKS, P.PROSPECT),
}
"""Where an organisation can go by hand. To *signed* there is no way but a signature."""

BACK = {
    (P.APPLIED, P.PROSPECT), (P.IN_TALKS, P.PROSPECT), (P.LETTER_OF_INTENT, P.IN_TALKS),
    (P.ENDED, P.IN_TALKS), (P.ENDED, P.PROSPECT),
    (P.DECLINED, P.IN_TALKS), (P.DECLINED, P.PROSPECT),
}  # fmt: skip
"""Steps back; like the ends (declined, ended) they need a reason."""


def moves_from(partner: Partner) -> tuple[PartnerStatus, ...]:
    """Where this organisation can go by hand, for a list of choices."""
    return tuple(PartnerStatus(each) for each in MOVES[partner.status])


def needs_reason(before: str, after: str) -> bool:
    """Whether going from one status to the other asks why."""
    return after in {P.DECLINED, P.ENDED} or (before, after) in BACK


def needs_letter(after: str) -> bool:
    """Whether coming to this status asks for a letter of intent, as a PDF."""
    return after == P.LETTER_OF_INTENT


PRESSED_TWICE = datetime.timedelta(minutes=10)
"""The same words by the same person within this time are one contact moment."""


@transaction.atomic
def add_prospect(
    *,
    name: str,
    kind: str,
    by: User,
    sectors: Iterable[Sector] = (),
    kvk_number: str = "",
    website: str = "",
    owner: User | None = None,
    reason: str = "",
) -> Partner:
    """Put an organisation that the office would like to talk with at the beginning.

    ``reason`` says where the idea comes from. Raises ``NotInOffice``, and ``KvkTaken`` when an
    organisation with this KvK number is known.
    """
    _of_office(owner)
    partner = Partner(
        name=name, kind=kind, kvk_number=kvk_number or None, website=website, owner=owner,
        status=P.PROSPECT,
    )  # fmt: skip
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError:
        known = Partner.objects.filter(kvk_number=kvk_number or None).first()
        if known is None:  # something else than the number
            raise
        raise KvkTaken(known) from None
    partner.sectors.set(sectors)
    return change_status(partner, to=P.PROSPECT, by=by, reason=reason.strip(), new=True)


@transaction.atomic
def move_partner(
    partner: Partner,
    *,
    to: str,
    by: User,
    reason: str = "",
    document: Any = None,
    application: PartnerApplication | None = None,
    seen: str = "",
) -> Partner:
    """Give an organisation another status by hand, and write down who did so and why.

    ``document`` is the letter of intent, an uploaded PDF that its form has checked;
    ``application`` is what led to it; ``seen`` is the status on the mover's screen, if any.
    Moving to the status that it has changes nothing: that is somebody pressing twice. Raises
    ``OnlyBySigning``, ``IllegalMove``, ``ReasonMissing``, ``LetterMissing``, or
    ``MovedMeanwhile`` when it has not been where the mover saw it since somebody else moved it:
    a reason or a letter does not get lost without a word. Gives the partner as it is now.
    """
    partner = locked(partner)
    if seen and seen != partner.status and not _moved_by(partner, to, by):
        raise MovedMeanwhile
    if to == partner.status:
        return partner
    if to == P.SIGNED:
        raise OnlyBySigning
    if to not in MOVES[partner.status]:
        raise IllegalMove
    reason = reason.strip()
    if needs_reason(partner.status, to) and not reason and application is None:
        raise ReasonMissing
    if needs_letter(to) and not document:
        raise LetterMissing
    return change_status(
        partner, to=to, by=by, reason=reason, document=document, application=application
    )


def _moved_by(partner: Partner, to: str, by: User) -> bool:
    """Whether this person made the latest change, and it led there."""
    latest = partner.status_changes.order_by("-at", "-pk").first()
    return latest is not None and latest.after == to and latest.by_id == by.pk


def change_status(
    partner: Partner,
    *,
    to: str,
    by: User | None,
    reason: str = "",
    document: Any = None,
    application: PartnerApplication | None = None,
    signature: Signature | None = None,
    new: bool = False,
) -> Partner:
    """Set the status of a locked partner and write it down; the other actions' last step.

    ``new`` is for an organisation that did not exist before: its first change has no ``before``.
    """
    StatusChange.objects.create(
        partner=partner,
        before="" if new else partner.status,
        after=to,
        by=by,
        reason=reason,
        document=document or "",
        application=application,
        signature=signature,
    )
    partner.status = to
    partner.save(update_fields=["status"])
    return partner


def _of_office(person: User | None) -> None:
    if person is not None and not in_office(person):
        raise NotInOffice


@transaction.atomic
def assign_owner(partner: Partner, *, owner: User | None, by: User) -> Partner:
    """Say who of the office keeps in touch with an organisation; raises ``NotInOffice``."""
    _of_office(owner)
    partner = locked(partner)
    partner.owner = owner
    partner.save(update_fields=["owner"])
    return partner


@transaction.atomic
def log_contact(
    partner: Partner,
    *,
    date: datetime.date,
    summary: str,
    by: User,
    with_whom: str = "",
    next_step: str = "",
    due: datetime.date | None = None,
    owner: User | None = None,
) -> ContactMoment:
    """Write down a talk with an organisation, with the step that follows from it, if any.

    A step without an owner is the organisation's owner's, or else of who writes it down. Saying
    the same twice within minutes is pressing twice: one moment. Raises ``NotInOffice`` for an
    owner who is not of the office.
    """
    _of_office(owner)
    partner = locked(partner)
    next_step = next_step.strip()
    said = {
        "date": date,
        "by": by,
        "with_whom": with_whom.strip(),
        "summary": summary.strip(),
        "next_step": next_step,
        "due": due if next_step else None,
    }
    since = timezone.now() - PRESSED_TWICE
    same = partner.moments.filter(**said, created_at__gte=since).first()
    return same or ContactMoment.objects.create(
        partner=partner, owner=(owner or partner.owner or by) if next_step else None, **said
    )


@transaction.atomic
def replan_step(
    moment: ContactMoment, *, due: datetime.date | None, owner: User | None, by: User
) -> ContactMoment:
    """Give an open step another day or another person; ``by`` stands in the history.

    A step that was late is told of again when its new day has passed too. Raises ``NotInOffice``,
    and ``StepTaken`` for a step that is not open any more.
    """
    _of_office(owner)
    moment = locked(moment)
    if not moment.is_open:
        raise StepTaken
    moment.due, moment.owner = due, owner or moment.owner
    moment.save(update_fields=["due", "owner"])
    return moment


@transaction.atomic
def finish_step(moment: ContactMoment, *, by: User) -> ContactMoment:
    """The step was taken; doing so twice changes nothing."""
    moment = locked(moment)
    if moment.is_open:
        moment.done_at, moment.done_by = timezone.now(), by
        moment.save(update_fields=["done_at", "done_by"])
    return moment


@transaction.atomic
def reopen_step(moment: ContactMoment, *, by: User) -> ContactMoment:
    """The step was not taken after all; ``by`` stands in the history."""
    moment = locked(moment)
    if moment.done_at is None:
        return moment
    moment.done_at = moment.done_by = None
    moment.save(update_fields=["done_at", "done_by"])
    return moment
