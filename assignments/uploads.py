"""Files that companies and teams give each other: judged by content, as far as it can be told.

What is let in is what people work with: documents, tables, measurements, recordings. They are
given out as bytes to keep and never shown by this site, so the check is there to catch a mistake
early (a web page that was saved instead of the data), not to make a file harmless.
"""

import zipfile
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models.fields.files import FieldFile

from sessions_log.uploads import KINDS as DOCUMENTS
from sessions_log.uploads import check_content, is_text

START = 4096
"""Bytes in which a text shows what it is."""


def _begins_with(*marks: bytes, at: int = 0) -> Callable[[Any], bool]:
    def check(file: Any) -> bool:
        start = file.read(at + max(map(len, marks)))[at:]
        return any(start.startswith(mark) for mark in marks)

    return check


def _is_parquet(file: Any) -> bool:
    """It begins and ends with its mark (Apache Parquet, file format)."""
    if file.read(4) != b"PAR1" or file.size < 12:
        return False
    file.seek(-4, 2)
    return bool(file.read(4) == b"PAR1")


def _is_json(file: Any) -> bool:
    start = file.read(START).removeprefix(b"\xef\xbb\xbf").lstrip()
    file.seek(0)
    return start[:1] in {b"{", b"["} and is_text(file)


def _is_sequence(file: Any) -> bool:
    start = file.read(START).lstrip()
    file.seek(0)
    return start[:1] in {b">", b"@", b";"} and is_text(file)


def _is_zip(file: Any) -> bool:
    return zipfile.is_zipfile(file)


_HDF5 = b"\x89HDF\r\n\x1a\n"

KINDS: dict[str, Callable[[Any], bool]] = {
    **DOCUMENTS,
    ".fasta": _is_sequence,
    ".fastq": _is_sequence,
    ".geojson": _is_json,
    ".gz": _begins_with(b"\x1f\x8b"),
    ".h5": _begins_with(_HDF5),
    ".json": _is_json,
    ".md": is_text,
    ".mp4": _begins_with(b"ftyp", at=4),
    ".nc": _begins_with(b"CDF\x01", b"CDF\x02", b"CDF\x05", _HDF5),
    ".parquet": _is_parquet,
    ".tif": _begins_with(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    ".tiff": _begins_with(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    ".tsv": is_text,
    ".zip": _is_zip,
}
"""Endings that are let in, each with what tells from the content whether it is so."""


def endings() -> list[str]:
    """The endings of names of files that are let in, in order."""
    return sorted(KINDS)


def validate_file(file: Any) -> None:
    """Refuse a file that is too large or not what its name says; ``ValidationError`` tells why.

    A file that is stored already was looked at when it came.
    """
    if not isinstance(file, FieldFile):
        check_content(file, kinds=KINDS, most=settings.ASSIGNMENT_FILE_MB * 1024**2)
