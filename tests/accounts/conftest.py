"""People who really log in: with a password and a confirmed address."""

import re
from contextlib import suppress

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from tests import factories

PASSWORD = "een heel lang wachtwoord"


@pytest.fixture(autouse=True)
def _fresh(settings) -> None:
    """No attempts counted yet, and one address for the links in mails."""
    cache.clear()
    settings.BASE_URL = "https://portaal.example.org"
    settings.DEFAULT_FROM_EMAIL = "noreply@example.org"


def with_login(**fields) -> User:
    user = factories.UserFactory(**fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


@pytest.fixture
def alice(db) -> User:
    return with_login(email="alice@example.org", name="Alice Appel")


@pytest.fixture
def bob(db) -> User:
    return with_login(email="bob@example.org", name="Bob Bes", is_active=False)


@pytest.fixture
def centre(db) -> CentreProfile:
    return CentreProfile.objects.create(pk=1, name="CIV Lindehaven", email="bureau@example.org")


@pytest.fixture
def browser(db) -> Client:
    """A visitor who reads English."""
    return Client(headers={"accept-language": "en"})


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post("/account/login/", {"login": email, "password": password, **more})


def visible(response) -> str:
    """The text of ``<main>``, with spaces made one."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    text = re.sub(r"<script.*?</script>|<template.*?</template>", "", main[0], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def whole(response) -> tuple[int, str, dict[str, str], str]:
    """All that a browser can tell two answers apart by: without tokens and the address typed."""
    body = re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", response.content.decode())
    body = re.sub(r'(X-CSRFToken": ")[^"]+', r"\1", body)
    body = re.sub(r'(nonce=")[^"]+', r"\1", body)
    body = re.sub(r"[a-z]+@example\.org", "EMAIL", body)
    headers = {
        name: re.sub(r"nonce-[^']+|^\d+$", "", value)
        for name, value in response.headers.items()
        if name not in {"Set-Cookie", "Expires"}  # of the second in which it was asked
    }
    cookies = sorted(response.cookies)
    return response.status_code, body, headers, " ".join(cookies)


@pytest.fixture(autouse=True)
def _worker(monkeypatch) -> None:
    """A worker that sends as soon as something waits; a test's transaction is never committed."""

    def at_once(do, using=None, robust=False):
        with suppress(*([Exception] if robust else [])):
            do()

    monkeypatch.setattr(transaction, "on_commit", at_once)
