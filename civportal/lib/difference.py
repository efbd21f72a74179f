"""The difference of two texts, word by word, for people to read."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Literal

Kind = Literal["same", "out", "in", "gap"]

WORD = re.compile(r"\s+|\w+|[^\w\s]")
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr|blockquote|ul|ol|table|div)>|<br\s*/?>", re.IGNORECASE)
CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
LINK = re.compile(r'<a\s[^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<[^>]*>")
KEPT_AROUND = 8
"""Words of unchanged text kept on either side of a change; what lies further away is left out."""

EXACT_UP_TO = 500_000
"""Pairs of words up to which every word counts; beyond, the commonest are no anchors, because
comparing a long text of few different words would take half a minute."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went (``out``), came (``in``), or is left out (``gap``)."""

    kind: Kind
    text: str


def plain_lines(html: str) -> str:
    """The text of HTML, a line for each block, with the addresses of links after their text.

    For showing differences: marks such as bold are lost, so two texts that differ in these alone
    come out alike.
    """
    html = LINK.sub(r"\2 (\1)", html)
    html = CELL_END.sub(" | ", html)
    text = unescape(TAG.sub("", BLOCK_END.sub("\n", html)))
    lines = (" ".join(line.split()).strip(" |") for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _words(before: list[str], after: list[str]) -> list[tuple[Kind, str]]:
    """Word by word, within a stretch of lines that changed."""
    one = WORD.findall("".join(before))
    two = WORD.findall("".join(after))
    found: list[tuple[Kind, str]] = []
    small = len(one) * len(two) <= EXACT_UP_TO
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=not small).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(one[i1:i2])))
            continue
        if i1 < i2:
            found.append(("out", "".join(one[i1:i2])))
        if j1 < j2:
            found.append(("in", "".join(two[j1:j2])))
    return found


def _shorten(text: str, *, first: bool, last: bool) -> list[Piece]:
    """Unchanged text with its far middle left out."""
    words = WORD.findall(text)
    keep = 2 * KEPT_AROUND  # a word and the space after it
    head = [] if first else words[:keep]
    tail = [] if last else words[-keep:]
    if len(words) <= len(head) + len(tail) + keep:
        return [Piece("same", text)]
    pieces = [Piece("same", "".join(head)), Piece("gap", "…"), Piece("same", "".join(tail))]
    return [piece for piece in pieces if piece.text]


def difference(before: str, after: str) -> list[Piece]:
    """What went out of ``before`` and what came in, with a few words around each change.

    Lines are compared first and words only within lines that changed, so that a long report does
    not take quadratic time. An empty list when the texts are the same.
    """
    if before == after:
        return []
    one, two = before.splitlines(keepends=True), after.splitlines(keepends=True)
    raw: list[tuple[Kind, str]] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "equal":
            raw.append(("same", "".join(one[i1:i2])))
        else:
            raw.extend(_words(one[i1:i2], two[j1:j2]))
    merged: list[tuple[Kind, str]] = []
    for kind, text in raw:
        if merged and merged[-1][0] == kind:
            merged[-1] = (kind, merged[-1][1] + text)
        else:
            merged.append((kind, text))
    pieces: list[Piece] = []
    for place, (kind, text) in enumerate(merged):
        if kind == "same":
            pieces += _shorten(text, first=place == 0, last=place == len(merged) - 1)
        else:
            pieces.append(Piece(kind, text))
    return pieces
