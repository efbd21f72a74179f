"""Organisations that work together in the centre, and their people."""

from collections.abc import Iterable
from typing import Any

import pghistory
from django.conf import settings
from django.core.validators import FileExtensionValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language
from civportal.lib.images import picture_version, validate_raster_image
from civportal.lib.text import fold, unused_slug
from partners.choices import MembershipRole, PartnerKind, PartnerStatus
from partners.querysets import MembershipQuerySet, PartnerQuerySet, SectorQuerySet


@pghistory.track()
class Sector(models.Model):
    """A branch that partners work in; the words of the centre's own field."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)

    objects = SectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["name"]

    def __str__(self) -> str:
        english = (get_language() or "nl").startswith("en")
        return (self.name_en if english else "") or self.name

    def natural_key(self) -> tuple[str]:
        """The slug."""
        return (self.slug,)


@pghistory.track()
class Partner(models.Model):
    """An organisation, from the first talk with it to a signed agreement and after."""

    name = models.CharField(_("name"), max_length=120)
    sort_name = models.CharField(max_length=120, editable=False, db_index=True)
    slug = models.SlugField(
        _("short name in the address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Made from the name when left empty."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind)
    status = models.CharField(
        _("status"), max_length=20, choices=PartnerStatus, default=PartnerStatus.PROSPECT
    )
    founding = models.BooleanField(
        _("founding partner"), default=False, help_text=_("Was there from the first hour.")
    )
    sectors = models.ManyToManyField(
        Sector, verbose_name=_("sectors"), related_name="partners", blank=True
    )
    kvk_number = models.CharField(
        _("KvK number"),
        max_length=8,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{8}$", _("A KvK number has 8 digits."))],
        help_text=_("8 digits, from the register of the Chamber of Commerce."),
    )
    website = models.URLField(_("website"), blank=True)
    summary = models.CharField(
        _("in one sentence"), max_length=200, blank=True, help_text=_("Shown on the wall.")
    )
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    logo = models.ImageField(
        _("logo"),
        upload_to="partners/",
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"]), validate_raster_image],
        help_text=_("PNG, JPEG or WebP, at most 1 MB."),
    )
    created_at = models.DateTimeField(_("added on"), auto_now_add=True)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="partners"
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kvk_number__regex=r"^[0-9]{8}$"),
                name="partners_partner_kvk_8_digits",
                violation_error_message=_("A KvK number has 8 digits."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PartnerStatus.values),
                name="partners_partner_status_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PartnerKind.values), name="partners_partner_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the name to sort by in step with the name, and an empty KvK number NULL."""
        self.sort_name = fold(self.name)[:120]
        self.slug = self.slug or unused_slug(Partner.objects.all(), self.name, fallback="partner")
        self.kvk_number = self.kvk_number or None
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "sort_name"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self) -> str:
        """The partner's page."""
        return reverse("partners:detail", args=[self.slug])

    @property
    def is_signed(self) -> bool:
        """Whether this is a partner in full, and so known to everyone."""
        return self.status == PartnerStatus.SIGNED

    @property
    def logo_url(self) -> str:
        """Where the logo is, under an address that changes with it; empty without one."""
        if not self.logo:
            return ""
        return f"{reverse('partners:logo', args=[self.slug])}?v={picture_version(self.logo)}"


@pghistory.track()
class Membership(models.Model):
    """A person in a partner organisation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(
        _("role"), max_length=20, choices=MembershipRole, default=MembershipRole.MEMBER
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["partner__sort_name", "user__name"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "partner",
                name="partners_membership_unique",
                violation_error_message=_("This person belongs to this partner already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=MembershipRole.values),
                name="partners_membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.partner}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class PartnerSector(Partner.sectors.through):  # type: ignore[name-defined,misc]
    """A sector of a partner; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()
