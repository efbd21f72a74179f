"""``script/server``: the whole portal with one command."""

import argparse
import http.client
import json
import os
import sys
import time
from urllib.parse import urlsplit

from runtime.locks import FileLock, is_held
from runtime.manage import run_python
from runtime.place import ROOT, VAR, make_var, secret, write_private
from runtime.say import StopError, hint, say, tint
from runtime.services import services
from runtime.supervise import Child, Supervisor, end_orphans
from runtime.surroundings import (
    DEMO_PASSWORD,
    check_port,
    for_checkout,
    free_port,
    is_loopback,
    is_on,
    names_of_this_machine,
    read_env_file,
    running_server,
)

READY_SECONDS = 120
INTERRUPTED = 130  # as a shell says that Ctrl-C ended a command
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - named to be compared with


def check_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments; a wrong one, or a port in use, ends it here."""
    parser = argparse.ArgumentParser(
        prog="script/server",
        description="Starts the portal: web, Celery worker and beat, with a PostgreSQL and Redis "
        "of its own unless DATABASE_URL and REDIS_URL name others. Ctrl-C stops all of it.",
    )
    parser.add_argument("--port", type=int, default=8000, help="8000; 0 takes a free one")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="127.0.0.1; with any but a loopback address the demo logins get a random password",
    )
    options = parser.parse_args(arguments)
    if not 0 <= options.port < 65536:
        parser.error("--port is a number from 0 to 65535")
    lock = FileLock(make_var() / "run" / "server.lock")
    try:
        if not lock.try_hold():
            url = running_server().get("url")
            raise StopError(f"The portal of this checkout already runs{f' at {url}' * bool(url)}.")
        end_orphans(str(VAR))  # they may still hold the port
    finally:
        lock.release()
    if options.port:
        check_port(options.host, options.port)
    return options


def run(arguments: list[str]) -> int:
    """Start everything, say when it is ready, and stop it all when asked."""
    options = check_arguments(arguments)
    read_env_file()
    lock = FileLock(make_var() / "run" / "server.lock")
    if not lock.try_hold():
        raise StopError("The portal of this checkout is being started by another command.")
    record = VAR / "run" / "server.json"
    try:
        port = options.port or free_port(options.host)
        environment = _environment(options.host, port)
        url = environment["BASE_URL"]
        write_private(record, json.dumps({"url": url, "port": str(port), "pid": os.getpid()}))
        with services(environment) as served:
            return _serve(served, options.host, port)
    finally:
        record.unlink(missing_ok=True)
        lock.release()


def _environment(host: str, port: int) -> dict[str, str]:
    embedded = not os.environ.get("DATABASE_URL")
    environment = for_checkout(dict(os.environ), embedded=embedded)
    if is_on(environment["DEBUG"]):
        message = "script/server never runs with DEBUG; use script/manage runserver for that."
        raise StopError(message)
    local = is_loopback(host)
    names = [] if local else names_of_this_machine()
    if not local:
        environment.setdefault("ALLOWED_HOSTS", ",".join({*names, host} - EVERYWHERE))
        if is_on(environment["DEMO"]) and environment["DEMO_PASSWORD"] == DEMO_PASSWORD:
            if "DEMO_PASSWORD" in os.environ:
                message = (
                    "Others can reach this address, so the demo logins need another password "
                    "than the one everybody knows: leave DEMO_PASSWORD out for a random one."
                )
                raise StopError(message)
            environment["DEMO_PASSWORD"] = secret("demo_password")
    shown = host
    if local:
        shown = "localhost"
    elif host in EVERYWHERE:
        shown = next((name for name in names if name[0].isdigit() and name != "127.0.0.1"), host)
    environment.setdefault("BASE_URL", f"http://{shown}:{port}")
    return environment


def _serve(environment: dict[str, str], host: str, port: int) -> int:
    if prepared := run_python(["runtime", "prepare"], environment):
        if prepared != INTERRUPTED:
            hint("The portal could not be prepared; nothing was left running.")
        return prepared
    hint("Starting web, worker and beat …")
    readiness = _Readiness(environment, host, port)
    supervisor = Supervisor(_children(environment, host, port), VAR)
    return supervisor.run(lambda: readiness.look(supervisor))


def _children(environment: dict[str, str], host: str, port: int) -> list[Child]:
    processors = os.cpu_count() or 1
    web_workers = environment.get("WEB_WORKERS", str(min(2, processors)))
    concurrency = environment.get("CELERY_CONCURRENCY", str(min(2, processors)))
    # Celery advises against root, who needs no telling here.
    queue = environment | {"PYTHONWARNINGS": "ignore:You're running the worker"}
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "civportal"]
    return [
        Child(
            "web",
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
                *("--host", host, "--port", str(port), "--working-dir", str(ROOT)),
                # A download keeps a thread busy however slowly it is taken: see
                # civportal.lib.streaming. Granian warns of that many at each start, hence "error".
                *("--workers", web_workers, "--blocking-threads", "16"),
                *("--respawn-failed-workers", "--workers-kill-timeout", "8"),
                *("--log-level", "error", "civportal.wsgi:application"),
            ],
            environment | {"DATABASE_POOL": environment.get("DATABASE_POOL", "1")},
        ),
        Child(
            "worker",
            [
                *(*celery, "worker", "--concurrency", concurrency, "--loglevel", "WARNING"),
                *("--without-gossip", "--without-mingle", "--hostname", f"portal-{port}@%h"),
            ],
            queue,
        ),
        Child(
            "beat",
            [
                *(*celery, "beat", "--loglevel", "WARNING", "--pidfile="),
                *("--schedule", str(VAR / "run" / "beat")),
            ],
            queue,
        ),
    ]


class _Readiness:
    """Asks ``/readyz`` until it answers well, and tells the person at the terminal."""

    def __init__(self, environment: dict[str, str], host: str, port: int) -> None:
        self.environment = environment
        self.address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104
        self.start = time.monotonic()
        self.done = False
        self.answer = "the web server does not answer"
        self.next_look = 0.0

    def look(self, supervisor: Supervisor) -> None:
        """Ask once, if it is time to."""
        now = time.monotonic()
        if not is_held(VAR / "run" / "keeper.lock") and self._uses_embedded():
            supervisor.fail("The embedded services have gone; see var/log/keeper.log. Stopped all.")
        if self.done or now < self.next_look:
            return
        self.next_look = now + 0.3
        if self._is_ready():
            self.done = True
            self._tell(now - self.start)
        elif now - self.start > READY_SECONDS:
            supervisor.fail(f"Not ready after {READY_SECONDS} seconds: {self.answer}. Stopped all.")

    def _uses_embedded(self) -> bool:
        return not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(*self.address, timeout=3)
        try:
            host = urlsplit(self.environment["BASE_URL"]).netloc
            connection.request("GET", "/readyz", headers={"Host": host})
            response = connection.getresponse()
            self.answer = response.read(500).decode(errors="replace").strip()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return response.status == 200

    def _tell(self, seconds: float) -> None:
        url = self.environment["BASE_URL"]
        say()
        say(f"{tint('The portal is ready', 'green')} ({seconds:.0f} s): {tint(url + '/', 'bold')}")
        if is_on(self.environment["DEMO"]):
            password = self.environment["DEMO_PASSWORD"]
            say()
            say(f"Demo logins, all with the password {tint(password, 'bold')}")
            for login, role in json.loads((VAR / "run" / "logins.json").read_text()):
                say(f"  {login:<24} {role}")
            say(f"The mail it sends is at {url}/postvak/")
        say()
        say("Ctrl-C stops everything; the data stay.")
