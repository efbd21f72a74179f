"""Large files, given piece by piece, and never so many that no page can be asked for any more.

A thread of the web server is busy with a download until the last byte has left, however slowly
the other side takes it. So a process gives ``settings.DOWNLOADS_AT_ONCE`` at the same time, and
the rest of its threads go on with pages. Memory does not grow with the file: a piece is read when
the one before has left.
"""

import re
import threading
from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

PIECE = 256 * 1024
"""Bytes read at once: large enough that Python is not the bottle neck."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

_places = threading.BoundedSemaphore(settings.DOWNLOADS_AT_ONCE)


class Busy(Exception):  # noqa: N818 - reads as what happened
    """As many files as this process gives at once are under way."""


class Place:
    """The right to keep a thread busy with one download; given back once, by ``close``.

    Raises ``Busy`` where there is none.
    """

    def __init__(self) -> None:
        self._held = False
        if not _places.acquire(blocking=False):
            raise Busy
        self._held = True

    def close(self) -> None:
        """Give it back."""
        if self._held:
            self._held = False
            _places.release()

    def __del__(self) -> None:
        self.close()


class _Pieces:
    """``length`` bytes of a file from where it stands; closes file and place at the end."""

    def __init__(self, file: IO[bytes], length: int, place: Place) -> None:
        self.file, self.left, self.place = file, length, place

    def __iter__(self) -> Iterator[bytes]:
        _let_go_of_the_database()
        return self

    def __next__(self) -> bytes:
        piece = self.file.read(min(PIECE, self.left)) if self.left else b""
        if not piece:
            self.close()
            raise StopIteration
        self.left -= len(piece)
        return piece

    def close(self) -> None:
        """Also when who downloads went away in the middle."""
        self.file.close()
        self.place.close()


def _let_go_of_the_database() -> None:
    """Everything is asked and written by now; others can use the connection meanwhile."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # as in a test, which rolls back
            connection.close()


def asks_for_the_rest(request: HttpRequest) -> bool:
    """Whether a browser goes on with a download that broke off."""
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    return found is not None and int(found[1] or 0) > 0


def stream(
    request: HttpRequest, file: Any, place: Place, *, name: str, size: int, mark: str
) -> HttpResponseBase:
    """The file as something to keep, never as a page of this site.

    A download that broke off can go on (RFC 9110, section 14): one range of bytes, as long as
    the file is the same; ``mark`` tells this content from any other. Takes over ``file`` and
    ``place``.
    """
    etag = f'"{mark}"'
    first, last = _wanted(request, size, etag)
    if first > last and size:
        file.close()
        place.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    file.seek(first)
    whole = last - first + 1 == size
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition_header(True, name) or "attachment",  # noqa: FBT003 - positional in Django
        "Content-Length": str(last - first + 1),
        "Content-Type": "application/octet-stream",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if not whole:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return StreamingHttpResponse(
        _Pieces(file, last - first + 1, place), status=200 if whole else 206, headers=headers
    )


def _wanted(request: HttpRequest, size: int, etag: str) -> tuple[int, int]:
    """The first and the last byte; the whole file for what is not one range of this content.

    First behind last: there is no such range.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None or request.headers.get("If-Range", etag) != etag:
        return 0, size - 1
    begin, end = found.groups()
    if begin:
        return int(begin), min(int(end), size - 1) if end else size - 1
    if end and int(end):
        return max(size - int(end), 0), size - 1
    return (0, size - 1) if not end else (size, size - 1)
