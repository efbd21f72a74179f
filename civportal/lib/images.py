"""Pictures that people upload: judged by content, never by name."""

import hashlib
import io
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 1024 * 1024
MAX_PIXELS = 4000 * 4000
FORMATS = ["PNG", "JPEG", "WEBP"]
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
A_YEAR = 365 * 24 * 3600


def validate_raster_image(file: Any) -> None:
    """Refuse what is not a PNG, JPEG or WebP by its content, or is too large.

    Every pixel is read, so that what passes here can be drawn anew (``redrawn``). Raises
    ``ValidationError`` with a message for the person who uploads. Leaves the file at its
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
        if kind not in FORMATS:  # such as MPO, which opens as JPEG and holds several pictures
            raise ValidationError(_("This is not a PNG, JPEG or WebP picture."))
        if not _ends_as(kind, file):
            raise ValidationError(_("This file holds more than a picture."))
        file.seek(0)
        with Image.open(file, formats=FORMATS) as image:
            image.load()
    except ValidationError:
        raise
    except Exception:
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
        return bool(tail == PNG_END)
    if kind == "JPEG":
        return bool(tail.endswith(b"\xff\xd9"))
    length = int.from_bytes(head[4:8], "little") + 8
    return bool(file.size in {length, length + 1})  # chunks are padded to an even length


def redrawn(file: Any, name: str) -> "ContentFile[bytes]":
    """The pixels of a picture in a new file, and nothing else of what was uploaded.

    Comments, metadata, further frames and whatever hides between the parts of the file are gone;
    a photo that its camera marked as turned is turned. ``name`` gets the ending of what it is.
    The file must have passed ``validate_raster_image``.
    """
    file.seek(0)
    with Image.open(file, formats=FORMATS) as image:
        kind = image.format or "PNG"
        image.load()
        try:
            turned = ImageOps.exif_transpose(image)
        except Exception:
            turned = image
        mode = "RGBA" if turned.has_transparency_data else "RGB"
        if kind == "JPEG":
            mode = "RGB"
        pixels = Image.frombytes(mode, turned.size, turned.convert(mode).tobytes())
    file.seek(0)
    drawn = io.BytesIO()
    options: dict[str, Any] = {} if kind == "PNG" else {"quality": 90}
    pixels.save(drawn, kind, **options)
    return ContentFile(drawn.getvalue(), name=f"{name}.{SUFFIXES[kind]}")


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
