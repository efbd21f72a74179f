"""A parallel run in less time: who begins with what, and one migration for all processes."""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.db import connection

from runtime.locks import held

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
"""What the processes of a parallel run have in common; empty when there is but one."""
BEGIN = ("tests/embedded/", "tests/notifications/test_crashes.py")
"""Long tests of whole servers, which need no test database."""
BROWSERS = "tests/journeys/"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Bring what takes long to the front of what a process gets, and browsers to one process.

    Every process gets as many tests as the others to begin with (``--dist worksteal``), and takes
    over from their end when it is done. The second begins with the servers; the first has its
    browsers when those are done: a browser beside servers that start is starved of time. Tests
    of one module stay together, because they share what they set up.
    """
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    if processes == 1:
        return
    servers = [item for item in items if item.nodeid.startswith(BEGIN)]
    browsers = [item for item in items if item.nodeid.startswith(BROWSERS)]
    others = [item for item in items if not item.nodeid.startswith((*BEGIN, BROWSERS))]
    share = len(items) // processes
    first = max(share - len(browsers), 0)
    items[:] = [
        *others[: first // 3],
        *browsers,
        *others[first // 3 : first],
        *servers,
        *others[first:],
    ]


@pytest.fixture(scope="session")
def turn() -> Iterator[ExitStack]:
    """What a process lets go of when its database is there: the others wait for it."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def template(
    turn: ExitStack,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_keepdb: bool,
    django_db_blocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The database from which this process is to copy its own, or make for the others.

    Empty when it needs none.
    """
    if not RUN or django_db_keepdb:
        return ""
    turn.enter_context(held(tmp_path_factory.getbasetemp().parent / "database.lock"))
    name = f"test_{settings.DATABASES['default']['NAME']}_template"
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        if cursor.fetchone() == (RUN,):
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = name
        else:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')  # of a run that was killed
    return name


@pytest.fixture(scope="session")
def django_db_modify_db_settings(template: str) -> None:
    """Before the test database is made."""


@pytest.fixture(scope="session")
def django_db_setup(
    turn: ExitStack, template: str, django_db_setup: None, django_db_blocker
) -> Iterator[None]:
    """The test database; the first process that has one keeps a copy for the others."""
    test = connection.settings_dict["TEST"]
    is_first = bool(template) and test.get("TEMPLATE") != template
    with django_db_blocker.unblock():
        if is_first:
            name = connection.settings_dict["NAME"]
            connection.close()
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{template}" TEMPLATE "{name}"')
                cursor.execute(f"COMMENT ON DATABASE \"{template}\" IS '{RUN}'")
    turn.close()
    yield
    if is_first:
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')
