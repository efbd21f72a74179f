"""The filters in force in a GET form, as words and as addresses without them."""

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

from django.db.models import Model
from django.forms import BaseForm, BoundField, ChoiceField, ModelChoiceField
from django.http import QueryDict


class Chip(NamedTuple):
    """One filter in force: its field, its value in words, and the query string without it."""

    label: str
    text: str
    query: str
    name: str


def _text(field: BoundField, value: str, cleaned: Any) -> str | None:
    """The chosen value in words; None for a value the form refused."""
    if isinstance(field.field, ModelChoiceField):
        key = field.field.to_field_name or "pk"
        chosen = [cleaned] if isinstance(cleaned, Model) else (cleaned or [])
        for row in chosen:
            if str(field.field.prepare_value(row)) == value or str(getattr(row, key)) == value:
                return field.field.label_from_instance(row)
        return None
    if isinstance(field.field, ChoiceField):
        choices = cast("Iterable[tuple[Any, Any]]", field.field.choices)
        for key, label in choices:
            if isinstance(label, list | tuple):
                for inner, text in label:
                    if str(inner) == value:
                        return str(text)
            elif str(key) == value:
                return str(label)
        return None
    return value


def chosen_filters(form: BaseForm, parameters: QueryDict) -> list[Chip]:
    """The filters of ``form`` that ``parameters`` set, each value by itself, in form order."""
    form.is_valid()  # an invalid value is no filter; the form shows its message
    cleaned = getattr(form, "cleaned_data", {})
    found = []
    for field in form.visible_fields():
        if not cleaned.get(field.name):
            continue
        for value in parameters.getlist(field.html_name):
            text = _text(field, value, cleaned[field.name]) if value else None
            if not text:
                continue
            rest = parameters.copy()
            rest.pop("page", None)
            rest.setlist(
                field.html_name,
                [other for other in rest.getlist(field.html_name) if other not in ("", value)],
            )
            found.append(Chip(str(field.label), text, rest.urlencode(), field.name))
    return found
