"""Text in blocks: loose words become paragraphs, and two texts become one without losing any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civportal.editor.blocks import blocks, both, has_loose_text
from civportal.editor.conflict import TextConflict, sides

LIST = "<ul><li><p>a</p></li><li><p>b</p></li></ul>"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("", []),
        ("<p>a</p><p>b</p>", ["<p>a</p>", "<p>b</p>"]),
        (f"<h3>k</h3>\n{LIST}", ["<h3>k</h3>", LIST]),
        ("een\nregel\r\n\r\ntwee", ["<p>een<br>regel</p>", "<p>twee</p>"]),
        ("<p>a</p>los <em>s</em><p>b</p>", ["<p>a</p>", "<p>los <em>s</em></p>", "<p>b</p>"]),
        ("<blockquote><p>open", ["<blockquote><p>open"]),
        ("</p>los", ["<p>los</p>"]),
    ],
)  # fmt: skip
def test_blocks(html, found):
    assert blocks(html) == found


@pytest.mark.parametrize(
    ("html", "loose"),
    [
        ("", False), ("<p>a</p>\n<p>b</p>", False), ("<p>a</p> <br>", False),
        ("<p>a</p>b", True), ("b", True),
    ],
)  # fmt: skip
def test_loose_text(html, loose):
    assert has_loose_text(html) is loose


TEXTS = st.lists(st.sampled_from(["een", "twee", "drie", "vier", "vijf"]), max_size=6).map(
    lambda words: "".join(f"<p>{word}</p>" for word in words)
)


@given(TEXTS, TEXTS)
def test_one_text_of_both_has_every_block_of_each(theirs, mine):
    together = blocks(both(theirs, mine))
    for text in (theirs, mine):
        rest = iter(together)
        assert all(block in rest for block in blocks(text))  # in their own order


def test_what_both_say_stands_there_once():
    assert both("<p>a</p><p>b</p>", "<p>a</p><p>c</p>") == "<p>a</p><p>b</p><p>c</p>"


def test_two_sides_of_a_difference():
    found = sides("<p>Het weer was goed.</p>", "<p>Het weer was slecht.</p>")
    assert [(piece.kind, piece.text) for piece in found.theirs] == [
        ("same", "Het weer was "), ("out", "goed"), ("same", "."),
    ]  # fmt: skip
    assert [(piece.kind, piece.text) for piece in found.mine] == [
        ("same", "Het weer was "), ("in", "slecht"), ("same", "."),
    ]  # fmt: skip


def test_a_conflict_shows_nothing_hostile():
    found = TextConflict(mine="<p onclick='x()'>a<script>x</script></p>", theirs="", revision=1)
    assert found.mine == "<p>a</p>"
