"""Small forms around the text of minutes: an item, a guest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sessions_log.models import AgendaItem, Participation


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """What an item is called, and whether it is confidential."""

    class Meta:
        model = AgendaItem
        fields = ["title", "confidential"]

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["lang"] = language


class GuestForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """Someone without an account who came."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=120)
    organisation = forms.CharField(label=_("Organisation"), max_length=160, required=False)

    class Meta:
        model = Participation
        fields = ["name", "function", "organisation"]
        help_texts = {"function": ""}
