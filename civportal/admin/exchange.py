"""Spreadsheets in and out: which kinds of file, and rows only of what one may see."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import ModelResource

from civportal.admin.visibility import Person, visible

EXPORTS = [XLSX, CSV]
IMPORTS = [XLSX, CSV]


class VisibleResource(ModelResource):  # type: ignore[misc]
    """Rows of a model that are read in: only those that the person may know of can be changed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user: Person = kwargs.get("user") or AnonymousUser()

    def get_queryset(self) -> "QuerySet[Any]":
        return visible(super().get_queryset(), self.user)
