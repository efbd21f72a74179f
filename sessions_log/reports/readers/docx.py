"""Word documents (Office Open XML), read from their XML.

Our own reader and not mammoth's: that one drops headers, footers and struck-out text without a
word, and here nothing may go unnamed.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from ..errors import (
    DamagedReportError,
    MislabelledReportError,
    ProtectedReportError,
    ReportTooLargeError,
    ReportTooLongError,
)
from ..notices import NOTE, Notice
from ..source import MAX_TEXT, Line, Marker, Source, clean, split_marker
from . import reader

MAX_UNPACKED = 100 * 1024 * 1024
"""All parts together, pictures too; those are not opened."""
MAX_MARKUP = 20 * 1024 * 1024
"""The parts that are read into memory."""
MAX_PARTS = 5000
_SPACES = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
}
_SKIPPED = frozenset(("w:del", "w:moveFrom", "w:instrText", "w:delInstrText", "w:rPr", "w:pPr"))


def _tag(element: Element) -> str:
    space, _brace, name = element.tag[1:].partition("}")
    prefix = _SPACES.get(space)
    return f"{prefix}:{name}" if prefix else name


def _attribute(element: Element | None, name: str) -> str | None:
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return None


def _child(element: Element | None, *path: str) -> Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if _tag(child) == name), None)
    return element


def _on(element: Element | None) -> bool:
    return element is not None and _attribute(element, "val") not in ("0", "false", "off", "none")


@dataclass
class _Style:
    name: str = ""
    based_on: str | None = None
    level: int | None = None
    bold: bool = False
    num_id: str | None = None
    depth: int = 0


@dataclass
class _Paragraph:
    """The text of one paragraph while it is read, and what hung on it."""

    parts: list[str] = field(default_factory=list)
    bold: int = 0
    plain: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


@reader(".docx")
def read_docx(data: bytes) -> Source:
    """Lines of a Word document; damaged, protected and over-large ones are refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive)
            return _Document(archive).source()
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ParseError,
        DefusedXmlException,
        KeyError,
        RecursionError,
        NotImplementedError,
        OSError,
        UnicodeError,
        ValueError,
    ) as error:
        raise DamagedReportError from error


