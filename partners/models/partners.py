"""Organisations that work together in the centre, and the branches they work in."""

from collections.abc import Iterable
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language
from civportal.lib.dutch import KVK_NUMBER, validate_kvk_number
from civportal.lib.images import picture_version, redrawn, validate_raster_image
from civportal.lib.text import fold, unused_slug
from partners.choices import PartnerKind, PartnerStatus
from partners.querysets import PartnerQuerySet, SectorQuerySet


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


RESERVED_SLUGS = frozenset({
    "aanmelden", "aanmelding", "aanmeldingen", "pijplijn", "uitnodiging", "overeenkomsten",
    "handtekeningen", "verzoeken",
})  # fmt: skip
"""Words that stand in addresses where a partner's short name could."""


def validate_free_slug(slug: str) -> None:
    """Refuse a short name under which a partner's page could not be reached."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("The portal uses this word itself. Choose another."))


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
        validators=[validate_free_slug],
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
        validators=[validate_kvk_number],
        help_text=_("8 digits, from the register of the Chamber of Commerce."),
    )
    website = models.URLField(_("website"), blank=True)
    summary = models.CharField(
        _("in one sentence"), max_length=200, blank=True, help_text=_("Shown on the wall.")
    )
    description = models.TextField(_("description"), blank=True)
    offers = models.TextField(
        _("what it offers"),
        blank=True,
        max_length=2000,
        help_text=_("Such as a lab, guest lecturers or placements."),
    )
    seeks = models.TextField(
        _("what it looks for"),
        blank=True,
        max_length=2000,
        help_text=_("Such as students, research or training for its own people."),
    )
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
    email_domains = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("e-mail domains"),
        default=list,
        blank=True,
        help_text=_(
            "Such as example.nl, with commas in between. Who asks to join and has such an address "
            "is likely to belong to it."
        ),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("contact at the office"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="owned_partners",
        help_text=_("Who of the programme office keeps in touch."),
    )
    created_at = models.DateTimeField(_("added on"), auto_now_add=True)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="partners.Membership",
        through_fields=("partner", "user"),
        related_name="partners",
    )

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["sort_name", "pk"]
        permissions = [("view_pipeline", _("Can follow how organisations become partners"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kvk_number__regex=KVK_NUMBER),
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
        """Keep the name to sort by in step with the name, and an empty KvK number NULL.

        Of a new logo only the pixels are kept.
        """
        self.sort_name = fold(self.name)[:120]
        if not self.slug:
            name = f"{self.name} partner" if slugify(self.name) in RESERVED_SLUGS else self.name
            self.slug = unused_slug(Partner.objects.all(), name, fallback="partner")
        self.kvk_number = self.kvk_number or None
        logo: Any = self.logo  # Django's stubs do not know of what is not stored yet
        if logo and not logo._committed:  # just chosen; its form has checked it
            self.logo = redrawn(logo.file, self.slug)
        self.email_domains = sorted({each.strip().lower() for each in self.email_domains} - {""})
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


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class PartnerSector(Partner.sectors.through):  # type: ignore[name-defined,misc]
    """A sector of a partner; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()
