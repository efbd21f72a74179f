"""The keeper: starts the embedded services and stops them when their last user has gone.

Users of the services hold a shared lock on ``var/run/users.lock``; the kernel lets go of it when
a user dies, also by kill -9. The keeper asks for the same lock alone: when it gets it, nobody is
left. It runs in a session of its own, so that Ctrl-C at the terminal does not reach it.

Run as ``python runtime keeper SERVICES…`` by ``runtime.services``, never by hand.
"""

import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

from runtime.account import service_account, service_home, socket_folder
from runtime.locks import FileLock
from runtime.place import secret, write_private
from runtime.postgres import Postgres
from runtime.say import StopError, say
from runtime.valkey import Valkey

LOG_LIMIT = 5 * 1024 * 1024
START_SECONDS = 60
RESTARTS = 3  # within a minute


class Keeper:
    """Keeps the named services running for one checkout."""

    def __init__(self, var: Path, names: set[str]) -> None:
        self.var = var
        self.account = service_account()
        home = service_home(var, self.account)
        sockets = socket_folder(home, self.account)
        self.logs: list[IO[bytes]] = []
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if "postgres" in names:
            passwords = secret("postgres_password", var), secret("database_password", var)
            self.postgres = Postgres(home, sockets, self.account, passwords)
        if "valkey" in names:
            self.valkey = Valkey(home, sockets, self.account)
        self.stopping = False
        self.restarts: list[float] = []

    def tell(self, state: str, **more: str) -> None:
        """Write down for the users how far things are."""
        text = json.dumps({"state": state, "pid": os.getpid(), **more})
        write_private(self.var / "run" / "services.json", text)

    def run(self) -> None:
        """Start, serve until nobody is left, stop."""
        users = FileLock(self.var / "run" / "users.lock")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            self._start()
            urls, sockets = {}, []
            if self.postgres:
                urls["DATABASE_URL"] = self.postgres.url
                sockets.append(str(self.postgres.sockets / ".s.PGSQL.5432"))
            if self.valkey:
                urls["REDIS_URL"] = self.valkey.url
                sockets.append(str(self.valkey.socket))
            self.tell("ready", sockets="\n".join(sockets), **urls)
            while not self.stopping and not users.try_hold():
                time.sleep(0.1)
                self._mend()
            self.tell("stopping")
        except StopError as error:
            say(f"keeper: {error}")
            self.tell("failed", message=str(error))
        except BaseException:
            self.tell("failed", message=f"See {self.var / 'log' / 'keeper.log'}.")
            raise
        finally:
            for service in (self.valkey, self.postgres):
                if service:
                    service.stop()

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _log(self, name: str) -> IO[bytes]:
        path = self.var / "log" / f"{name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.old"))
        file = path.open("ab")
        self.logs.append(file)
        return file

    def _start(self) -> None:
        if self.valkey:
            self.valkey.start(self._log("valkey"))
        if self.postgres:
            log = self._log("postgres")
            self.postgres.create()
            self.postgres.start(log)
            self.postgres.wait(START_SECONDS, log)
        if self.valkey:
            self.valkey.wait(START_SECONDS)

    def _mend(self) -> None:
        """Start a service again that ended by itself."""
        for service in (self.postgres, self.valkey):
            if service is None or service.process is None or service.process.poll() is None:
                continue
            now = time.monotonic()
            self.restarts = [moment for moment in self.restarts if now - moment < 60] + [now]
            name = type(service).__name__
            if len(self.restarts) > RESTARTS:
                message = f"{name} keeps ending; see {self.var / 'log' / name.lower()}.log"
                raise StopError(message)
            say(f"keeper: {name} ended by itself ({service.process.returncode}): starting it again")
            log = self._log(name.lower())
            service.start(log)
            if isinstance(service, Postgres):
                service.wait(START_SECONDS, log)
            else:
                service.wait(START_SECONDS)


def run(arguments: list[str]) -> int:
    """Keep the services named after the folder of the checkout: ``keeper VAR postgres valkey``."""
    var = Path(arguments[0])
    lock = FileLock(var / "run" / "keeper.lock")
    deadline = time.monotonic() + 5
    while not lock.try_hold():  # whoever looks whether a keeper lives holds it for a moment
        if time.monotonic() > deadline:
            return 1
        time.sleep(0.02)
    try:
        keeper = Keeper(var, set(arguments[1:]))
    except StopError as error:
        text = json.dumps({"state": "failed", "pid": os.getpid(), "message": str(error)})
        write_private(var / "run" / "services.json", text)
        return 1
    keeper.tell("starting")
    with contextlib.suppress(BrokenPipeError):
        keeper.run()
    sys.stdout.flush()
    os._exit(0)  # lets go of the lock as it ends: whoever waits for that finds no process


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
