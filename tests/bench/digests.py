"""Digests for many people: the memory they take, and the queries of each batch.

Run for a tenth of the people and for all: neither may grow with their number. Everything is real,
from the sweep to the mail server; every item is news about one of twenty lines, and everyone
follows two of them.
"""

import datetime
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from tests.bench import portal
from tests.bench.surroundings import surroundings

LINES = 20
FOLLOWED = 2
MARK = 'UPDATE "notifications_notification" SET "state"'


@dataclass
class Digests:
    """One run: ``queries`` of each batch beside one to mark each mail; ``peak`` in megabytes."""

    people: int
    items: int
    sent: int
    seconds: float
    peak: float
    queries_to_draw: list[int]
    queries_to_send: list[int]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def run(*, people: int = 10_000, items: int = 500) -> list[Digests]:
    """A tenth of the people, then all of them."""
    return [_run(people=number, items=items) for number in (people // 10, people)]


def _run(*, people: int, items: int) -> Digests:
    with surroundings() as place:
        place.mail.keeps = False
        place.prepare(people=people)
        place.python("-m", "tests.bench.digests", "fill", str(items))
        told = json.loads(place.python("-m", "tests.bench.digests", "send"))
        return Digests(people=people, items=items, sent=place.mail.count, **told)


def noon() -> datetime.datetime:
    """A good hour to get mail, whenever the benchmark runs."""
    from django.utils import timezone

    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def fill(items: int) -> None:
    """Lines, news about them, and people who follow them and whose digest is due at noon."""
    from civportal.accounts.models import User
    from civportal.notifications import digests
    from civportal.notifications.kinds import sections
    from civportal.notifications.models import DigestSetting, Follow
    from tests.factories import LineFactory, NewsFactory

    chance = random.Random(1)
    now = noon()
    lines = [LineFactory() for _ in range(LINES)]
    digests.give_settings(now - datetime.timedelta(days=7))
    DigestSetting.objects.update(next_at=now)
    Follow.objects.bulk_create(
        [
            Follow(user_id=user, topic=f"line:{line.pk}")
            for user in User.objects.values_list("pk", flat=True)
            for line in chance.sample(lines, FOLLOWED)
        ],
        batch_size=1000,
    )
    for number in range(items):
        item = NewsFactory(published_from=now - datetime.timedelta(minutes=number + 1))
        item.lines.add(chance.choice(lines))
    for section in sections():
        if section.find:
            section.find(now)


@contextmanager
def counted() -> Iterator[list[int]]:
    """Counts queries by adding to the last number of a list, marks left out."""
    from django.db import connection

    counts: list[int] = []

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if counts and not sql.startswith(MARK):
            counts[-1] += 1
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        yield counts


def send() -> dict[str, object]:
    """Draw the digests that are due and send them; what it took."""
    from civportal.notifications import digests
    from civportal.notifications.delivery import deliver_batch

    now = noon()
    start = time.perf_counter()
    digests.give_settings(now)
    newest = digests.number_new()
    with counted() as drawing:
        drawing.append(0)
        _, last = digests._sweep_batch(now, newest, 0)
        while last:
            drawing.append(0)
            _, last = digests._sweep_batch(now, newest, last)
    with counted() as sending:
        sending.append(0)
        while deliver_batch(now=now):
            sending.append(0)
    return {
        "seconds": round(time.perf_counter() - start, 1),
        "peak": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "queries_to_draw": sorted(set(drawing[:-1])),
        "queries_to_send": sorted(set(sending[:-1])),
    }


if __name__ == "__main__":
    portal.ready()
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        sys.stdout.write(json.dumps(send()))
