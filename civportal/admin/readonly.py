"""Rows that the portal writes itself: to look at, with their history."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from civportal.admin.base import OfficeModelAdmin, OfficeTabularInline


class ReadOnlyAdmin(OfficeModelAdmin):
    """To look at only: the portal writes these rows itself."""

    office_may: Sequence[str] = ("view",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(OfficeTabularInline):
    """Such rows, within another thing's page."""

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # as Django's inlines
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or ()  # Django makes a form of them all the same, else
