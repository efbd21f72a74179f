"""A PostgreSQL, a Redis and a mail server of their own, and portal processes that use them."""

import logging
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from runtime.account import service_account, service_home, socket_folder
from runtime.place import ROOT, make_var
from runtime.postgres import Postgres
from runtime.process import end_with_parent
from runtime.valkey import Valkey
from tests.notifications.mailserver import MailServer

LEASE = 180
"""Seconds that a worker has its batch for itself, as in production."""
START_SECONDS = 60


class Surroundings:
    """Everything the portal needs, below one folder; each part can be stopped and started."""

    def __init__(self, folder: Path, *, lease: int) -> None:
        self.folder = folder
        self.lease = lease
        account = service_account()
        home = service_home(make_var(folder / "var"), account)
        sockets = socket_folder(home, account)
        passwords = secrets.token_hex(), secrets.token_hex()
        self.log = (folder / "var" / "log" / "services.log").open("ab")
        self.postgres = Postgres(home, sockets, account, passwords)
        self.valkey = Valkey(home, sockets, account)
        self.mail = MailServer()
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the three servers."""
        self.start_valkey()
        self.postgres.create()
        self.start_postgres()
        self.mail.start()

    def start_postgres(self) -> None:
        self.postgres.start(self.log)
        self.postgres.wait(START_SECONDS, self.log)

    def start_valkey(self) -> None:
        self.valkey.start(self.log)
        self.valkey.wait(START_SECONDS)

    def stop(self) -> None:
        """End all of it, whatever became of its parts."""
        for process in self.processes:
            kill(process)
        self.mail.stop()
        self.valkey.stop()
        self.postgres.stop()
        self.log.close()

    @property
    def environment(self) -> dict[str, str]:
        """What the portal's processes are told."""
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mail.port}",
            "BASE_URL": "https://portaal.example.org",
            "ALLOWED_HOSTS": "portaal.example.org",
            "SECRET_KEY": secrets.token_hex(),
            "NOTIFICATION_LEASE": str(self.lease),
            "DJANGO_SETTINGS_MODULE": "civportal.settings",
            "ENV_FILE": os.devnull,
            "STATIC_ROOT": str(self.folder / "static"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "LOG_LEVEL": "WARNING",
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }

    def python(self, *arguments: str) -> str:
        """Run this Python in the portal's surroundings; what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def prepare(self, *, people: int) -> None:
        """Make the tables and this many people."""
        code = f"from tests.bench import portal; portal.ready(); portal.make({people})"
        self.python("-c", code)

    def celery(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start one of Celery's programs with the portal of the benchmarks."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "--quiet", "--app", "tests.bench.portal"),
                    *(*arguments, "--loglevel", "INFO"),
                ],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGKILL),
            )
        self.processes.append(process)
        return process

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        url = self.postgres.url.replace("postgres://", "postgresql://")
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
            return connection.execute(sql.encode()).fetchall()


def kill(process: "subprocess.Popen[bytes]") -> None:
    """``kill -9`` a process and those it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


@contextmanager
def surroundings(*, lease: int = LEASE) -> Iterator[Surroundings]:
    """Started in an empty folder that any user can reach; gone afterwards."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # the mail server tells each command
    folder = Path(tempfile.mkdtemp(prefix="civ-bench-"))
    folder.chmod(0o755)
    place = Surroundings(folder, lease=lease)
    try:
        place.start()
        yield place
    finally:
        place.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until something is so; False when it does not come about."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
