"""Bringing in a report as a file."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_log.choices import Visibility
from sessions_log.reports import MAX_BYTES, known_suffixes
from sessions_log.reports.errors import ReportTooLargeError


class UploadForm(forms.Form):
    """A report as a file, and who may see the sessions in it."""

    file = forms.FileField(label=gettext_lazy("Report"))
    visibility = forms.ChoiceField(
        label=gettext_lazy("Who may see the sessions"),
        choices=Visibility,
        initial=Visibility.BODY,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("You can still change this for each session."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.fields["file"].widget.attrs["accept"] = ",".join(known_suffixes())
        self.fields["file"].help_text = _(
            "A text file or a Word document (%(kinds)s) of at most %(megabytes)d MB."
        ) % {"kinds": ", ".join(known_suffixes()), "megabytes": MAX_BYTES // 1024**2}

    def clean_file(self) -> Any:
        """Refuse what is too large before reading it."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(str(ReportTooLargeError(MAX_BYTES)), code="too_large")
        return file
