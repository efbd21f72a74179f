"""Our form pack: labels, help and messages tied to their fields, a summary that leads there."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import ButtonHolder, Div, Fieldset, Layout, Row, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils import translation

from civportal.ui.widgets import DateInput, DateTimeInput, TimeInput


class Form(forms.Form):
    title = forms.CharField(label="Title", help_text="As it stands above.")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="Agree")
    secret = forms.CharField(widget=forms.HiddenInput)


def render(form: forms.Form, *, layout: Layout | None = None) -> str:
    helper = FormHelper()
    helper.layout = layout
    helper.add_input(Submit("save", "Save"))
    with translation.override("en"):
        html = render_crispy_form(form, helper, {"csrf_token": "token"})
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", html))


def summary(html: str) -> list[tuple[str, str]]:
    found = re.search(r"data-error-summary>.*?</ul>", html)
    if not found:
        return []
    return re.findall(r"<li>(?:<a href=\"#([a-z_0-9]+)\">)?([^<]+)", found[0])


def test_the_summary_tells_everything_and_leads_to_the_fields():
    form = Form({})
    form.is_valid()
    form.add_error(None, "Not now.")
    assert summary(render(form)) == [
        ("", "Not now."),
        ("", "This field is required."),  # of the hidden field: there is nowhere to go
        ("id_title", "Title: This field is required."),
        ("id_kind_0", "Kind: This field is required."),
        ("id_agree", "Agree: This field is required."),
    ]


@pytest.mark.parametrize("data", [None, {"title": "T", "kind": "a", "agree": "on", "secret": "s"}])
def test_no_summary_without_errors(data):
    assert summary(render(Form(data))) == []


def test_help_and_message_belong_to_the_field():
    html = render(Form({"note": "kept"}))
    named = set(
        re.search(r'<input[^>]*name="title"[^>]*aria-describedby="([^"]+)"', html)[1].split()
    )
    fieldset = re.search(r'<fieldset[^>]*id="div_id_kind"[^>]*aria-describedby="([^"]+)"', html)[1]
    present = set(re.findall(r' id="([^"]+)"', html))
    assert (named, fieldset, named | {fieldset} <= present) == (
        {"id_title_helptext", "id_title_error"},
        "id_kind_error",
        True,
    )
    assert 'value="kept"' in html


def test_only_what_may_be_left_out_says_so():
    html = render(Form())
    labels = re.findall(
        r"<(?:label for=\"[a-z_]+\"|legend)>([A-Z][a-z]+)( <span[^>]*>[^<]+)?", html
    )
    assert labels == [
        ("Title", ""),
        ("Note", ' <span class="field__optional">(optional)'),
        ("Kind", ""),
        ("Agree", ""),
    ]


def test_a_form_posts_with_its_token_and_a_real_button():
    html = render(Form())
    assert re.findall(r"<form[^>]*>|<button[^>]*>", html) == [
        '<form method="post" novalidate>',
        '<button type="submit" name="save" value="Save" id="submit-id-save" class="button " >',
    ]
    assert 'name="csrfmiddlewaretoken" value="token"' in html


def test_layouts():
    layout = Layout(
        Fieldset("About", Row("title", "note"), css_class="wide"),
        Div("kind", "agree", css_id="rest"),
        ButtonHolder(Submit("next", "Next")),
    )
    html = render(Form(), layout=layout)
    assert re.findall(r'(?:class|id)="(fieldset wide|form-row|rest|buttons)"', html) == [
        "fieldset wide",
        "form-row",
        "rest",
        "buttons",
        "buttons",
    ]
    assert "<legend>About</legend>" in html


def test_formsets():
    formset = forms.formset_factory(Form, extra=2)()
    html = render(formset)
    assert (html.count('class="fields"'), 'name="form-TOTAL_FORMS"' in html) == (2, True)


def test_native_pickers_speak_iso_in_every_language():
    class When(forms.Form):
        day = forms.DateField(widget=DateInput, initial="2021-02-18")
        at = forms.TimeField(widget=TimeInput)
        moment = forms.DateTimeField(widget=DateTimeInput)

    with translation.override("nl"):
        form = When({"day": "2021-02-18", "at": "15:00", "moment": "2021-02-18T15:00"})
        assert form.is_valid()
        bound = When(initial=form.cleaned_data)
        html = str(bound)
    assert re.findall(r'type="([a-z-]+)" name="[a-z]+" value="([^"]+)"', html) == [
        ("date", "2021-02-18"),
        ("time", "15:00"),
        ("datetime-local", "2021-02-18T15:00"),
    ]
