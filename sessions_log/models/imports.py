"""Reports as they came in."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sessions_log.choices import ImportState, Visibility
from sessions_log.querysets import ReportImportQuerySet


@pghistory.track()
class ReportImport(models.Model):
    """A file as it came in, what was understood of it, and what the reader should check.

    Confirming it creates sessions. ``understood`` holds what ``import_report --dry-run --format
    json`` prints and more (hours, order of the text, who was absent), as corrected by the office;
    its shape is that of ``sessions_log.reports.Report.as_data``.
    """

    file = models.FileField(_("file"), upload_to="imports/%Y/")
    filename = models.CharField(_("name of the file"), max_length=200)
    format = models.CharField(_("format"), max_length=10)
    sha256 = models.CharField(max_length=64, editable=False)
    text = models.TextField(_("text as it came in"), blank=True)
    understood = models.JSONField(_("what was understood"))
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.REVIEW
    )
    visibility = models.CharField(
        _("who may see the sessions"), max_length=10, choices=Visibility, default=Visibility.BODY
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("brought in by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("brought in on"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    objects = ReportImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a report")
        verbose_name_plural = _("imports of reports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "sha256",
                name="sessions_log_import_once",
                condition=~Q(state=ImportState.DISCARDED),
                violation_error_message=_("This file has come in before."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="sessions_log_import_state_known"
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values),
                name="sessions_log_import_visibility_known",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        """The page where the office checks it."""
        return reverse("sessions_log:import_review", args=[self.pk])
