"""The head of every document on paper: the centre's name or logo, its colours, where to find it."""

import contextlib
import functools
import io
from typing import Any
from urllib.parse import urlsplit

from django.core.files.storage import Storage
from PIL import Image, UnidentifiedImageError

from civportal.centre.models import CentreProfile
from civportal.centre.stylesheet import WHITE, wash
from civportal.lib.images import FORMATS
from civportal.typeset.letters import readable

LARGEST = (900, 300)
"""Pixels; at the size of a letterhead that is finer than a printer's dots."""


def letterhead(profile: CentreProfile) -> dict[str, Any]:
    """What ``house.typ`` needs of the centre; ``logo`` is the bytes of a PNG, if there is one."""
    website = urlsplit(profile.website)
    contact = [f"{website.netloc}{website.path}".rstrip("/"), profile.email]
    found: dict[str, Any] = {
        "name": readable(profile.name),
        "colour": profile.brand_colour,
        "wash": wash(profile.brand_colour, WHITE),
        "contact": [readable(line) for line in contact if line],
    }
    if profile.logo:
        # Without its file, or with one that is no picture, the name stands there.
        with contextlib.suppress(OSError, UnidentifiedImageError, Image.DecompressionBombError):
            found["logo"] = list(_png(profile.logo.storage, profile.logo.name or ""))
    return found


@functools.lru_cache(maxsize=2)
def _png(storage: Storage, name: str) -> bytes:
    """A stored picture as a PNG of a size for paper.

    A storage never gives a name out twice while the file is there, so the name tells the picture.
    """
    with storage.open(name, "rb") as file, Image.open(file, formats=FORMATS) as image:
        image.thumbnail(LARGEST)
        found = io.BytesIO()
        image.convert("RGBA").save(found, "PNG", optimize=True)
        return found.getvalue()
