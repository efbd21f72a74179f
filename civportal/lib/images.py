"""Pictures that people upload: judged by content, never by name."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 1024 * 1024
MAX_PIXELS = 4000 * 4000
FORMATS = ["PNG", "JPEG", "WEBP"]
A_YEAR = 365 * 24 * 3600


def validate_raster_image(file: Any) -> None:
    """Refuse what is not a PNG, JPEG or WebP by its content, or is too large.

    Raises ``ValidationError`` with a message for the person who uploads. Leaves the file at its
    beginning.
    """
    if file.size > MAX_BYTES:
        raise ValidationError(_("This picture is larger than 1 MB. Please make it smaller."))
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise ValidationError(_("This picture has too many pixels (at most 4000 × 4000)."))
            image.verify()
            kind = image.format
        if not _ends_as(kind or "", file):
            raise ValidationError(_("This file holds more than a picture."))
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("This is not a PNG, JPEG or WebP picture.")) from None
    finally:
        file.seek(0)


def _ends_as(kind: str, file: Any) -> bool:
    """Whether the file ends where the picture does, so that nothing else hides behind it.

    PNG ends with its IEND chunk, JPEG with its end marker; WebP tells its length at the beginning.
    """
    file.seek(0)
    head = file.read(8)
    file.seek(max(0, file.size - 12))
    tail = file.read(12)
    if kind == "PNG":
        return bool(tail[4:8] == b"IEND")
    if kind == "JPEG":
        return bool(tail.endswith(b"\xff\xd9"))
    length = int.from_bytes(head[4:8], "little") + 8
    return bool(file.size in {length, length + 1})  # chunks are padded to an even length


def picture_version(file: FieldFile) -> str:
    """A short mark of the stored file, to put in its address as ``?v=``.

    Made of the stored name alone, so that a list of a hundred logos reads no file: a storage
    never gives a name out twice while the file is there.
    """
    return hashlib.sha256((file.name or "").encode()).hexdigest()[:12]


def picture_response(request: HttpRequest, file: FieldFile, *, public: bool) -> HttpResponseBase:
    """The picture, with a type read from its content; 404 when it is not there or no picture.

    With its version in the address it may be kept for a year; ``public`` is false for what not
    everyone may see, and then nobody keeps it.
    """
    if not file:
        raise Http404
    version = picture_version(file)
    etag = f'"{version}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag)
    if response is None:
        response = _picture(file)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = etag
    if not public:
        response["Cache-Control"] = "private, no-store"
    elif request.GET.get("v") == version:
        response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    else:
        response["Cache-Control"] = "public, max-age=300"
    return response


def _picture(file: FieldFile) -> FileResponse:
    try:
        stream = file.storage.open(file.name or "", "rb")
    except FileNotFoundError:
        raise Http404 from None
    try:
        with Image.open(stream, formats=FORMATS) as image:
            content_type = Image.MIME[image.format or ""]
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        stream.close()
        raise Http404 from None
    stream.seek(0)
    return FileResponse(stream, content_type=content_type)
