"""From lines to blocks: headings, paragraphs, lists and tables.

The hard question is whether *1. Opening* is the heading of an agenda item or an entry of a list:
a row of numbers is headings when text stands between its members.
"""

import re
from dataclasses import dataclass, field

from .labels import LABEL_OF, PEOPLE_LABELS, heading_label, is_label, label
from .report import Entry
from .source import Line, Marker, Source
from .words import like_heading, like_person, meeting_word

DEEP = 9
"""The level of a heading that only looks like one."""


@dataclass
class Block:
    """One block of text; ``kind`` is ``heading``, ``paragraph``, ``list`` or ``table``."""

    kind: str
    text: str = ""
    level: int = DEEP
    marker: Marker | None = None
    entries: list[Entry] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    tight: bool = False


def build_blocks(source: Source) -> list[Block]:
    """The blocks of a file, in order; no text is dropped but the markers before it."""
    lines = _label_tables(source.lines)
    numbered = _numbered_headings(lines)
    plain_headings = source.format != "docx" or not any(
        line.level is not None or (line.strong and like_heading(line.text.rstrip(":")))
        for line in lines
    )
    blocks: list[Block] = []
    among_people = False
    for place, line in enumerate(lines):
        if line.rows:
            blocks.append(Block("table", rows=line.rows))
            among_people = False
            continue
        if place in numbered:
            blocks.extend(_numbered_blocks(line))
            among_people = False
            continue
        people = heading_label(line.text) in PEOPLE_LABELS
        text = line.text
        if line.marker and line.marker.is_bare and line.level is None:
            text = f"{line.marker.text} {text}"  # "12 studenten", no number of a list
        elif line.marker and line.level is None:
            _add_entry(blocks, line)
            continue
        following = lines[place + 1] if place + 1 < len(lines) else None
        named = among_people and like_person(text) and heading_label(text) is None
        if line.level is not None:
            blocks.append(Block("heading", text, level=line.level, marker=line.marker))
        elif not named and _is_heading(line, following, plain=plain_headings):
            blocks.append(Block("heading", text.rstrip(":"), level=7 if line.strong else DEEP))
        else:
            blocks.append(Block("paragraph", text, tight=line.tight))
        among_people = people or named
    return blocks


def _is_heading(line: Line, following: Line | None, *, plain: bool) -> bool:
    text = line.text
    if label(text) is not None:
        return False
    if line.strong and like_heading(text.rstrip(":")):
        return True
    if not like_heading(text) or not (plain or (meeting_word(text) and not line.tight)):
        return False
    alone = not line.tight and (following is None or not following.tight)
    if alone or (text.isupper() and len(text) > 3 and not line.tight):
        return True
    if line.tight or following is None:
        return False
    return (
        following.marker is not None
        or bool(following.rows)
        or len(following.text) > 60
        or following.text[-1] in ".:;?!"
        or is_label(following.text)
        or meeting_word(text)
    )


def _add_entry(blocks: list[Block], line: Line) -> None:
    entry = Entry(line.text, depth=line.depth)
    last = blocks[-1] if blocks else None
    marker = line.marker
    same = False
    if last is not None and last.kind == "list" and last.marker and marker:
        restarts = marker.number == (1,) and last.marker.number != (1,)
        same = line.depth > 0 or (last.marker.kind == marker.kind and not restarts)
    if same and last is not None:
        last.entries.append(entry)
        if line.depth == 0:
            last.marker = marker
    else:
        blocks.append(Block("list", marker=marker, entries=[entry]))


_SPLIT = re.compile(r"^(?P<head>.{2,70}?)(?:[.:]|\s[–—-])\s+(?P<rest>\S.*)$")


def _split_heading(text: str) -> tuple[str, str] | None:
    """*Mededelingen: geen.* → the heading and the text behind it."""
    if (match := _SPLIT.match(text)) and like_heading(match["head"]) and len(match["rest"]) > 3:
        return match["head"], match["rest"]
    return None


def _numbered_blocks(line: Line) -> list[Block]:
    depth = len(line.marker.number) if line.marker else 1
    level = 7 + min(depth, 3)
    if line.level is not None:
        level = line.level
    text = line.text or (line.marker.text if line.marker else "")
    bare = text.rstrip(":")
    if like_heading(bare) or line.level is not None:
        return [Block("heading", bare, level=level, marker=line.marker)]
    if parts := _split_heading(text):
        return [
            Block("heading", parts[0], level=level, marker=line.marker),
            Block("paragraph", parts[1]),
        ]
    if len(text) <= 120:
        return [Block("heading", bare, level=level, marker=line.marker)]
    return [Block("heading", "", level=level, marker=line.marker), Block("paragraph", text)]


def _numbered_headings(lines: list[Line]) -> set[int]:
    """The places of the lines whose number makes them a heading."""
    headings: set[int] = set()
    row: list[int] = []
    for place, line in enumerate(lines):
        marker = line.marker
        if marker is None or marker.kind not in ("number", "agenda") or line.level is not None:
            continue
        if line.depth and marker.kind == "number":
            continue
        if marker.kind == "agenda":
            headings.add(place)
            continue
        if row and not _follows(lines[row[-1]].marker, marker):
            headings.update(_judge(lines, row))
            row = []
        row.append(place)
    headings.update(_judge(lines, row))
    return headings


def _follows(before: Marker | None, after: Marker) -> bool:
    if before is None:
        return False
    old, new = before.number, after.number
    if new[:-1] == old[: len(new) - 1] and len(new) <= len(old):
        return new[-1] in (old[len(new) - 1] + 1, old[len(new) - 1] + 2)
    return len(new) == len(old) + 1 and new[:-1] == old


def _judge(lines: list[Line], row: list[int]) -> list[int]:
    """Is this row of numbers a row of headings?"""
    if not row:
        return []
    members = set(row)

    def has_text(place: int) -> bool:
        return (
            place + 1 < len(lines) and place + 1 not in members and (lines[place + 1].level is None)
        )

    short = [
        place
        for place in row
        if like_heading(lines[place].text.rstrip(":")) or _split_heading(lines[place].text)
    ]
    if len(short) * 3 < len(row) * 2:
        return []
    followed = [place for place in row[:-1] if has_text(place)]
    plain = [place for place in row if like_heading(lines[place].text.rstrip(":"))]
    if followed and len(followed) * 3 >= len(row) - 1:
        return row
    if len(row) == 1 and has_text(row[0]) and plain:
        return row
    split = [place for place in row if _split_heading(lines[place].text)]
    opens = re.match(r"(?:opening|welkom|welcome)\b", lines[row[0]].text, re.IGNORECASE)
    if opens and len(split) * 3 >= len(row) * 2 and len(row) > 1:
        return row
    return []


def _label_tables(lines: list[Line]) -> list[Line]:
    """A table with labels on the left (*Datum | 12 maart*) is a row of labelled lines."""
    result: list[Line] = []
    for line in lines:
        pairs = [[cell for cell in row if cell] for row in line.rows]
        labelled = sum(
            1 for row in pairs if len(row) == 2 and row[0].rstrip(": ").lower() in LABEL_OF
        )
        if not line.rows or labelled * 2 < len(pairs) or any(len(row) > 2 for row in pairs):
            result.append(line)
            continue
        for place, row in enumerate(pairs):
            if not row:
                continue
            texts = [cell.replace("\n", "; ") for cell in row]
            text = f"{texts[0].rstrip(': ')}: {texts[1]}" if len(texts) == 2 else texts[0]
            result.append(Line(text=text, tight=place > 0))
    return result
