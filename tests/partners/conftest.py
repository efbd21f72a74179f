"""People of partners, and doing things at the same moment."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction

from partners.errors import Refused
from tests import factories


@pytest.fixture
def confirmed():
    """Makes someone whose e-mail address is confirmed."""

    def make(email: str, **fields):
        user = factories.UserFactory(email=email, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    return make


@pytest.fixture
def media(settings, tmp_path):
    """A place for files that nobody else has."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def at_once(transactional_db):
    """Call functions at the same moment, each on a connection of its own.

    Gives what each came to: its value, or the name of the error that refused it.
    """

    def run(*calls: Callable[[], object]) -> list[object]:
        start = threading.Barrier(len(calls))
        came_to: list[object] = [None] * len(calls)

        def one(place: int) -> None:
            try:
                start.wait(timeout=30)
                came_to[place] = calls[place]()
            except Refused as error:
                came_to[place] = type(error).__name__
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return came_to

    return run


@pytest.fixture
def worker(monkeypatch) -> None:
    """A worker that sends as soon as something waits; a test's transaction is never committed."""

    def at_once(do, using=None, robust=False):
        with suppress(*([Exception] if robust else [])):
            do()

    monkeypatch.setattr(transaction, "on_commit", at_once)
