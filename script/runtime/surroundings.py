"""The environment variables that a command of the checkout runs with."""

import errno
import ipaddress
import json
import os
import socket
from pathlib import Path

from runtime.locks import is_held
from runtime.place import ROOT, VAR, secret
from runtime.say import StopError

# A password that everybody may know is for this machine alone.
DEMO_PASSWORD = "demo-wachtwoord"  # noqa: S105


def read_env_file(path: Path = ROOT / ".env") -> None:
    """Take over what ``.env`` says and the environment does not, as the settings do."""
    import environ

    if path.exists():
        environ.Env.read_env(path)


def for_checkout(environment: dict[str, str], *, embedded: bool) -> dict[str, str]:
    """``environment`` completed with what the settings need in a checkout.

    ``embedded`` says whether the database is the checkout's own: then this is a demo, unless DEMO
    says otherwise.
    """
    completed = {
        "SECRET_KEY": "",
        "DEBUG": "0",
        "DEMO": "1" if embedded else "0",
        "STATIC_ROOT": str(VAR / "static"),
        "MEDIA_ROOT": str(VAR / "media"),
        "DJANGO_SETTINGS_MODULE": "civportal.settings",
        "PYTHONUNBUFFERED": "1",
        **{key: value for key, value in environment.items() if value},
    }
    if not completed["SECRET_KEY"]:
        completed["SECRET_KEY"] = secret("secret_key")
    if is_on(completed["DEMO"]):
        completed.setdefault("DEMO_PASSWORD", DEMO_PASSWORD)
    return completed


def is_on(value: str) -> bool:
    """Whether a variable says yes, in the words that the settings understand."""
    return value.lower() in {"1", "true", "yes", "on", "y", "ok", "t"}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def names_of_this_machine() -> list[str]:
    """Names and addresses by which others reach this machine, as far as it knows them."""
    names = {"localhost", "127.0.0.1", "[::1]", socket.gethostname(), socket.getfqdn()}
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which address would be used
            names.add(probe.getsockname()[0])
    except OSError:
        pass
    return sorted(names)


def running_server() -> dict[str, str]:
    """What the running ``script/server`` of this checkout wrote down about itself, or nothing."""
    record, lock = VAR / "run" / "server.json", VAR / "run" / "server.lock"
    if not (record.exists() and lock.exists() and is_held(lock)):
        return {}
    return dict(json.loads(record.read_text()))


def check_port(host: str, port: int) -> None:
    """Stop with a clear message when ``port`` cannot be used."""
    for address in _addresses(host, port):
        family, place = address
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(place) == 0:
                raise StopError(_taken(port))
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(place)
            except PermissionError:
                message = f"Port {port} needs more rights; choose one above 1023 with --port."
                raise StopError(message) from None
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise StopError(_taken(port)) from None
                raise StopError(f"The portal cannot listen on {host}:{port}: {error}.") from None


def _taken(port: int) -> str:
    own = running_server()
    if own.get("port") == str(port):
        return f"The portal of this checkout already runs at {own['url']}."
    return (
        f"Port {port} is taken by another program. Choose another: script/server --port {port + 1}"
    )


def _addresses(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
    """Families and socket addresses that ``host`` stands for."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        message = f"'{host}' is no address of this machine; try --host 127.0.0.1 or 0.0.0.0."
        raise StopError(message) from None
    return [(family, (str(place[0]), int(place[1]))) for family, _, _, _, place in found]


def free_port(host: str) -> int:
    """A port that nobody uses now."""
    family, _ = _addresses(host, 0)[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def path_with_programs(environment: dict[str, str], programs: Path) -> str:
    """PATH with the embedded PostgreSQL's ``psql`` and ``pg_dump`` behind the system's own."""
    return os.pathsep.join([environment.get("PATH", os.defpath), str(programs)])
