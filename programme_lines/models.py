"""The catalogue of what the centre works on, and its activity plan."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language
from civportal.editor.fields import RichTextField
from civportal.lib.text import unused_slug
from partners.models import Partner
from programme_lines.choices import ChapterVisibility, InitiativeStatus, Level, LineColour
from programme_lines.querysets import PlanChapterQuerySet


@pghistory.track()
class ProgrammeLine(models.Model):
    """A theme that the centre works along (*programmalijn*)."""

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(
        _("short name in the address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Made from the title when left empty."),
    )
    summary = models.CharField(
        _("in one sentence"), max_length=240, blank=True, help_text=_("What the line wants.")
    )
    body = RichTextField(_("text"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    colour = models.CharField(
        _("colour"), max_length=10, choices=LineColour, default=LineColour.PETROL
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("programme line")
        verbose_name_plural = _("programme lines")
        ordering = ["order", "title"]
        constraints = [
            models.UniqueConstraint(
                "title",
                name="programme_lines_line_title_unique",
                violation_error_message=_("There is a programme line with this title already."),
            ),
            models.CheckConstraint(
                condition=models.Q(colour__in=LineColour.values),
                name="programme_lines_line_colour_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Make the slug from the title where it is empty."""
        self.slug = self.slug or unused_slug(
            ProgrammeLine.objects.all(), self.title, fallback="programmalijn"
        )
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The line's page."""
        return reverse("programme_lines:detail", args=[self.slug])


@pghistory.track()
class LineLeader(models.Model):
    """Who leads a line, named on its page with their consent."""

    line = models.ForeignKey(
        ProgrammeLine, verbose_name=_("line"), on_delete=models.CASCADE, related_name="leaders"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="led_lines",
    )
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=120, blank=True)
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="led_lines",
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("line leader")
        verbose_name_plural = _("line leaders")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class EducationProgramme(models.Model):
    """A course of study at a school (*opleiding*)."""

    name = models.CharField(_("name"), max_length=120)
    institution = models.ForeignKey(
        Partner,
        verbose_name=_("school"),
        on_delete=models.PROTECT,
        related_name="education_programmes",
    )
    level = models.PositiveSmallIntegerField(_("level (NLQF)"), choices=Level)

    class Meta:
        verbose_name = _("education programme")
        verbose_name_plural = _("education programmes")
        ordering = ["name", "level"]
        constraints = [
            models.UniqueConstraint(
                "institution", "name", "level", name="programme_lines_education_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=Level.values),
                name="programme_lines_education_level_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_level_display()})"


@pghistory.track()
class Initiative(models.Model):
    """A cooperation that exists or is proposed."""

    line = models.ForeignKey(
        ProgrammeLine, verbose_name=_("line"), on_delete=models.CASCADE, related_name="initiatives"
    )
    title = models.CharField(_("title"), max_length=160)
    description = models.TextField(_("description"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    status = models.CharField(
        _("status"), max_length=10, choices=InitiativeStatus, default=InitiativeStatus.IDEA
    )
    partners = models.ManyToManyField(
        Partner, verbose_name=_("partners"), related_name="initiatives", blank=True
    )
    education_programmes = models.ManyToManyField(
        EducationProgramme,
        verbose_name=_("education programmes"),
        related_name="initiatives",
        blank=True,
    )

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=InitiativeStatus.values),
                name="programme_lines_initiative_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class PlanChapter(models.Model):
    """A chapter of the activity plan (*activiteitenplan*) about one line."""

    line = models.ForeignKey(
        ProgrammeLine, verbose_name=_("line"), on_delete=models.CASCADE, related_name="chapters"
    )
    title = models.CharField(_("title"), max_length=160)
    text = RichTextField(_("text"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    visibility = models.CharField(
        _("who may read this"),
        max_length=10,
        choices=ChapterVisibility,
        default=ChapterVisibility.WRITERS,
    )
    authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("writers"),
        related_name="written_chapters",
        blank=True,
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)

    objects = PlanChapterQuerySet.as_manager()

    class Meta:
        verbose_name = _("chapter of the activity plan")
        verbose_name_plural = _("chapters of the activity plan")
        ordering = ["line__order", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=ChapterVisibility.values),
                name="programme_lines_chapter_visibility_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The chapter's place on the page of the line's activity plan."""
        return reverse("programme_lines:plan", args=[self.line.slug]) + f"#hoofdstuk-{self.pk}"


@pghistory.track()
class Milestone(models.Model):
    """A step on the route of a line, or of the whole centre."""

    line = models.ForeignKey(
        ProgrammeLine,
        verbose_name=_("line"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="milestones",
        help_text=_("Empty: of the whole centre."),
    )
    title = models.CharField(_("title"), max_length=160)
    date = models.DateField(_("date"))
    done = models.BooleanField(_("done"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="milestones",
    )

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class InitiativePartner(Initiative.partners.through):  # type: ignore[name-defined,misc]
    """A partner of an initiative; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class InitiativeEducation(Initiative.education_programmes.through):  # type: ignore[name-defined,misc]
    """An education programme of an initiative; here for its history."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class ChapterAuthor(PlanChapter.authors.through):  # type: ignore[name-defined,misc]
    """A writer of a chapter; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()
