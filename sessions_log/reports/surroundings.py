"""What stands around the meetings: letterheads, introductions, what a web page left behind."""

import re

from .blocks import Block
from .dates import find_dates
from .labels import HEAD_LABELS, PEOPLE_LABELS, label
from .notices import NOTE, Notice
from .outline import Outline, is_date_line
from .words import find_kind, meeting_word

_RESIDUE = re.compile(
    r"^(?:gerelateerde? (?:nieuws|berichten|artikelen|items)|"
    r"related (?:news|posts|articles|items)|lees (?:meer|verder|ook)|read (?:more|also)|"
    r"deel (?:dit|deze|op)\b.*|share(?: this.*)?|terug naar .*|back to .*|meer nieuws|"
    r"ander nieuws|more news|print(?: dit)?|vorige|volgende|nieuwsbrief|newsletter|volg ons.*|"
    r"follow us.*|cookies?.*|contact|tags?:?.*)$",
    re.IGNORECASE,
)


def take_off_residue(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """The tail of a web page: *Gerelateerd nieuws* and what follows, or an empty last heading."""
    for place, block in enumerate(blocks):
        if place and block.kind == "heading" and _RESIDUE.match(block.text):
            tail = blocks[place:]
            if sum(len(words_of(one)) for one in tail) < 600 and not any(
                one.kind == "heading" and meeting_word(one.text) and find_dates(one.text)
                for one in tail[1:]
            ):
                return blocks[:place], [words_of(one) for one in tail]
    kept = list(blocks)
    residue: list[str] = []
    while len(kept) > 1 and _is_empty_end(kept[-1]):
        residue.insert(0, kept.pop().text)
    return kept, residue


def _is_empty_end(block: Block) -> bool:
    return block.kind == "heading" and block.marker is None and not find_kind(block.text)


def words_of(block: Block) -> str:
    """All words of a block, in order."""
    if block.kind == "list":
        return " · ".join(entry.text for entry in block.entries)
    if block.kind == "table":
        return " · ".join(" — ".join(cell for cell in row if cell) for row in block.rows)
    if block.marker is not None:
        return f"{block.marker.text} {block.text}"
    return block.text


def is_head(block: Block) -> bool:
    """A labelled line or a date, which the meeting takes in itself."""
    if block.kind != "paragraph":
        return False
    parts = label(block.text)
    return bool(parts and parts[0] in HEAD_LABELS | PEOPLE_LABELS | {"sent"}) or (
        is_date_line(block.text)
    )


def prose_before(outline: Outline) -> list[Block]:
    """What before the only meeting is text of it, rather than the head of a letter."""
    if outline.letter or len(outline.meetings) != 1:
        return []
    for place, block in enumerate(outline.front):
        long = block.kind == "paragraph" and len(block.text) > 60 and block.text[-1] in '.:!?”"'
        numbered = block.kind == "heading" and block.marker is not None
        if block.kind in {"list", "table"} or numbered or (long and not is_head(block)):
            return [other for other in outline.front[place:] if not is_head(other)]
    return []


def remaining(outline: Outline) -> list[Notice]:
    """What belongs to no meeting, named whole."""
    notices: list[Notice] = []
    one = len(outline.meetings) == 1
    for holder in outline.holders:
        notices.append(Notice("document_title", (holder.heading,), level=NOTE))
        quotes = tuple(words for block in holder.blocks if (words := words_of(block)))
        if quotes and not one:
            notices.append(Notice("introduction", quotes))
    front = [block for block in outline.front if words_of(block)]
    if one:
        prose = prose_before(outline)
        front = [block for block in front if not is_head(block) and block not in prose]
    if front:
        notices.append(Notice("unplaced", tuple(words_of(block) for block in front), level=NOTE))
    return notices
