"""Fields of forms for what people type, without what nobody sees in it."""

from typing import Any

from django import forms

from civportal.lib.text import seen_line, seen_text


class LineField(forms.CharField):
    """One line as somebody can see it: without letters of no width and turned writing."""

    def to_python(self, value: Any) -> Any:
        return seen_line(super().to_python(value) or "")


class SeenTextField(forms.CharField):
    """The same for a longer text; lines stay as they were, under one sign for their end."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return seen_text(text.replace("\r\n", "\n")).strip()
