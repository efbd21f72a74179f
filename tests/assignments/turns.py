"""Two people at the same moment, on real connections."""

import threading
from contextlib import suppress

from django.db import connection, transaction

from assignments.errors import Refused


def waits_for_a_lock():
    with connection.cursor() as cursor:
        # Within a transaction PostgreSQL shows the same activity each time, unless told to look.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def in_turn(first, second):
    """Let ``second`` begin while ``first`` has not committed yet; how each ended."""
    ended_as = ["", ""]
    begun, done = threading.Event(), threading.Event()

    def run(place, act):
        try:
            act()
            ended_as[place] = "done"
        except Refused as refused:
            ended_as[place] = type(refused).__name__

    def early():
        with suppress(Refused), transaction.atomic():
            run(0, first)
            begun.set()
            for _turn in range(2000):
                if waits_for_a_lock() or done.wait(0.01):
                    break
        begun.set()
        connection.close()

    def late():
        begun.wait(20)
        run(1, second)
        done.set()
        connection.close()

    threads = [threading.Thread(target=work) for work in (early, late)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ended_as
