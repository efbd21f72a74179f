"""``/healthz`` and ``/readyz``: alive, and able to work, or the name of what is missing."""

import pytest
from django.core.cache import cache
from django.db import connection

from civportal.pages.tasks import heartbeat


@pytest.fixture
def worker():
    """A worker that gave a sign of life just now."""
    heartbeat()
    yield
    cache.clear()


def answer(client, path):
    response = client.get(path)
    return response.status_code, response.content.decode(), response["Content-Type"]


def test_alive_without_asking_anything_of_anything(client):
    assert answer(client, "/healthz") == (200, "alive\n", "text/plain")


@pytest.mark.django_db
def test_ready_when_everything_answers(client, worker):
    assert answer(client, "/readyz") == (200, "ready\n", "text/plain")


@pytest.mark.django_db
def test_not_ready_without_a_recent_sign_of_a_worker(client):
    cache.clear()
    assert answer(client, "/readyz") == (503, "missing: worker\n", "text/plain")


@pytest.mark.django_db
def test_not_ready_without_redis(client, settings):
    nowhere = settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/redis"}
    settings.CACHES = {"default": nowhere}
    assert answer(client, "/readyz") == (503, "missing: redis\n", "text/plain")


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_database(client, worker):
    kept = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        assert answer(client, "/readyz") == (503, "missing: database\n", "text/plain")
    finally:
        connection.settings_dict["HOST"] = kept


def test_only_reading(client):
    assert client.post("/readyz").status_code == 405
