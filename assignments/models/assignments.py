"""What a company needs or offers, and what a teacher makes of it."""

import datetime
import uuid
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assignments.choices import BOOKED, PUBLIC_STATES, Form, State
from assignments.models.fields import QuarterHoursField
from assignments.querysets import AssignmentQuerySet, LevelGoalQuerySet, SchoolPeriodQuerySet
from assignments.shapes import Shape, shape_of
from civportal.accounts.models import Language
from civportal.lib.text import slug_for
from partners.models import Partner
from programme_lines.choices import Level
from programme_lines.models import ProgrammeLine
from sessions_log.models import ActionItem, Decision

TOO_MANY_TEAMS = "no more teams than wanted"
"""How the database's refusal begins (SQLSTATE 23514, an IntegrityError)."""

NAMES_KEPT_DAYS = 30
"""Days after the end that names of students are kept, where nobody chose otherwise."""


# What each side agreed to is left out: the texts themselves have their history.
@pghistory.track(exclude=["agreed"])
class Assignment(models.Model):
    """A form of cooperation that a company and a teacher put before others.

    It is public once each side that its form needs has said yes (``teacher_yes_at``,
    ``company_yes_at``) and, where the centre wants so, the office has looked (``checked_at``).
    Days are in the centre's time zone. Hours are in quarters.
    """

    key = models.UUIDField(
        _("key"),
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Made with the form: sending it twice is one assignment."),
    )
    form = models.CharField(_("form of cooperation"), max_length=20, choices=Form)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=120, blank=True)
    slug = models.SlugField(max_length=80, editable=False)
    summary = models.CharField(
        _("in one sentence"),
        max_length=200,
        blank=True,
        help_text=_("What it is about, in words that a first-year student knows."),
    )
    description = models.TextField(_("what it is about"), max_length=8000, blank=True)
    result = models.TextField(
        _("what you would like to have at the end"), max_length=3000, blank=True
    )
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
        help_text=_("Whose need or offer it is."),
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contact_of_assignments",
    )
    contact_name = models.CharField(_("name of the contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail address of the contact person"), blank=True)
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("teacher"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="taught_assignments",
        help_text=_("Who posted it for the organisation, or adopted its need."),
    )
    school = models.ForeignKey(
        Partner,
        verbose_name=_("school"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="adopted_assignments",
        help_text=_("Of the teacher."),
    )
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("posted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="posted_assignments",
    )
    lines = models.ManyToManyField(
        ProgrammeLine, verbose_name=_("programme lines"), related_name="assignments", blank=True
    )
    level_min = models.PositiveSmallIntegerField(
        _("lowest level (NLQF)"), choices=Level, null=True, blank=True
    )
    level_max = models.PositiveSmallIntegerField(
        _("highest level (NLQF)"), choices=Level, null=True, blank=True
    )
    mixed = models.BooleanField(
        _("mixed team"),
        default=False,
        help_text=_("Students of different levels or schools work on it together."),
    )
    disciplines = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("disciplines"),
        default=list,
        blank=True,
        help_text=_("Such as laboratory technology, ICT. With commas in between."),
    )
    teams_wanted = models.PositiveSmallIntegerField(
        _("teams"), default=1, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    team_size_min = models.PositiveSmallIntegerField(
        _("students in a team, at least"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    team_size_max = models.PositiveSmallIntegerField(
        _("students in a team, at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    hours_per_week = QuarterHoursField(
        _("hours a week"), most=40, null=True, blank=True, help_text=_("For each student.")
    )
    weeks = models.PositiveSmallIntegerField(
        _("weeks"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(104)],
    )
    starts_on = models.DateField(_("begins on"), null=True, blank=True)
    apply_by = models.DateField(
        _("teams apply until"), null=True, blank=True, help_text=_("The last day to apply.")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    online = models.BooleanField(_("can be done online"), default=False)
    guidance = models.TextField(
        _("guidance"),
        max_length=2000,
        blank=True,
        help_text=_("Who helps from the organisation, and what there is to work with."),
    )
    guidance_hours = QuarterHoursField(
        _("hours of guidance a week"), most=40, null=True, blank=True
    )
    compensation = models.CharField(
        _("compensation"),
        max_length=200,
        blank=True,
        help_text=_("Such as travel costs, or materials. Leave empty for none."),
    )
    names_needed = models.BooleanField(
        _("names of students are needed"),
        default=False,
        help_text=_("Only where it cannot do without, such as for access to a laboratory."),
    )
    names_reason = models.CharField(_("why names are needed"), max_length=200, blank=True)
    names_kept_days = models.PositiveSmallIntegerField(
        _("days that names are kept after the end"),
        default=NAMES_KEPT_DAYS,
        validators=[MaxValueValidator(365)],
    )
    decision = models.ForeignKey(
        Decision,
        verbose_name=_("decision it follows from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assignments",
    )
    action_item = models.ForeignKey(
        ActionItem,
        verbose_name=_("action item it follows from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assignments",
    )
    copied_from = models.ForeignKey(
        "self",
        verbose_name=_("copied from"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="copies",
    )
    revision = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Counts the changes of what people say yes to.")
    )
    created_at = models.DateTimeField(_("begun on"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)
    submitted_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    teacher_yes_at = models.DateTimeField(_("the teacher said yes on"), null=True, blank=True)
    company_yes_at = models.DateTimeField(_("the organisation said yes on"), null=True, blank=True)
    company_yes_by = models.CharField(
        _("who said yes for the organisation"), max_length=254, blank=True
    )
    agreed = models.JSONField(
        default=dict,
        editable=False,
        help_text=_("By side: what the assignment said when that side last said yes."),
    )
    asked_at = models.DateTimeField(
        _("the organisation was asked on"),
        null=True,
        blank=True,
        help_text=_("Since when a yes of the organisation is waited for."),
    )
    reminded_at = models.DateTimeField(_("the organisation was reminded on"), null=True, blank=True)
    returned_reason = models.TextField(
        _("why it came back"), max_length=2000, blank=True, help_text=_("To who posted it.")
    )
    returned_by = models.CharField(_("who sent it back"), max_length=254, blank=True)
    checked_at = models.DateTimeField(_("looked at by the office on"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked at by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    published_at = models.DateTimeField(_("public since"), null=True, blank=True, db_index=True)
    matched_at = models.DateTimeField(_("teams found on"), null=True, blank=True)
    started_at = models.DateTimeField(_("started on"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-published_at", "-pk"]
        indexes = [models.Index(fields=["state", "-published_at"], name="assignments_board")]
        constraints = [
            models.CheckConstraint(
                condition=Q(form__in=Form.values), name="assignments_form_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="assignments_state_known"
            ),
            models.CheckConstraint(
                condition=Q(level_min__isnull=True)
                | Q(level_max__isnull=True)
                | Q(level_max__gte=F("level_min")),
                name="assignments_levels_in_order",
                violation_error_message=_("The highest level is below the lowest."),
            ),
            models.CheckConstraint(
                condition=Q(level_min__isnull=True) | Q(level_min__in=Level.values),
                name="assignments_level_min_known",
            ),
            models.CheckConstraint(
                condition=Q(level_max__isnull=True) | Q(level_max__in=Level.values),
                name="assignments_level_max_known",
            ),
            models.CheckConstraint(
                condition=Q(team_size_min__isnull=True)
                | Q(team_size_max__isnull=True)
                | Q(team_size_max__gte=F("team_size_min")),
                name="assignments_team_size_in_order",
                violation_error_message=_("The largest team is smaller than the smallest."),
            ),
            models.CheckConstraint(
                condition=Q(teams_wanted__gte=1),
                name="assignments_wants_a_team",
                violation_error_message=_("Ask for one team at least."),
            ),
            models.CheckConstraint(
                condition=Q(apply_by__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(apply_by__lte=F("starts_on")),
                name="assignments_apply_before_start",
                violation_error_message=_("Teams apply before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(names_needed=False) | ~Q(names_reason="") | Q(state=State.DRAFT),
                name="assignments_names_why",
                violation_error_message=_("Say why names of students are needed."),
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=True) | Q(action_item__isnull=True),
                name="assignments_follows_from_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(contact_email=Lower("contact_email")),
                name="assignments_contact_email_lower",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(state=State.WITHDRAWN)
                | (Q(submitted_at__isnull=False, partner__isnull=False) & ~Q(title="")),
                name="assignments_sent_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PUBLIC_STATES)
                | (
                    Q(published_at__isnull=False, company_yes_at__isnull=False)
                    & (Q(teacher_yes_at__isnull=False) | Q(form__in=BOOKED))
                ),
                name="assignments_public_when_both_said_yes",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.FINISHED, State.ARCHIVED])
                | Q(finished_at__isnull=False),
                name="assignments_finished_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="assignments_withdrawn_when",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_places_of_accepted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__teams_wanted__df=pgtrigger.F("new__teams_wanted")),
                func=f"""
                    IF (
                        SELECT count(*) FROM assignments_team
                        WHERE assignment_id = NEW.id AND state = 'accepted'
                    ) > NEW.teams_wanted THEN
                        RAISE EXCEPTION '{TOO_MANY_TEAMS}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a constant of our own
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Assignment without a title"))

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Keep the slug in step with the title; old addresses still work by their number."""
        self.slug = slug_for(self.title, fallback="opdracht")
        self.contact_email = self.contact_email.strip().lower()
        if update_fields is not None and "title" in update_fields:
            update_fields = {*update_fields, "slug"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self) -> str:
        """The assignment's page."""
        return reverse("assignments:detail", args=[self.pk, self.slug])

    @property
    def shape(self) -> Shape:
        """What its form asks for."""
        return shape_of(self.form)

    @property
    def is_booked(self) -> bool:
        """Whether it is booked on a date, instead of done by teams."""
        return self.form in BOOKED

    @property
    def is_public(self) -> bool:
        """Whether everyone can read it."""
        return self.state in PUBLIC_STATES

    @property
    def takes_teams(self) -> bool:
        """Whether teams can still apply, by the centre's clock."""
        return (
            self.state == State.PUBLISHED
            and not self.is_booked
            and (self.apply_by is None or self.apply_by >= timezone.localdate())
        )

    @property
    def ends_on(self) -> datetime.date | None:
        """The last day, where the begin and the number of weeks are known."""
        if self.starts_on is None or not self.weeks:
            return None
        return self.starts_on + datetime.timedelta(weeks=self.weeks, days=-1)

    @property
    def levels(self) -> list[Level]:
        """The levels it is for, the lowest first; empty where it does not say."""
        if self.level_min is None or self.level_max is None:
            return []
        return [level for level in Level if self.level_min <= level <= self.level_max]


@pghistory.track()
class LevelGoal(models.Model):
    """What students of one level learn by an assignment, and what they deliver."""

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.CASCADE, related_name="goals"
    )
    level = models.PositiveSmallIntegerField(_("level (NLQF)"), choices=Level)
    learns = models.TextField(_("what they learn"), max_length=1000, blank=True)
    delivers = models.TextField(_("what they deliver"), max_length=1000, blank=True)

    objects = LevelGoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("what a level does")
        verbose_name_plural = _("what levels do")
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "level"], name="assignments_goal_once_a_level"
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values), name="assignments_goal_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.get_level_display()}"


@pghistory.track()
class SchoolPeriod(models.Model):
    """A part of a school's year in which its students can work on something."""

    school = models.ForeignKey(
        Partner, verbose_name=_("school"), on_delete=models.CASCADE, related_name="periods"
    )
    name = models.CharField(_("name"), max_length=60, help_text=_("Such as period 3."))
    starts_on = models.DateField(pgettext_lazy("of a period", "first day"))
    ends_on = models.DateField(pgettext_lazy("of a period", "last day"))

    objects = SchoolPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a school")
        verbose_name_plural = _("periods of schools")
        ordering = ["school__sort_name", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="assignments_period_in_order",
                violation_error_message=_("The end comes before the beginning."),
            ),
            models.UniqueConstraint(fields=["school", "starts_on"], name="assignments_period_once"),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.name}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class AssignmentLine(Assignment.lines.through):  # type: ignore[name-defined,misc]
    """A programme line of an assignment; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()
