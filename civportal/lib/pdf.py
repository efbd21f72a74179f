"""PDF documents that people upload: judged by content, never by name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 20 * 1024 * 1024
HEADER = b"%PDF-"
TRAILER = b"%%EOF"
TAIL = 2048
"""Bytes at the end in which readers look for the trailer; signed files have a few after it."""


def validate_pdf(file: Any) -> None:
    """Refuse what does not begin and end as a PDF, or is larger than 20 MB.

    The first byte must be the header's: readers forgive rubbish before it, but then the same file
    can be something else as well. Raises ``ValidationError`` with a message for the person who
    uploads, and leaves the file at its beginning.
    """
    if file.size > MAX_BYTES:
        raise ValidationError(_("This document is larger than 20 MB. Please make it smaller."))
    try:
        file.seek(0)
        head = file.read(len(HEADER))
        file.seek(max(0, file.size - TAIL))
        tail = file.read(TAIL)
    finally:
        file.seek(0)
    if head != HEADER or TRAILER not in tail:
        raise ValidationError(_("This is not a PDF document."))
