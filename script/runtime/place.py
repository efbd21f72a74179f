"""Where a checkout keeps what it makes, and its secrets."""

import json
import os
import secrets
import stat
from pathlib import Path

from runtime.locks import held
from runtime.say import StopError

ROOT = Path(__file__).resolve().parent.parent.parent
RUNTIME = Path(__file__).resolve().parent
VAR = ROOT / "var"


def make_var(var: Path = VAR) -> Path:
    """The checkout's own folder for data, logs and secrets.

    Root's services run as a user without rights, who must be able to pass through it; whatever is
    secret in it is closed by itself.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        var.mkdir(mode=mode, exist_ok=True)
        if var.stat().st_uid == os.geteuid() and stat.S_IMODE(var.stat().st_mode) != mode:
            var.chmod(mode)
        (var / "log").mkdir(mode=0o700, exist_ok=True)
        (var / "run").mkdir(mode=0o700, exist_ok=True)
        probe = var / "run" / f"probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        message = (
            f"{var} cannot be written: {error.strerror}.\n"
            "It may have been made by another user. Run this as the user who owns it, "
            "or work in a checkout of your own."
        )
        raise StopError(message) from None
    return var


def secret(name: str, var: Path = VAR) -> str:
    """A random secret of this checkout, made when first asked for.

    Kept in ``var/secrets.json``, readable by its owner only.
    """
    path = var / "secrets.json"
    with held(var / "run" / "secrets.lock"):
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(12 if name == "demo_password" else 48)
            write_private(path, json.dumps(known, indent=1))
        return known[name]


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
