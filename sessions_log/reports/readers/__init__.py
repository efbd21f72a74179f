"""From the bytes of a file to its lines: one reader per format, found by suffix and content.

A new format is one module with a function under ``@reader(".suffix")``, and one line at the end of
this file.
"""

from collections.abc import Callable
from pathlib import PurePath

from django.utils.translation import gettext as _

from ..errors import (
    EmptyReportError,
    MislabelledReportError,
    ProtectedReportError,
    ReportTooLargeError,
    UnknownFormatError,
)
from ..source import Source

MAX_BYTES = 10 * 1024 * 1024

Reader = Callable[[bytes], Source]
_READERS: dict[str, Reader] = {}


def reader(*suffixes: str) -> Callable[[Reader], Reader]:
    """Register a function as the reader of files with these suffixes."""

    def register(function: Reader) -> Reader:
        for suffix in suffixes:
            _READERS[suffix] = function
        return function

    return register


def known_suffixes() -> tuple[str, ...]:
    return tuple(sorted(_READERS))


def read(data: bytes, name: str) -> Source:
    """Read a file; a ``ReportError`` says why it cannot be read."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in _READERS:
        raise UnknownFormatError(suffix, known_suffixes())
    if len(data) > MAX_BYTES:
        raise ReportTooLargeError(MAX_BYTES)
    if not data.strip():
        raise EmptyReportError
    if kind := _other_kind(data, suffix):
        raise MislabelledReportError(suffix, kind)
    source = _READERS[suffix](data)
    if not any(line.text or line.rows for line in source.lines) and not source.notices:
        raise EmptyReportError
    return source


def _other_kind(data: bytes, suffix: str) -> str | None:
    """What the first bytes say the file is, where that differs from its suffix."""
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ProtectedReportError
        return _("an old Word, Excel or PowerPoint document (before 2007)")
    magic = (
        (b"%PDF-", _("a PDF document")),
        (b"\x89PNG", _("a picture")),
        (b"\xff\xd8\xff", _("a picture")),
        (b"GIF8", _("a picture")),
        (b"BM", _("a picture")) if b"\0" in data[:64] else (b"\x89PNG", ""),
        (b"RIFF", _("sound or a picture")),
        (b"{\\rtf", _("an RTF document")),
        (b"\x1f\x8b", _("a compressed file")),
        (b"7z\xbc\xaf", _("a compressed file")),
        (b"Rar!", _("a compressed file")),
        (b"\x7fELF", _("a program")),
        (b"MZ\x90", _("a program")),
    )
    for start, kind in magic:
        if data.startswith(start) or (start == b"%PDF-" and start in data[:1024]):
            return kind
    if suffix == ".docx":
        if not data.startswith(b"PK"):
            return _("no Word document")
    elif data.startswith(b"PK\x03\x04"):
        return _("a Word document or another packed file")
    return None


from . import docx, text  # noqa: E402, F401 - the readers register themselves
