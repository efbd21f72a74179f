"""How the portal is set up for its tests; loaded by ``conftest.py``.

Everything is real (PostgreSQL, Redis, templates) except what would only cost time: password
hashing, hashed static files, and the queue, whose tasks run where they are called. A test of the
worker itself starts one (``tests/embedded``).
"""

import gc
import os
import re
from pathlib import Path

from django.conf import settings
from django.core.cache import cache

from civportal.celery import app
from tests import emptying


def pytest_configure() -> None:
    """Set up before the first test; in every process of a parallel run."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # Nobody needs a test's rows after a power cut.
    settings.DATABASES["default"]["OPTIONS"]["options"] = "-c synchronous_commit=off"
    settings.CACHES["default"]["LOCATION"] = own_redis(settings.REDIS_URL)
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    cache.clear()
    emptying.install()


def pytest_collection_finish() -> None:
    """Search what stays anyway (the code, all tests) no more for what could be thrown away."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def own_redis(url: str) -> str:
    """A Redis database of its own for this process of a parallel run: one process empties its own.

    The numbers count on from the one in ``url``: ``gw0`` takes the next, and so on.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return url
    number = re.search(r"(?:/|[?&]db=)(\d+)$", url)
    base = url[: number.start(1)] if number else f"{url.rstrip('/')}/"
    return f"{base}{int(number[1] if number else 0) + 1 + int(worker.removeprefix('gw'))}"
