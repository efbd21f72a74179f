"""Two people at the same moment, on real connections: there is one truth in the end.

The first holds its transaction open until the second waits for it; what the second then finds is
what the first made of it.
"""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, connections, transaction

from sessions_log.actions import minutes as actions
from sessions_log.actions.minutes import Correction, text_seen
from sessions_log.models import AgendaItem, Minutes, MinutesRemark, MinutesVersion
from sessions_log.versions import snapshot
from tests import factories
from tests.sessions_log.minutes_world import make_world

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_a_lock() -> bool:
    """Whether some other connection to this database waits for a row."""
    with connection.cursor() as cursor:
        # PostgreSQL shows a transaction the same activity all the time, unless it asks anew.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def in_turn(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Let ``second`` begin while ``first`` has not committed yet; how each ended."""
    ended = ["", ""]
    begun = threading.Event()

    def outcome(act: Callable[[], object]) -> str:
        try:
            act()
        except (actions.MinutesRefused, IntegrityError) as refused:
            return type(refused).__name__
        return "done"

    def early() -> None:
        def held() -> None:
            with transaction.atomic():
                first()
                begun.set()
                end = time.monotonic() + 20
                while not waits_for_a_lock():
                    assert time.monotonic() < end, "the second did not wait for the first"
                    time.sleep(0.01)

        ended[0] = outcome(held)
        begun.set()
        connections.close_all()

    def late() -> None:
        begun.wait(20)
        ended[1] = outcome(second)
        connections.close_all()

    threads = [threading.Thread(target=work) for work in (early, late)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.fixture
def world():
    found = make_world("circulated")
    Minutes.objects.update(approve_by_itself_on="2021-01-01")
    return found


def approve(world, seen):
    return lambda: actions.approve(world.minutes, seen=seen, by=world.chair)


def test_two_approvals_make_one_version(world):
    seen = text_seen(world.minutes)
    assert in_turn(approve(world, seen), approve(world, seen)) == ["done", "AlreadyApproved"]
    assert MinutesVersion.objects.get().number == 1


def test_the_chair_and_the_clock_make_one_version(world):
    seen = text_seen(world.minutes)

    def silently():
        actions.approve_silently(world.minutes)

    assert in_turn(silently, approve(world, seen)) == ["done", "AlreadyApproved"]
    assert MinutesVersion.objects.get().approved_by is None


def test_a_remark_that_is_first_stops_the_approval(world):
    def remark():
        actions.remark(world.minutes, world.first, "Anders.", by=world.attended)

    assert in_turn(remark, approve(world, text_seen(world.minutes))) == ["done", "RemarksOpen"]


def test_an_approval_that_is_first_stops_the_remark(world):
    def remark():
        actions.remark(world.minutes, world.first, "Anders.", by=world.attended)

    ended = in_turn(approve(world, text_seen(world.minutes)), remark)
    assert (ended, MinutesRemark.objects.count()) == (["done", "AlreadyApproved"], 0)


def save(world):
    """Save a text with no thought of locks, as any code might."""
    AgendaItem.objects.filter(pk=world.first.pk).update(text="<p>Op het laatst.</p>")


def test_a_text_that_is_saved_first_is_not_approved_unread(world):
    ended = in_turn(lambda: save(world), approve(world, text_seen(world.minutes)))
    assert (ended, MinutesVersion.objects.count()) == (["done", "TextChanged"], 0)


def test_a_text_that_is_saved_during_approval_is_refused(world):
    ended = in_turn(approve(world, text_seen(world.minutes)), lambda: save(world))
    assert ended == ["done", "IntegrityError"]
    assert MinutesVersion.objects.get().full == snapshot(world.session, full=True)


def test_a_text_that_is_saved_first_is_in_what_the_clock_approves(world):
    def silently():
        actions.approve_silently(world.minutes)

    assert in_turn(lambda: save(world), silently) == ["done", "done"]
    assert MinutesVersion.objects.get().full["items"][0]["text"] == "<p>Op het laatst.</p>"


def test_two_answers_to_a_remark(world):
    remark = factories.RemarkFactory(minutes=world.minutes)
    ended = in_turn(
        lambda: actions.accept_remark(remark, by=world.chair),
        lambda: actions.answer_remark(remark, "Nee.", by=world.secretary),
    )
    remark.refresh_from_db()
    assert (ended, remark.state) == (["done", "RemarkAnswered"], "accepted")


def test_two_corrections_do_not_overwrite_each_other(world):
    actions.approve(world.minutes, seen=text_seen(world.minutes), by=world.chair)

    def correct(summary, by):
        return lambda: actions.correct(
            world.minutes, Correction(summary=summary), reason="Fout", seen=1, by=by
        )

    ended = in_turn(correct("<p>Een.</p>", world.chair), correct("<p>Twee.</p>", world.secretary))
    assert ended == ["done", "TextChanged"]
    assert Minutes.objects.get().summary == "<p>Een.</p>"


def test_two_publications_tell_once(world):
    actions.approve(world.minutes, seen=text_seen(world.minutes), by=world.chair)

    def publish():
        actions.publish(world.minutes, by=world.chair)

    assert in_turn(publish, publish) == ["done", "AlreadyPublished"]
