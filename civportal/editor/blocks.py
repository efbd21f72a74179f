"""The blocks that a text of clean HTML consists of: paragraphs, lists, tables, headings."""

import re
from difflib import SequenceMatcher

from django.utils.html import strip_tags

from civportal.editor.sanitise import sanitise

BLOCK = re.compile(
    r"<(?P<end>/?)(?P<name>p|ul|ol|blockquote|h3|h4|table)(?:\s[^>]*)?>", re.IGNORECASE
)
BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")


def _paragraphs(loose: str) -> list[str]:
    """Text outside any block as paragraphs: a blank line parts them, a line break stays one."""
    parts = (part.strip() for part in BLANK_LINE.split(loose.replace("\r\n", "\n")))
    return [f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part]


def blocks(html: str) -> list[str]:
    """The blocks of a text, outermost first; text that stands loose becomes paragraphs."""
    found: list[str] = []
    depth, start = 0, 0
    for tag in BLOCK.finditer(html):
        if not tag["end"]:
            if depth == 0:
                found += _paragraphs(html[start : tag.start()])
                start = tag.start()
            depth += 1
        elif depth == 0:  # ends what never began
            found += _paragraphs(html[start : tag.start()])
            start = tag.end()
        else:
            depth -= 1
            if depth == 0:
                found.append(html[start : tag.end()])
                start = tag.end()
    rest = html[start:]
    return [*found, *([rest] if depth else _paragraphs(rest))]


def has_loose_text(html: str) -> bool:
    """Whether words stand outside every block, as when someone typed them in a plain textarea."""
    outside, depth, start = "", 0, 0
    for tag in BLOCK.finditer(html):
        if depth == 0:
            outside += html[start : tag.start()]
        depth = max(0, depth + (-1 if tag["end"] else 1))
        start = tag.end()
    if depth == 0:
        outside += html[start:]
    return bool(strip_tags(outside).strip())


def in_blocks(html: str) -> str:
    """The text with what stands loose in paragraphs, and otherwise as it is.

    Cleaned before loose words are looked for, or a script would leave an empty paragraph.
    """
    clean = sanitise(html)
    return "".join(blocks(clean)) if has_loose_text(clean) else html


def both(theirs: str, mine: str) -> str:
    """All that either text says, what they share once: something to make one text of by hand."""
    one, two = blocks(theirs), blocks(mine)
    found: list[str] = []
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        found += one[i1:i2]
        found += two[j1:j2] if two[j1:j2] != one[i1:i2] else []
    return "".join(found)
