"""Teams: who would like to do an assignment, and what is said about that."""

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assignments.choices import Side, TeamState
from assignments.models.assignments import TOO_MANY_TEAMS, Assignment
from assignments.models.fields import QuarterHoursField
from assignments.querysets import (
    TeamCountQuerySet,
    TeamMemberQuerySet,
    TeamMessageQuerySet,
    TeamQuerySet,
)
from civportal.accounts.models import Language
from partners.models import Partner
from programme_lines.choices import Level


@pghistory.track()
class Team(models.Model):
    """A team of students that wants to do an assignment; its coach acts for it.

    Students have no accounts. They are counted by school and level (``TeamCount``); names
    (``TeamMember``) are there only where the assignment cannot do without.
    """

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.CASCADE, related_name="teams"
    )
    name = models.CharField(_("name"), max_length=80)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("coach"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="coached_teams",
    )
    state = models.CharField(_("state"), max_length=10, choices=TeamState, default=TeamState.DRAFT)
    motivation = models.TextField(_("why this team"), max_length=3000, blank=True)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    created_at = models.DateTimeField(_("begun on"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField(
        _("reason"), max_length=2000, blank=True, help_text=_("Told to the team, in so many words.")
    )
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    hours_made = QuarterHoursField(
        _("hours that the students made together"), null=True, blank=True
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["assignment", "applied_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=TeamState.values), name="assignments_team_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[TeamState.DRAFT, TeamState.WITHDRAWN])
                | (Q(applied_at__isnull=False) & ~Q(motivation="")),
                name="assignments_team_applied_with_motivation",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[TeamState.ACCEPTED, TeamState.DECLINED])
                | Q(decided_at__isnull=False),
                name="assignments_team_decided_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=TeamState.DECLINED) | ~Q(reason=""),
                name="assignments_team_declined_why",
                violation_error_message=_("Say why, for the team."),
            ),
            models.UniqueConstraint(
                fields=["assignment", "coach", "name"], name="assignments_team_once"
            ),
        ]
        triggers = [
            # The assignment is held, so that two acceptances at one moment come one by one.
            pgtrigger.Trigger(
                name="no_more_than_wanted",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__state="accepted"),
                declare=[("wanted", "integer")],
                func=f"""
                    SELECT teams_wanted INTO wanted FROM assignments_assignment
                        WHERE id = NEW.assignment_id FOR NO KEY UPDATE;
                    IF (
                        SELECT count(*) FROM assignments_team
                        WHERE assignment_id = NEW.assignment_id
                        AND state = 'accepted' AND id <> NEW.id
                    ) >= wanted THEN
                        RAISE EXCEPTION '{TOO_MANY_TEAMS}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a constant of our own
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The team's page: for its coach, both sides of the assignment, and the office."""
        return reverse("assignments:team", args=[self.pk])


@pghistory.track()
class TeamCount(models.Model):
    """How many students of one school and level are in a team."""

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="counts"
    )
    school = models.ForeignKey(
        Partner, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    level = models.PositiveSmallIntegerField(_("level (NLQF)"), choices=Level)
    number = models.PositiveSmallIntegerField(
        _("students"), validators=[MinValueValidator(1), MaxValueValidator(200)]
    )

    objects = TeamCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("students of a team")
        verbose_name_plural = _("students of teams")
        ordering = ["school__sort_name", "level"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "school", "level"],
                name="assignments_count_once",
                violation_error_message=_("This school and level stand in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="assignments_count_level_known"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="assignments_count_some"),
        ]

    def __str__(self) -> str:
        return f"{self.number} × {self.school} ({self.get_level_display()})"


class TeamMember(models.Model):
    """The name of a student, where the assignment cannot do without; gone after a while.

    Without history on purpose: a name that is erased must not stay there.
    """

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="members"
    )
    name = models.CharField(_("name"), max_length=120)
    consent_on = models.DateField(
        _("agreed on"),
        help_text=_("The day the student agreed that the organisation gets the name."),
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written down by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    added_at = models.DateTimeField(_("written down on"), auto_now_add=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("student by name")
        verbose_name_plural = _("students by name")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name"],
                name="assignments_member_once",
                violation_error_message=_("This name stands in the list already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class TeamMessage(models.Model):
    """Something said between a team and the side that posted, from application to end."""

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="messages"
    )
    side = models.CharField(pgettext_lazy("who speaks", "side"), max_length=10, choices=Side)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.TextField(_("text"), max_length=5000)
    created_at = models.DateTimeField(_("written on"), auto_now_add=True)

    objects = TeamMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to or from a team")
        verbose_name_plural = _("messages to and from teams")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=Side.values), name="assignments_message_side_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.created_at:%Y-%m-%d}"
