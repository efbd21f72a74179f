"""How an organisation says that it wants to become a partner."""

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language
from civportal.lib.dutch import KVK_NUMBER, validate_kvk_number, validate_postcode
from partners.choices import (
    DECIDED_APPLICATION,
    OPEN_APPLICATION,
    ApplicationState,
    CooperationForm,
    PartnerKind,
)
from partners.models.partners import Partner, Sector
from partners.querysets import ApplicationMessageQuerySet, PartnerApplicationQuerySet


@pghistory.track()
class PartnerApplication(models.Model):
    """The registration of an organisation as it came in, and what became of it.

    It stands by itself: the ``Partner`` is made, or one that the office knew already is linked,
    when somebody decides. So nothing that a robot sends comes among the partners, and no answer
    to an applicant depends on whom the centre is talking with.
    """

    key = models.UUIDField(
        _("key"),
        default=uuid.uuid4,
        unique=True,
        editable=False,
        help_text=_("Made with the form: sending it twice is one application."),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=ApplicationState, default=ApplicationState.UNCONFIRMED
    )
    name = models.CharField(_("name of the organisation"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind)
    sectors = models.ManyToManyField(
        Sector, verbose_name=_("sectors"), related_name="+", blank=True
    )
    kvk_number = models.CharField(
        _("KvK number"), max_length=8, blank=True, validators=[validate_kvk_number]
    )
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail address of the organisation"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(
        _("postcode"), max_length=7, blank=True, validators=[validate_postcode]
    )
    city = models.CharField(_("place"), max_length=80, blank=True)
    wishes = models.TextField(_("what you would like to do together"), max_length=3000, blank=True)
    forms = ArrayField(
        models.CharField(max_length=20, choices=CooperationForm),
        verbose_name=_("forms of cooperation"),
        default=list,
        blank=True,
    )
    applicant_name = models.CharField(_("name of the applicant"), max_length=120)
    applicant_function = models.CharField(_("function"), max_length=120, blank=True)
    applicant_email = models.EmailField(_("e-mail address of the applicant"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("applicant"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="partner_applications",
        help_text=_("Known once the e-mail address is confirmed."),
    )
    language = models.CharField(
        _("language of the applicant"), max_length=2, choices=Language, default=Language.DUTCH
    )
    consent_at = models.DateTimeField(_("agreed to the use of these data on"))
    created_at = models.DateTimeField(_("came in on"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("confirmed on"), null=True, blank=True)
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="applications",
        help_text=_("The organisation it is about, once the office has said so."),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    reason = models.TextField(
        _("reason"),
        max_length=2000,
        blank=True,
        help_text=_("Told to the applicant, in the applicant’s language."),
    )

    objects = PartnerApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-submitted_at", "-pk"]
        indexes = [models.Index(fields=["state", "submitted_at"], name="partners_app_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values),
                name="partners_app_state_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PartnerKind.values), name="partners_app_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kvk_number="") | Q(kvk_number__regex=KVK_NUMBER),
                name="partners_app_kvk_8_digits",
                violation_error_message=_("A KvK number has 8 digits."),
            ),
            models.CheckConstraint(
                condition=Q(applicant_email=Lower("applicant_email")),
                name="partners_app_email_lower",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.UNCONFIRMED)
                | Q(submitted_at__isnull=False)
                | Q(state=ApplicationState.WITHDRAWN),
                name="partners_app_submitted_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED_APPLICATION, decided_at__isnull=False)
                | (~Q(state__in=DECIDED_APPLICATION) & Q(decided_at__isnull=True)),
                name="partners_app_decided_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.DECLINED) | ~Q(reason=""),
                name="partners_app_declined_why",
                violation_error_message=_("Say why, for the applicant."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the applicant's address in lower case, as people's are."""
        self.applicant_email = self.applicant_email.strip().lower()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The applicant's page of it; the office has its own (``partners:review``)."""
        return reverse("partners:application", args=[self.key])

    @property
    def together(self) -> list[str]:
        """What they would like to do together, in words."""
        return [str(CooperationForm(each).label) for each in self.forms]

    @property
    def is_open(self) -> bool:
        """Whether it waits for the office or for an answer."""
        return self.state in OPEN_APPLICATION


@pghistory.track()
class ApplicationMessage(models.Model):
    """A question of the office about an application, or an answer of the applicant."""

    application = models.ForeignKey(
        PartnerApplication,
        verbose_name=_("application"),
        on_delete=models.CASCADE,
        related_name="messages",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    from_office = models.BooleanField(_("question of the office"))
    text = models.TextField(_("text"), max_length=3000)
    created_at = models.DateTimeField(_("written on"), auto_now_add=True)

    objects = ApplicationMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message about an application")
        verbose_name_plural = _("messages about applications")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.application} · {self.created_at:%Y-%m-%d}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class ApplicationSector(PartnerApplication.sectors.through):  # type: ignore[name-defined,misc]
    """A sector of an application; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()
