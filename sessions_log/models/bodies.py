"""Bodies (*overleggen*) and who sits in them."""

from typing import Any

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language
from civportal.editor.fields import RichTextField
from civportal.lib.text import unused_slug
from partners.models import Partner
from sessions_log.choices import BodyKind, BodyRole
from sessions_log.querysets import BodyMembershipQuerySet


@pghistory.track()
class Body(models.Model):
    """A group that meets: the steering group, a working group, the writers of the plan."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    slug = models.SlugField(
        _("short name in the address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Made from the name when left empty."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=BodyKind)
    mandate = RichTextField(_("mandate"), blank=True, help_text=_("What this body is there for."))
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    silent_days = models.PositiveSmallIntegerField(
        _("days until minutes are approved by themselves"),
        null=True,
        blank=True,
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_(
            "Counted from the day the minutes were sent round, and only without open remarks. "
            "Leave empty when the chair always approves."
        ),
    )

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BodyKind.values), name="sessions_log_body_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(silent_days__isnull=True) | Q(silent_days__range=(1, 365)),
                name="sessions_log_body_silent_days_in_a_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Make the slug from the name where it is empty."""
        self.slug = self.slug or unused_slug(Body.objects.all(), self.name, fallback="overleg")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The body's page."""
        return reverse("sessions_log:body", args=[self.slug])


@pghistory.track()
class BodyMembership(models.Model):
    """A seat in a body: a person, or an organisation whose person is not known."""

    body = models.ForeignKey(
        Body, verbose_name=_("body"), on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="body_memberships",
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="body_memberships",
    )
    organisation = models.CharField(
        _("organisation as written"),
        max_length=160,
        blank=True,
        help_text=_("For one that is no partner here, or a seat that two organisations share."),
    )
    role = models.CharField(_("role"), max_length=10, choices=BodyRole, default=BodyRole.MEMBER)
    start = models.DateField(_("from"), null=True, blank=True)
    end = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)

    objects = BodyMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["body", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(partner__isnull=False) | ~Q(organisation=""),
                name="sessions_log_seat_is_someones",
                violation_error_message=_("Name a person or an organisation."),
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(start__isnull=True) | Q(end__gte=F("start")),
                name="sessions_log_seat_ends_after_start",
                violation_error_message=_("A seat cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=BodyRole.values), name="sessions_log_seat_role_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.organisation_name)

    @property
    def organisation_name(self) -> str:
        """The organisation of this seat as people should read it."""
        return self.organisation or (self.partner.name if self.partner else "")
