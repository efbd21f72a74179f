"""The forms of the style guide: each kind of field once."""

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from civportal.ui import widgets

KINDS = [
    ("work_session", _("Work session")),
    ("steering_group", _("Steering group")),
    ("conference", _("Conference")),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    helper: FormHelper

    title = forms.CharField(label=_("Title"), help_text=_("As it should stand above the report."))
    email = forms.EmailField(label=_("E-mail address"))
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    day = forms.DateField(label=_("Date"), widget=widgets.DateInput)
    start = forms.TimeField(label=_("Start"), widget=widgets.TimeInput, required=False)
    visibility = forms.ChoiceField(
        label=_("Who may read it"),
        choices=[("public", _("Everyone")), ("body", _("Members of the body"))],
        widget=forms.RadioSelect,
    )
    lines = forms.MultipleChoiceField(
        label=_("Programme lines"),
        choices=[("a", "Vraaggericht excellent onderwijs"), ("b", "Practoraat")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(label=_("Report"), widget=forms.Textarea, required=False)
    file = forms.FileField(label=_("File"), help_text=_("Text or Word, at most 5 MB."))
    agree = forms.BooleanField(label=_("I have read the report through"))


class SampleFilterForm(forms.Form):
    """A filter form as lists have it."""

    all_optional = True

    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.MultipleChoiceField(
        label=_("Kind"), choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )
    year = forms.ChoiceField(
        label=_("Year"),
        required=False,
        choices=[("", _("All years")), ("2022", "2022"), ("2021", "2021")],
    )
