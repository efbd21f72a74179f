"""Which headings of a report start a meeting, and which only hold meetings together."""

import re
from dataclasses import dataclass, field, replace
from itertools import takewhile

from .blocks import DEEP, Block
from .dates import WEEKDAYS, find_dates
from .labels import heading_label, label
from .vocabulary import Vocabulary, fold
from .words import FILLER, NO_MEETING, PLURAL, REPORT, REPORT_HEAD, find_kind, meeting_word, tells

_SEVERAL = re.compile(
    r"\b(?:twee|drie|vier|beide|meerdere|enkele|two|three|both|several)\s+(?:\w+\s+)?"
    r"(?:bijeenkomsten|sessies|werksessies|vergaderingen|overleggen|meetings|sessions|gatherings)\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b\d{4}\s?[A-Z]{2}\b")
_OTHER = re.compile(
    r"\b(?:onderte\w+|getekend|verz[eo]nd\w*|vastgesteld|volgende?|vorige|next|previous|signed|sent|"
    r"deadline|gepubliceerd|published|approved|uiterlijk)\b",
    re.IGNORECASE,
)
"""Words that make a date another one than that of the meeting."""
_DATELINE = re.compile(r"^(?!(?:" + "|".join(WEEKDAYS) + r")\b)[^\W\d_][^\d,]*,\s", re.IGNORECASE)
"""*Leiden, 20 april 2021* is how a letter begins."""
_TIME = re.compile(r"\b\d{1,2}[.:]\d\d\b|\buur\b|\b[ap]m\b|\bvan\b|\btot\b", re.IGNORECASE)


@dataclass
class Section:
    """A heading that starts a meeting (or holds several), with what follows up to the next."""

    heading: str
    level: int = DEEP
    blocks: list[Block] = field(default_factory=list)
    holder: "Section | None" = None
    """The heading above, from which a date may come down."""
    before: "Section | None" = None
    """The meeting before, where its date is the nearest one told."""
    is_holder: bool = False

    @property
    def dates(self) -> list[str]:
        return [date.text for date in find_dates(self.heading)]

    @property
    def paragraphs(self) -> list[str]:
        return [block.text for block in self.blocks if block.kind == "paragraph"]

    @property
    def has_structure(self) -> bool:
        return any(block.kind != "paragraph" for block in self.blocks)

    def holders(self) -> list["Section"]:
        found: list[Section] = []
        holder = self.holder
        while holder is not None:
            found.append(holder)
            holder = holder.holder
        return found


@dataclass
class Outline:
    """A report cut into meetings; ``front`` is what stands before the first of them."""

    front: list[Block]
    holders: list[Section]
    meetings: list[Section]
    letter: bool
    """The front looks like the head of a letter, whose date is that of sending."""
    recognised: bool = True


def speaks_of_several(text: str) -> bool:
    """Meetings in the plural: *twee bijeenkomsten*, *beide werksessies*."""
    return bool(_SEVERAL.search(text) or PLURAL.search(text))


def is_date_line(text: str) -> bool:
    """Nothing but a date, with a weekday, hours and a place at most."""
    dates = find_dates(text)
    if not dates or _OTHER.search(text):
        return False
    if (colon := re.search(r"[^\W\d_]\s*:", text)) and colon.start() < dates[0].start:
        return False
    rest = text
    for date in reversed(dates):
        rest = rest[: date.start] + " " + rest[date.end :]
    rest = _TIME.sub(" ", rest)
    words = len(re.findall(r"[^\W\d_]{2,}", rest))
    in_front = dates[0].start == 0 and not tells(text) and text[-1] != "."
    return words <= (4 if in_front else 2) and len(text) < 90


