"""Plain text: any common encoding, hard-wrapped or not, with bullets, numbers and simple tables."""

import codecs
import re
from collections import Counter
from itertools import pairwise

from django.utils.translation import gettext as _

from ..errors import MislabelledReportError, ReportTooLongError
from ..labels import heading_label, is_label
from ..notices import NOTE, Notice
from ..source import BULLETS, MAX_TEXT, Line, Source, clean, split_marker
from ..words import like_heading, meeting_word, starts_low
from . import reader

_PAGE = re.compile(
    r"^[\s|–—-]*(?:(?:pagina|page|pag\.?|blad|p\.)\s*\d+(?:\s*(?:van|of|/)\s*\d+)?|\d{1,3}\s*/\s*\d{1,3}"
    r"|[–—-]\s*\d{1,3}\s*[–—-])[\s|–—-]*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?P<mark>[=\-_*~#–—])(?:\s*(?P=mark)){2,}\s*$")
_QUOTED = re.compile(r"^(?:>[ \t]?)+(?=\s*\S)")
"""The marks before a quoted line in a mail."""
_COLUMNS = re.compile(r"(?<=[\w).])[ \u00a0]{4,}(?=[^\W\d_])(?<!^)")
"""Spaces that set a name in one column and its organisation in the next."""
_ATX = re.compile(r"^(?P<marks>#{1,6})\s+(?P<text>.*?)\s*#*$")
_WRAPPED_STRONG = re.compile(r"^(?:\*\*|__)(?P<text>[^*_].*?[^*_]|[^*_])(?:\*\*|__)$")
_OPEN_END = re.compile(
    r"(?:[,(/–]|\b(?:de|het|een|van|en|of|in|op|met|voor|aan|the|a|an|of|and|or|in|on|with|for|to))$",
    re.IGNORECASE,
)


@reader(".txt")
def read_text(data: bytes) -> Source:
    """Lines of a text file: wrapped lines joined, page furniture set apart."""
    text, sure = decode(data)
    if len(text) > MAX_TEXT:
        raise ReportTooLongError(MAX_TEXT)
    notices = [] if sure else [Notice("encoding", level=NOTE)]
    raw = re.sub(r"\r\n?|[\v\u2028\u2029\x85]", "\n", text)
    rows = raw.replace("\f", "\n\f\n").split("\n")
    rows, furniture = _take_out_furniture(rows)
    if furniture:
        notices.append(Notice("page_furniture", tuple(dict.fromkeys(furniture)), level=NOTE))
    return Source(lines=_lines(rows), text=raw.replace("\f", "\n"), format="txt", notices=notices)


