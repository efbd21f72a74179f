"""The one centre this portal belongs to: its name, words, colours and contact details."""

from typing import Self

import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civportal.lib.contrast import contrast_ratio
from civportal.lib.images import validate_raster_image

HEX_COLOUR = RegexValidator(
    r"^#[0-9a-f]{6}$", _("Write a colour as # and six digits, such as #0a5c5a.")
)
# The grounds on which the contrast is least: paper by day, the surface of cards by night.
PAPER_LIGHT, PAPER_DARK = "#fbfaf7", "#182329"
MINIMUM_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of body size."""


def _refuse_low_contrast(colour: str, paper: str) -> None:
    ratio = contrast_ratio(colour, paper)
    if ratio < MINIMUM_CONTRAST:
        raise ValidationError(
            _(
                "The contrast of %(colour)s with the paper is %(ratio).2f to 1. "
                "At least 4.5 to 1 is needed for everyone to read it."
            ),
            params={"colour": colour, "ratio": int(ratio * 100) / 100},
        )


@pghistory.track()
class CentreProfile(models.Model):
    """What makes the portal this centre's own. There is exactly one row."""

    name = models.CharField(_("name"), max_length=80, default="CIV")
    short_name = models.CharField(
        _("short name"), max_length=30, blank=True, help_text=_("For small screens and mails.")
    )
    tagline_nl = models.CharField(_("tagline in Dutch"), max_length=160, blank=True)
    tagline_en = models.CharField(_("tagline in English"), max_length=160, blank=True)
    introduction_nl = models.TextField(
        _("introduction in Dutch"), blank=True, help_text=_("Two sentences on the home page.")
    )
    introduction_en = models.TextField(_("introduction in English"), blank=True)
    logo = models.ImageField(
        _("logo"),
        upload_to="centre/",
        blank=True,
        validators=[
            FileExtensionValidator(["png", "jpg", "jpeg", "webp"]),
            validate_raster_image,
        ],
        help_text=_("PNG, JPEG or WebP, at most 1 MB."),
    )
    brand_colour = models.CharField(
        _("brand colour"), max_length=7, default="#0a5c5a", validators=[HEX_COLOUR]
    )
    brand_colour_dark = models.CharField(
        _("brand colour on dark"), max_length=7, default="#6cc5bf", validators=[HEX_COLOUR]
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    address = models.TextField(_("postal address"), blank=True)
    website = models.URLField(_("website"), blank=True)
    accessibility_email = models.EmailField(
        _("e-mail address for accessibility"),
        blank=True,
        help_text=_("Where people tell what they could not use. Empty: the general address."),
    )
    privacy_email = models.EmailField(
        _("e-mail address for privacy"),
        blank=True,
        help_text=_("Where people ask about their data. Empty: the general address."),
    )

    check_assignments = models.BooleanField(
        _("the office looks at assignments first"),
        default=True,
        help_text=_("Off: an assignment is public as soon as school and organisation said yes."),
    )

    class Meta:
        verbose_name = _("centre profile")
        verbose_name_plural = _("centre profile")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="centre_profile_single"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Self:
        """The profile; a plain one as long as nobody has filled it in."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def clean(self) -> None:
        """Refuse brand colours that cannot be read on the paper of their scheme."""
        for field, paper in (("brand_colour", PAPER_LIGHT), ("brand_colour_dark", PAPER_DARK)):
            colour = getattr(self, field).lower()
            setattr(self, field, colour)
            try:
                HEX_COLOUR(colour)
                _refuse_low_contrast(colour, paper)
            except ValidationError as error:
                raise ValidationError({field: error}) from None

    def _in_language(self, field: str) -> str:
        wanted = "en" if (get_language() or "nl").startswith("en") else "nl"
        other = "nl" if wanted == "en" else "en"
        text: str = getattr(self, f"{field}_{wanted}") or getattr(self, f"{field}_{other}")
        return text

    @property
    def tagline(self) -> str:
        """The tagline in the reader's language, else in the other."""
        return self._in_language("tagline")

    @property
    def introduction(self) -> str:
        """The introduction in the reader's language, else in the other."""
        return self._in_language("introduction")
