"""Files that people put with a session: judged by content, the name must agree with it.

What is let in is what ``views.documents`` gives out again under its own type.
"""

import codecs
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 20 * 1024 * 1024
MAX_ENTRIES = 10_000
"""Parts of an office document; those that people write have some hundreds."""

OFFICE = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}
OPEN_DOCUMENT = {".odp": "presentation", ".ods": "spreadsheet", ".odt": "text"}
PIECE = 1024 * 1024
HEAD = 1024
"""Bytes in which a PDF must say that it is one (ISO 32000, annex H)."""


def _is_pdf(file: Any) -> bool:
    return b"%PDF-" in file.read(HEAD)


def _is_picture(kind: str) -> Callable[[Any], bool]:
    def check(file: Any) -> bool:
        try:
            with Image.open(file, formats=[kind]) as image:
                image.verify()
        except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
            return False
        return True

    return check


def _is_office(folder: str) -> Callable[[Any], bool]:
    def check(file: Any) -> bool:
        names = _names(file)
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return check


def _is_open_document(kind: str) -> Callable[[Any], bool]:
    def check(file: Any) -> bool:
        if "mimetype" not in _names(file):
            return False
        file.seek(0)
        with zipfile.ZipFile(file) as archive, archive.open("mimetype") as said:
            return said.read(HEAD) == b"application/vnd.oasis.opendocument." + kind.encode()

    return check


def _names(file: Any) -> set[str]:
    """The names of the parts of an archive; none where it is no archive, or an absurd one."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    # NotImplementedError: an archive of a kind that zipfile does not read.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()
    return set(names) if len(names) <= MAX_ENTRIES else set()


def is_text(file: Any) -> bool:
    """Whether it is text in UTF-8 or in what Windows wrote before; read piece by piece."""
    decoders = [codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")]
    for piece in iter(lambda: file.read(PIECE), b""):
        if b"\0" in piece:
            return False
        decoders = [decoder for decoder in decoders if _goes_on(decoder, piece)]
        if not decoders:
            return False
    return any(_goes_on(decoder, b"", final=True) for decoder in decoders)


def _goes_on(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


KINDS: dict[str, Callable[[Any], bool]] = {
    ".csv": is_text,
    ".jpeg": _is_picture("JPEG"),
    ".jpg": _is_picture("JPEG"),
    ".pdf": _is_pdf,
    ".png": _is_picture("PNG"),
    ".txt": is_text,
    **{ending: _is_office(folder) for ending, folder in OFFICE.items()},
    **{ending: _is_open_document(kind) for ending, kind in OPEN_DOCUMENT.items()},
}


def endings() -> list[str]:
    """The endings of names of files that are let in, in order."""
    return sorted(KINDS)


def validate_document(file: Any) -> None:
    """Refuse a file that is empty, too large, or not what its name says; see ``check_content``."""
    check_content(file, kinds=KINDS, most=MAX_BYTES)


def check_content(file: Any, *, kinds: Mapping[str, Callable[[Any], bool]], most: int) -> None:
    """Refuse a file of more than ``most`` bytes, or that is not what the ending of its name says.

    ``kinds`` has a check of the content for each ending that is let in. Raises
    ``ValidationError`` with a message for the person who uploads. Leaves the file at its
    beginning.
    """
    if file.size > most:
        raise ValidationError(
            _("This file is larger than %(megabytes)d MB. Please make it smaller."),
            code="too_large",
            params={"megabytes": most // 1024**2},
        )
    ending = PurePosixPath(file.name or "").suffix.lower()
    check = kinds.get(ending)
    if check is None:
        raise ValidationError(
            _("Files of this kind cannot be put here. These can: %(kinds)s."),
            code="kind",
            params={"kinds": ", ".join(sorted(kinds))},
        )
    file.seek(0)
    try:
        if not check(file):
            raise ValidationError(
                _(
                    "This is not a real %(kind)s file, or it is damaged. Save it again in the "
                    "program it was made with, and try once more."
                ),
                code="content",
                params={"kind": ending.lstrip(".").upper()},
            )
    finally:
        file.seek(0)
