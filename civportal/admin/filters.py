"""Filters of a list that name only what their reader may know of."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Field
from django.http import HttpRequest

from civportal.admin.visibility import is_limited, visible_rows


class VisibleRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by something related, with only the choices that this person may know of."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: "ModelAdmin[Any]"
    ) -> list[Any]:
        """The choices, in the order of the related list."""
        model = field.remote_field.model
        if not is_limited(model):
            return super().field_choices(field, request, model_admin)
        ordering = self.field_admin_ordering(field, request, model_admin)
        limit = {"pk__in": visible_rows(model, request.user).order_by().values("pk")}
        return list(
            field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=limit)
        )


def limits_choices(field: "Field[Any, Any]") -> bool:
    """Whether the filter by this field must be a ``VisibleRelatedFilter``."""
    return field.remote_field is not None and is_limited(field.remote_field.model)


# Put in front, so that ``list_filter = ["partner"]`` is enough.
admin.FieldListFilter.register(limits_choices, VisibleRelatedFilter, take_priority=True)