def _check(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise ProtectedReportError
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise ReportTooLargeError(MAX_UNPACKED)
    if sum(info.file_size for info in infos if info.filename.endswith(".xml")) > MAX_MARKUP:
        raise ReportTooLargeError(MAX_MARKUP)
    names = {info.filename for info in infos}
    if "word/document.xml" in names:
        return
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        raise MislabelledReportError(".docx", _("an Excel workbook"))
    if "[Content_Types].xml" in names and any(name.startswith("ppt/") for name in names):
        raise MislabelledReportError(".docx", _("a PowerPoint presentation"))
    if "mimetype" in names:
        raise MislabelledReportError(".docx", _("an OpenDocument or e-book file"))
    if "[Content_Types].xml" in names:
        raise DamagedReportError
    raise MislabelledReportError(".docx", _("a packed file without a Word document"))


class _Document:
    """One document while it is read: its parts, styles, counters and what was set apart."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = set(archive.namelist())
        self.styles = self._styles()
        self.formats, self.numbers = self._numbering()
        self.footnotes = self._notes("word/footnotes.xml", "w:footnote")
        self.endnotes = self._notes("word/endnotes.xml", "w:endnote")
        self.counters: dict[str, list[int]] = {}
        self.deleted: list[str] = []
        self.pictures = 0
        self.embedded = False
        self.tracked = False
        self.notices: list[Notice] = []

    def part(self, name: str) -> Element | None:
        if name not in self.names:
            return None
        root: Element = fromstring(self.archive.read(name), forbid_dtd=True)
        return root

    def source(self) -> Source:
        root = self.part("word/document.xml")
        body = _child(root, "w:body")
        if body is None:
            raise DamagedReportError
        lines = list(self._blocks(body))
        self._frames()
        if sum(len(_line_text(line)) for line in lines) > MAX_TEXT:
            raise ReportTooLongError(MAX_TEXT)
        if self.deleted:
            self.notices.append(Notice("deleted", tuple(self.deleted), level=NOTE))
        if self.tracked:
            self.notices.append(Notice("tracked"))
        if self.pictures:
            self.notices.append(Notice("pictures", values={"count": self.pictures}, level=NOTE))
        if self.embedded:
            self.notices.append(Notice("embedded"))
        return Source(lines=lines, text=_plain(lines), format="docx", notices=self.notices)

    def _frames(self) -> None:
        """Headers, footers and comments: named, never silently gone."""
        for prefix, code in (("header", "page_header"), ("footer", "page_footer")):
            texts: list[str] = []
            for name in sorted(self.names):
                if re.fullmatch(rf"word/{prefix}\d*\.xml", name) and (root := self.part(name)):
                    texts += [
                        text for line in self._blocks(root) if (text := _line_text(line)).strip()
                    ]
            if texts:
                self.notices.append(Notice(code, tuple(dict.fromkeys(texts)), level=NOTE))
        comments = self.part("word/comments.xml")
        texts = []
        for comment in comments if comments is not None else ():
            text = clean(" ".join(_line_text(line) for line in self._blocks(comment)))
            if text:
                texts.append(text)
        if texts:
            self.notices.append(Notice("comment", tuple(texts)))

    # --- paragraphs, tables and what wraps them -----------------------------------------------

    def _blocks(self, parent: Element) -> Iterator[Line]:
        for element in parent:
            tag = _tag(element)
            if tag == "w:p":
                yield from self._paragraph(element)
            elif tag == "w:tbl":
                yield from self._table(element)
            elif tag == "mc:AlternateContent":
                choice = _child(element, "mc:Choice")
                yield from self._blocks(choice if choice is not None else element)
            elif tag in ("w:del", "w:moveFrom"):
                self._delete(element)
            elif tag == "w:altChunk":
                self.embedded = True
            elif tag in ("w:ins", "w:moveTo"):
                self.tracked = True
                yield from self._blocks(element)
            elif tag not in ("w:sectPr", "w:sdtPr", "w:sdtEndPr", "w:tblPr"):
                yield from self._blocks(element)

    def _paragraph(self, element: Element) -> Iterator[Line]:
        content = _Paragraph()
        style = self._style(_attribute(_child(element, "w:pPr", "w:pStyle"), "val"))
        self._inline(element, content, bold=style.bold)
        level = _attribute(_child(element, "w:pPr", "w:outlineLvl"), "val")
        heading = int(level) + 1 if level and int(level) < 9 else style.level
        marker, depth = self._marker(element, style)
        first = True
        for piece in "".join(content.parts).split("\n"):
            text = clean(piece)
            if not text:
                continue
            strong = bool(content.bold) and content.bold >= content.plain * 20
            line = Line(text=text, tight=not first, strong=strong, depth=depth)
            if first and marker:
                line.marker = marker
            else:
                line.marker, line.text = split_marker(piece)
                line.text = clean(line.text)
            if heading is not None:
                line.level = heading
                if line.marker and line.marker.kind in ("bullet", "letter"):
                    line.marker, line.text = None, text
            first = False
            yield line
        for code, text in content.notes:
            yield Line(text=text)
            self.notices.append(Notice(code, (text,), level=NOTE))
        for box in content.boxes:
            lines = list(self._blocks(box))
            if quotes := tuple(text for line in lines if (text := _line_text(line))):
                self.notices.append(Notice("text_box", quotes))
            yield from lines

    def _inline(self, parent: Element, content: _Paragraph, *, bold: bool) -> None:  # noqa: C901, PLR0912 - a switch over the tags of a run
        for element in parent:
            tag = _tag(element)
            if tag in ("w:del", "w:moveFrom"):
                self._delete(element)
            elif tag in _SKIPPED:
                continue
            elif tag == "w:r":
                own = _child(element, "w:rPr", "w:b")
                self._inline(element, content, bold=_on(own) if own is not None else bold)
            elif tag in ("w:t", "m:t"):
                text = element.text or ""
                content.parts.append(text)
                if bold:
                    content.bold += len(text.strip())
                else:
                    content.plain += len(text.strip())
            elif tag in ("w:tab", "w:ptab"):
                content.parts.append("\t")
            elif tag in ("w:br", "w:cr"):
                content.parts.append("\n")
            elif tag == "w:noBreakHyphen":
                content.parts.append("-")
            elif tag == "w:sym":
                code = int(_attribute(element, "char") or "20", 16)
                content.parts.append(chr(code) if code < 0xE000 or code > 0xF8FF else "•")
            elif tag in ("w:footnoteReference", "w:endnoteReference"):
                notes = self.footnotes if tag == "w:footnoteReference" else self.endnotes
                if note := notes.get(_attribute(element, "id") or ""):
                    content.notes.append(("footnote", note))
            elif tag == "w:txbxContent":
                content.boxes.append(element)
            elif tag == "mc:AlternateContent":
                choice = _child(element, "mc:Choice")
                self._inline(choice if choice is not None else element, content, bold=bold)
            else:
                if tag in ("pic", "imagedata"):
                    self.pictures += 1
                if tag in ("w:ins", "w:moveTo"):
                    self.tracked = True
                self._inline(element, content, bold=bold)

    def _delete(self, element: Element) -> None:
        self.tracked = True
        text = clean(
            "".join(
                child.text or "" for child in element.iter() if _tag(child) in ("w:delText", "w:t")
            )
        )
        if text:
            self.deleted.append(text)

    def _table(self, element: Element) -> Iterator[Line]:
        rows: list[list[str]] = []
        cells: list[list[Line]] = []
        for row in self._inside(element, "w:tr"):
            texts: list[str] = []
            for cell in self._inside(row, "w:tc"):
                lines = [line for line in self._blocks(cell) if line.text or line.rows]
                cells.append(lines)
                texts.append("\n".join(_line_text(line) for line in lines))
            if any(texts):
                rows.append(texts)
        if rows and max(len(row) for row in rows) == 1:  # a frame around text, not a table
            for lines in cells:
                yield from lines
        elif rows:
            yield Line(text="", rows=rows)

    def _inside(self, parent: Element, tag: str) -> Iterator[Element]:
        """The rows of a table or the cells of a row, also within content controls."""
        for element in parent:
            if _tag(element) == tag:
                yield element
            elif _tag(element) not in ("w:tc", "w:tr", "w:tbl", "w:del"):
                yield from self._inside(element, tag)

    # --- styles, numbering and notes ----------------------------------------------------------

    def _styles(self) -> dict[str, _Style]:
        styles: dict[str, _Style] = {}
        for element in self.part("word/styles.xml") or ():
            if _tag(element) != "w:style":
                continue
            name = (_attribute(_child(element, "w:name"), "val") or "").lower()
            style = _Style(name=name, based_on=_attribute(_child(element, "w:basedOn"), "val"))
            outline = _attribute(_child(element, "w:pPr", "w:outlineLvl"), "val")
            if match := re.fullmatch(r"(?:heading|kop|überschrift) ?(\d)", name):
                style.level = int(match[1])
            elif name in ("title", "titel"):
                style.level = 0
            elif outline is not None and int(outline) < 9:
                style.level = int(outline) + 1
            style.bold = _on(_child(element, "w:rPr", "w:b"))
            style.num_id = _attribute(_child(element, "w:pPr", "w:numPr", "w:numId"), "val")
            style.depth = int(_attribute(_child(element, "w:pPr", "w:numPr", "w:ilvl"), "val") or 0)
            if match := re.fullmatch(r"list(?: bullet| number)? (\d)", name):
                style.depth = int(match[1]) - 1
            styles[_attribute(element, "styleId") or name] = style
        return styles

    def _style(self, style_id: str | None) -> _Style:
        """A style with what it takes over from the styles it is based on."""
        result = _Style()
        seen: set[str] = set()
        while style_id and style_id in self.styles and style_id not in seen:
            seen.add(style_id)
            style = self.styles[style_id]
            if result.level is None:
                result.level = style.level
            if result.num_id is None and style.num_id is not None:
                result.num_id, result.depth = style.num_id, style.depth
            result.bold = result.bold or style.bold
            style_id = style.based_on
        return result

    def _numbering(self) -> tuple[dict[tuple[str, int], str], dict[str, str]]:
        """The format of each level of each list: bullet, decimal and so on."""
        abstract: dict[str, dict[int, str]] = {}
        formats: dict[tuple[str, int], str] = {}
        numbers: dict[str, str] = {}
        root = self.part("word/numbering.xml")
        for element in root if root is not None else ():
            if _tag(element) == "w:abstractNum":
                levels = {
                    int(_attribute(level, "ilvl") or 0): _attribute(
                        _child(level, "w:numFmt"), "val"
                    )
                    or "decimal"
                    for level in element
                    if _tag(level) == "w:lvl"
                }
                abstract[_attribute(element, "abstractNumId") or ""] = levels
            elif _tag(element) == "w:num":
                num_id = _attribute(element, "numId") or ""
                kind = _attribute(_child(element, "w:abstractNumId"), "val") or ""
                numbers[num_id] = kind
                for depth, fmt in abstract.get(kind, {}).items():
                    formats[num_id, depth] = fmt
        return formats, numbers

    def _marker(self, element: Element, style: _Style) -> tuple[Marker | None, int]:
        properties = _child(element, "w:pPr", "w:numPr")
        num_id = _attribute(_child(properties, "w:numId"), "val") or style.num_id or "0"
        depth = int(_attribute(_child(properties, "w:ilvl"), "val") or style.depth)
        if num_id == "0":
            return None, 0
        fmt = self.formats.get((num_id, depth), self.formats.get((num_id, 0), "bullet"))
        if fmt == "none":
            return None, 0
        if fmt == "bullet":
            return Marker("bullet", "•"), max(depth, style.depth)
        counter = self.counters.setdefault(self.numbers.get(num_id, num_id), [])
        del counter[depth + 1 :]
        counter.extend([0] * (depth + 1 - len(counter)))
        counter[depth] += 1
        if "etter" in fmt:
            return Marker(
                "letter", f"{chr(96 + min(counter[depth], 26))}.", (counter[depth],)
            ), depth
        number = tuple(counter[: depth + 1])
        return Marker("number", ".".join(map(str, number)) + ".", number), depth

    def _notes(self, name: str, tag: str) -> dict[str, str]:
        notes: dict[str, str] = {}
        root = self.part(name)
        for element in root if root is not None else ():
            if _tag(element) == tag and _attribute(element, "type") in (None, "normal"):
                text = clean(
                    " ".join(
                        "".join(
                            child.text or "" for child in paragraph.iter() if _tag(child) == "w:t"
                        )
                        for paragraph in element.iter()
                        if _tag(paragraph) == "w:p"
                    )
                )
                notes[_attribute(element, "id") or ""] = text
        return notes


def _line_text(line: Line) -> str:
    if line.rows:
        return "\n".join(" — ".join(cell for cell in row if cell) for row in line.rows)
    if line.marker and line.marker.kind == "agenda":
        return f"{line.marker.text} {line.text}".strip()
    return line.text


def _plain(lines: list[Line]) -> str:
    """The document as plain text, for beside the draft."""
    texts: list[str] = []
    for line in lines:
        text = _line_text(line)
        if line.marker and line.marker.kind != "agenda":
            text = f"{'  ' * line.depth}{line.marker.text} {text}"
        texts.append(text)
    return "\n\n".join(texts)
