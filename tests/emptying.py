"""Emptying the database after a test that committed, in some hundredths of a second.

Django truncates every table and makes content types, permissions and the office's group anew:
that takes longer than most tests. Here rows go only from tables that have any, without triggers,
and what Django would make anew stays, unless the test changed it.
"""

import pgtrigger
from django.db import connection
from django.test import TransactionTestCase

KEPT = (
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "accounts_trackedgroupevent",
)
"""Filled after migrating; the same for every test."""

EMPTY = """
DO $$
DECLARE
    tables regclass[] := ARRAY(
        SELECT oid FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> ALL (ARRAY[{kept}])
        ORDER BY oid
    );
    name regclass;
    filled boolean;
BEGIN
    -- What a server still does for a browser that has gone comes wholly before this or after it.
    EXECUTE 'LOCK TABLE ' || array_to_string(tables, ',') || ' IN SHARE ROW EXCLUSIVE MODE';
    FOREACH name IN ARRAY tables LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
        IF filled THEN
            EXECUTE 'DELETE FROM ' || name;
        END IF;
    END LOOP;
END
$$
""".format(kept=", ".join(f"'{table}'" for table in ("django_migrations", *KEPT)))  # noqa: S608

_kept: list[object] = []
_set_up = TransactionTestCase._fixture_setup.__func__
_tear_down = TransactionTestCase._fixture_teardown


def what_is_kept() -> list[object]:
    """All rows of the tables that stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', jsonb_agg(row ORDER BY row::text) FROM {table} AS row"  # noqa: S608
                for table in KEPT
            )
        )
        return cursor.fetchall()


def remember(cls: type[TransactionTestCase]) -> None:
    """Before a test that commits: know how things were."""
    _set_up(cls)
    if not _kept:
        _kept.extend(what_is_kept())


def empty(test: TransactionTestCase) -> None:
    """After it: bring them back."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(EMPTY)
    if what_is_kept() != _kept:
        _tear_down(test)
        _kept[:] = what_is_kept()


def install() -> None:
    """Let every test that commits empty its database so."""
    TransactionTestCase._fixture_setup = classmethod(remember)
    TransactionTestCase._fixture_teardown = empty
