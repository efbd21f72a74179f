"""Sessions: when and where people meet, about what, and who takes part."""

import datetime
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language
from civportal.editor.fields import RichTextField
from civportal.lib.text import slug_for
from partners.models import Partner
from programme_lines.models import ProgrammeLine
from sessions_log.choices import (
    ParticipationRole,
    Purpose,
    Reply,
    SessionKind,
    SessionStatus,
    Visibility,
)
from sessions_log.models.bodies import Body
from sessions_log.models.guards import count_revisions, keep_approved
from sessions_log.models.imports import ReportImport
from sessions_log.querysets import (
    AgendaItemQuerySet,
    DocumentQuerySet,
    ParticipationQuerySet,
    WorkSessionQuerySet,
)

FIRST_YEAR = 1900
YEARS_AHEAD = 10


def check_day(day: datetime.date) -> None:
    """Refuse a year that can only be a slip of the keyboard, such as 0205 or 20256.

    Calendars reckon with the year before and after, so one such session would break them all.
    """
    if not FIRST_YEAR <= day.year <= timezone.localdate().year + YEARS_AHEAD:
        raise ValidationError(_("Look at the year: it is too long ago, or too far ahead."))


@pghistory.track()
class WorkSession(models.Model):
    """A meeting of any kind. Its day and hours are in the centre's time zone, as on a clock."""

    title = models.CharField(_("title"), max_length=160)
    slug = models.SlugField(max_length=80, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind)
    body = models.ForeignKey(
        Body,
        verbose_name=_("body"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    lines = models.ManyToManyField(
        ProgrammeLine, verbose_name=_("programme lines"), related_name="sessions", blank=True
    )
    date = models.DateField(_("date"), db_index=True)
    start = models.TimeField(_("begins at"), null=True, blank=True)
    end = models.TimeField(_("ends at"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=160, blank=True)
    online_url = models.URLField(
        _("online link"), blank=True, help_text=_("Shown only to those who read everything.")
    )
    introduction = models.TextField(
        _("introduction"), blank=True, help_text=_("What the session is about, before it is held.")
    )
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    status = models.CharField(
        _("status"), max_length=10, choices=SessionStatus, default=SessionStatus.PLANNED
    )
    visibility = models.CharField(
        _("who may see this"), max_length=10, choices=Visibility, default=Visibility.BODY
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("How many people can come. Leave empty for no limit."),
    )
    sign_up = models.BooleanField(
        _("people can sign up"),
        default=False,
        help_text=_(
            "Whoever may see the session can sign up. That gives nobody the right to read more."
        ),
    )
    invited_at = models.DateTimeField(
        _("invitations sent on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From then on, those invited hear of each move."),
    )
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Goes up with each change that a calendar must follow (RFC 5545, SEQUENCE)."),
    )
    source = models.ForeignKey(
        ReportImport,
        verbose_name=_("imported from"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="sessions",
    )
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)
    created_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)

    objects = WorkSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-date", "-start", "-pk"]
        permissions = [("read_every_session", _("Can read every session, confidential parts too"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(start__isnull=False, end__gt=F("start")),
                name="sessions_log_session_ends_after_start",
                violation_error_message=_("A session ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SessionKind.values), name="sessions_log_session_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=SessionStatus.values),
                name="sessions_log_session_status_known",
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values),
                name="sessions_log_session_visibility_known",
            ),
            models.CheckConstraint(
                condition=Q(sign_up=False) | ~Q(visibility=Visibility.BODY),
                name="sessions_log_session_sign_up_is_for_more_than_the_body",
                violation_error_message=_(
                    "People can only sign up for a session that they may see: choose everyone or "
                    "partners."
                ),
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="sessions_log_session_has_a_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.date:%d-%m-%Y})"

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Keep the slug in step with the title; old addresses still work by their number."""
        self.slug = slug_for(self.title, fallback="sessie")
        if update_fields is not None and "title" in update_fields:
            update_fields = {*update_fields, "slug"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def get_absolute_url(self) -> str:
        """The session's page, which holds its report."""
        return reverse("sessions_log:detail", args=[self.pk, self.slug])

    def clean(self) -> None:
        """A day that can be meant."""
        super().clean()
        if self.date:
            check_day(self.date)

    @property
    def starts_at(self) -> datetime.datetime | None:
        """The moment it begins; None for a session that takes all day."""
        return self._moment(self.start)

    @property
    def ends_at(self) -> datetime.datetime | None:
        """The moment it ends; None where that is not known."""
        return self._moment(self.end)

    @property
    def answers_until(self) -> datetime.datetime:
        """Until when people say whether they come: it begins, or its day ends."""
        zone = timezone.get_default_timezone()
        tomorrow = self.date + datetime.timedelta(days=1)
        return self.starts_at or datetime.datetime.combine(tomorrow, datetime.time(), tzinfo=zone)

    @property
    def takes_answers(self) -> bool:
        """Whether it is still to come, so that people can answer and sign up."""
        return self.status == SessionStatus.PLANNED and timezone.now() < self.answers_until

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place after all."""
        return self.status == SessionStatus.CANCELLED

    def _moment(self, time: datetime.time | None) -> datetime.datetime | None:
        if time is None:
            return None
        return datetime.datetime.combine(self.date, time, tzinfo=timezone.get_default_timezone())


@pghistory.track()
class Participation(models.Model):
    """Someone who takes part: a person, a named guest, or an organisation alone."""

    session = models.ForeignKey(
        WorkSession,
        verbose_name=_("session"),
        on_delete=models.CASCADE,
        related_name="participations",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="participations",
    )
    name = models.CharField(
        _("name of a guest"), max_length=120, blank=True, help_text=_("Someone without an account.")
    )
    email = models.EmailField(
        _("e-mail address of a guest"),
        blank=True,
        help_text=_("For the invitation. Only the office and who plans the session see it."),
    )
    function = models.CharField(
        _("function"), max_length=120, blank=True, help_text=_("Such as “practor” or “manager”.")
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="participations",
    )
    organisation = models.CharField(
        _("organisation as written"),
        max_length=160,
        blank=True,
        help_text=_("For one that is no partner here, or a seat that two organisations share."),
    )
    role = models.CharField(
        _("role"), max_length=12, choices=ParticipationRole, default=ParticipationRole.PARTICIPANT
    )
    invited = models.BooleanField(
        _("invited by the office"),
        default=False,
        help_text=_("Whoever is invited reads everything of this session."),
    )
    invited_at = models.DateTimeField(
        _("invitation sent on"), null=True, blank=True, editable=False
    )
    reply = models.CharField(_("reply"), max_length=10, choices=Reply, blank=True)
    replied_at = models.DateTimeField(_("answered on"), null=True, blank=True, editable=False)
    replaced_by = models.CharField(
        _("who goes instead"), max_length=120, blank=True, help_text=_("As that person is called.")
    )
    reply_note = models.CharField(_("note with the reply"), max_length=300, blank=True)
    attended = models.BooleanField(_("attended"), null=True, blank=True)
    created_at = models.DateTimeField(_("added on"), default=timezone.now, editable=False)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(
                "session",
                "user",
                name="sessions_log_participation_unique",
                violation_error_message=_("This person is on the list already."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False)
                | Q(partner__isnull=False)
                | ~Q(name="")
                | ~Q(organisation=""),
                name="sessions_log_participation_is_someones",
                violation_error_message=_("Name a person or an organisation."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=ParticipationRole.values),
                name="sessions_log_participation_role_known",
            ),
            models.CheckConstraint(
                condition=Q(reply="") | Q(reply__in=Reply.values),
                name="sessions_log_participation_reply_known",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by="") | Q(reply=Reply.REPLACED),
                name="sessions_log_participation_replaced_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(email="") | Q(user__isnull=True),
                name="sessions_log_participation_guest_has_the_address",
                violation_error_message=_(
                    "A person with an account has an address of their own already."
                ),
            ),
            models.UniqueConstraint(
                Lower("email"),
                "session",
                condition=~Q(email=""),
                name="sessions_log_participation_guest_once",
                violation_error_message=_("This guest is on the list already."),
            ),
        ]

    def __str__(self) -> str:
        return self.person_name or self.organisation_name

    @property
    def person_name(self) -> str:
        """The person's name; empty for an organisation alone. Mind ``is_named`` before showing."""
        return self.user.get_full_name() if self.user else self.name

    @property
    def organisation_name(self) -> str:
        """The organisation as people should read it."""
        return self.organisation or (self.partner.name if self.partner else "")


@pghistory.track()
class AgendaItem(models.Model):
    """A point on the agenda, and after the session its part of the minutes."""

    session = models.ForeignKey(
        WorkSession, verbose_name=_("session"), on_delete=models.CASCADE, related_name="items"
    )
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    presenter = models.ForeignKey(
        Participation,
        verbose_name=_("presenter"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="presents",
    )
    minutes_planned = models.PositiveSmallIntegerField(_("minutes planned"), null=True, blank=True)
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=Purpose, default=Purpose.DISCUSS
    )
    text = RichTextField(_("minutes"), blank=True)
    confidential = models.BooleanField(
        _("confidential"),
        default=False,
        help_text=_("Only the body, those invited and the office will know of it."),
    )
    about_minutes = models.ForeignKey(
        "Minutes",
        verbose_name=_("minutes to approve"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agenda_items",
    )
    about_action = models.ForeignKey(
        "ActionItem",
        verbose_name=_("action item to come back to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agenda_items",
    )
    about_point = models.ForeignKey(
        "AttentionPoint",
        verbose_name=_("attention point to come back to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agenda_items",
    )
    revision = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Counts the changes of the text; the database does."),
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["session", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "order"],
                name="sessions_log_item_order_unique",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Two items cannot have the same place in the order."),
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="sessions_log_item_purpose_known"
            ),
            models.CheckConstraint(
                condition=(
                    Q(about_action__isnull=True, about_point__isnull=True)
                    | Q(about_minutes__isnull=True, about_point__isnull=True)
                    | Q(about_minutes__isnull=True, about_action__isnull=True)
                ),
                name="sessions_log_item_about_one_thing",
            ),
        ]
        triggers = [
            count_revisions("text"),
            keep_approved(
                "ROW.session_id", ["session_id", '"order"', "title", "text", "confidential"]
            ),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Document(models.Model):
    """A file that belongs to a session, or to one of its items."""

    session = models.ForeignKey(
        WorkSession, verbose_name=_("session"), on_delete=models.CASCADE, related_name="documents"
    )
    item = models.ForeignKey(
        AgendaItem,
        verbose_name=_("agenda item"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="documents",
    )
    title = models.CharField(_("title"), max_length=160)
    file = models.FileField(_("file"), upload_to="documents/%Y/")
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    visibility = models.CharField(
        _("who may open this"), max_length=10, choices=Visibility, default=Visibility.BODY
    )
    added_at = models.DateTimeField(_("added on"), auto_now_add=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["session", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values),
                name="sessions_log_document_visibility_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The address that asks who is there before it gives the file."""
        return reverse("sessions_log:document", args=[self.pk])
