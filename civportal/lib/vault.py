"""Secrets that the database keeps and its backups may not show."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def vault(purpose: str) -> MultiFernet:
    """Encrypts with today's ``SECRET_KEY``, and reads what an older one wrote.

    What was locked up for one purpose does not open with another's key.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        Fernet(urlsafe_b64encode(salted_hmac(purpose, "", secret=key, algorithm="sha256").digest()))
        for key in keys
    )
