"""Text: folding for order and comparison, slugs that are never empty."""

import re
import unicodedata
from html import unescape
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from django.db.models import QuerySet
from django.utils.html import strip_tags
from django.utils.text import slugify


def fold(text: str) -> str:
    """Text without case, accents and doubled space, for order and for comparing names.

    ``fold("Désirée  BV")`` is ``"desiree bv"``. Done here and stored, because the order that a
    database gives depends on the locale of the machine it runs on.
    """
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter)
    )
    return " ".join(bare.casefold().split())


def slug_for(text: str, *, fallback: str, length: int = 80) -> str:
    """A slug of at most ``length`` characters; ``fallback`` where nothing of the text is left."""
    return slugify(text)[:length].strip("-") or fallback


def unused_slug(rows: QuerySet[Any], text: str, *, fallback: str, length: int = 80) -> str:
    """A slug that none of ``rows`` has: ``jaarverslag``, then ``jaarverslag-2``, and so on."""
    wanted = slug_for(text, fallback=fallback, length=length - 5)
    taken = set(rows.filter(slug__startswith=wanted).values_list("slug", flat=True))
    candidates = (f"{wanted}-{number}" for number in count(2))
    return wanted if wanted not in taken else next(each for each in candidates if each not in taken)


_BREAKS = re.compile(r"<(?:/?(?:p|li|ul|ol|h[1-6]|blockquote|table|tr|th|td)|br)\b[^>]*>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain_text(html: str) -> str:
    """HTML as one line of text: ``<p>a</p><p>b &amp; c</p>`` is ``a b & c``."""
    return " ".join(unescape(strip_tags(_BREAKS.sub(" ", html))).split())


def without_controls(text: str) -> str:
    """Text without the control characters that XML and iCalendar refuse; line ends stay."""
    return _CONTROLS.sub("", text)


def shortened(text: str, length: int) -> str:
    """Text of at most ``length`` characters, cut between words and marked with ``…``."""
    if len(text) <= length:
        return text
    return f"{text[:length].rsplit(None, 1)[0].rstrip(' ,;:.')}…"


_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


def seen_text(text: str) -> str:
    """Text without what nobody sees: letters of no width, marks that turn the writing around.

    With those a name can look like another, or write itself over the words beside it. Accents are
    composed (NFC) and control characters are gone; line ends stay.
    """
    return without_controls(_UNSEEN.sub("", unicodedata.normalize("NFC", text)))


def seen_line(text: str) -> str:
    """The same, on one line: ``" Zilt\u200b \n BV "`` is ``"Zilt BV"``."""
    return " ".join(seen_text(text).split())


def file_name(title: str, stored: str, *, fallback: str) -> str:
    """The name under which people keep a file: its title, with the ending of what is ``stored``.

    ``fallback`` where nothing of the title can stand in a name.
    """
    suffixes = PurePosixPath(stored).suffixes
    ending = "".join(suffixes[-2:] if suffixes[-2:-1] == [".tar"] else suffixes[-1:]).lower()
    name = without_controls(title).replace("/", "-").replace("\\", "-")
    name = " ".join(name.split()).strip(". ") or fallback
    return name if name.lower().endswith(ending) else name + ending
