"""Agreements and signatures in the admin: drafts can be changed, what was opened cannot."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.admin.base import OfficeModelAdmin
from civportal.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from partners.choices import AgreementState
from partners.models import Agreement, Signature, SignatureRequest


class SignatureRequestInline(ReadOnlyInline):
    model = SignatureRequest
    fields = ["partner", "asked_at", "asked_by", "withdrawn_at"]


@admin.register(Agreement)
class AgreementAdmin(OfficeModelAdmin):
    list_display = ["title", "version", "kind", "state", "valid_from", "valid_until", "sign_by"]
    list_filter = ["state", "kind"]
    search_fields = ["title", "version"]
    date_hierarchy = "valid_from"
    view_on_site = False
    readonly_fields = ["state", "sha256", "opened_at", "closed_at", "made_by"]
    free_when_settled = ["sign_by"]
    never_restored = ["state", "document", "sha256", "opened_at", "closed_at", "made_by"]
    inlines = [SignatureRequestInline]
    fieldsets = [
        (None, {"fields": ["kind", "title", "version", "language", "document", "replaces"]}),
        (_("How long it holds"), {"fields": ["valid_from", "valid_until", "sign_by"]}),
        (_("State"), {"fields": ["state", "sha256", "opened_at", "closed_at", "made_by"]}),
    ]

    def settled_reason(self, request: HttpRequest, obj: Any) -> str:
        if obj.state == AgreementState.DRAFT:
            return ""
        return gettext(
            "This agreement was opened for signing. What partners sign cannot change; make a new "
            "version instead."
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        if not change:
            obj.made_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Signature)
class SignatureAdmin(ReadOnlyAdmin):
    list_display = ["partner", "agreement", "name", "signed_at", "method"]
    list_filter = ["method", "agreement"]
    list_select_related = ["partner", "agreement"]
    search_fields = ["partner__name", "name", "agreement__title"]
    date_hierarchy = "signed_at"
    fields = [
        "agreement", "partner", "name", "function", "mandate", "user", "signed_at", "method",
        "document_sha256", "address", "user_agent", "evidence_erased_at", "scan", "scan_sha256",
        "recorded_by", "recorded_at",
    ]  # fmt: skip
