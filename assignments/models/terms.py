"""What a team binds itself to, and what it may download after that."""

import hashlib
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assignments.choices import DocumentKind, TermsKind
from assignments.models.assignments import Assignment
from assignments.models.teams import Team
from assignments.querysets import (
    AcceptanceQuerySet,
    AssignmentDocumentQuerySet,
    DownloadQuerySet,
    TermsQuerySet,
)
from civportal.accounts.models import Language

NOT_ACCEPTED = "the terms were not accepted"
NOT_OPEN = "the assignment is not under way"
"""How the database's refusals of a download begin (SQLSTATE 23514, an IntegrityError)."""


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"


@pghistory.track()
class Terms(models.Model):
    """One version of a text that a team accepts before it downloads anything.

    The text of a version never changes; a change is a next version, and the old one is
    ``replaced_at`` from then on.
    """

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.CASCADE, related_name="terms"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TermsKind)
    version = models.PositiveSmallIntegerField(pgettext_lazy("of terms", "version"))
    text = models.TextField(_("text"), max_length=20_000)
    language = models.CharField(
        _("language of the text"), max_length=2, choices=Language, default=Language.DUTCH
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    made_at = models.DateTimeField(_("made on"), auto_now_add=True)
    replaced_at = models.DateTimeField(_("replaced on"), null=True, blank=True)

    objects = TermsQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        ordering = ["assignment", "kind", "version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TermsKind.values), name="assignments_terms_kind_known"
            ),
            models.UniqueConstraint(
                fields=["assignment", "kind", "version"], name="assignments_terms_version_once"
            ),
            models.UniqueConstraint(
                fields=["assignment", "kind"],
                condition=Q(replaced_at__isnull=True),
                name="assignments_terms_one_current",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="assignments_terms_have_text"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="text_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("assignment", "kind", "version", "text", "language"),
                func=_refuse("A version of terms cannot change"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"

    def get_absolute_url(self) -> str:
        """The text of this version, also when another holds by now."""
        return reverse("assignments:terms_version", args=[self.pk])

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@pghistory.track()
class Acceptance(models.Model):
    """That a coach accepted one version of terms for the team; proof, so it never changes."""

    terms = models.ForeignKey(
        Terms, verbose_name=_("terms"), on_delete=models.PROTECT, related_name="acceptances"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.CASCADE, related_name="acceptances"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    name = models.CharField(_("accepted by"), max_length=120)
    sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    accepted_at = models.DateTimeField(_("accepted on"), auto_now_add=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("acceptance of terms")
        verbose_name_plural = _("acceptances of terms")
        ordering = ["accepted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["terms", "team"], name="assignments_accepted_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stays_as_it_is",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["user"]),
                func=_refuse("An acceptance cannot change"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terms} · {self.team}"


@pghistory.track()
class AssignmentDocument(models.Model):
    """A document or dataset for the teams that do the assignment."""

    assignment = models.ForeignKey(
        Assignment, verbose_name=_("assignment"), on_delete=models.CASCADE, related_name="documents"
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=DocumentKind, default=DocumentKind.DOCUMENT
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("what is in it"), max_length=1000, blank=True)
    file = models.FileField(_("file"), upload_to="assignments/%Y/")
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False, default=0)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("added by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    added_at = models.DateTimeField(_("added on"), auto_now_add=True)
    removed_at = models.DateTimeField(
        _("removed on"),
        null=True,
        blank=True,
        help_text=_("The file is gone then; who downloaded it stays on record."),
    )

    objects = AssignmentDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of an assignment")
        verbose_name_plural = _("documents of assignments")
        ordering = ["assignment", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="assignments_document_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the size of the file, which storage elsewhere would have to be asked for."""
        file: Any = self.file  # Django's stubs do not know of what is not stored yet
        if file and not file._committed:
            self.size = file.size
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The address that asks who is there, and what they accepted, before it gives the file."""
        return reverse("assignments:document", args=[self.pk])


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class Download(models.Model):
    """That a document was given to a team; the database refuses one without acceptance.

    ``team`` is None for the sides of the assignment themselves, who need accept nothing.
    """

    document = models.ForeignKey(
        AssignmentDocument,
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        related_name="downloads",
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="downloads",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("downloaded on"), auto_now_add=True)

    objects = DownloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-at", "-pk"]
        triggers = [
            # The assignment is held, so that its end or new terms come before this or after it.
            pgtrigger.Trigger(
                name="only_after_acceptance",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__team__isnull=False),
                declare=[("about", "bigint"), ("how_far", "text")],
                func=f"""
                    SELECT assignment_id INTO about FROM assignments_assignmentdocument
                        WHERE id = NEW.document_id AND removed_at IS NULL;
                    SELECT state INTO how_far FROM assignments_assignment
                        WHERE id = about FOR SHARE;
                    IF how_far IS NULL OR how_far NOT IN ('matched', 'running') OR NOT EXISTS (
                        SELECT 1 FROM assignments_team WHERE id = NEW.team_id
                        AND assignment_id = about AND state = 'accepted' AND finished_at IS NULL
                    ) THEN
                        {_refuse(NOT_OPEN)}
                    END IF;
                    IF EXISTS (
                        SELECT 1 FROM assignments_terms AS terms
                        WHERE terms.assignment_id = about AND terms.replaced_at IS NULL
                        AND NOT EXISTS (
                            SELECT 1 FROM assignments_acceptance AS acceptance
                            WHERE acceptance.terms_id = terms.id
                            AND acceptance.team_id = NEW.team_id
                        )
                    ) THEN
                        {_refuse(NOT_ACCEPTED)}
                    END IF;
                    RETURN NEW;
                """,  # noqa: S608 - constants of our own
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.at:%Y-%m-%d}"
