"""Writing terms, and accepting them for a team."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from assignments.binding import BY_KIND, Binding
from assignments.models import Terms
from civportal.accounts.models import Language
from civportal.lib.fields import SeenTextField
from partners.forms.people import fields_only


class TermsForm(forms.Form):
    """The text of one kind; ``seen`` is the version that it follows on, empty for none."""

    text = SeenTextField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=gettext_lazy(
            "In words that a first-year student knows. An empty line begins a new paragraph."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=Language)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, binding: Binding, current: Terms | None) -> None:
        initial = {
            "text": current.text if current else binding.example,
            "language": current.language if current else (get_language() or "nl")[:2],
            "seen": current.pk if current else None,
        }
        super().__init__(data, initial=initial)
        self.helper = fields_only()


class AcceptForm(forms.Form):
    """A yes to each text that waits, and what stood on the screen: ``read``, by key the SHA-256."""

    all_optional = True

    def __init__(self, data: Any = None, *, waiting: Sequence[Terms]) -> None:
        super().__init__(data)
        self.read: dict[int, str] = dict(
            _pair(each) for each in (data.getlist("read") if data is not None else ())
        )
        for terms in waiting:
            label = _("I accept this for the team: %(kind)s, version %(number)s")
            self.fields[self.field_name(terms)] = forms.BooleanField(
                label=label % {"kind": terms.get_kind_display(), "number": terms.version},
                error_messages={
                    "required": _("Tick this to accept it, or ask about it first."),
                },
            )
        # By the page: each text with its box, and what it means.
        self.texts = [
            {
                "terms": terms,
                "box": self[self.field_name(terms)],
                "means": BY_KIND[terms.kind].means,
                "mark": f"{terms.pk}:{terms.sha256}",
            }
            for terms in waiting
        ]

    @staticmethod
    def field_name(terms: Terms) -> str:
        """Of this version: a tick for another one is none for it."""
        return f"yes-{terms.pk}"


def _pair(mark: str) -> tuple[int, str]:
    key, _colon, sha256 = mark.partition(":")
    return (int(key), sha256) if key.isascii() and key.isdecimal() else (0, "")
