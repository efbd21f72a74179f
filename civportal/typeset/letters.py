"""Which letters the packaged fonts can show, and what stands in for the others.

A PDF that is to be kept may not hold a letter without a shape (PDF/A-2, 6.2.11.8), so that one
Chinese character in a name would make the whole document fail.
"""

import functools
import re
import struct
import unicodedata
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
MISSING = "\N{REPLACEMENT CHARACTER}"
"""Stands for what cannot be shown; people know it from elsewhere, and it is read aloud."""

LOOKALIKES = str.maketrans(
    {
        "✓": "✔", "🗸": "✔", "✗": "✖", "✘": "✖", "■": "▪", "□": "▫", "☐": "▫", "●": "•", "○": "▫",
        "◦": "▫", "★": "⭐", "☆": "⭐", "⇒": "→", "➔": "→", "➜": "→", "\uf0b7": "•", "\uf0a7": "▪",
        "\u2028": " ", "\u2029": " ",
    }
)  # fmt: skip
"""Signs that people use in lists, and the nearest that there is a shape for."""

_SIGNS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u20d0-\u20ff"
CLUSTER = re.compile(rf"[^{_SIGNS}][{_SIGNS}]*")
"""A letter with the signs on it. Signs at the beginning of a text stand on nothing, and go."""


def _covered(font: Path) -> frozenset[int]:
    """The code points that a font has shapes for, from its segmented coverage (OpenType, cmap 12).

    The fonts here are made with that one table, see ``docs/fonts.md``.
    """
    data = font.read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    for number in range(tables):
        tag, _sum, start, _length = struct.unpack_from(">4sIII", data, 12 + 16 * number)
        if tag == b"cmap":
            break
    table = start + struct.unpack_from(">I", data, start + 8)[0]
    form, _reserved, _length, _language, groups = struct.unpack_from(">HHIII", data, table)
    if form != 12:
        raise ValueError(f"{font.name} has no coverage table of form 12")
    found: set[int] = set()
    for group in range(groups):
        first, last, _glyph = struct.unpack_from(">III", data, table + 16 + 12 * group)
        found.update(range(first, last + 1))
    return frozenset(found)


@functools.cache
def coverage() -> tuple[frozenset[int], ...]:
    """What each of the fonts covers; whatever hangs together is set in one of them."""
    return tuple(_covered(font) for font in sorted(FONTS.glob("*.ttf")))


def _shown(cluster: str) -> bool:
    letters = {ord(letter) for letter in cluster}
    return any(letters <= font for font in coverage())


def _unseen(letter: str) -> bool:
    """Whether this only steers the letters around it, or cannot be printed at all."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs"} or "\ufe00" <= letter <= "\ufe0f"


@functools.lru_cache(maxsize=4096)
def _nearest(cluster: str) -> str:
    if _shown(cluster):
        return cluster
    for other in (cluster.translate(LOOKALIKES), unicodedata.normalize("NFKC", cluster)):
        if all(_shown(letter) for letter in CLUSTER.findall(other)):
            return other
    # A letter with signs that no font has in one: the letter alone.
    return cluster[0] if _shown(cluster[0]) else MISSING


def readable(text: str) -> str:
    """Text in letters that there are shapes for; ``MISSING`` in the place of each other one.

    Composed (NFC), without control and steering characters; tabs and line ends become spaces.
    """
    text = re.sub(r"[\t\n\r\f\v\x85]", " ", text)
    text = "".join(letter for letter in unicodedata.normalize("NFC", text) if not _unseen(letter))
    if text.isascii():
        return text
    return "".join(_nearest(cluster) for cluster in CLUSTER.findall(text))
