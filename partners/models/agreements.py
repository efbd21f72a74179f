"""Agreements, who was asked to sign them, and who did."""

import hashlib
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civportal.accounts.models import Language
from civportal.lib.pdf import validate_pdf
from partners.choices import AgreementKind, AgreementState, SigningMethod
from partners.models.partners import Partner
from partners.querysets import AgreementQuerySet, SignatureQuerySet, SignatureRequestQuerySet


def sha256_of(file: Any) -> str:
    """The SHA-256 of a file's content in hexadecimal; leaves the file at its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in iter(lambda: file.read(64 * 1024), b""):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _refuse(message: str, when: str = "true") -> str:
    """The body of a trigger that stands in the way where ``when``, in SQL, holds."""
    return f"""
        IF {when} THEN
            RAISE EXCEPTION USING MESSAGE = '{message}', ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """


def _becomes_another(*columns: str) -> str:
    """In SQL: one of these columns gets a value that it did not have, other than nothing."""
    return " OR ".join(
        f"(COALESCE(NEW.{one}::text, '') <> '' AND NEW.{one} IS DISTINCT FROM OLD.{one})"
        for one in columns
    )


TERMS = (
    "kind", "title", "version", "language", "document", "sha256", "valid_from", "valid_until",
    "replaces",
)  # fmt: skip
"""What partners put their name under; fixed from the moment an agreement is opened."""


@pghistory.track()
class Agreement(models.Model):
    """One version of a text that partners sign: a cooperation agreement, or one for a part.

    It can be changed while it is a draft. Once opened for signing, neither its document nor its
    terms can: the database refuses, and each time it is served the document is held against
    ``sha256`` (``partners.documents.verified_document``).
    """

    kind = models.CharField(_("kind"), max_length=12, choices=AgreementKind)
    title = models.CharField(_("title"), max_length=160)
    version = models.CharField(
        pgettext_lazy("of an agreement", "version"),
        max_length=20,
        help_text=_("Such as 1.0, or a date."),
    )
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    document = models.FileField(
        _("document"),
        upload_to="partners/agreements/%Y/",
        validators=[FileExtensionValidator(["pdf"]), validate_pdf],
        help_text=_("A PDF of at most 20 MB."),
    )
    sha256 = models.CharField(
        _("SHA-256 of the document"), max_length=64, editable=False, default=""
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("Empty: until it is ended.")
    )
    sign_by = models.DateField(
        _("to be signed by"), null=True, blank=True, help_text=_("The last day to sign.")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AgreementState, default=AgreementState.DRAFT
    )
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("made on"), auto_now_add=True)
    opened_at = models.DateTimeField(_("opened on"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True, editable=False)
    partners = models.ManyToManyField(Partner, through="SignatureRequest", related_name="+")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "title",
                "version",
                name="partners_agreement_version_once",
                violation_error_message=_("This version of this agreement exists already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AgreementKind.values), name="partners_agreement_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state=AgreementState.DRAFT, opened_at__isnull=True)
                | Q(state=AgreementState.OPEN, opened_at__isnull=False, closed_at__isnull=True)
                | Q(state=AgreementState.CLOSED, closed_at__isnull=False),
                name="partners_agreement_state_when",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="partners_agreement_valid_in_order",
                violation_error_message=_("The end comes before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="partners_agreement_has_hash",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="terms_are_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*TERMS),
                func=_refuse(
                    "The terms of an agreement that was opened cannot change",
                    "OLD.state <> 'draft'",
                ),
            ),
            pgtrigger.Trigger(
                name="never_a_draft_again",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state="draft") & ~pgtrigger.Q(old__state="draft"),
                func=_refuse("An agreement that was opened is no draft again"),
            ),
            pgtrigger.Trigger(
                name="never_deleted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="draft"),
                func=_refuse("An agreement that was opened cannot be deleted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Take the hash of a document that is new; one that is stored keeps its own."""
        document: Any = self.document  # Django's stubs do not know of what is not stored yet
        if document and (not document._committed or not self.sha256):
            self.sha256 = sha256_of(document)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The page of the agreement, for those who were asked and the office."""
        return reverse("partners:agreement", args=[self.pk])

    @property
    def document_url(self) -> str:
        """Where the document is read."""
        return reverse("partners:agreement_document", args=[self.pk]) if self.document else ""

    @property
    def is_open(self) -> bool:
        """Whether it can be signed today."""
        return self.state == AgreementState.OPEN and (
            self.sign_by is None or self.sign_by >= timezone.localdate()
        )


@pghistory.track()
class SignatureRequest(models.Model):
    """A partner that is asked to sign an agreement."""

    agreement = models.ForeignKey(
        Agreement,
        verbose_name=_("agreement"),
        on_delete=models.CASCADE,
        related_name="signature_requests",
    )
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.CASCADE,
        related_name="signature_requests",
    )
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects = SignatureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to sign")
        verbose_name_plural = _("requests to sign")
        ordering = ["partner__sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "agreement",
                "partner",
                name="partners_signature_request_once",
                violation_error_message=_("This partner was asked already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.partner}"


@pghistory.track(exclude=["address", "user_agent"])
class Signature(models.Model):
    """A partner's name under an agreement, with what proves it.

    ``name``, ``function`` and ``mandate`` are as they were at that moment. ``signed_at`` is the
    moment of signing, ``recorded_at`` when the portal heard of it: on paper these differ. The
    network address and the browser are evidence, kept for ``EVIDENCE_KEPT`` (see
    ``partners.actions.signing``) and out of the history, so that they can be erased for good.
    The database lets nothing else change, and nothing be deleted.
    """

    agreement = models.ForeignKey(
        Agreement,
        verbose_name=_("agreement"),
        on_delete=models.PROTECT,
        related_name="signatures",
    )
    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="signatures"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="signatures",
    )
    name = models.CharField(_("name of the signatory"), max_length=120)
    function = models.CharField(_("function"), max_length=120, blank=True)
    mandate = models.CharField(pgettext_lazy("to sign", "mandate"), max_length=200)
    signed_at = models.DateTimeField(_("signed on"))
    recorded_at = models.DateTimeField(_("recorded on"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who recorded a signature on paper."),
    )
    method = models.CharField(_("how"), max_length=10, choices=SigningMethod)
    document_sha256 = models.CharField(_("SHA-256 of what was signed"), max_length=64)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=400, blank=True)
    evidence_erased_at = models.DateTimeField(
        _("address erased on"), null=True, blank=True, editable=False
    )
    scan = models.FileField(
        _("scan"),
        upload_to="partners/scans/%Y/",
        blank=True,
        validators=[FileExtensionValidator(["pdf"]), validate_pdf],
        help_text=_("Of a signature on paper, as a PDF."),
    )
    scan_sha256 = models.CharField(_("SHA-256 of the scan"), max_length=64, blank=True)

    objects = SignatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["-signed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "agreement",
                "partner",
                name="partners_signature_once",
                violation_error_message=_("This partner has signed already."),
            ),
            models.CheckConstraint(
                condition=Q(method__in=SigningMethod.values), name="partners_signature_method_known"
            ),
            models.CheckConstraint(
                condition=(Q(method=SigningMethod.PAPER) & ~Q(scan="") & ~Q(scan_sha256=""))
                | (~Q(method=SigningMethod.PAPER) & Q(scan="")),
                name="partners_signature_paper_has_scan",
                violation_error_message=_("Add the scan of the paper."),
            ),
            models.CheckConstraint(
                condition=~Q(mandate="") & ~Q(name=""), name="partners_signature_by_whom"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stays_as_it_is",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    exclude=["user", "recorded_by", "address", "user_agent", "evidence_erased_at"]
                ),
                func=_refuse("A signature cannot change"),
            ),
            # An account can go, and an address can be erased; neither can become another.
            pgtrigger.Trigger(
                name="evidence_only_goes",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=_refuse(
                    "The evidence of a signature cannot change",
                    _becomes_another("user_id", "recorded_by_id", "address", "user_agent"),
                ),
            ),
            pgtrigger.Trigger(
                name="never_deleted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=_refuse("A signature cannot be deleted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.partner}"

    def get_absolute_url(self) -> str:
        """The page with what proves it."""
        return reverse("partners:signature", args=[self.pk])

    @property
    def scan_url(self) -> str:
        """Where the scan is read; empty for who signed on the site."""
        return reverse("partners:signature_scan", args=[self.pk]) if self.scan else ""
