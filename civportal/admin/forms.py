"""Forms and choices that never name what their reader may not know of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model

from civportal.admin.visibility import NOT_VISIBLE

if TYPE_CHECKING:
    FormBase = forms.ModelForm[Model]
else:
    FormBase = forms.ModelForm


class KnownAutocompleteSelect(AutocompleteSelect):
    """An autocomplete that needs no query for a choice that was loaded with its row."""

    known: Model | None = None

    def optgroups(
        self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None
    ) -> list[Any]:
        """The chosen option, as Django gives it, from the row at hand where that will do."""
        if self.known is None or list(value) != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]  # noqa: FBT003 - Django's
        label = self.choices.field.label_from_instance(self.known)
        chosen = self.create_option(name, self.known.pk, label, True, len(options))  # noqa: FBT003 - Django's
        options.append(chosen)
        return [(None, options, 0)]


class OfficeModelForm(FormBase):
    """A form that keeps what its reader may not see, without naming it.

    A foreign key to something hidden stays as it is: the field shows that there is something and
    cannot be changed. Its field has ``hidden_keys`` from the admin's ``formfield_for_foreignkey``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field, forms.ModelChoiceField) or self.instance._state.adding:
                continue
            if isinstance(field, forms.ModelMultipleChoiceField):
                continue
            model_field = self.instance._meta.get_field(name)
            key = getattr(self.instance, model_field.attname)  # type: ignore[union-attr]
            if key is None:
                continue
            if key in getattr(field, "hidden_keys", ()):
                related: Any = model_field.related_model
                field.queryset = related._base_manager.filter(pk=key)
                field.label_from_instance = lambda obj: str(NOT_VISIBLE)  # type: ignore[method-assign]
                field.disabled = True
                continue
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownAutocompleteSelect) and model_field.is_cached(self.instance):  # type: ignore[union-attr]
                widget.known = getattr(self.instance, name)
