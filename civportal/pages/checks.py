"""What ``check --deploy`` says about settings that Django does not know the meaning of."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.http.request import validate_host

LOCAL = {"localhost", "127.0.0.1", "::1", ""}


@register(Tags.security, deploy=True)
def addresses(**_kwargs: Any) -> list[CheckMessage]:
    """The portal's own address is safe, is known to others, and is one it answers to."""
    found: list[CheckMessage] = []
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    if parts.scheme != "https":
        found.append(
            Error(
                f"BASE_URL is {settings.BASE_URL}: not https, so that sessions and passwords can "
                "be read on their way.",
                hint="Set BASE_URL=https://… and let the server in front of the portal do TLS.",
                id="portal.E001",
            )
        )
    if host in LOCAL:
        found.append(
            Error(
                f"BASE_URL is {settings.BASE_URL}: links in mail and feeds would lead nowhere.",
                hint="Set BASE_URL to the address that people use.",
                id="portal.E002",
            )
        )
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        found.append(
            Error(
                f"ALLOWED_HOSTS does not have {host}, the host of BASE_URL: every page would "
                "answer 400.",
                hint=f"Set ALLOWED_HOSTS={host}.",
                id="portal.E003",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Caution(
                "ALLOWED_HOSTS is *: anybody may make the portal believe it is another site.",
                hint="Name the hosts that the portal answers to.",
                id="portal.W001",
            )
        )
    return found


@register(Tags.security, deploy=True)
def services(**_kwargs: Any) -> list[CheckMessage]:
    """Mail goes out, the queue has an address that it understands, and this is no demo."""
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(
            Error(
                "DEMO is on: the demo logins work and no mail leaves the portal.",
                hint="Leave DEMO out, or set DEMO=0.",
                id="portal.E004",
            )
        )
    elif settings.EMAIL_BACKEND.rsplit(".", 2)[-2] in {"console", "dummy", "filebased", "locmem"}:
        found.append(
            Error(
                "EMAIL_URL is not set to a mail server: nobody could confirm an address or reset "
                "a password.",
                hint="Set EMAIL_URL=smtp+tls://user:password@server:587.",
                id="portal.E005",
            )
        )
    if settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        found.append(
            Error(
                f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL}: mail servers refuse that.",
                hint="Set DEFAULT_FROM_EMAIL to an address of the centre.",
                id="portal.E006",
            )
        )
    if urlsplit(settings.REDIS_URL).scheme not in {"redis", "rediss", "unix"}:
        found.append(
            Error(
                "REDIS_URL has no address that the cache and the queue understand.",
                hint="Begin it with redis://, rediss:// or unix://.",
                id="portal.E007",
            )
        )
    return found
