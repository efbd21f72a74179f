"""News: what happened, told for everyone."""

from typing import Any

import pghistory
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Outcome
from civportal.accounts.models import Language
from civportal.editor.fields import RichTextField
from civportal.lib.images import picture_version, validate_raster_image
from civportal.lib.text import unused_slug
from news.querysets import NewsItemQuerySet
from partners.models import Partner
from programme_lines.models import ProgrammeLine
from sessions_log.models import WorkSession


@pghistory.track()
class NewsItem(models.Model):
    """A message; everyone reads it from the moment it is published."""

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(
        _("short name in the address"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Made from the title when left empty."),
    )
    lead = models.TextField(_("lead"), max_length=400)
    body = RichTextField(_("text"), blank=True)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    picture = models.ImageField(
        _("picture"),
        upload_to="news/",
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"]), validate_raster_image],
        help_text=_("PNG, JPEG or WebP, at most 1 MB."),
    )
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=200,
        blank=True,
        help_text=_("For who cannot see it."),
    )
    published_from = models.DateTimeField(
        _("published from"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Empty: a draft, only the office sees it."),
    )
    lines = models.ManyToManyField(
        ProgrammeLine, verbose_name=_("programme lines"), related_name="news", blank=True
    )
    partners = models.ManyToManyField(
        Partner, verbose_name=_("partners"), related_name="news", blank=True
    )
    sessions = models.ManyToManyField(
        WorkSession, verbose_name=_("sessions"), related_name="news", blank=True
    )
    assignments = models.ManyToManyField(
        Assignment, verbose_name=_("assignments"), related_name="news", blank=True
    )
    outcome = models.OneToOneField(
        Outcome,
        verbose_name=_("outcome it was drafted from"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="news_item",
    )
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)

    objects = NewsItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")
        ordering = ["-published_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(picture="") | ~models.Q(picture_alt=""),
                name="news_picture_has_alt",
                violation_error_message=_("Tell what the picture shows, for who cannot see it."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Make the slug from the title where it is empty."""
        self.slug = self.slug or unused_slug(NewsItem.objects.all(), self.title, fallback="bericht")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page of this news item."""
        return reverse("news:detail", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Whether it is out by now; else it is a draft, or scheduled when it has a moment."""
        return self.published_from is not None and self.published_from <= timezone.now()

    @property
    def picture_url(self) -> str:
        """Where the picture is, under an address that changes with it; empty without one."""
        if not self.picture:
            return ""
        return f"{reverse('news:picture', args=[self.slug])}?v={picture_version(self.picture)}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class NewsLine(NewsItem.lines.through):  # type: ignore[name-defined,misc]
    """A programme line of a news item; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class NewsPartner(NewsItem.partners.through):  # type: ignore[name-defined,misc]
    """A partner of a news item; here for its history."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class NewsSession(NewsItem.sessions.through):  # type: ignore[name-defined,misc]
    """A session of a news item; here for its history."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class NewsAssignment(NewsItem.assignments.through):  # type: ignore[name-defined,misc]
    """An assignment of a news item; here for its history."""

    class Meta:
        proxy = True
        default_permissions = ()
