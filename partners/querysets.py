"""Who may see which partner, and what of its way to partnership."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from civportal.accounts.viewers import (
    NOBODY,
    Viewer,
    has_permission,
    inside,
    is_office,
    viewer_key,
)
from civportal.lib.exists import Exists
from partners.choices import (
    OPEN_APPLICATION,
    AgreementState,
    ApplicationState,
    MembershipRole,
    PartnerStatus,
    RequestState,
)

if TYPE_CHECKING:
    from civportal.accounts.models import User
    from partners.models import (
        Agreement,
        ApplicationMessage,
        ContactMoment,
        Invitation,
        Membership,
        MembershipRequest,
        Partner,
        PartnerApplication,
        Sector,
        Signature,
        SignatureRequest,
        StatusChange,
    )

Rule = Callable[[Viewer], Q]

VIEW_PIPELINE = "partners.view_pipeline"
"""The permission by which anybody else may follow how organisations become partners."""

_insider_rules: dict[str, Rule] = {}


def register_insider_rule(name: str, rule: Rule) -> None:
    """Let a higher floor say who else follows the pipeline, such as the steering group.

    ``rule(viewer)`` gives a ``Q`` about the viewer alone, as those of
    ``civportal.accounts.viewers``. Call it from ``AppConfig.ready``; a name registers once.
    """
    _insider_rules[name] = rule


def insider_rule(viewer: Viewer) -> Q:
    """A rule that holds when the viewer may know which organisations the centre talks with.

    The office, whoever has the permission, and whom other apps named (the steering group).
    """
    rule = is_office(viewer) | has_permission(viewer, VIEW_PIPELINE)
    for other in _insider_rules.values():
        rule |= other(viewer)
    return rule


def is_member_of_signed_partner(viewer: Viewer) -> Q:
    """A rule that holds when the viewer belongs to a partner that has signed."""
    from partners.models import Membership  # noqa: PLC0415 - models import this module

    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    return Q(
        Exists(
            Membership.objects.filter(
                user=key, user__is_active=True, partner__status=PartnerStatus.SIGNED
            )
        )
    )


def own_people(viewer: Viewer, partner: str = "pk", **membership: Any) -> Q:
    """A rule that holds when the viewer belongs to the organisation that ``partner`` names.

    ``membership`` narrows it, such as ``role="representative"``.
    """
    from partners.models import Membership  # noqa: PLC0415 - models import this module

    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    return Q(
        Exists(
            Membership.objects.filter(
                partner=OuterRef(partner), user=key, user__is_active=True, **membership
            )
        )
    )


def partner_rule(viewer: Viewer) -> Q:
    """Signed partners are for everyone; others only for their own people and insiders.

    That someone is talking with the centre is nobody else's business.
    """
    return (
        Q(status=PartnerStatus.SIGNED)
        | own_people(viewer)
        | insider_rule(viewer)
        | has_permission(viewer, "partners.view_partner")
    )


def application_rule(viewer: Viewer) -> Q:
    """The applicant always; the organisation's people once accepted; insiders once confirmed."""
    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    from partners.models import PartnerApplication  # noqa: PLC0415 - models import this module

    own = PartnerApplication.objects.filter(pk=OuterRef("pk"), user=key, user__is_active=True)
    confirmed = ~Q(state=ApplicationState.UNCONFIRMED) & Q(submitted_at__isnull=False)
    insiders = insider_rule(viewer) | has_permission(viewer, "partners.view_partnerapplication")
    return (
        Q(Exists(own))
        | (Q(state=ApplicationState.ACCEPTED) & own_people(viewer, "partner"))
        | (confirmed & insiders)
    )


def agreement_rule(viewer: Viewer) -> Q:
    """Insiders see all; the people of a partner that was asked or has signed, once it is open."""
    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    from partners.models import Membership, Signature, SignatureRequest  # noqa: PLC0415 - as above

    def theirs(field: str) -> Exists:
        return Exists(
            Membership.objects.filter(
                partner=OuterRef(field),
                user=viewer_key(inside(viewer)),
                user__is_active=True,
            )
        )

    asked = SignatureRequest.objects.filter(
        theirs("partner"), agreement=OuterRef("pk"), withdrawn_at__isnull=True
    )
    signed = Signature.objects.filter(theirs("partner"), agreement=OuterRef("pk"))
    return (
        (~Q(state=AgreementState.DRAFT) & (Q(Exists(asked)) | Q(Exists(signed))))
        | insider_rule(viewer)
        | has_permission(viewer, "partners.view_agreement")
    )


