"""Applications in the admin: to look at; they are decided on where the doubles are shown."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from civportal.admin.readonly import ReadOnlyAdmin, ReadOnlyInline
from partners.models import ApplicationMessage, PartnerApplication


class MessageInline(ReadOnlyInline):
    model = ApplicationMessage
    fields = ["created_at", "from_office", "author", "text"]


@admin.register(PartnerApplication)
class PartnerApplicationAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "state", "submitted_at", "partner", "decided_by"]
    list_filter = ["state", "kind"]
    list_select_related = ["partner", "decided_by"]
    search_fields = ["name", "kvk_number", "applicant_name", "applicant_email"]
    date_hierarchy = "submitted_at"
    view_on_site = False
    inlines = [MessageInline]
    fieldsets = [
        (None, {"fields": ["state", "partner", "submitted_at"]}),
        (
            _("The organisation"),
            {
                "fields": [
                    "name", "kind", "sectors", "kvk_number", "website", "email", "phone",
                    "street", "postcode", "city",
                ]
            },
        ),
        (_("What they would like"), {"fields": ["forms", "wishes"]}),
        (
            _("The applicant"),
            {
                "fields": [
                    "applicant_name", "applicant_function", "applicant_email", "user", "language",
                    "consent_at",
                ]
            },
        ),
        (_("The decision"), {"fields": ["decided_by", "decided_at", "reason"]}),
    ]  # fmt: skip