def cut(blocks: list[Block], vocabulary: Vocabulary) -> Outline:
    """Cut a report into meetings."""
    places = _starts(blocks)
    recognised = True
    if not places:
        return _whole(blocks)
    front = [_as_paragraph(block) for block in blocks[: places[0]]]
    sections: list[Section] = []
    for place, following in zip(places, [*places[1:], len(blocks)], strict=True):
        sections.append(
            Section(
                heading=blocks[place].text,
                level=blocks[place].level,
                blocks=blocks[place + 1 : following],
            )
        )
    letter = _is_letter(front)
    holders, meetings = _arrange(sections, vocabulary)
    return Outline(front, holders, meetings, letter, recognised)


def _as_paragraph(block: Block) -> Block:
    """A date that stands alone before the first meeting is no heading."""
    if block.kind == "heading" and is_date_line(block.text):
        return replace(block, kind="paragraph")
    return block


def _is_letter(front: list[Block]) -> bool:
    for block in front:
        parts = label(block.text)
        if parts and parts[0] in ("letter", "subject"):
            return True
        if _POSTCODE.search(block.text) and len(block.text) < 120:
            return True
    return False


def _starts(blocks: list[Block]) -> list[int]:
    """The places of the headings that may start a meeting."""
    found: list[int] = []
    numbered: list[int] = []
    headings = [place for place, block in enumerate(blocks) if block.kind == "heading"]
    for place in headings:
        block = blocks[place]
        first = place == headings[0]
        if block.marker is not None and block.marker.kind in ("number", "agenda"):
            if _is_dated_start(block.text):
                numbered.append(place)
        elif _is_start(block.text, first=first):
            found.append(place)
    if len(numbered) > 1:
        found = sorted({*found, *numbered})
    named = next((place for place in found if not is_date_line(blocks[place].text)), None)
    if named is not None and _is_letter(blocks[:named]):
        found = [place for place in found if place >= named]
    return found


def _is_dated_start(text: str) -> bool:
    kind = find_kind(text)
    return bool(kind and find_dates(text) and not NO_MEETING.search(text))


def _is_start(text: str, *, first: bool) -> bool:  # noqa: C901, PLR0911 - rules, one after the other
    kind = find_kind(text)
    if heading_label(text) is not None and not (first and REPORT.search(text)):
        return False
    if first and REPORT_HEAD.match(text) and (kind or find_dates(text) or FILLER.match(text)):
        return True
    if NO_MEETING.search(text):
        return False
    if find_dates(text):
        return bool(kind or REPORT_HEAD.match(text)) or (
            is_date_line(text) and not _DATELINE.match(text)
        )
    if kind is None:
        return False
    if first:
        return True
    noun, match = kind
    if not FILLER.match(text[: match.start()]):
        return False
    rest = text[match.end() :].strip()
    if not rest:
        return noun != "" or bool(re.search(r"\w", text[: match.start()]))
    if re.match(r"(?:en|and|of|or|&)\b", rest):
        return False
    if noun == "steering_group":
        return not rest[0].islower() or bool(re.match(r"(?:over|on|about)\b", rest))
    return noun != "" or bool(re.match(r"[A-ZÀ-Þ:–—-]|over\b|on\b|about\b", rest))


def _signature(section: Section, vocabulary: Vocabulary) -> tuple[str, str, str]:
    kind = find_kind(section.heading)
    rest = ""
    if kind:
        rest = fold(section.heading[kind[1].end() :])
    return (kind[0] if kind else "", " ".join(vocabulary.lines_in(section.heading)), rest)


def _told_date(section: Section) -> bool:
    """A date in the heading or in the lines right below it."""
    if section.dates:
        return True
    for block in section.blocks[:8]:
        if block.kind != "paragraph":
            return False
        parts = label(block.text)
        if (parts and parts[0] == "date" and find_dates(parts[2])) or is_date_line(block.text):
            return True
    return False


