"""Minutes as they were approved, and the remarks that came before."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions_log.choices import RemarkState
from sessions_log.models.minutes import Minutes
from sessions_log.models.sessions import AgendaItem
from sessions_log.querysets import MinutesRemarkQuerySet, MinutesVersionQuerySet


class MinutesVersion(models.Model):
    """What was approved, frozen: the whole text and the public one, each with its own hash.

    ``full`` and ``public`` hold what ``sessions_log.versions`` makes of a session; the hashes are
    SHA-256 of their canonical JSON. A version never changes; a correction is the next one. It is
    a history by itself, and has none.
    """

    minutes = models.ForeignKey(
        Minutes, verbose_name=_("minutes"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    full = models.JSONField(_("whole text"))
    public = models.JSONField(_("public text"))
    full_hash = models.CharField(_("hash of the whole text"), max_length=64)
    public_hash = models.CharField(_("hash of the public text"), max_length=64)
    approved_at = models.DateTimeField(_("approved on"), default=timezone.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Nobody, when no remark was open at the end of the time for remarks."),
    )
    reason = models.CharField(_("what was corrected, and why"), max_length=300, blank=True)
    withdraws = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("Makes confidential what everyone who sees the session could read before."),
    )

    objects = MinutesVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of minutes")
        verbose_name_plural = _("versions of minutes")
        ordering = ["minutes", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["minutes", "number"], name="sessions_log_version_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="sessions_log_version_correction_says_why",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="never_changes",
                fields=[
                    "minutes", "number", "full", "public", "full_hash", "public_hash",
                    "approved_at", "reason", "withdraws",
                ],
            ),
            pgtrigger.Protect(name="never_goes", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.minutes} · {self.number}"


@pghistory.track()
class MinutesRemark(models.Model):
    """A correction asked for by someone who attended, on one item or on the whole."""

    minutes = models.ForeignKey(
        Minutes, verbose_name=_("minutes"), on_delete=models.CASCADE, related_name="remarks"
    )
    item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="remarks",
        help_text=_("Empty for a remark on the whole."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.TextField(_("remark"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=RemarkState, default=RemarkState.OPEN
    )
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    created_at = models.DateTimeField(_("made on"), default=timezone.now, editable=False)

    objects = MinutesRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("on minutes", "remark")
        verbose_name_plural = pgettext_lazy("on minutes", "remarks")
        ordering = ["minutes", "item__order", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RemarkState.values), name="sessions_log_remark_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RemarkState.OPEN, answered_at__isnull=True)
                | (~Q(state=RemarkState.OPEN) & Q(answered_at__isnull=False)),
                name="sessions_log_remark_answered_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=RemarkState.ANSWERED) | ~Q(answer=""),
                name="sessions_log_remark_answer_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.text
