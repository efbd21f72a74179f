"""Using the embedded services: start them when nobody did, leave them when done."""

import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.locks import FileLock, held, is_held
from runtime.place import RUNTIME, VAR, make_var
from runtime.say import StopError, hint

START_SECONDS = 90
STOP_SECONDS = 40
ANSWER_SECONDS = 5
SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""What PostgreSQL answers without a password (SSLRequest in its protocol): "N" on a socket."""
PING = b"PING\r\n"


class Services:
    """The embedded services of a checkout, as one of its commands sees them."""

    def __init__(self, var: Path, names: list[str]) -> None:
        self.var = make_var(var)
        self.run_folder = var / "run"
        self.names = names
        self.urls: dict[str, str] = {}
        self._users: FileLock | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def acquire(self) -> None:
        """Make sure that the services run, and keep them running until ``release``."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            users = FileLock(self.run_folder / "users.lock")
            users.share()  # waits while a keeper is stopping
            with held(self.run_folder / "start.lock"):
                if not is_held(self.run_folder / "keeper.lock"):
                    self._start_keeper()
            state = self._wait_until_ready(deadline)
            if not _answer(state):  # killed a moment ago, its locks and notes not yet gone
                users.release()
                time.sleep(0.2)
                continue
            if state.get("state") == "ready" and all(url in state for url in self._wanted()):
                self._users = users
                self.urls = {url: state[url] for url in self._wanted()}
                return
            users.release()
            if state.get("state") == "failed":
                self._reap()
                raise StopError(f"The embedded services did not start. {state['message']}")
            if state.get("state") == "ready":
                message = (
                    "Another command of this checkout runs with a database or Redis of its own; "
                    "stop it first, or give both the same settings."
                )
                raise StopError(message)
            time.sleep(0.1)  # it stopped as we came: try again
        message = f"The embedded services do not start; see {self.var / 'log' / 'keeper.log'}."
        raise StopError(message)

    def release(self) -> None:
        """Leave the services; if this was their last user, wait until they have stopped."""
        if self._users is None:
            return
        was_last = self._users.try_hold()
        self._users.release()
        self._users = None
        # Another user may still hold the lock, or the keeper got it before us and is stopping.
        deadline = time.monotonic() + (STOP_SECONDS if was_last else 0.5)
        while is_held(self.run_folder / "keeper.lock") and time.monotonic() < deadline:
            if self._state().get("state") == "stopping":
                deadline = time.monotonic() + STOP_SECONDS
            time.sleep(0.03)
        if self._keeper is not None and not is_held(self.run_folder / "keeper.lock"):
            self._keeper.wait()

    def _wanted(self) -> list[str]:
        return [{"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}[name] for name in self.names]

    def _start_keeper(self) -> None:
        state = self.run_folder / "services.json"
        state.unlink(missing_ok=True)
        environment = {key: value for key, value in os.environ.items() if key != "CIV_CHILD_OF"}
        with (self.var / "log" / "keeper.log").open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, RUNTIME, "keeper", self.var, *self.names],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        # The next to look must find the keeper holding its lock.
        while not state.exists() and self._keeper.poll() is None:
            time.sleep(0.02)

    def _wait_until_ready(self, deadline: float) -> dict[str, str]:
        while time.monotonic() < deadline:
            state = self._state()
            if state.get("state") in {"ready", "failed"}:
                return state
            self._reap()
            if not is_held(self.run_folder / "keeper.lock"):
                return self._state() if self._state().get("state") == "failed" else {}
            time.sleep(0.03)
        return {}

    def _state(self) -> dict[str, str]:
        try:
            return dict(json.loads((self.run_folder / "services.json").read_text()))
        except FileNotFoundError:
            return {}

    def _reap(self) -> None:
        if self._keeper is not None:
            self._keeper.poll()


def _answer(state: dict[str, str]) -> bool:
    """Whether the services that are said to be ready say something back.

    That a socket takes the connection is not enough: it does so until the last moment of a server
    that was killed.
    """
    for path in state.get("sockets", "").split("\n") if state.get("state") == "ready" else []:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(ANSWER_SECONDS)
            try:
                probe.connect(path)
                probe.sendall(SSL_REQUEST if ".s.PGSQL." in path else PING)
                if not probe.recv(1):
                    return False
            except OSError:
                return False
    return True


@contextmanager
def services(environment: dict[str, str], var: Path = VAR) -> Iterator[dict[str, str]]:
    """``environment`` with a database and a Redis: the embedded ones where it names no others."""
    names = []
    if not environment.get("DATABASE_URL"):
        names.append("postgres")
    if not environment.get("REDIS_URL"):
        names.append("valkey")
    if not names:
        yield environment
        return
    embedded = Services(var, names)
    if not is_held(make_var(var) / "run" / "keeper.lock"):
        hint("Starting the embedded PostgreSQL and Redis …" if len(names) == 2 else "Starting …")
    embedded.acquire()
    try:
        yield environment | embedded.urls
    finally:
        embedded.release()
