"""Files that people put with a session: judged by content, the name must agree with it.

What is let in is what ``views.documents`` gives out again under its own type.
"""

import zipfile
from collections.abc import Callable
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


def _is_text(file: Any) -> bool:
    data: bytes = file.read()
    if b"\0" in data:
        return False
    for encoding in ("utf-8", "cp1252"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


KINDS: dict[str, Callable[[Any], bool]] = {
    ".csv": _is_text,
    ".jpeg": _is_picture("JPEG"),
    ".jpg": _is_picture("JPEG"),
    ".pdf": _is_pdf,
    ".png": _is_picture("PNG"),
    ".txt": _is_text,
    **{ending: _is_office(folder) for ending, folder in OFFICE.items()},
    **{ending: _is_open_document(kind) for ending, kind in OPEN_DOCUMENT.items()},
}


def endings() -> list[str]:
    """The endings of names of files that are let in, in order."""
    return sorted(KINDS)


def validate_document(file: Any) -> None:
    """Refuse a file that is empty, too large, or not what its name says.

    Raises ``ValidationError`` with a message for the person who uploads. Leaves the file at its
    beginning.
    """
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("This file is larger than %(megabytes)d MB. Please make it smaller."),
            code="too_large",
            params={"megabytes": MAX_BYTES // 1024**2},
        )
    ending = PurePosixPath(file.name or "").suffix.lower()
    check = KINDS.get(ending)
    if check is None:
        raise ValidationError(
            _("Files of this kind cannot be put here. These can: %(kinds)s."),
            code="kind",
            params={"kinds": ", ".join(endings())},
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
