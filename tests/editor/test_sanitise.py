"""What gets in: clean HTML, whatever someone pastes or sends."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civportal.editor.sanitise import ATTRIBUTES, SCHEMES, TAGS, sanitise

WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>Verslag</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style>p.MsoNormal {font-family:"Calibri"}</style></head><body lang=NL>
<p class=MsoNormal style='mso-margin-top-alt:auto'><b>Opening</b><o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·</span><![endif]>Punt <a href="file:///C:/geheim.docx">stuk</a></p>
<table class=MsoTableGrid border=1 onclick="x()"><tr><td width=10>Cel</td></tr></table>
</body></html>
"""


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, attrs))


def test_word_without_the_editor():
    clean = sanitise(WORD)
    assert " ".join(clean.split()) == (
        '<p>Opening</p> <p>·Punt <a rel="noopener nofollow">stuk</a></p> '
        "<table><tbody><tr><td>Cel</td></tr></tbody></table>"
    )


PIECES = st.sampled_from(
    [
        "<script>x()</script>", "<style>p{}</style>", "<img src=x onerror=x()>", "<svg onload=x()>",
        "<a href='javascript:x()'>", "<a href=' java\tscript:x()'>", "<a href='data:text/html,x'>",
        "<p style='background:url(javascript:x())'>", "<math><mtext><table><mglyph><style>",
        "<!--[if gte mso 9]><xml>", "<![endif]-->", "<o:p>", "</p>", "</a>", "<ul><li>",
        "<table><tr>",
        "<p onclick=x()>", "<iframe srcdoc='<script>'>", "&lt;script&gt;", "<noscript><p title='",
        "</noscript><img src=x onerror=x()>'>", "<template><script>", "<textarea>", "tekst", "\x00",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=25).map("".join))
@settings(max_examples=400, deadline=None)
def test_nothing_hostile_gets_in_and_clean_stays_as_it_is(html):
    clean = sanitise(html)
    reader = Reader()
    reader.feed(clean)
    for tag, attributes in reader.seen:
        assert tag in TAGS
        for name, value in attributes:
            assert name in ATTRIBUTES.get(tag, set()) | {"rel"}
            if name == "href" and ":" in value.split("/")[0]:
                assert value.split(":")[0].lower() in SCHEMES
    assert sanitise(clean) == clean


@pytest.mark.parametrize("tag", ["script", "style", "title", "xml"])
def test_what_nobody_wrote_goes_with_all_in_it(tag):
    assert sanitise(f"<{tag}>weg</{tag}><p>Blijft</p>") == "<p>Blijft</p>"
