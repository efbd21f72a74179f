import datetime
from pathlib import Path

import pytest

from civportal.typeset.html import tree, words
from civportal.typeset.typesetting import typeset

TEMPLATE = Path(__file__).parent / "document.typ"
MOMENT = datetime.datetime(2021, 3, 1, 12, tzinfo=datetime.UTC)


def set_html(html, *, title="Titel"):
    """The PDF of a document with this rich text in it."""
    data = {
        "letterhead": {"name": "Centrum", "colour": "#0a5c5a", "wash": "#e5f0ee", "contact": []},
        "tree": tree(html, site="https://portaal.example"),
        "doc": {
            "language": "nl",
            "title": words(title),
            "author": "Centrum",
            "keywords": [],
            "description": "",
            "date": [2021, 3, 1],
            "running": "",
            "warning": "",
            "footer": ["", ""],
            "mark": "",
            "page": "",
        },
    }
    return typeset(TEMPLATE, data, moment=MOMENT)


@pytest.fixture(name="set_html")
def set_html_fixture():
    return set_html
