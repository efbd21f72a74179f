"""What every reader hands over: the lines of a file, free of its format."""

import re
import unicodedata
from dataclasses import dataclass, field

from .notices import Notice

BULLETS = "•·‣▪▫◦●○■□►➢➤✓\uf0b7\uf0a7\uf0d8–—*+-"
_BULLET = re.compile(rf"^(?P<mark>[{re.escape(BULLETS)}]|o(?=[ \t]{{2,}}|\t))[ \t]+(?=\S)")
_LONE_O = re.compile(r"^(?P<mark>o)[ \t]+(?=\S)")
_NUMBER = re.compile(
    r"^(?P<mark>(?P<number>\d{1,2}(?:\.(?![0-5][05]\b)\d{1,2}){0,3})(?:[.)]|(?=\.?[ \t]))\)?)"
    r"[ \t]+(?=[^\W\d_]|[\"“‘'(\d])"
)
_LETTER = re.compile(r"^(?P<mark>\(?(?P<letter>[a-z])\)|(?P<dotted>[a-z])\.)[ \t]+(?=\S)")
_AGENDA = re.compile(
    r"^(?P<mark>(?:agendapunt|agenda item|punt|item)\s+(?P<number>\d{1,2}(?:\.\d{1,2})*[a-z]?)"
    r"\s*(?:[:.)–—-]|$))\s*",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"(?:jan|feb|m(?:aa)?rt|mar|apr|mei|may|jun|jul|aug|sep|o[kc]t|nov|dec)[a-zé]*\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Marker:
    """What stood before a line: a bullet, a letter, or a number such as 2 or 1.3."""

    kind: str
    """``bullet``, ``letter``, ``number`` or ``agenda`` (the word *agendapunt* itself)."""
    text: str
    number: tuple[int, ...] = ()

    @property
    def is_bare(self) -> bool:
        """A single number without a dot or bracket behind it."""
        return self.kind == "number" and self.text.isdigit()


@dataclass
class Line:
    """One paragraph, list entry, heading or table as it stands in the file."""

    text: str
    marker: Marker | None = None
    level: int | None = None
    """Heading level where the file itself says that this is a heading."""
    depth: int = 0
    """How deep a list entry is nested."""
    tight: bool = False
    """No blank line stands between this line and the one before."""
    strong: bool = False
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Source:
    """A file that was read: its lines, what could not be a line, and its plain text."""

    lines: list[Line]
    text: str
    format: str
    notices: list[Notice] = field(default_factory=list)


MAX_TEXT = 1_000_000
"""Characters in one report, some four hundred pages; what is longer is something else."""

_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__)(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?!\w)")


def clean(text: str) -> str:
    """One space between words, composed accents, no marks of emphasis, nothing invisible."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub("[\u00ad\u200b\u200c\u200d\u2060\ufeff]", "", text)
    text = _EMPHASIS.sub(r"\2", text)
    return re.sub(r"\s+", " ", text).strip()


def split_marker(text: str) -> tuple[Marker | None, str]:
    """Take the bullet, letter or number off the front of a line.

    A date at the front (*18 februari 2021*) is no number of a list.
    """
    text = text.strip()
    if match := _AGENDA.match(text):
        number = tuple(int(n) for n in re.findall(r"\d+", match["number"]))
        return Marker("agenda", match["mark"].strip(), number), text[match.end() :].strip()
    if match := _NUMBER.match(text):
        rest = text[match.end() :].strip()
        mark = match["mark"]
        parts = tuple(int(n) for n in match["number"].split("."))
        bare = not mark.endswith((".", ")")) and len(parts) == 1
        if not _MONTH.match(rest) and not (bare and (not rest[:1].isupper() or parts[0] > 30)):
            return Marker("number", mark, parts), rest
        return None, text
    if match := _BULLET.match(text) or _LONE_O.match(text):
        return Marker("bullet", match["mark"]), text[match.end() :].strip()
    if match := _LETTER.match(text):
        letter = match["letter"] or match["dotted"]
        return Marker("letter", match["mark"], (ord(letter) - 96,)), text[match.end() :].strip()
    return None, text
