"""Text: folding for order and comparison, slugs that are never empty."""

import unicodedata

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
