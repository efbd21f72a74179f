"""Minutes and what came out of a session: decisions, action items, attention points."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civportal.editor.fields import RichTextField
from programme_lines.models import PlanChapter, ProgrammeLine
from sessions_log.choices import ActionState, AttentionState, MinutesState
from sessions_log.models.guards import count_revisions, keep_approved, stay_approved
from sessions_log.models.sessions import AgendaItem, WorkSession
from sessions_log.querysets import (
    ActionItemQuerySet,
    AttentionPointQuerySet,
    DecisionQuerySet,
    MinutesQuerySet,
)

SESSION_OF_ITEM = "(SELECT session_id FROM sessions_log_agendaitem WHERE id = ROW.item_id)"


@pghistory.track()
class Minutes(models.Model):
    """The report of one session; the text itself stands with the agenda items."""

    session = models.OneToOneField(
        WorkSession,
        verbose_name=_("session"),
        on_delete=models.CASCADE,
        related_name="minutes",
    )
    summary = RichTextField(_("in short"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MinutesState, default=MinutesState.DRAFT
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    circulated_at = models.DateTimeField(_("circulated on"), null=True, blank=True)
    approve_by_itself_on = models.DateField(
        _("approved by itself on"),
        null=True,
        blank=True,
        help_text=_("When no remark is open that day. Empty: the chair approves."),
    )
    approved_at = models.DateTimeField(_("approved on"), null=True, blank=True)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = pgettext_lazy("of several sessions", "minutes")
        ordering = ["-session__date"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MinutesState.values), name="sessions_log_minutes_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=MinutesState.PUBLISHED) | Q(published_at__isnull=False),
                name="sessions_log_minutes_published_when",
                violation_error_message=_("Published minutes need the moment of publication."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[MinutesState.APPROVED, MinutesState.PUBLISHED])
                | Q(approved_at__isnull=False),
                name="sessions_log_minutes_approved_when",
                violation_error_message=_("Approved minutes need the moment of approval."),
            ),
        ]
        triggers = [
            count_revisions("summary"),
            keep_approved("ROW.session_id", ["session_id", "summary"]),
            stay_approved(),
        ]

    def __str__(self) -> str:
        return str(self.session)

    def get_absolute_url(self) -> str:
        """The page of the session, which holds the report."""
        return self.session.get_absolute_url()

    @property
    def is_settled(self) -> bool:
        """Whether the text is approved and so may no longer change."""
        return self.state in {MinutesState.APPROVED, MinutesState.PUBLISHED}

    @property
    def is_published(self) -> bool:
        """Whether whoever may see the session may read the report."""
        return self.state == MinutesState.PUBLISHED


@pghistory.track()
class Decision(models.Model):
    """What was decided under an agenda item."""

    item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        on_delete=models.CASCADE,
        related_name="decisions",
    )
    text = models.TextField(_("decision"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["item__order", "order", "pk"]
        triggers = [keep_approved(SESSION_OF_ITEM, ["item_id", "text", '"order"'])]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The address that leads to where it stands in the report."""
        return reverse("sessions_log:decision", args=[self.pk])


@pghistory.track()
class ActionItem(models.Model):
    """Something that someone will do, by a date where one was agreed."""

    item = models.ForeignKey(
        AgendaItem, verbose_name=_("agenda item"), on_delete=models.CASCADE, related_name="actions"
    )
    text = models.TextField(_("action"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="action_items",
    )
    owner_name = models.CharField(
        _("owner as written"),
        max_length=120,
        blank=True,
        help_text=_("For an owner without an account. Only those who read everything see names."),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    snoozed_until = models.DateField(
        _("no reminders until"), null=True, blank=True, help_text=_("The due date stays.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ActionState, default=ActionState.OPEN
    )
    done_on = models.DateField(_("done on"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["item__order", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ActionState.values), name="sessions_log_action_state_known"
            ),
        ]
        triggers = [keep_approved(SESSION_OF_ITEM, ["item_id", "text", '"order"'])]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The address that leads to where it stands in the report."""
        return reverse("sessions_log:action", args=[self.pk])

    @property
    def is_late(self) -> bool:
        """Whether it should have been done before today, by the centre's clock."""
        return (
            self.state == ActionState.OPEN
            and self.due is not None
            and self.due < timezone.localdate()
        )

    @property
    def is_snoozed(self) -> bool:
        """Whether its owner asked to be left alone about it for a while."""
        return (
            self.state == ActionState.OPEN
            and self.snoozed_until is not None
            and self.snoozed_until > timezone.localdate()
        )


@pghistory.track()
class AttentionPoint(models.Model):
    """A point raised by those present, addressed to a programme line (*aandachtspunt*)."""

    item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        on_delete=models.CASCADE,
        related_name="attention_points",
    )
    text = models.TextField(_("attention point"))
    line = models.ForeignKey(
        ProgrammeLine,
        verbose_name=_("programme line"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attention_points",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AttentionState, default=AttentionState.OPEN
    )
    answer = models.TextField(_("answer"), blank=True, help_text=_("What was done with it."))
    chapter = models.ForeignKey(
        PlanChapter,
        verbose_name=_("chapter where it landed"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attention_points",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = AttentionPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("attention point")
        verbose_name_plural = _("attention points")
        ordering = ["item__order", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AttentionState.values),
                name="sessions_log_attention_state_known",
            ),
        ]
        triggers = [keep_approved(SESSION_OF_ITEM, ["item_id", "text", '"order"'])]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The page that tells its whole story."""
        return reverse("sessions_log:point", args=[self.pk])
