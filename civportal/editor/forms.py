"""A text that is saved by itself, with the revision that it began from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.editor.blocks import in_blocks
from civportal.editor.widgets import RichTextWidget

MAX_LENGTH = 500_000
"""Characters of HTML: the minutes of a very long day are a tenth of it."""


class LooseText(forms.HiddenInput):
    """HTML that travels along unseen, treated as the editor's own."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return in_blocks(value) if value else value


class TextForm(forms.Form):
    """One text in the editor; ``base`` is the revision that it began from."""

    all_optional = True  # an empty text is one too

    text = forms.CharField(
        label=_("Text"), required=False, max_length=MAX_LENGTH, widget=RichTextWidget
    )
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, label: str = "", language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
        if language:
            self.fields["text"].widget.attrs["lang"] = language


class ConflictForm(forms.Form):
    """What someone chose of two texts: their own, the stored one, or one made of both."""

    all_optional = True
    MINE, THEIRS, MERGE, MERGED = "mine", "theirs", "merge", "merged"

    keep = forms.ChoiceField(choices=[(one, one) for one in (MINE, THEIRS, MERGE, MERGED)])
    base = forms.IntegerField(min_value=0)
    mine = forms.CharField(required=False, max_length=MAX_LENGTH, widget=LooseText)
    merged = forms.CharField(
        label=_("One text of both"), required=False, max_length=MAX_LENGTH, widget=RichTextWidget
    )
