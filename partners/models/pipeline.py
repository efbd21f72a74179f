"""How the office comes to an agreement with an organisation: talks, steps and changes of status."""

import pghistory
from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civportal.lib.pdf import validate_pdf
from partners.choices import PartnerStatus
from partners.models.agreements import Signature
from partners.models.applications import PartnerApplication
from partners.models.partners import Partner
from partners.querysets import ContactMomentQuerySet, StatusChangeQuerySet


@pghistory.track()
class ContactMoment(models.Model):
    """A talk with an organisation, and the step that follows from it.

    The next step of an organisation is its open step that is due first; there is no second place
    where that stands (``PartnerQuerySet.with_pipeline``).
    """

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="moments"
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    with_whom = models.CharField(_("with whom"), max_length=200, blank=True)
    summary = models.TextField(_("what was said"), max_length=5000)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who takes the step"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="next_steps",
    )
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("written on"), auto_now_add=True)

    objects = ContactMomentQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact moment")
        verbose_name_plural = _("contact moments")
        ordering = ["-date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due__isnull=True) | ~Q(next_step=""),
                name="partners_moment_due_has_step",
                violation_error_message=_("Say what is due on that day."),
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(next_step=""),
                name="partners_moment_done_has_step",
            ),
        ]
        indexes = [
            models.Index(
                fields=["partner", "due"],
                name="partners_moment_open_steps",
                condition=~Q(next_step="") & Q(done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} · {self.date}"

    @property
    def is_open(self) -> bool:
        """Whether there is a step that nobody has taken yet."""
        return bool(self.next_step) and self.done_at is None

    @property
    def is_late(self) -> bool:
        """Whether the step should have been taken before today."""
        return self.is_open and self.due is not None and self.due < timezone.localdate()


@pghistory.track()
class StatusChange(models.Model):
    """An organisation came a step further, or did not: from where, when, by whom and why.

    Written by ``actions.pipeline.move_partner`` and by signing alone. The first row of an
    organisation that came in by an application has no ``before``.
    """

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="status_changes"
    )
    before = models.CharField(_("status before"), max_length=20, choices=PartnerStatus, blank=True)
    after = models.CharField(_("status after"), max_length=20, choices=PartnerStatus)
    at = models.DateTimeField(_("on"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    document = models.FileField(
        _("document"),
        upload_to="partners/letters/%Y/",
        blank=True,
        validators=[FileExtensionValidator(["pdf"]), validate_pdf],
        help_text=_("The letter of intent, as a PDF."),
    )
    application = models.ForeignKey(
        PartnerApplication,
        verbose_name=_("application"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    signature = models.ForeignKey(
        Signature,
        verbose_name=_("signature"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of status")
        verbose_name_plural = _("changes of status")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["partner", "-at"], name="partners_change_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(after__in=PartnerStatus.values)
                & Q(before__in=["", *PartnerStatus.values]),
                name="partners_change_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(after__in=[PartnerStatus.DECLINED, PartnerStatus.ENDED])
                | ~Q(reason=""),
                name="partners_change_end_has_reason",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=~Q(after=PartnerStatus.LETTER_OF_INTENT) | ~Q(document=""),
                name="partners_change_letter_is_there",
                violation_error_message=_("Add the letter of intent."),
            ),
            models.CheckConstraint(
                condition=~Q(after=PartnerStatus.SIGNED) | Q(signature__isnull=False),
                name="partners_change_signed_by_signature",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} · {self.get_after_display()}"

    @property
    def document_url(self) -> str:
        """Where the letter is read; empty without one."""
        return reverse("partners:letter", args=[self.pk]) if self.document else ""