class PartnerQuerySet(models.QuerySet["Partner"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The partners that this person may know of."""
        return self.filter(partner_rule(viewer))

    def signed(self) -> Self:
        """The partners on the wall."""
        return self.filter(status=PartnerStatus.SIGNED)

    def with_pipeline(self) -> Self:
        """What the pipeline shows of each, for who sees the pipeline.

        ``status_since``: since when it has its status. ``last_contact``: the date of the latest
        talk. ``step_id``, ``next_step``, ``due`` and ``step_owner_name``: the open step that is
        due first, None without one; ``open_steps`` how many there are.
        """
        from partners.models import ContactMoment, StatusChange  # noqa: PLC0415 - as above

        changes = StatusChange.objects.filter(partner=OuterRef("pk")).order_by("-at", "-pk")
        moments = ContactMoment.objects.filter(partner=OuterRef("pk"))
        step = moments.open().order_by(F("due").asc(nulls_last=True), "pk")
        number = moments.open().order_by().values("partner").annotate(number=Count("pk"))
        return self.annotate(
            status_since=Coalesce(Subquery(changes.values("at")[:1]), F("created_at")),
            last_contact=Subquery(moments.order_by("-date").values("date")[:1]),
            step_id=Subquery(step.values("pk")[:1]),
            next_step=Subquery(step.values("next_step")[:1]),
            due=Subquery(step.values("due")[:1]),
            step_owner_name=Subquery(step.values("owner__name")[:1]),
            open_steps=Coalesce(Subquery(number.values("number")), 0),
        )


class SectorQuerySet(models.QuerySet["Sector"]):
    def get_by_natural_key(self, slug: str) -> "Sector":
        """Find a sector by its slug."""
        return self.get(slug=slug)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own memberships, those of one's colleagues, and all for the office."""
        key = viewer_key(viewer)
        if key is None:
            return self.none()
        colleagues = self.model.objects.filter(partner=OuterRef("partner"), user=key)
        return self.filter(
            Q(Exists(colleagues))
            | is_office(viewer)
            | has_permission(viewer, "partners.view_membership")
        )

    def representatives(self) -> Self:
        """Those who speak for the organisation and can log in."""
        return self.filter(role=MembershipRole.REPRESENTATIVE, user__is_active=True)

    def may_sign(self) -> Self:
        """Representatives with a mandate."""
        return self.representatives().exclude(mandate="")


class MembershipRequestQuerySet(models.QuerySet["MembershipRequest"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own requests, those to the partner one represents, and all for the office."""
        key = viewer_key(viewer)
        if key is None:
            return self.none()
        own = self.model.objects.filter(pk=OuterRef("pk"), user=key, user__is_active=True)
        return self.filter(
            Q(Exists(own))
            | own_people(viewer, "partner", role=MembershipRole.REPRESENTATIVE)
            | is_office(viewer)
            | has_permission(viewer, "partners.view_membershiprequest")
        )

    def pending(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(state=RequestState.PENDING)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For the representatives of the partner, and the office.

        Whoever was invited has the link; a list of invitations is not theirs to see.
        """
        return self.filter(
            own_people(viewer, "partner", role=MembershipRole.REPRESENTATIVE)
            | is_office(viewer)
            | has_permission(viewer, "partners.view_invitation")
        )

    def open(self) -> Self:
        """Those whose link still works."""
        return self.filter(
            accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )


class PartnerApplicationQuerySet(models.QuerySet["PartnerApplication"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The applications that this person may read."""
        return self.filter(application_rule(viewer))

    def claimable_by(self, user: "User") -> Self:
        """Those that somebody sent with this person's address and that nobody has confirmed."""
        return self.filter(
            state=ApplicationState.UNCONFIRMED, user__isnull=True, applicant_email=user.email
        )

    def open(self) -> Self:
        """Those that wait for the office or for an answer, the oldest first."""
        return self.filter(state__in=OPEN_APPLICATION).order_by("submitted_at", "pk")

    def on_the_board(self) -> Self:
        """The open ones that stand in the pipeline by themselves.

        One that the office linked does not: its organisation stands there, and tells of it.
        """
        return self.open().filter(partner__isnull=True)


class ApplicationMessageQuerySet(models.QuerySet["ApplicationMessage"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The messages about the applications that this person may read."""
        from partners.models import PartnerApplication  # noqa: PLC0415 - models import this module

        readable = PartnerApplication.objects.filter(application_rule(inside(viewer)))
        return self.filter(Exists(readable.filter(pk=OuterRef("application"))))


class ContactMomentQuerySet(models.QuerySet["ContactMoment"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For the organisation's own people and for insiders."""
        return self.filter(
            own_people(viewer, "partner")
            | insider_rule(viewer)
            | has_permission(viewer, "partners.view_contactmoment")
        )

    def open(self) -> Self:
        """Those with a step that nobody has taken yet."""
        return self.filter(done_at__isnull=True).exclude(next_step="")

    def overdue(self) -> Self:
        """Open steps that should have been taken before today."""
        return self.open().filter(due__lt=timezone.localdate())


class StatusChangeQuerySet(models.QuerySet["StatusChange"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For the organisation's own people and for insiders."""
        return self.filter(
            own_people(viewer, "partner")
            | insider_rule(viewer)
            | has_permission(viewer, "partners.view_statuschange")
        )


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The agreements that this person may read."""
        return self.filter(agreement_rule(viewer))

    def with_counts(self, viewer: Viewer) -> Self:
        """``asked`` and ``signed``: how many of the partners that this person may know of.

        Insiders know of all; the people of a partner only of their own.
        """
        from partners.models import Signature, SignatureRequest  # noqa: PLC0415 - as above

        def number(rows: models.QuerySet[Any]) -> Coalesce:
            of_this = rows.filter(agreement=OuterRef("pk")).order_by().values("agreement")
            return Coalesce(Subquery(of_this.annotate(number=Count("pk")).values("number")), 0)

        asked = SignatureRequest.objects.visible_to(viewer).filter(withdrawn_at__isnull=True)
        return self.annotate(
            asked=number(asked), signed=number(Signature.objects.visible_to(viewer))
        )

    def open(self) -> Self:
        """Those that can be signed today."""
        return self.filter(
            Q(sign_by__isnull=True) | Q(sign_by__gte=timezone.localdate()),
            state=AgreementState.OPEN,
        )


class SignatureRequestQuerySet(models.QuerySet["SignatureRequest"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For the people of the partner that was asked, once it can sign, and for insiders."""
        return self.filter(
            (
                Q(withdrawn_at__isnull=True)
                & ~Q(agreement__state=AgreementState.DRAFT)
                & own_people(viewer, "partner")
            )
            | insider_rule(viewer)
            | has_permission(viewer, "partners.view_signaturerequest")
        )

    def with_signature(self) -> Self:
        """What became of each: ``signature_id``, ``signed_at``, ``signatory``, ``how``."""
        from partners.models import Signature  # noqa: PLC0415 - models import this module

        signature = Signature.objects.filter(
            agreement=OuterRef("agreement"), partner=OuterRef("partner")
        )
        return self.annotate(
            signature_id=Subquery(signature.values("pk")),
            signed_at=Subquery(signature.values("signed_at")),
            signatory=Subquery(signature.values("name")),
            how=Subquery(signature.values("method")),
        )

    def waiting(self) -> Self:
        """Those that can be signed today and have not been."""
        from partners.models import Signature  # noqa: PLC0415 - models import this module

        signed = Signature.objects.filter(
            agreement=OuterRef("agreement"), partner=OuterRef("partner")
        )
        return self.filter(
            ~Exists(signed),
            Q(agreement__sign_by__isnull=True) | Q(agreement__sign_by__gte=timezone.localdate()),
            withdrawn_at__isnull=True,
            agreement__state=AgreementState.OPEN,
        )


class SignatureQuerySet(models.QuerySet["Signature"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """For the people of the partner that signed, and for insiders."""
        return self.filter(
            own_people(viewer, "partner")
            | insider_rule(viewer)
            | has_permission(viewer, "partners.view_signature")
        )
