"""Documents that prove something: each time one is given out, it is held against its hash."""

import hashlib
import logging

from partners.errors import DocumentChanged
from partners.models import Agreement, Signature

logger = logging.getLogger(__name__)


def verified_document(agreement: Agreement) -> bytes:
    """The document of an agreement, after making sure that it is the one that was put in.

    Raises ``DocumentChanged`` when the file is another one or is gone, and logs that.
    """
    return _verified(agreement.document, agreement.sha256, f"agreement {agreement.pk}")


def verified_scan(signature: Signature) -> bytes:
    """The scan of a signature on paper; raises as ``verified_document``."""
    return _verified(signature.scan, signature.scan_sha256, f"signature {signature.pk}")


def _verified(file: object, sha256: str, what: str) -> bytes:
    # Whole in memory, at most 20 MB: what is hashed is what is sent, whatever happens to the file.
    try:
        with file.storage.open(file.name, "rb") as stream:  # type: ignore[attr-defined]  # a FieldFile
            content: bytes = stream.read()
    except FileNotFoundError:
        logger.critical("The document of %s is gone.", what)
        raise DocumentChanged from None
    if hashlib.sha256(content).hexdigest() != sha256:
        logger.critical("The document of %s is not the one that was put in.", what)
        raise DocumentChanged
    return content
