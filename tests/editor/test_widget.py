"""The editor's widget: a plain textarea underneath, words of our own, and nothing of nothing."""

import json

import pytest
from django import forms
from django.utils import translation
from django_prose_editor.config import allowlist_from_extensions

from civportal.editor.sanitise import ATTRIBUTES, TAGS
from civportal.editor.widgets import EXTENSIONS, RichTextWidget


class Report(forms.Form):
    text = forms.CharField(widget=RichTextWidget, required=False)


def test_what_the_editor_makes_is_what_gets_in():
    made = allowlist_from_extensions(EXTENSIONS)
    # `rel` is set by sanitising; `title` and `data-type` are dropped there.
    extra = {
        tag: set(names) - ATTRIBUTES.get(tag, set()) for tag, names in made["attributes"].items()
    }
    assert made["tags"] == TAGS
    assert extra == {
        "a": {"rel", "title"}, "ol": {"data-type"}, "td": set(), "th": set()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p></p>", ""),
        ("<p> </p><p><br></p>", ""),
        ("", ""),
        ("<p>Ja</p>", "<p>Ja</p>"),
        ("<table><tbody><tr><td><p></p></td></tr></tbody></table>",
         "<table><tbody><tr><td><p></p></td></tr></tbody></table>"),
    ],
)  # fmt: skip
def test_empty_paragraphs_are_nothing(written, kept):
    form = Report({"text": written})
    assert form.is_valid()
    assert form.cleaned_data == {"text": kept}


def test_without_script_it_is_a_textarea_with_the_text():
    html = str(Report(initial={"text": "<p>A & B</p>"})["text"])
    assert html.startswith("<textarea")
    assert "&lt;p&gt;A &amp; B&lt;/p&gt;" in html


def test_the_words_are_in_the_language_of_the_page():
    def bold():
        attrs = RichTextWidget().get_context("text", "", {})["widget"]["attrs"]
        return json.loads(attrs["data-editor-words"])["bold"]

    with translation.override("nl"):
        dutch = bold()
    with translation.override("en"):
        english = bold()
    assert (dutch, english) == ("Vet", "Bold")
