"""The difference of two texts, for people."""

import time

from hypothesis import given
from hypothesis import strategies as st

from civportal.lib.difference import Piece, difference, plain_lines

WORDS = st.lists(st.sampled_from(["een", "twee", "drie", "\n", "vier."]), max_size=30).map(" ".join)


def test_words_that_went_and_came():
    assert difference("De eerste stap.", "De tweede stap.") == [
        Piece("same", "De "),
        Piece("out", "eerste"),
        Piece("in", "tweede"),
        Piece("same", " stap."),
    ]


def test_the_same_is_nothing_and_all_new_is_new():
    assert difference("a", "a") == []
    assert difference("", "a b") == [Piece("in", "a b")]
    assert difference("a b", "") == [Piece("out", "a b")]


def test_what_lies_far_from_a_change_is_left_out():
    text = " ".join(f"w{number}" for number in range(100))
    assert difference(text, text + " slot") == [
        Piece("gap", "…"),
        Piece("same", " " + " ".join(f"w{number}" for number in range(92, 100))),
        Piece("in", " slot"),
    ]


@given(WORDS, WORDS)
def test_no_changed_word_is_lost(before, after):
    pieces = difference(before, after)
    gone = "".join(piece.text for piece in pieces if piece.kind in {"out"})
    came = "".join(piece.text for piece in pieces if piece.kind in {"in"})
    assert len(gone) <= len(before)
    assert len(came) <= len(after)
    assert bool(pieces) == (before != after)
    if before != after and not any(piece.kind == "gap" for piece in pieces):
        assert "".join(p.text for p in pieces if p.kind in {"same", "out"}) == before
        assert "".join(p.text for p in pieces if p.kind in {"same", "in"}) == after


def test_a_long_text_of_few_words_takes_no_minutes():
    before = " ".join(str(number % 50) for number in range(4000))
    after = " ".join(str(number % 51) for number in range(4000))
    start = time.perf_counter()
    assert difference(before, after)
    assert time.perf_counter() - start < 10  # without the bound: half a minute


def test_html_as_lines():
    html = (
        '<h3>Kop</h3><p>Een <strong>vet</strong> <a href="https://example.org">woord</a>.</p>'
        "<ul><li>a</li><li>b &amp; c</li></ul>"
        "<table><tbody><tr><td>1</td><td>2</td></tr><tr><td></td><td></td></tr></tbody></table>"
    )
    assert plain_lines(html) == "Kop\nEen vet woord (https://example.org).\na\nb & c\n1 | 2"