def decode(data: bytes) -> tuple[str, bool]:
    """The text of a file and whether its encoding is sure; binary content is refused."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return _no_controls(data.decode(name)), True
            except UnicodeDecodeError:
                if name != "utf-8-sig":
                    raise MislabelledReportError(".txt", _("no readable text")) from None
    sample = data[:4000]
    if b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        name = "utf-16-le" if odd > even else "utf-16-be"
        if max(even, odd) > len(sample) * 0.3 and min(even, odd) < len(sample) * 0.05:
            try:
                return _no_controls(data.decode(name)), True
            except UnicodeDecodeError:
                pass
        raise MislabelledReportError(".txt", _("no readable text"))
    try:
        return _no_controls(data.decode("utf-8")), True
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8", errors="civ_cp1252")
    multibyte = sum(1 for character in data.decode("utf-8", errors="ignore") if character > "\x7f")
    broken = len(data) - len(data.decode("utf-8", errors="ignore").encode())
    if multibyte >= broken:
        return _no_controls(mended), False
    return _no_controls(data.decode("cp1252", errors="civ_latin1")), False


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - narrows the type for codecs
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - narrows the type for codecs
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("civ_cp1252", _as_cp1252)
codecs.register_error("civ_latin1", _as_latin1)


def _no_controls(text: str) -> str:
    """Refuse what no text holds: more than a stray control character."""
    strange = sum(
        1
        for character in text
        if (character < " " and character not in "\t\n\r\f\v\x1a\x1b")
        or "\x7f" <= character <= "\x84"
    )
    if strange > max(2, len(text) // 500) or "\0" in text:
        raise MislabelledReportError(".txt", _("no readable text"))
    return re.sub("[\x01-\x08\x0e-\x1f\x7f]", " ", text)


def _take_out_furniture(rows: list[str]) -> tuple[list[str], list[str]]:
    """Set page numbers apart, and the running head or foot that stands beside each of them."""
    pages = {place for place, row in enumerate(rows) if _PAGE.match(row)}
    counts = Counter(clean(row) for row in rows if clean(row))
    taken: list[str] = []
    kept: list[str] = []
    seen: set[str] = set()
    for place, row in enumerate(rows):
        text = clean(row)
        near = any(other in pages for other in range(place - 3, place + 4))
        running = text and counts[text] > 1 and near and len(text) < 100
        running = running and not split_marker(text)[0] and not is_label(text)
        if place in pages or (running and text in seen):
            taken.append(text)
            _drop_break(kept)
            kept.append("\f")
            continue
        if row == "\f":
            _drop_break(kept)
        if text:
            seen.add(text)
        kept.append(row)
    return kept, taken


def _drop_break(kept: list[str]) -> None:
    while kept and kept[-1].strip(" \t\n\f\u00a0") == "":
        if len(kept) > 1 and kept[-2].strip():
            break
        kept.pop()


def _lines(rows: list[str]) -> list[Line]:
    width = _wrap_width(rows)
    lines: list[Line] = []
    tight = False
    broken = False  # a page break stands between: a sentence may run on over it
    last = ""
    indents: list[int] = []
    for place, raw in enumerate(rows):
        row = _COLUMNS.sub(", ", _QUOTED.sub("", raw))
        text = clean(row)
        if not text:
            broken = broken or "\f" in row
            tight = False
            continue
        if _RULE.match(row):
            if tight and lines and len(last) <= 100:
                _underline(lines[-1], text)
            tight = False
            continue
        if table := _table_row(row, rows, place):
            _add_row(lines, table, tight=tight)
            tight, last, broken = True, "", False
            continue
        line = _line(row, text, tight=tight, indents=indents)
        if line.marker and lines and _mid_sentence(lines[-1], last, line, row, width=width):
            line = Line(text=text, tight=tight)
        if lines and _continues(lines[-1], last, line, row, width=width, broken=broken):
            lines[-1].text = _join(lines[-1].text, text)
        else:
            lines.append(line)
        tight, broken, last = True, False, row.rstrip()
    return [line for line in lines if line.text or line.rows]


def _underline(line: Line, rule: str) -> None:
    """A line with ``====`` or ``----`` below it is a heading."""
    if line.text and line.level is None and not line.marker and set(rule) & set("=-~–—"):
        line.level = 1 if "=" in rule else 2


def _add_row(lines: list[Line], row: list[str], *, tight: bool) -> None:
    """Add a row to the table before it, or begin one; a rule of dashes is no row."""
    if not any(set(cell) - set("-: ") for cell in row):
        return
    if tight and lines and lines[-1].rows:
        lines[-1].rows.append(row)
    else:
        lines.append(Line(text="", rows=[row], tight=tight))


def _line(row: str, text: str, *, tight: bool, indents: list[int]) -> Line:
    if match := _ATX.match(text):
        return Line(text=match["text"], level=len(match["marks"]), tight=tight)
    if match := _WRAPPED_STRONG.match(text):
        return Line(text=clean(match["text"]), strong=True, tight=tight)
    indent = _indent(row)
    marker, rest = split_marker(row.strip().replace("\u00a0", " "))
    if marker is None:
        return Line(text=text, tight=tight)
    if not tight:
        # a blank line between entries keeps the nesting only where the indent still is deeper
        indents[:] = [known for known in indents if known <= indent]
    while indents and indents[-1] > indent:
        indents.pop()
    if not indents or indents[-1] < indent:
        indents.append(indent)
    return Line(text=clean(rest), marker=marker, depth=len(indents) - 1, tight=tight)


def _wrap_width(rows: list[str]) -> int | None:
    """The column at which the lines of this file were broken, if they were."""
    ends = [
        len(row.rstrip())
        for row, following in pairwise(rows)
        if len(row.strip()) > 40
        and row.rstrip()[-1] not in ".!?:;"
        and starts_low(following.strip())
        and not split_marker(following)[0]
    ]
    lengths = [len(row.rstrip()) for row in rows]
    longest = max(lengths, default=0)
    if len(ends) < 2 or max(ends) > 120:
        full = sum(1 for length in lengths if length > longest - 12)
        return longest if 60 <= longest <= 80 and full > 2 else None
    return max(ends)


def _continues(  # noqa: PLR0911 - rules, one after the other
    previous: Line, last: str, line: Line, row: str, *, width: int | None, broken: bool
) -> bool:
    """Does ``line`` run on in the sentence of ``previous`` after a break of the line?"""
    if line.marker or line.level is not None or line.strong:
        return False
    if is_label(line.text) and not (starts_low(line.text) and len(last) > 40):
        return False
    if previous.level is not None or previous.rows or previous.strong or not previous.text:
        return False
    ends = previous.text[-1] in '.!?:;”"’'
    if not line.tight:
        return broken and not ends and starts_low(line.text)
    if heading_label(line.text) is not None:
        return False
    if starts_low(line.text) and previous.text[-1] not in ".!?:;" and len(last.strip()) > 29:
        return True
    if _OPEN_END.search(previous.text) and not (previous.marker and previous.marker.number):
        return True
    if (
        previous.marker
        and _indent(row) > _indent(last)
        and not (
            previous.marker.number and like_heading(previous.text) and not starts_low(line.text)
        )
    ):
        return True
    if like_heading(previous.text) and meeting_word(previous.text):
        return False
    first = line.text.split(" ", 1)[0]
    return width is not None and len(last) > 50 and len(last) + 1 + len(first) > width


def _mid_sentence(previous: Line, last: str, line: Line, row: str, *, width: int | None) -> bool:
    """Is the dash, number or letter at the front of this line a word of a wrapped sentence?"""
    if not line.tight or not previous.text or previous.rows or previous.level is not None:
        return False
    if previous.text[-1] in ".!?:;" or previous.strong:
        return False
    lone_o = bool(line.marker and line.marker.text == "o" and not row.strip().startswith("o\t"))
    if lone_o and not previous.marker:
        return True
    if previous.marker and _indent(row) <= _indent(last):
        return False
    first = row.split(maxsplit=1)[0]
    full = width is not None and len(last) + 1 + len(first) > width
    return len(last) > 40 and full


def _indent(row: str) -> int:
    expanded = row.replace("\u00a0", " ").expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _join(text: str, more: str) -> str:
    if re.search(r"[^\W\d_]-$", text) and not re.match(r"(?:en|of|and|or)\b", more):
        return text + more
    return f"{text} {more}"


def _table_row(row: str, rows: list[str], place: int) -> list[str] | None:
    """The cells of a row between pipes, or beside another with as many tabs or semicolons."""
    stripped = row.strip()
    if stripped.startswith("|") and stripped.endswith("|") and stripped.count("|") > 2:
        return [clean(cell) for cell in stripped.strip("|").split("|")]
    if stripped[0] in BULLETS or is_label(stripped):
        return None
    for separator in (r"\t+", r";[ \t]*"):
        cells = re.split(separator, stripped)
        if len(cells) < 3 or any(len(cell) > 60 for cell in cells):
            continue
        beside = (rows[other].strip() for other in (place - 1, place + 1) if 0 <= other < len(rows))
        if any(len(re.split(separator, other)) == len(cells) for other in beside):
            return [clean(cell) for cell in cells]
    return None
