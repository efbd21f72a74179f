"""Who may see which partner."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from civportal.accounts.viewers import NOBODY, Viewer, has_permission, is_office, viewer_key
from partners.choices import PartnerStatus

if TYPE_CHECKING:
    from partners.models import Membership, Partner, Sector


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


def partner_rule(viewer: Viewer) -> Q:
    """Signed partners are for everyone; others only for their own people and the office.

    That someone is talking with the centre is nobody else's business.
    """
    from partners.models import Membership  # noqa: PLC0415 - models import this module

    rule = Q(status=PartnerStatus.SIGNED)
    key = viewer_key(viewer)
    if key is None:
        return rule
    own = Membership.objects.filter(partner=OuterRef("pk"), user=key, user__is_active=True)
    return (
        rule | Q(Exists(own)) | is_office(viewer) | has_permission(viewer, "partners.view_partner")
    )


class PartnerQuerySet(models.QuerySet["Partner"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The partners that this person may know of."""
        return self.filter(partner_rule(viewer))

    def signed(self) -> Self:
        """The partners on the wall."""
        return self.filter(status=PartnerStatus.SIGNED)


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
