"""The editor for rich text: a textarea that becomes an editor where there is script."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.forms import Media as PlainMedia
from django.forms import Script
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django_prose_editor.widgets import ProseEditorWidget, importmap
from js_asset import Media

from civportal.editor.blocks import in_blocks
from civportal.editor.sanitise import SCHEMES

# What the editor makes is what ``sanitise`` lets in; ``tests/editor`` holds the two together.
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [3, 4]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": sorted(SCHEMES - {"http", "https"})},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "NoSpellCheck": False,
    # Plain buttons only: the library's dropdown cannot be reached with the keyboard.
    "Menu": {
        "groups": [
            {"group": "headings"},
            {"group": "lists"},
            {"group": "nodes -blockType -lists -headings"},
            {"group": "marks"},
            {"group": "link"},
            {"group": "table"},
            {"group": "history"},
        ]
    },
}

STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"
"""Of the one ``<style>`` that the editor adds; a journey fails when an update changes it."""

EMPTY_PARAGRAPHS = re.compile(r"^(?:\s|&nbsp;|<p>|</p>|<br\s*/?>)*$")


def _words() -> dict[str, str]:
    """The words of the editor, by what the library calls them; it has no Dutch of its own."""
    return {
        "heading 3": _("Heading"),
        "heading 4": _("Subheading"),
        "unordered list": _("Bulleted list"),
        "ordered list": _("Numbered list"),
        "blockquote": _("Quotation"),
        "paragraph": _("Plain text"),
        "bold": _("Bold"),
        "italic": _("Italic"),
        "underline": _("Underlined"),
        "strike": _("Struck through"),
        "subscript": _("Subscript"),
        "superscript": _("Superscript"),
        "insert link": _("Make a link"),
        "remove link": _("Remove the link"),
        "Insert table": _("Insert a table"),
        "undo": _("Undo"),
        "redo": _("Do again"),
        "Add column": _("Add a column"),
        "Delete column": _("Remove the column"),
        "Add row": _("Add a row"),
        "Delete row": _("Remove the row"),
        "Merge cells": _("Merge the cells"),
        "Split cell": _("Split the cell"),
        "Toggle header cell": _("Header cell, yes or no"),
        "Delete table": _("Remove the table"),
        "URL": _("Address (URL)"),
        "Title": _("Title"),
        "Edit Link": _("Link"),
        "Update": _("Save"),
        "Cancel": _("Cancel"),
        "Rows": _("Rows"),
        "Columns": _("Columns"),
        "Include header row": _("With a header row"),
        "Table Properties": _("Table"),
        "Insert Table": _("Insert the table"),
        "Yes": _("Yes"),
        "No": _("No"),
        "Formatting": _("Formatting"),
        "Text": _("Text"),
    }


class RichTextWidget(ProseEditorWidget):  # type: ignore[misc]  # comes untyped
    """A textarea with HTML; with script an editor, its area named after the field's label.

    The page needs ``with_nonce(media, request)`` for the import map, and ``allow_editor_style`` on
    the response. What comes in is sanitised by ``RichTextField``, not here.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"rows": 10, "cols": 80, **(attrs or {})},
            config={"extensions": EXTENSIONS},
            preset="configurable",
        )

    @property
    def media(self) -> PlainMedia:
        """The editor's files; ours first, so that the editor finds the words translated."""
        media: PlainMedia = Media(
            importmap=importmap,
            css={
                "all": [
                    "django_prose_editor/material-icons.css",
                    "django_prose_editor/editor.css",
                    "css/editor.css",
                ]
            },
            js=[
                Script("js/editor.js", type="module"),
                Script("js/pasting.js", type="module"),
                Script("django_prose_editor/editor.js", type="module"),
                Script("django_prose_editor/configurable.js", type="module"),
            ],
        )
        return media

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-editor-words"] = json.dumps(_words())
        return context

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> Any:
        """What was written, with words that stand loose in paragraphs, as without script.

        Nothing where only empty paragraphs are left.
        """
        value = super().value_from_datadict(data, files, name)
        if (
            isinstance(value, str)
            and EMPTY_PARAGRAPHS.match(value)
            and not strip_tags(value).strip()
        ):
            return ""
        return in_blocks(value) if isinstance(value, str) else value


def with_nonce(media: PlainMedia, request: HttpRequest) -> PlainMedia:
    """The media with this response's nonce, without which the browser refuses the import map."""
    nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
    with_it: PlainMedia = Media.from_media(media, nonce=nonce)
    return with_it


def has_editor(media: PlainMedia) -> bool:
    """Whether an editor is among what these media are for."""
    return getattr(media, "_importmap", None) is not None


def allow_editor_style(response: HttpResponseBase) -> None:
    """Let the page have the one ``<style>`` that the editor adds, known by its hash."""
    response._csp_update = {"style-src": [STYLE_HASH]}  # type: ignore[attr-defined]
