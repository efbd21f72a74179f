"""The admin of imported reports: where they are, not where they are checked."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from civportal.admin.base import OfficeModelAdmin
from sessions_log.choices import ImportState
from sessions_log.models import ReportImport


@admin.register(ReportImport)
class ReportImportAdmin(OfficeModelAdmin):
    """Reading in and checking happen on the site’s own pages; here they can be found back."""

    office_may = ("view", "add", "delete")
    list_display = ["filename", "state", "visibility", "uploaded_by", "uploaded_at", "to_the_page"]
    list_filter = ["state", "format", "visibility", "uploaded_at"]
    list_select_related = ["uploaded_by"]
    search_fields = ["filename"]
    date_hierarchy = "uploaded_at"
    fields = [
        "filename",
        "format",
        "state",
        "visibility",
        "uploaded_by",
        "uploaded_at",
        "decided_by",
        "decided_at",
        "text",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("page"))
    def to_the_page(self, obj: ReportImport) -> str:
        label = _("Check") if obj.state == ImportState.REVIEW else _("Look")
        return format_html('<a href="{}">{}</a>', obj.get_absolute_url(), label)
