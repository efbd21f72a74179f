"""Pictures that people upload: judged by content, never by name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 1024 * 1024
MAX_PIXELS = 4000 * 4000
FORMATS = ["PNG", "JPEG", "WEBP"]


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
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("This is not a PNG, JPEG or WebP picture.")) from None
    finally:
        file.seek(0)
