"""What the database itself refuses: changes of approved minutes; and what it counts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pgtrigger
from django.db import connection

CORRECTING = "civ.correcting"
"""The setting, for one transaction, that names the session of which a correction is written."""

APPROVED = "approved minutes stay as they are"
"""How the database's refusal begins (SQLSTATE 23514, an IntegrityError)."""


@contextmanager
def correcting(session_id: int) -> Iterator[None]:
    """Let the rest of this block change the approved minutes of one session.

    Only what freezes a new version in the same transaction has business here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [CORRECTING, str(session_id)])
        try:
            yield
        finally:
            # After an error inside, the transaction takes no more commands and forgets by itself.
            if not connection.needs_rollback:
                cursor.execute("SELECT set_config(%s, '', true)", [CORRECTING])


def count_revisions(field: str) -> pgtrigger.Trigger:
    """Let ``revision`` go up with each change of ``field``, whoever makes it."""
    return pgtrigger.Trigger(
        name="count_revisions",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        func=(
            "NEW.revision := OLD.revision + "
            f"(OLD.{field} IS DISTINCT FROM NEW.{field})::int; RETURN NEW;"
        ),
    )


def keep_approved(session: str, columns: Sequence[str]) -> pgtrigger.Trigger:
    """Refuse rows that come, go or change in ``columns`` once a version of the minutes is frozen.

    ``session`` is the SQL for the session's key, with ``ROW.`` for the row that is looked at. A
    change first holds the minutes, so that it comes wholly before an approval or after it.
    """
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    old, new = (session.replace("ROW.", f"{row}.") for row in ("OLD", "NEW"))
    return pgtrigger.Trigger(
        name="keep_approved",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("touched", "bigint[]")],
        # Names of our own columns; nothing of anybody's comes in.
        func=f"""
            IF TG_OP = 'INSERT' THEN
                touched := ARRAY[{new}];
            ELSIF TG_OP = 'DELETE' THEN
                touched := ARRAY[{old}];
            ELSIF {changed} THEN
                touched := ARRAY[{old}, {new}];
            END IF;
            PERFORM 1 FROM sessions_log_minutes WHERE session_id = ANY(touched)
                ORDER BY id FOR NO KEY UPDATE;
            IF EXISTS (
                SELECT 1 FROM sessions_log_minutesversion AS version
                JOIN sessions_log_minutes AS minutes ON minutes.id = version.minutes_id
                WHERE minutes.session_id = ANY(touched)
                AND minutes.session_id::text
                    IS DISTINCT FROM current_setting('{CORRECTING}', true)
            ) THEN
                RAISE EXCEPTION '{APPROVED} (session %)', touched[1]
                    USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """,  # noqa: S608
    )


def stay_approved() -> pgtrigger.Trigger:
    """Refuse the way back from a frozen version to a draft."""
    return pgtrigger.Trigger(
        name="stay_approved",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(new__state__in=["draft", "circulated"]),
        func=f"""
            IF EXISTS (
                SELECT 1 FROM sessions_log_minutesversion AS version
                WHERE version.minutes_id = NEW.id
            ) THEN
                RAISE EXCEPTION '{APPROVED} (session %)', NEW.session_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,  # noqa: S608
    )
