"""Spreadsheets in and out: which kinds of file, and rows only of what one may see."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm
from import_export.resources import ModelResource

from civportal.admin.visibility import Person, visible

FORMATS = [XLSX, CSV]


class VisibleResource(ModelResource):  # type: ignore[misc]
    """Rows of a model that are read in: only those that the person may know of can be changed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user: Person = kwargs.get("user") or AnonymousUser()

    def get_queryset(self) -> "QuerySet[Any]":
        return visible(super().get_queryset(), self.user)


class Export(ExportMixin):  # type: ignore[misc]
    """A button that gives the list as it stands, filters included, as a spreadsheet."""

    export_formats = FORMATS
    export_form_class = ExportForm


class Exchange(ImportExportMixin):  # type: ignore[misc]
    """Spreadsheets out and in again; reading in makes new rows and changes old ones."""

    export_formats = import_formats = FORMATS
    export_form_class = ExportForm

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Tell the resource who reads in."""
        return {**super().get_import_resource_kwargs(request, **kwargs), "user": request.user}

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Who may both add and change."""
        return bool(self.has_add_permission(request) and self.has_change_permission(request))
