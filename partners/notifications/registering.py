"""The kinds, reminders and digest section of partners, made known."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from civportal.notifications import kinds
from civportal.notifications.choices import Mode
from civportal.notifications.kinds import Entry, Message, Reminder
from partners.choices import MembershipRole, PartnerStatus
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
    StatusChange,
)
from partners.notifications import composing, names
from partners.notifications.names import subject_of
from partners.notifications.previews import examples


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    label: str | Promise
    rows: Any
    letter: composing.MakeLetter
    why: str | Promise = ""
    default: Mode = Mode.AT_ONCE
    modes: tuple[Mode, ...] = (Mode.AT_ONCE, Mode.OFF)

    @property
    def required(self) -> bool:
        """Whether there is a reason why it must arrive."""
        return bool(self.why)


OWN = gettext_lazy("You applied yourself, and it tells you where you stand.")
ASKED = gettext_lazy("You asked for it yourself.")
DUTY = gettext_lazy("Only a representative can sign; nobody else gets this mail.")

_KINDS = [
    _Row(
        name=names.RECEIVED, label=gettext_lazy("Your application came in"),
        rows=composing.applications, letter=composing.received, why=OWN,
    ),
    _Row(
        name=names.QUESTION, label=gettext_lazy("Question about your application"),
        rows=composing.messages, letter=composing.question, why=OWN,
    ),
    _Row(
        name=names.ACCEPTED, label=gettext_lazy("Your application was accepted"),
        rows=composing.applications, letter=composing.accepted, why=OWN,
    ),
    _Row(
        name=names.DECLINED, label=gettext_lazy("Your application was declined"),
        rows=composing.applications, letter=composing.declined, why=OWN,
    ),
    _Row(
        name=names.NEW_APPLICATION, label=gettext_lazy("New application of an organisation"),
        rows=composing.applications, letter=composing.new_application,
    ),
    _Row(
        name=names.ANSWERED, label=gettext_lazy("Answer of an applicant"),
        rows=composing.messages, letter=composing.answered,
    ),
    _Row(
        name=names.WANTS_TO_JOIN, label=gettext_lazy("Somebody wants to join your organisation"),
        rows=composing.requests, letter=composing.wants_to_join,
    ),
    _Row(
        name=names.LET_IN, label=gettext_lazy("Answer to your request to join"),
        rows=composing.requests, letter=composing.let_in, why=ASKED,
    ),
    _Row(
        name=names.JOINED, label=gettext_lazy("Somebody accepted your invitation"),
        rows=composing.memberships, letter=composing.joined,
    ),
    _Row(
        name=names.TO_SIGN, label=gettext_lazy("Agreement to sign"),
        rows=composing.still_to_sign, letter=composing.to_sign, why=DUTY,
    ),
    _Row(
        name=names.SIGN_REMINDER, label=gettext_lazy("Reminder of an agreement to sign"),
        rows=composing.still_to_sign, letter=composing.sign_reminder,
    ),
    _Row(
        name=names.SIGNED, label=gettext_lazy("An agreement was signed"),
        rows=composing.signatures, letter=composing.signed,
    ),
    _Row(
        name=names.EXPIRES, label=gettext_lazy("An agreement that runs out"),
        rows=composing.agreements, letter=composing.expires,
    ),
    _Row(
        name=names.STEP_LATE, label=gettext_lazy("Next step that is overdue"),
        rows=composing.moments, letter=composing.step_late,
    ),
    _Row(
        name=names.NEW_PARTNER, label=gettext_lazy("New partner"),
        rows=Partner.objects.all, letter=composing.new_partner,
        default=Mode.DIGEST, modes=(Mode.AT_ONCE, Mode.DIGEST, Mode.OFF),
    ),
]  # fmt: skip


def _preview(name: str) -> Message:
    return Message(letter=examples()[name])


def last_moment(day: datetime.date) -> datetime.datetime:
    """The end of a day on the centre's clock."""
    zone = timezone.get_default_timezone()
    return datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), tzinfo=zone)


