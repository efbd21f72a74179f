"""From the start of an assignment to what it brought."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assignments.choices import Side
from assignments.models.assignments import Assignment
from assignments.models.teams import Team
from assignments.querysets import (
    FeedbackQuerySet,
    HandInQuerySet,
    OutcomeQuerySet,
    StepQuerySet,
)
from civportal.accounts.models import Language


@pghistory.track()
class Step(models.Model):
    """A milestone on the way: what every team hands in or does by a day."""

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.CASCADE, related_name="steps"
    )
    title = models.CharField(_("title"), max_length=120)
    due = models.DateField(_("due"))
    wants_file = models.BooleanField(_("something is handed in"), default=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of an assignment", "milestone")
        verbose_name_plural = pgettext_lazy("of an assignment", "milestones")
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class HandIn(models.Model):
    """Something that a team handed in, with a file or without."""

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="hand_ins"
    )
    step = models.ForeignKey(
        Step,
        verbose_name=pgettext_lazy("of an assignment", "milestone"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="hand_ins",
    )
    note = models.TextField(_("what it is"), max_length=3000, blank=True)
    file = models.FileField(_("file"), upload_to="assignments/handed-in/%Y/", blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False, default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed in by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("handed in on"), auto_now_add=True)
    seen_at = models.DateTimeField(_("marked as seen on"), null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("marked as seen by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = HandInQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-in")
        verbose_name_plural = _("hand-ins")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(note="") | ~Q(file=""),
                name="assignments_hand_in_is_something",
                violation_error_message=_("Add a file, or write what it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.step or self.at.date()}"

    def get_absolute_url(self) -> str:
        """The address of the file."""
        return reverse("assignments:hand_in_file", args=[self.pk])


@pghistory.track()
class Feedback(models.Model):
    """What one side thought of working together, for the other and for next year."""

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="feedback"
    )
    side = models.CharField(pgettext_lazy("who speaks", "side"), max_length=10, choices=Side)
    went_well = models.TextField(_("what went well"), max_length=3000)
    better = models.TextField(_("what could be better next time"), max_length=3000, blank=True)
    again = models.BooleanField(_("would do it again"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("written on"), auto_now_add=True)
    read_at = models.DateTimeField(
        _("read by the other side on"),
        null=True,
        blank=True,
        help_text=_("From then on it does not change any more."),
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["side", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "side"], name="assignments_feedback_once"),
            models.CheckConstraint(
                condition=Q(side__in=Side.values), name="assignments_feedback_side_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.get_side_display()}"


@pghistory.track()
class Outcome(models.Model):
    """What a team's work brought; public once company and team agree to the same words.

    Each change of the words takes both agreements back.
    """

    team = models.OneToOneField(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="outcome"
    )
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in one sentence"), max_length=200, blank=True)
    result = models.TextField(_("what came out of it"), max_length=5000)
    learned = models.TextField(_("what was learned"), max_length=5000)
    lasts = models.TextField(_("what lasts"), max_length=3000, blank=True)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)
    company_yes_at = models.DateTimeField(_("the company agreed on"), null=True, blank=True)
    company_yes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agreed for the company"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    team_yes_at = models.DateTimeField(_("the team agreed on"), null=True, blank=True)
    team_yes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agreed for the team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    published_at = models.DateTimeField(_("public since"), null=True, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(company_yes_at__isnull=False, team_yes_at__isnull=False),
                name="assignments_outcome_public_when_both_agree",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its place on the page of the assignment."""
        return f"{self.team.assignment.get_absolute_url()}#uitkomst-{self.pk}"
