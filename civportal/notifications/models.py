"""The outbox, what people want to hear, and what happened."""

import datetime
import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civportal.notifications.choices import (
    ACCOUNT,
    AddressState,
    Frequency,
    Mode,
    Reason,
    State,
)


class Notification(models.Model):
    """One thing to tell one person: a row of the outbox.

    Written in the transaction of its cause; workers claim it by a lease, send it, and mark it
    after the mail server took it. ``dedupe_key`` makes that a thing is told once, whoever tries.
    ``subject`` is what it is about, such as ``worksession:12``, for the ledger and for dropping.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.CASCADE,
        related_name="notifications",
    )
    address = models.EmailField(
        _("e-mail address"),
        blank=True,
        help_text=_("Of a mail about an account. Others go to the address of the recipient."),
    )
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("about"), max_length=80, blank=True, db_index=True)
    dedupe_key = models.CharField(max_length=200, unique=True)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("written on"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("moment it is for"), default=timezone.now)
    expires_at = models.DateTimeField(
        _("not after"), null=True, blank=True, help_text=_("Later than this it is not sent.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    detail = models.CharField(_("what the server said"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    lease = models.UUIDField(null=True, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    title = models.CharField(
        _("subject line"), max_length=200, blank=True, help_text=_("As it was sent.")
    )
    settled_at = models.DateTimeField(
        _("settled on"), null=True, blank=True, help_text=_("Sent, withheld or given up.")
    )

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-due_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="notifications_waiting",
                condition=Q(state="pending"),
            ),
            models.Index(
                fields=["next_try_at", "id"],
                name="notifications_urgent",
                condition=Q(state="pending", kind=ACCOUNT),
            ),
            models.Index(fields=["recipient", "-due_at"], name="notifications_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="notifications_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.PENDING, settled_at__isnull=True)
                | (~Q(state=State.PENDING) & Q(settled_at__isnull=False)),
                name="notifications_settled_when",
            ),
            models.CheckConstraint(
                condition=Q(lease__isnull=True, leased_until__isnull=True)
                | Q(lease__isnull=False, leased_until__isnull=False),
                name="notifications_lease_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"

    @property
    def to(self) -> str:
        """The address that the mail goes to."""
        return self.address or self.recipient.email


class StrangerMail(models.Model):
    """A mail to an address without an account, sealed until it is sent.

    It has no place in anybody's ledger: nothing of it stays once it was sent, refused, withheld,
    or has become too old. ``purpose`` keeps the same thing from waiting twice; mail about
    accounts has none. ``next_try_at`` is moved ahead before each try, which keeps other workers
    off and has it tried again when this one dies.
    """

    address = models.EmailField(_("e-mail address"))
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=200, null=True, unique=True, editable=False)
    sealed = models.TextField()
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now, db_index=True)
    expires_at = models.DateTimeField(_("not after"))

    class Meta:
        verbose_name = _("mail to a stranger")
        verbose_name_plural = _("mails to strangers")
        ordering = ["next_try_at", "pk"]

    def __str__(self) -> str:
        return self.address


class Happening(models.Model):
    """Something new that digests may tell of.

    ``position`` orders happenings by when they could be seen, which neither clock nor key does: a
    transaction that began early may end late. One sweeper at a time numbers those that have no
    number yet (``digests.number_new``), so that whatever is written later comes after. A
    position is none of the database server's own numbers: it survives dump and restore.
    """

    kind = models.CharField(_("kind"), max_length=60, help_text=_("The name of a digest section."))
    subject = models.CharField(_("about"), max_length=80)
    topics: "models.Field[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=80), verbose_name=_("topics"), default=list, blank=True
    )
    dedupe_key = models.CharField(max_length=200, unique=True)
    happened_at = models.DateTimeField(_("happened on"), default=timezone.now)
    position = models.BigIntegerField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("happening")
        verbose_name_plural = _("happenings")
        ordering = ["position", "pk"]
        indexes = [
            GinIndex(fields=["topics"], name="notifications_topics"),
            models.Index(
                fields=["id"],
                name="notifications_unnumbered",
                condition=Q(position__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


@pghistory.track()
class Preference(models.Model):
    """How someone wants to hear of one kind; without a row the kind's default holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="notification_preferences",
    )
    kind = models.CharField(_("kind"), max_length=60)
    mode = models.CharField(_("how"), max_length=10, choices=Mode)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ["user", "kind"]
        constraints = [
            models.UniqueConstraint("user", "kind", name="notifications_preference_unique"),
            models.CheckConstraint(
                condition=Q(mode__in=Mode.values), name="notifications_preference_mode_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"


def default_offsets() -> list[int]:
    """A week and a day before, in hours."""
    return [7 * 24, 24]


@pghistory.track(exclude=["next_at", "zone", "told_until", "reminders_since"])
class DigestSetting(models.Model):
    """When someone gets reminders and digests, in their own time zone.

    ``told_until`` is the position of the latest happening that digests have dealt with; the next
    digest goes on from exactly there, whatever happens to frequency, clock or workers.
    ``reminders_since`` is when the hours of the reminders were chosen: nobody is reminded of what
    would have been due before. Make rows by ``digests.setting_of``, which knows where to begin.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="digest_setting",
    )
    frequency = models.CharField(
        _("digest"), max_length=10, choices=Frequency, default=Frequency.WEEKLY
    )
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), default=0, help_text=_("For the weekly digest; 0 is Monday.")
    )
    hour = models.PositiveSmallIntegerField(_("hour"), default=8)
    reminder_hours: "models.Field[list[int], list[int]]" = ArrayField(
        models.PositiveSmallIntegerField(
            validators=[MinValueValidator(1), MaxValueValidator(30 * 24)]
        ),
        verbose_name=_("reminders"),
        default=default_offsets,
        blank=True,
        size=5,
        help_text=_("Hours before a session."),
    )
    paused_until = models.DateField(_("no mail until"), null=True, blank=True)
    next_at = models.DateTimeField(_("next digest"), null=True, blank=True, db_index=True)
    zone = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_("In which “next digest” was reckoned."),
    )
    told_until = models.BigIntegerField(default=0, editable=False)
    reminders_since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reminders and digest")
        verbose_name_plural = _("reminders and digests")
        ordering = ["user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(frequency__in=Frequency.values),
                name="notifications_frequency_known",
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="notifications_weekday_of_week"
            ),
            models.CheckConstraint(
                condition=Q(hour__gte=7) & Q(hour__lte=20),
                name="notifications_hour_of_day",
                violation_error_message=_("Choose an hour from 7 to 20."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Follow(models.Model):
    """Someone wants to hear what is new about a topic, such as ``line:3``."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="follows",
    )
    topic = models.CharField(_("topic"), max_length=80, db_index=True)

    class Meta:
        verbose_name = _("followed topic")
        verbose_name_plural = _("followed topics")
        ordering = ["user", "topic"]
        constraints = [models.UniqueConstraint("user", "topic", name="notifications_follow_unique")]

    def __str__(self) -> str:
        return f"{self.user}: {self.topic}"


@pghistory.track()
class DeadAddress(models.Model):
    """An e-mail address that does not take our mail; nothing goes there until it is confirmed."""

    email = models.EmailField(_("e-mail address"), unique=True)
    state = models.CharField(_("what happened"), max_length=12, choices=AddressState)
    detail = models.CharField(_("what the server said"), max_length=300, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("address that does not work")
        verbose_name_plural = _("addresses that do not work")
        ordering = ["-since"]

    def __str__(self) -> str:
        return self.email


@pghistory.track()
class MailPolicy(models.Model):
    """The stop switch and the try-out mode of the whole centre. There is exactly one row."""

    stopped = models.BooleanField(
        _("all mail stopped"),
        default=False,
        help_text=_("Nothing goes out until you take this away; then what still holds is sent."),
    )
    sandbox = models.BooleanField(
        _("try-out mode"), default=False, help_text=_("Only the addresses below get mail.")
    )
    sandbox_addresses = models.TextField(
        _("addresses in try-out mode"), blank=True, help_text=_("One on each line.")
    )

    class Meta:
        verbose_name = _("mail policy")
        verbose_name_plural = _("mail policy")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="notifications_one_policy")]

    def __str__(self) -> str:
        return str(_("Mail policy"))

    @classmethod
    def current(cls) -> "MailPolicy":
        """The policy in force; mail flows as long as nobody has said otherwise."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    def allows(self, email: str) -> bool:
        """Whether the try-out mode lets this address have mail."""
        listed = {line.strip().lower() for line in self.sandbox_addresses.splitlines()}
        return not self.sandbox or email.lower() in listed


class JobRun(models.Model):
    """The latest run of a scheduled job, for the office to see that the clock ticks."""

    name = models.CharField(_("job"), max_length=80, unique=True)
    started_at = models.DateTimeField(_("started on"))
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)
    summary = models.CharField(_("what it did"), max_length=200, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("scheduled job")
        verbose_name_plural = _("scheduled jobs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def took(self) -> datetime.timedelta | None:
        """How long it ran; None while it runs."""
        return self.finished_at - self.started_at if self.finished_at else None