def to_be_signed(
    after: datetime.datetime,
    before: datetime.datetime,
    *,
    user_id: int | None = None,
    subject: str = "",
) -> Iterator[Reminder]:
    """Those who may sign what waits, with the end of the last day; see ``ReminderSource``.

    Where nobody of a partner has a mandate, all its representatives: one of them has to see to
    it.
    """
    prefix, _colon, key = subject.partition(":")
    if subject and prefix != names.TO_BE_SIGNED:
        return
    first, last = (timezone.localtime(moment).date() for moment in (after, before))
    with_mandate = Membership.objects.may_sign().filter(partner=OuterRef("partner"))
    members = Q(partner__memberships__role=MembershipRole.REPRESENTATIVE) & (
        ~Q(partner__memberships__mandate="") | ~Exists(with_mandate)
    )
    rows = (
        SignatureRequest.objects.waiting()
        .filter(
            # One filter: each of these conditions is about the same membership.
            members,
            Q(partner__memberships__user=user_id) if user_id else Q(),
            Q(pk=int(key)) if subject else Q(),
            partner__memberships__user__is_active=True,
            agreement__sign_by__gte=first - datetime.timedelta(days=1),
            agreement__sign_by__lte=last,
        )
        .annotate(
            since=Greatest(
                F("asked_at"), F("agreement__opened_at"), F("partner__memberships__created_at")
            )
        )
        .order_by("pk", "partner__memberships__user")
        .values_list("pk", "partner__memberships__user", "agreement__sign_by", "since")
    )
    for pk, user, sign_by, since in rows.iterator(chunk_size=2000):
        assert sign_by is not None  # noqa: S101 - filtered
        ends = last_moment(sign_by)
        if after < ends <= before:
            yield Reminder(
                user_id=user,
                subject=subject_of(names.TO_BE_SIGNED, pk),
                starts_at=ends,
                since=since,
            )


def new_partners(keys: Sequence[int]) -> dict[int, Entry]:
    """The lines of a digest: who signed, and what they say about themselves."""
    signed = StatusChange.objects.filter(partner__in=keys, after=PartnerStatus.SIGNED)
    moments = dict(signed.order_by("at").values_list("partner", "at"))
    return {
        partner.pk: Entry(
            subject=subject_of(names.PARTNER, partner.pk),
            title=partner.name,
            url=partner.get_absolute_url(),
            moment=moments.get(partner.pk, partner.created_at),
            text=partner.summary,
            language=partner.language,
        )
        for partner in Partner.objects.filter(pk__in=keys)
    }


def _signed_partners(viewer: Any) -> QuerySet[Partner]:
    return Partner.objects.visible_to(viewer).signed()


def _partner_name(row: Any) -> str:
    return str(row.partner)


def _application_name(row: Any) -> str:
    return str(row.application)


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    for row in _KINDS:
        kinds.register_kind(
            kinds.Kind(
                name=row.name,
                label=row.label,
                group=gettext_lazy("Partners"),
                compose=composing.composer(row.rows, row.letter),
                preview=partial(_preview, row.name),
                default=row.default,
                modes=row.modes,
                required=row.required,
                help_text=row.why,
            )
        )
    kinds.register_reminders(kinds.ReminderSource(kind=names.SIGN_REMINDER, upcoming=to_be_signed))
    kinds.register_section(
        kinds.Section(
            name=names.NEW_PARTNER,
            label=gettext_lazy("New partner"),
            prefix=names.PARTNER,
            visible=_signed_partners,
            entries=new_partners,
            told_by=(names.NEW_PARTNER,),
            order=30,
        )
    )
    for prefix, model, name in (
        (names.APPLICATION, PartnerApplication, str),
        (names.MESSAGE, ApplicationMessage, _application_name),
        (names.REQUEST, MembershipRequest, _partner_name),
        (names.MEMBERSHIP, Membership, _partner_name),
        (names.TO_BE_SIGNED, SignatureRequest, str),
        (names.SIGNATURE, Signature, str),
        (names.AGREEMENT, Agreement, str),
        (names.MOMENT, ContactMoment, _partner_name),
        (names.PARTNER, Partner, str),
    ):
        manager: Any = model._default_manager
        kinds.register_subjects(prefix, manager.visible_to, name=name)
