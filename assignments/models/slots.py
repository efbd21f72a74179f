"""Dates on which something is offered, and the classes that come."""

import datetime
import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models.assignments import Assignment
from assignments.querysets import BookingQuerySet, SlotQuerySet
from partners.models import Partner
from programme_lines.choices import Level
from sessions_log.models.sessions import check_day

FULL = "no more people than there are places"
"""How the database's refusal begins (SQLSTATE 23514, an IntegrityError)."""


@pghistory.track()
class Slot(models.Model):
    """A moment at which it is offered. Its day and hours are as on a clock in the centre."""

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.CASCADE, related_name="slots"
    )
    date = models.DateField(_("date"), db_index=True)
    start = models.TimeField(_("begins at"))
    end = models.TimeField(_("ends at"))
    place = models.CharField(_("place"), max_length=160, blank=True)
    online_url = models.URLField(
        _("online link"), blank=True, help_text=_("Only those who booked see it.")
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"), validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    book_by = models.DateField(
        _("book until"), null=True, blank=True, help_text=_("Empty: until the day itself.")
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Goes up with each change that a calendar must follow (RFC 5545, SEQUENCE)."),
    )
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    contact_reminded_for = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("The beginning of which a contact person without an account was reminded."),
    )
    changed_at = models.DateTimeField(_("changed on"), auto_now=True)

    taken: int
    """How many people booked, where ``with_places`` was asked."""
    left: int
    """How many people still can book, where ``with_places`` was asked."""

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("date on offer")
        verbose_name_plural = _("dates on offer")
        ordering = ["date", "start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="assignments_slot_ends_after_start",
                violation_error_message=_("It ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1), name="assignments_slot_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(book_by__isnull=True) | Q(book_by__lte=F("date")),
                name="assignments_slot_booked_before",
                violation_error_message=_("The last day to book comes before the day itself."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancel_reason=""),
                name="assignments_slot_cancelled_why",
                violation_error_message=_("Say why, for those who booked."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_places_of_who_booked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__capacity__df=pgtrigger.F("new__capacity")),
                func=f"""
                    IF (
                        SELECT COALESCE(sum(number), 0) FROM assignments_booking
                        WHERE slot_id = NEW.id AND cancelled_at IS NULL
                    ) > NEW.capacity THEN
                        RAISE EXCEPTION '{FULL}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a constant of our own
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} ({self.date:%d-%m-%Y})"

    def get_absolute_url(self) -> str:
        """Its place on the page of the assignment."""
        return f"{self.assignment.get_absolute_url()}#datum-{self.pk}"

    def get_bookings_url(self) -> str:
        """Where those who offer it see who comes."""
        return reverse("assignments:slot", args=[self.pk])

    def clean(self) -> None:
        """A day that can be meant."""
        super().clean()
        if self.date:
            check_day(self.date)

    @property
    def starts_at(self) -> datetime.datetime:
        """The moment it begins."""
        return self._moment(self.start)

    @property
    def ends_at(self) -> datetime.datetime:
        """The moment it ends."""
        return self._moment(self.end)

    @property
    def last_day(self) -> datetime.date:
        """The last day to book."""
        return self.book_by or self.date

    @property
    def is_to_come(self) -> bool:
        """Whether it takes place and has not begun."""
        return self.cancelled_at is None and self.starts_at > timezone.now()

    @property
    def takes_bookings(self) -> bool:
        """Whether the day to book has not passed, by the centre's clock; mind the places."""
        return self.is_to_come and timezone.localdate() <= self.last_day

    def _moment(self, clock: datetime.time) -> datetime.datetime:
        zone = timezone.get_default_timezone()
        return datetime.datetime.combine(self.date, clock, tzinfo=zone)


@pghistory.track()
class Booking(models.Model):
    """That a teacher comes with a class, or for training with colleagues."""

    slot = models.ForeignKey(
        Slot, verbose_name=_("date"), on_delete=models.CASCADE, related_name="bookings"
    )
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("teacher"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="bookings",
    )
    school = models.ForeignKey(
        Partner, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    group = models.CharField(_("class"), max_length=80)
    level = models.PositiveSmallIntegerField(
        _("level (NLQF)"), choices=Level, null=True, blank=True
    )
    number = models.PositiveSmallIntegerField(
        _("people who come"), validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    note = models.TextField(
        _("note"),
        max_length=1000,
        blank=True,
        help_text=_("Such as what they know already, or who needs a lift."),
    )
    booked_at = models.DateTimeField(_("booked on"), auto_now_add=True)
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["booked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="assignments_booking_some"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__in=Level.values),
                name="assignments_booking_level_known",
            ),
            models.UniqueConstraint(
                fields=["slot", "teacher", "group"],
                condition=Q(cancelled_at__isnull=True),
                name="assignments_booking_once",
                violation_error_message=_("You have booked this for this class already."),
            ),
        ]
        triggers = [
            # The date is held, so that two bookings at one moment come one by one.
            pgtrigger.Trigger(
                name="no_more_than_places",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__cancelled_at__isnull=True),
                declare=[("places", "integer")],
                func=f"""
                    SELECT capacity INTO places FROM assignments_slot
                        WHERE id = NEW.slot_id FOR NO KEY UPDATE;
                    IF NEW.number + (
                        SELECT COALESCE(sum(number), 0) FROM assignments_booking
                        WHERE slot_id = NEW.slot_id AND cancelled_at IS NULL AND id <> NEW.id
                    ) > places THEN
                        RAISE EXCEPTION '{FULL}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - a constant of our own
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} · {self.slot}"

    def get_absolute_url(self) -> str:
        """Its own page, for the teacher and for those who offer it."""
        return reverse("assignments:booking", args=[self.pk])

    @property
    def uid(self) -> uuid.UUID:
        """What calendars know it by: another booking of the same date is another event."""
        return uuid.uuid5(self.slot.uid, str(self.pk))

    @property
    def can_change(self) -> bool:
        """Whether it stands, and the date is still to come."""
        return self.cancelled_at is None and self.slot.is_to_come