def _arrange(
    sections: list[Section], vocabulary: Vocabulary
) -> tuple[list[Section], list[Section]]:
    """Tell holders from meetings, and give a heading that is only an item back to its meeting."""
    holders: list[Section] = []
    meetings: list[Section] = []
    title: Section | None = None
    holder: Section | None = None
    for place, section in enumerate(sections):
        following = sections[place + 1] if place + 1 < len(sections) else None
        dated = bool(section.dates)
        if holder is not None and dated:
            holder = None
        if following is not None and place == 0 and _is_title(section, following):
            section.is_holder = True
            title = section
            holders.append(section)
            continue
        section.holder = holder or title
        if holder is None and _holds(section, sections[place + 1 :], vocabulary):
            section.is_holder = True
            holder = section
            holders.append(section)
            continue
        if meetings and not _told_date(section) and holder is None:
            last = meetings[-1]
            if _is_item(section, last, vocabulary):
                last.blocks.append(Block("heading", section.heading, level=section.level))
                last.blocks.extend(section.blocks)
                continue
            section.before = last
        meetings.append(section)
    return holders, meetings


def _is_title(section: Section, following: Section) -> bool:
    if PLURAL.search(section.heading):
        return True
    if section.level < 7 and section.level < following.level and not section.blocks:
        return True
    return (
        not _told_date(section)
        and _told_date(following)
        and not section.has_structure
        and len(section.paragraphs) <= 3
    )


def _holds(section: Section, following: list[Section], vocabulary: Vocabulary) -> bool:
    """Does a dated heading only hold the undated ones after it together?"""
    under = list(takewhile(lambda one: not one.dates, following))
    if not section.dates or not under or section.has_structure:
        return False
    if _signature(section, vocabulary) == _signature(under[0], vocabulary):
        return False
    text = " ".join(section.paragraphs)
    if _SEVERAL.search(text) or PLURAL.search(section.heading):
        return True
    return not text and (len(under) > 1 or find_kind(section.heading) is None)


def _is_item(section: Section, last: Section, vocabulary: Vocabulary) -> bool:
    """An undated heading after a meeting: an agenda item of it, rather than a meeting?"""
    if not last.blocks:
        return True
    if not _told_date(last) and last.holder is None:
        mine, other = _signature(section, vocabulary), _signature(last, vocabulary)
        return mine == other
    if section.level < 7 and section.level <= last.level:
        return False
    if any(block.kind == "heading" for block in last.blocks):
        return True
    mine, other = _signature(section, vocabulary), _signature(last, vocabulary)
    return mine[0] == other[0] and not (mine[1] or mine[2])


def _whole(blocks: list[Block]) -> Outline:
    """No heading starts a meeting: the whole file is one, named by its subject or first heading."""
    for place, block in enumerate(blocks[:30]):
        parts = label(block.text) if block.kind == "paragraph" else None
        if (
            parts
            and parts[0] in ("subject", "body", "secretary")
            and parts[2]
            and meeting_word(block.text)
            and (parts[0] != "secretary" or meeting_word(parts[2]))
        ):
            front = blocks[:place]
            section = Section(
                heading=parts[2] if find_kind(parts[2]) else block.text, blocks=blocks[place + 1 :]
            )
            if section.heading != block.text:
                front = [*front, Block("paragraph", block.text)]
            return Outline(front, [], [section], letter=_is_letter([*front, block]))
    for place, block in enumerate(blocks[:12]):
        if block.kind == "heading" and block.marker is None and heading_label(block.text) is None:
            section = Section(heading=block.text, level=block.level, blocks=blocks[place + 1 :])
            return Outline(
                blocks[:place], [], [section], _is_letter(blocks[:place]), _evident(blocks)
            )
        if block.kind == "heading":
            break
    return Outline(
        [], [], [Section(heading="", blocks=blocks)], letter=False, recognised=_evident(blocks)
    )


def _evident(blocks: list[Block]) -> bool:
    """Does anything in this text say that it is about a meeting?"""
    text = " ".join(block.text for block in blocks[:12])
    return meeting_word(text) or any(
        (parts := label(block.text)) is not None and parts[0] in ("present", "date")
        for block in blocks
    )
