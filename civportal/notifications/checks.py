"""What ``manage.py check`` says about the settings of mail."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_provider(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A mail provider that is named must be known, and must show a password."""
    from civportal.notifications.views.bounces import PROVIDERS, SIGNED  # noqa: PLC0415 - needs models

    provider = settings.MAIL_PROVIDER
    if not provider:
        return []
    found: list[CheckMessage] = []
    if provider not in PROVIDERS:
        found.append(
            Error(
                f"MAIL_PROVIDER is “{provider}”, which is none of {', '.join(PROVIDERS)}.",
                id="notifications.E001",
            )
        )
    if ":" not in settings.ANYMAIL.get("WEBHOOK_SECRET", ""):
        found.append(
            Error(
                "MAIL_PROVIDER needs MAIL_WEBHOOK_SECRET: a name and a password with a colon "
                "between them, as in the address that the provider is given.",
                id="notifications.E002",
            )
        )
    if provider in SIGNED and not settings.MAIL_SIGNING_KEY:
        found.append(
            Error(
                f"MAIL_PROVIDER {provider} needs MAIL_SIGNING_KEY, with which it signs.",
                id="notifications.E003",
            )
        )
    return found
