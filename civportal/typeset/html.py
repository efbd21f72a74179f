"""Rich text as a tree that ``house.typ`` sets: paragraphs, lists, tables, runs of marked text.

The tree is plain data. It has no more levels than paper has room for: lists, quotes and tables
that are nested deeper are set as the paragraphs in them. No text is lost, and its order stays.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from civportal.editor.sanitise import sanitise
from civportal.typeset.letters import readable
from civportal.typeset.tables import Cell, table

MAX_DEPTH = 5
"""Lists, quotes and tables within each other."""

BREAK_AFTER, BREAK_IN_TABLE = 60, 24
"""Letters in a row from which a word may be broken anywhere, as it could be wider than its line.

The breaks are letters of no width, which some programs copy along.
"""

ZERO_WIDTH_SPACE = "\u200b"
MARKS = {"strong": "b", "em": "i", "u": "u", "s": "s", "sub": "sub", "sup": "sup"}
HOLDERS = {"ul", "ol", "blockquote", "table"}
HEADINGS = {"h3": 1, "h4": 2}
NUMBERINGS = {"a": "a.", "A": "A.", "i": "i.", "I": "I."}
LARGEST_START = 9999
LONGEST_ADDRESS = 2000

Node = dict[str, Any]
Run = dict[str, Any]


@dataclass
class Frame:
    """Something open that holds blocks; ``through`` gives its blocks to what holds it."""

    tag: str
    through: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    blocks: list[Node] = field(default_factory=list)
    items: list[list[Node]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    in_head: bool = False


def words(text: str) -> str:
    """One line of text in letters that can be shown, with room to break what is too long."""
    return _breakable(" ".join(readable(text).split()))


def _breakable(text: str, longest: int = BREAK_AFTER) -> str:
    def broken(found: re.Match[str]) -> str:
        return ZERO_WIDTH_SPACE.join(re.findall(r".{1,7}", found[0]))

    return re.sub(rf"[^ ]{{{longest + 1},}}", broken, text)


def lines(text: str) -> list[Run]:
    """Plain text as runs, with its line ends."""
    runs: list[Run] = []
    for line in text.splitlines():
        runs += [{"t": "\n"}, {"t": line}]
    return _trimmed(runs)


def tree(html: str, *, site: str = "") -> list[Node]:
    """The blocks of rich text; ``site`` completes links to pages of the portal itself.

    Whatever HTML comes in, only what ``sanitise`` lets through is set.
    """
    reader = _Reader(site)
    reader.feed(sanitise(html))
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    """Builds the tree while reading; the HTML is well nested, as it comes out of ``sanitise``."""

    def __init__(self, site: str) -> None:
        super().__init__(convert_charrefs=True)
        self.site = site
        self.frames = [Frame("document")]
        self.marks: list[str] = []
        self.links: list[str] = []
        self.runs: list[Run] = []
        self.heading = ""
        self.last_level = 0

    def finish(self) -> list[Node]:
        """Close what is open, and give the tree."""
        while len(self.frames) > 1:
            self._leave(self.frames[-1].tag)
        self._end_paragraph()
        return self.frames[0].blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in MARKS:
            self.marks.append(MARKS[tag])
        elif tag == "a":
            self.links.append(self._address(attributes.get("href", "")))
        elif tag == "br":
            self.runs.append({"t": "\n"})
        elif tag == "p" or tag in HEADINGS:
            self._end_paragraph()
            self.heading = tag if tag in HEADINGS else ""
        elif tag in {"thead", "tbody", "tr"}:
            self._enter_part(tag)
        else:
            self._enter(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in MARKS:
            if MARKS[tag] in self.marks:
                self.marks.reverse()
                self.marks.remove(MARKS[tag])
                self.marks.reverse()
        elif tag == "a":
            if self.links:
                self.links.pop()
        elif tag == "p" or tag in HEADINGS:
            self._end_paragraph()
        elif tag in {"thead", "tbody", "tr"}:
            self._end_paragraph()
            if tag == "thead" and self.frames[-1].tag == "table":
                self.frames[-1].in_head = False
        elif tag != "br":
            self._leave(tag)

    def handle_data(self, data: str) -> None:
        text = re.sub(r"[ \t\n\r\f\v]+", " ", data)
        run: Run = {"t": text}
        if self.marks:
            run["m"] = sorted(set(self.marks))
        if self.links and self.links[-1]:
            run["a"] = self.links[-1]
        last = self.runs[-1] if self.runs else {"t": "\n"}
        if last["t"] != "\n" and {**last, "t": ""} == {**run, "t": ""}:
            last["t"] += text
        else:
            self.runs.append(run)

    def _address(self, href: str) -> str:
        """The address that a link has on paper; empty where it leads nowhere outside the page."""
        href = "".join(letter for letter in href.strip() if letter.isprintable())
        if href.startswith("//"):
            href = f"https:{href}"
        elif href.startswith("/"):
            href = f"{self.site}{href}" if self.site else ""
        is_whole = re.match(r"(?i)(https?|mailto|tel):.", href)
        return href if is_whole and len(href) <= LONGEST_ADDRESS else ""

    def _depth(self) -> int:
        return sum(not frame.through and frame.tag in HOLDERS for frame in self.frames)

    def _inside(self, tag: str) -> Frame | None:
        """The frame on top, when it is what ``tag`` belongs in."""
        top = self.frames[-1]
        holders = {"li": {"ul", "ol"}, "td": {"table"}, "th": {"table"}}[tag]
        return top if top.tag in holders and not top.through else None

    def _enter_part(self, tag: str) -> None:
        self._end_paragraph()
        top = self.frames[-1]
        if top.tag != "table":
            return
        if tag == "tr":
            top.rows.append([])
        else:
            top.in_head = tag == "thead"

    def _enter(self, tag: str, attributes: dict[str, str]) -> None:
        self._end_paragraph()
        if tag in {"li", "td", "th"}:
            through = self._inside(tag) is None
        elif tag in HOLDERS:
            in_table = any(frame.tag == "table" and not frame.through for frame in self.frames)
            through = self._depth() >= MAX_DEPTH or (tag == "table" and in_table)
        else:
            through = True
        self.frames.append(Frame(tag, through, attributes))

    def _leave(self, tag: str) -> None:
        self._end_paragraph()
        if self.frames[-1].tag != tag or len(self.frames) == 1:
            return
        frame = self.frames.pop()
        if tag == "li" and not frame.through:
            self.frames[-1].items.append(frame.blocks)
        elif tag in {"td", "th"} and not frame.through:
            self._add_cell(frame)
        else:
            for block in _blocks(frame):
                self._add(block)

    def _add_cell(self, frame: Frame) -> None:
        top = self.frames[-1]
        if not top.rows:
            top.rows.append([])
        cell = Cell(
            frame.blocks,
            columns=_number(frame.attributes.get("colspan"), 1, 1000) or 1,
            # Nought means all rows to the end of the table.
            rows=_number(frame.attributes.get("rowspan"), 1, 65534) or 65534,
            is_header=frame.tag == "th",
            in_head=top.in_head,
        )
        top.rows[-1].append(cell)

    def _add(self, block: Node) -> None:
        """Put a block where it belongs; text beside the items or cells joins or becomes one."""
        top = self.frames[-1]
        if top.tag in {"ul", "ol"} and not top.through:
            top.items.append([block])
        elif top.tag == "table" and not top.through and any(top.rows):
            last = next(row for row in reversed(top.rows) if row)[-1]
            last.blocks.append(block)
        else:
            top.blocks.append(block)

    def _end_paragraph(self) -> None:
        in_table = any(frame.tag == "table" for frame in self.frames)
        runs = _trimmed(self.runs, BREAK_IN_TABLE if in_table else BREAK_AFTER)
        self.runs = []
        heading, self.heading = self.heading, ""
        if not runs:
            return
        if heading and len(self.frames) == 1:
            # A level is never skipped, or the contents of the document would show a hole.
            level = min(HEADINGS[heading], self.last_level + 1)
            self.last_level = level
            self._add({"kind": "heading", "level": level, "runs": runs})
            return
        if heading:
            for run in runs:
                run["m"] = sorted({*run.get("m", []), "b"})
        self._add({"kind": "paragraph", "runs": runs})


def _trimmed(runs: list[Run], longest: int = BREAK_AFTER) -> list[Run]:
    """Runs without space at the ends of lines, without line ends around, in letters to show."""
    found: list[Run] = []
    before = "\n"
    for run in runs:
        text = run["t"]
        if text == "\n":
            if found and found[-1]["t"] != "\n":
                found[-1]["t"] = found[-1]["t"].rstrip(" ")
            found.append(run)
        else:
            text = re.sub(r" +", " ", readable(text))
            if before[-1] in " \n":
                text = text.lstrip(" ")
            if not text:
                continue
            found.append({**run, "t": text})
        before = text
    while found and not found[-1]["t"].strip():
        found.pop()
    while found and not found[0]["t"].strip():
        found.pop(0)
    if found:
        found[-1]["t"] = found[-1]["t"].rstrip(" ")
        found[0]["t"] = found[0]["t"].lstrip(" ")
    return [
        run if run["t"] == "\n" else {**run, "t": _breakable(run["t"], longest)}
        for run in found
        if run["t"]
    ]


def _number(value: str | None, fallback: int, largest: int) -> int:
    return min(int(value), largest) if value and re.fullmatch(r"[0-9]{1,9}", value) else fallback


def _blocks(frame: Frame) -> list[Node]:
    """What is left of something that was closed, for what holds it."""
    if frame.through:
        return frame.blocks
    if frame.tag == "table":
        return [*frame.blocks, *table(frame.rows)]
    if frame.tag == "blockquote":
        return [{"kind": "quote", "blocks": frame.blocks}] if frame.blocks else []
    return [_list(frame)] if frame.items else []


def _list(frame: Frame) -> Node:
    if frame.tag == "ul":
        return {"kind": "list", "items": frame.items}
    return {
        "kind": "numbered",
        "start": _number(frame.attributes.get("start"), 1, LARGEST_START),
        "numbering": NUMBERINGS.get(frame.attributes.get("type", ""), "1."),
        "items": frame.items,
    }
