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
from ..source import MAX_TEXT, Line, Source, clean, split_marker
from . import reader
from .docx_styles import Styles, attribute, find, is_on, tag_of

MAX_UNPACKED = 100 * 1024 * 1024
"""All parts together, pictures too; those are not opened."""
MAX_MARKUP = 20 * 1024 * 1024
"""The parts that are read into memory."""
MAX_PARTS = 5000
_SKIPPED = frozenset(("w:del", "w:moveFrom", "w:instrText", "w:delInstrText", "w:rPr", "w:pPr"))


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
        NotImplementedError,  # packed in a way that zipfile does not read
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
        self.styles = Styles(self.children("word/styles.xml"), self.children("word/numbering.xml"))
        self.footnotes = self._notes("word/footnotes.xml", "w:footnote")
        self.endnotes = self._notes("word/endnotes.xml", "w:endnote")
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

    def children(self, name: str) -> list[Element]:
        """What a part holds; nothing for a part that is not there."""
        root = self.part(name)
        return [] if root is None else list(root)

    def source(self) -> Source:
        root = self.part("word/document.xml")
        body = find(root, "w:body")
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
                root = self.part(name) if re.fullmatch(rf"word/{prefix}\d*\.xml", name) else None
                if root is not None:
                    lines = self._blocks(root)
                    texts += [text for line in lines if (text := _line_text(line)).strip()]
            if texts:
                self.notices.append(Notice(code, tuple(dict.fromkeys(texts)), level=NOTE))
        texts = []
        for comment in self.children("word/comments.xml"):
            text = clean(" ".join(_line_text(line) for line in self._blocks(comment)))
            if text:
                texts.append(text)
        if texts:
            self.notices.append(Notice("comment", tuple(texts)))

    # --- paragraphs, tables and what wraps them -----------------------------------------------

    def _blocks(self, parent: Element) -> Iterator[Line]:
        for element in parent:
            tag = tag_of(element)
            if tag == "w:p":
                yield from self._paragraph(element)
            elif tag == "w:tbl":
                yield from self._table(element)
            elif tag == "mc:AlternateContent":
                choice = find(element, "mc:Choice")
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
        style = self.styles.resolve(attribute(find(element, "w:pPr", "w:pStyle"), "val"))
        self._inline(element, content, bold=style.bold)
        level = attribute(find(element, "w:pPr", "w:outlineLvl"), "val")
        heading = int(level) + 1 if level and int(level) < 9 else style.level
        marker, depth = self.styles.marker(element, style)
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
            tag = tag_of(element)
            if tag in ("w:del", "w:moveFrom"):
                self._delete(element)
            elif tag in _SKIPPED:
                continue
            elif tag == "w:r":
                own = find(element, "w:rPr", "w:b")
                self._inline(element, content, bold=is_on(own) if own is not None else bold)
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
                code = int(attribute(element, "char") or "20", 16)
                content.parts.append(chr(code) if code < 0xE000 or code > 0xF8FF else "•")
            elif tag in ("w:footnoteReference", "w:endnoteReference"):
                notes = self.footnotes if tag == "w:footnoteReference" else self.endnotes
                if note := notes.get(attribute(element, "id") or ""):
                    content.notes.append(("footnote", note))
            elif tag == "w:txbxContent":
                content.boxes.append(element)
            elif tag == "mc:AlternateContent":
                choice = find(element, "mc:Choice")
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
                child.text or ""
                for child in element.iter()
                if tag_of(child) in ("w:delText", "w:t")
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
            if tag_of(element) == tag:
                yield element
            elif tag_of(element) not in ("w:tc", "w:tr", "w:tbl", "w:del"):
                yield from self._inside(element, tag)

    def _notes(self, name: str, tag: str) -> dict[str, str]:
        notes: dict[str, str] = {}
        for element in self.children(name):
            if tag_of(element) == tag and attribute(element, "type") in (None, "normal"):
                text = clean(
                    " ".join(
                        "".join(
                            child.text or "" for child in paragraph.iter() if tag_of(child) == "w:t"
                        )
                        for paragraph in element.iter()
                        if tag_of(paragraph) == "w:p"
                    )
                )
                notes[attribute(element, "id") or ""] = text
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
