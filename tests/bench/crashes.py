"""What happens to notifications when workers, Redis and PostgreSQL are pulled out from under them.

Workers are killed with ``kill -9`` as they send, at random moments. What may come of that is
small and known: a mail that the server had taken, and that its worker died before marking, comes
again under the same Message-ID. Nothing else comes twice, and nothing is lost.
"""

import random
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import psycopg

from tests.bench.surroundings import Surroundings, kill, surroundings, wait_until

WORKERS = 2
PATIENCE = 240
"""Seconds until all must have arrived, counted from the last blow."""
LEASE = 4
"""Seconds; minutes in production, here as short as a busy machine allows."""
WINDOW = 3
"""Seconds before a blow, on a busy machine, in which the server's yes may not have been marked."""


@dataclass
class Outcome:
    """What became of the notifications of a run."""

    what: str
    notifications: int
    blows: int
    arrived: int = 0
    lost: int = 0
    repeats: int = 0
    with_another_id: int = 0
    out_of_window: int = 0
    states: dict[str, int] = field(default_factory=dict)
    seconds: float = 0

    @property
    def is_well(self) -> bool:
        """Whether everything came, and what came twice had reason to."""
        return (
            self.states == {"sent": self.notifications}
            and self.lost == self.with_another_id == self.out_of_window == 0
            and self.repeats <= self.blows * WORKERS
        )

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self) | {"well": self.is_well, "seconds": round(self.seconds, 1)}


@dataclass
class _Workers:
    place: Surroundings
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    count: int = 0

    def start(self, name: str) -> None:
        self.count += 1
        self.running[name] = self.place.celery(
            f"{name}-{self.count}",
            *("worker", "--concurrency", "1", "--without-gossip", "--without-mingle"),
            *("--hostname", f"{name}@bench"),
        )

    def kill_one(self) -> None:
        """``kill -9`` a worker, or only the process in it that sends; in its place comes another.

        Celery itself starts the second kind again.
        """
        name, process = random.choice(list(self.running.items()))
        senders = _children(process.pid)
        if senders and random.random() < 0.5:
            subprocess.run(["kill", "-9", *senders], check=False, capture_output=True)
        else:
            kill(process)
            self.start(name)


def _children(pid: int) -> list[str]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return listed.stdout.split()


Blow = Callable[[Surroundings, _Workers], None]


def kill_worker(_place: Surroundings, workers: _Workers) -> None:
    """A worker is killed."""
    workers.kill_one()


def restart_redis(place: Surroundings, _workers: _Workers) -> None:
    """Redis is away for five seconds."""
    place.valkey.stop()
    time.sleep(5)
    place.start_valkey()


def restart_postgres(place: Surroundings, _workers: _Workers) -> None:
    """PostgreSQL ends all sessions, and is away for two seconds."""
    place.postgres.stop()
    time.sleep(2)
    place.start_postgres()


def run(what: str, blow: Blow, *, blows: int, notifications: int = 2000) -> Outcome:
    """Send ``notifications`` with two workers under ``blows`` at random places in between."""
    with surroundings(lease=LEASE) as place:
        place.prepare(people=notifications)
        place.python("-c", "from tests.bench import portal; portal.ready(); portal.tell_all('1')")
        workers = _Workers(place)
        place.celery("beat", "beat", "--pidfile=", "--schedule", str(place.folder / "beat"))
        for number in range(WORKERS):
            workers.start(f"worker{number}")
        begin = time.monotonic()
        moments = []
        places = random.sample(
            range(notifications // 20, notifications - notifications // 20), blows
        )
        for position in sorted(places):
            wait_until(lambda at=position: len(place.mail.arrivals) >= at, PATIENCE)
            time.sleep(random.uniform(0, 0.05))
            moments.append((time.time(), 0.0))
            blow(place, workers)
            moments[-1] = (moments[-1][0], time.time())
        wait_until(lambda: _waiting(place) == 0, PATIENCE)
        outcome = Outcome(what, notifications, blows, seconds=time.monotonic() - begin)
        _compare(outcome, place, moments)
        return outcome


def _waiting(place: Surroundings) -> int:
    sql = "SELECT count(*) FROM notifications_notification WHERE state = 'pending'"
    try:
        return int(str(place.query(sql)[0][0]))
    except psycopg.OperationalError:
        return -1


def _compare(outcome: Outcome, place: Surroundings, moments: list[tuple[float, float]]) -> None:
    """What the mail server took, held against what the database says."""
    arrivals = defaultdict(list)
    for arrival in place.mail.arrivals:
        arrivals[arrival.to].append(arrival)
    wanted = {
        str(row[0])
        for row in place.query(
            "SELECT email FROM accounts_user JOIN notifications_notification"
            " ON recipient_id = accounts_user.id"
        )
    }
    outcome.arrived = len(wanted & arrivals.keys())
    outcome.lost = len(wanted - arrivals.keys())
    for mails in arrivals.values():
        outcome.repeats += len(mails) - 1
        outcome.with_another_id += len({mail.mail["Message-ID"].strip() for mail in mails}) - 1
        outcome.out_of_window += sum(
            not any(start - WINDOW <= mail.moment <= end for start, end in moments)
            for mail in mails[:-1]
        )
    outcome.states = {
        str(state): int(str(count))
        for state, count in place.query(
            "SELECT state, count(*) FROM notifications_notification GROUP BY state"
        )
    }
