"""``script/server`` as people meet it: one command, the whole portal, nothing left behind."""

import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from runtime.surroundings import DEMO_PASSWORD as KNOWN
from tests.embedded.conftest import copy_checkout, end, processes_of, reachable_folder, wait_until

# A bare terminal: nothing of this test run's own settings.
ENVIRONMENT = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what these tests are about
PATIENCE = 240  # seconds, for a busy machine


class Server:
    """A running ``script/server`` and what it said so far."""

    def __init__(self, checkout: Path, *arguments: str, **environment: str) -> None:
        self.checkout = checkout
        self.said = ""
        self.process = subprocess.Popen(
            [checkout / "script" / "server", *arguments],
            cwd="/",
            env=ENVIRONMENT | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.said += line

    def wait_until_ready(self) -> None:
        wait_until(
            lambda: "The portal is ready" in self.said or self.process.poll() is not None, PATIENCE
        )
        assert "The portal is ready" in self.said, self.said

    @property
    def port(self) -> int:
        return int(re.search(r"http://[^ ]+:(\d+)/", self.said)[1])

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text

    def ask_to_stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        status = self.process.wait(60)
        self.reader.join(10)
        return status


@pytest.fixture(scope="module")
def checkout():
    """A copy of this checkout that these tests use in turn; the first one finds it fresh."""
    with reachable_folder() as folder:
        yield copy_checkout(folder / "portal")


def refused(checkout: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit status and words of a ``script/server`` that should not start."""
    done = subprocess.run(
        [checkout / "script" / "server", *arguments],
        cwd="/",
        env=ENVIRONMENT | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def main_process(checkout: Path, words: str) -> int:
    """The oldest process of the checkout with these words in its command."""
    return min(pid for pid, command in processes_of(checkout).items() if words in command)


def test_one_command_runs_the_whole_portal(checkout, empty_folder):
    server = Server(checkout, "--port", "0")
    server.wait_until_ready()
    assert "bureau@demo.example" in server.said
    assert server.get("/readyz") == (200, "ready\n")
    assert server.get("/healthz") == (200, "alive\n")
    assert server.get("/werksessies/")[0] == 200
    for name in ("secrets.json", "run/server.json", "run/services.json"):
        assert stat.S_IMODE((checkout / "var" / name).stat().st_mode) == 0o600

    # In the same checkout a second one would run everything twice; in another one it may not
    # take the port.
    status, words = refused(checkout, "--port", "0")
    assert (status, "already runs at http://localhost" in words) == (1, True)
    other = copy_checkout(empty_folder / "other")
    status, words = refused(other, "--port", str(server.port))
    assert status == 1
    assert words == (
        f"Port {server.port} is taken by another program. "
        f"Choose another: script/server --port {server.port + 1}\n"
    )
    assert processes_of(other) == {}

    # A part that dies comes back.
    web = main_process(checkout, "granian")
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: "starting it again" in server.said, PATIENCE)
    wait_until(lambda: _answers(server), PATIENCE)

    # Commands use the same services, and leave them.
    command = [checkout / "script" / "manage", "shell", "-v0", "-c"]
    code = "from civportal.accounts.models import User; print(User.objects.count() > 5)"
    asked = subprocess.run(
        [*command, code], env=ENVIRONMENT, cwd="/", capture_output=True, text=True, check=False
    )
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "True\n", "")
    assert server.get("/readyz") == (200, "ready\n")

    assert server.ask_to_stop(signal.SIGINT) == 0
    assert server.said.rstrip().endswith("Stopping …")
    assert processes_of(checkout) == {}


def _answers(server: Server) -> bool:
    try:
        return server.get("/readyz") == (200, "ready\n")
    except OSError:
        return False


def test_after_kill_9_of_everything_the_next_start_recovers(checkout):
    server = Server(checkout, "--port", "0")
    server.wait_until_ready()
    port = server.port
    supervisor = main_process(checkout, "runtime server")
    os.kill(supervisor, signal.SIGKILL)
    server.process.wait()
    wait_until(
        lambda: not processes_of(checkout)
    )  # nobody looks after them: they end by themselves

    server = Server(checkout, "--port", str(port))
    server.wait_until_ready()
    end(checkout)
    server.process.wait()

    server = Server(checkout, "--port", str(port))
    server.wait_until_ready()
    assert server.get("/readyz") == (200, "ready\n")
    assert server.ask_to_stop(signal.SIGTERM) == 0
    assert processes_of(checkout) == {}


def test_where_others_can_come_the_demo_logins_get_a_random_password(checkout):
    status, words = refused(checkout, "--host", EVERYWHERE, "--port", "0", DEMO_PASSWORD=KNOWN)
    assert (status, "another password than the one everybody knows" in words) == (1, True)
    assert processes_of(checkout) == {}

    server = Server(checkout, "--host", EVERYWHERE, "--port", "0")
    server.wait_until_ready()
    told = re.search(r"all with the password (\S+)", server.said)[1]
    assert told == json.loads((checkout / "var" / "secrets.json").read_text())["demo_password"]
    code = (
        "from civportal.accounts.models import User;"
        "user = User.objects.get(email='bureau@demo.example');"
        f"print(user.check_password({told!r}), user.check_password({KNOWN!r}))"
    )
    asked = subprocess.run(
        [checkout / "script" / "manage", "shell", "-v0", "-c", code],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stdout == "True False\n"
    assert server.ask_to_stop(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "--port is a number from 0 to 65535"),
        (["--host", "no.such.host.example"], "is no address of this machine"),
    ],
)
def test_wrong_arguments_are_told_at_once(checkout, arguments, words):
    status, said = refused(checkout, *arguments)
    assert status != 0
    assert words in said
    assert "Traceback" not in said


def test_a_port_taken_on_every_address_is_taken(checkout):
    with socket.socket() as other:
        other.bind((EVERYWHERE, 0))
        other.listen()
        port = other.getsockname()[1]
        status, words = refused(checkout, "--port", str(port))
    assert (status, words.startswith(f"Port {port} is taken")) == (1, True)
