"""Talks with organisations, and their changes of status, in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from civportal.admin.base import OfficeModelAdmin
from civportal.admin.readonly import ReadOnlyAdmin
from partners.models import ContactMoment, StatusChange


@admin.register(ContactMoment)
class ContactMomentAdmin(OfficeModelAdmin):
    list_display = ["partner", "date", "by", "next_step", "due", "owner", "done_at"]
    list_filter = ["partner__status", "owner"]
    list_select_related = ["partner", "by", "owner"]
    search_fields = ["partner__name", "summary", "next_step"]
    autocomplete_fields = ["partner", "owner"]
    date_hierarchy = "date"
    fields = ["partner", "date", "with_whom", "summary", "next_step", "due", "owner", "done_at"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        if not change:
            obj.by = request.user
        super().save_model(request, obj, form, change)


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnlyAdmin):
    list_display = ["partner", "before", "after", "at", "by"]
    list_filter = ["after"]
    list_select_related = ["partner", "by"]
    search_fields = ["partner__name", "reason"]
    date_hierarchy = "at"
    fields = [
        "partner", "before", "after", "at", "by", "reason", "document", "application", "signature",
    ]  # fmt: skip
