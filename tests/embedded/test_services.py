"""The embedded PostgreSQL and Redis: started, shared, stopped, and mended after a kill -9."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest
import redis

from runtime.locks import is_held
from runtime.place import RUNTIME
from runtime.say import StopError
from runtime.services import Services, _answer
from tests.embedded.conftest import end, processes_of, reachable_folder, wait_until

BOTH = ["postgres", "valkey"]
USER = """
import sys
from pathlib import Path
from runtime.services import Services

services = Services(Path(sys.argv[1]), ["postgres", "valkey"])
services.acquire()
print(services.urls["DATABASE_URL"], flush=True)
sys.stdin.read()
services.release()
"""


def another_user(var: Path) -> subprocess.Popen:
    """A command of the same checkout that uses the services until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, var],
        cwd=RUNTIME.parent,  # where this Python finds runtime
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True)


def keeper_pid(var: Path) -> int:
    return json.loads((var / "run" / "services.json").read_text())["pid"]


@pytest.fixture(scope="module")
def folder():
    """A folder with services that ran before; the tests use it in turn and leave it working."""
    with reachable_folder() as path:
        services = Services(path / "var", BOTH)
        services.acquire()
        services.release()
        yield path


@pytest.fixture
def services(folder):
    """The running services of an empty checkout."""
    services = Services(folder / "var", BOTH)
    services.acquire()
    yield services
    services.release()


def test_start_use_stop_and_nothing_is_left(empty_folder):
    services = Services(empty_folder / "var", BOTH)
    services.acquire()
    with connect(services.urls["DATABASE_URL"]) as connection:
        role = "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(role).fetchone() == ("civportal", False)
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('één')")
    client = redis.Redis.from_url(services.urls["REDIS_URL"])
    client.set("kept", "yes")
    client.close()
    services.release()
    assert processes_of(empty_folder) == {}

    services.acquire()
    with connect(services.urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("één",)]
    client = redis.Redis.from_url(services.urls["REDIS_URL"])
    assert client.get("kept") == b"yes"
    client.close()
    services.release()
    assert processes_of(empty_folder) == {}


def test_only_the_password_opens_the_database(services, folder):
    secrets = folder / "var" / "secrets.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    password = json.loads(secrets.read_text())["database_password"]
    wrong = services.urls["DATABASE_URL"].replace(password, "civportal")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(wrong)
    commands = "\n".join(processes_of(folder).values())
    assert not [secret for secret in json.loads(secrets.read_text()).values() if secret in commands]


def test_four_at_once_share_one_and_the_last_one_out_stops_it(folder):
    var = folder / "var"
    users = [another_user(var) for _ in range(4)]
    urls = {user.stdout.readline() for user in users}
    assert len(urls) == 1
    keepers = [command for command in processes_of(folder).values() if " keeper " in command]
    assert len(keepers) == 1

    for user in users[:3]:
        user.communicate()
    with connect(urls.pop().strip()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    users[3].communicate()
    assert processes_of(folder) == {}


def test_two_checkouts_at_once_have_a_database_each(folder):
    subprocess.run(["cp", "-a", folder / "var", folder / "other"], check=True)
    first, second = Services(folder / "var", BOTH), Services(folder / "other", BOTH)
    first.acquire()
    second.acquire()
    with connect(first.urls["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE only_here (word text)")
    with connect(second.urls["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT to_regclass('only_here')").fetchone()
        assert found == (None,)
    first.release()
    second.release()
    assert processes_of(folder) == {}


def test_a_killed_user_leaves_nothing_behind(folder):
    user = another_user(folder / "var")
    user.stdout.readline()
    user.kill()
    user.communicate()
    wait_until(lambda: not processes_of(folder))


@pytest.mark.parametrize("victims", ["keeper", "everything"])
def test_recovers_after_kill_9(folder, victims):
    var = folder / "var"
    services = Services(var, BOTH)
    services.acquire()
    with connect(services.urls["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS numbers (number int)")
        connection.execute("DELETE FROM numbers")
        connection.execute("INSERT INTO numbers VALUES (7)")
    if victims == "keeper":
        os.kill(keeper_pid(var), signal.SIGKILL)
        wait_until(lambda: not is_held(var / "run" / "keeper.lock"))
    else:
        end(folder)

    again = Services(var, BOTH)
    again.acquire()
    with connect(again.urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT number FROM numbers").fetchall() == [(7,)]
    again.release()
    services.release()
    wait_until(lambda: not processes_of(folder))


@pytest.mark.parametrize("last_words", [b"", b"N"])
def test_a_socket_without_a_server_behind_it_is_no_service(empty_folder, last_words):
    """As one of a server that was killed a moment ago: it takes a connection, and closes it."""
    path = str(empty_folder / ".s.PGSQL.5432")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(path)
        listening.listen()

        def take_and_leave():
            taken, _address = listening.accept()
            taken.recv(8)
            taken.sendall(last_words)
            taken.close()

        server = threading.Thread(target=take_and_leave)
        server.start()
        assert _answer({"state": "ready", "sockets": path}) is bool(last_words)
        server.join()


def test_a_service_that_dies_is_started_again(services, folder):
    pid_file = folder / "var" / "services" / "postgres" / "postmaster.pid"
    postmaster = int(pid_file.read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)

    def answers() -> bool:
        try:
            with connect(services.urls["DATABASE_URL"]) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    wait_until(lambda: answers() and int(pid_file.read_text().split()[0]) != postmaster)


def test_an_old_pid_file_does_not_hurt_whoever_has_that_number_now(folder):
    services = Services(folder / "var", BOTH)
    services.acquire()
    services.release()
    bystander = subprocess.Popen(["sleep", "60"])
    pid_file = folder / "var" / "services" / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{bystander.pid}\n")
    services.acquire()
    assert bystander.poll() is None
    services.release()
    bystander.kill()
    bystander.wait()


def test_an_interrupted_first_start_is_made_anew(empty_folder):
    var = empty_folder / "var"
    half = var / "services" / "postgres.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    services = Services(var, BOTH)
    services.acquire()
    services.release()
    assert not half.exists()


def test_a_path_too_long_for_sockets_gets_a_short_one(folder):
    var = folder / ("long" * 25) / "var"
    var.parent.mkdir()
    subprocess.run(["cp", "-a", folder / "var", var], check=True)
    services = Services(var, BOTH)
    services.acquire()
    with connect(services.urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    services.release()
    assert processes_of(folder) == {}
    shutil.rmtree((var / "services" / "sockets-elsewhere").resolve())


def test_below_a_closed_home(empty_folder):
    """Root's services run as somebody who cannot come there; anybody else's run in the checkout."""
    var = empty_folder / "home" / "var"
    var.parent.mkdir(mode=0o700)
    services = Services(var, BOTH)
    services.acquire()
    with connect(services.urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    services.release()
    assert stat.S_IMODE(var.parent.stat().st_mode) == 0o700
    home = (var / "services").resolve()
    if os.geteuid() == 0:
        assert home.parent == Path("/var/lib/civportal")
        assert (home / "checkout").read_text() == f"{var.parent}\n"
        assert processes_of(home) == {}
        shutil.rmtree(home)
    else:
        assert home == var / "services"


def test_a_folder_that_cannot_be_written_is_told(folder):
    (folder / "file").write_text("a file where a folder should be")
    with pytest.raises(StopError, match="cannot be written"):
        Services(folder / "file", BOTH)
