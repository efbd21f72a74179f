"""The virtual environment, made from a lock file with hashes. Standard library only."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from runtime.locks import held
from runtime.place import ROOT, make_var
from runtime.say import StopError, hint

VENV = ROOT / ".venv"
LOCKS = {
    "portal": ROOT / "requirements.lock",
    "embedded": ROOT / "requirements-embedded.lock",
    "dev": ROOT / "requirements-dev.lock",
}
COVERS = {"portal": ["portal"], "embedded": ["portal", "embedded"], "dev": list(LOCKS)}


def ensure(level: str) -> Path:
    """The Python of an environment that has everything the lock file of ``level`` names.

    Makes it when it is missing, completes it when the lock file changed, and makes it anew when an
    earlier installation was interrupted or its Python has gone. Returns the path of its Python.
    """
    python = VENV / "bin" / "python"
    if _is_complete(level, python):
        return python
    with held(make_var() / "run" / "venv.lock"):
        if not _is_complete(level, python):  # another command may have made it meanwhile
            _install(level, python)
    return python


def _digest(level: str) -> str:
    try:
        return hashlib.sha256(LOCKS[level].read_bytes()).hexdigest()
    except FileNotFoundError:
        message = f"{LOCKS[level].name} is missing; is this a whole checkout of the portal?"
        raise StopError(message) from None


def _installed() -> dict[str, str]:
    try:
        return dict(json.loads((VENV / "installed.json").read_text()))
    except (OSError, ValueError):
        return {}


def _is_complete(level: str, python: Path) -> bool:
    return (
        _installed().get(level) == _digest(level)
        and not (VENV / "unfinished").exists()
        and _works(python)
    )


def _works(python: Path) -> bool:
    """Whether the environment's Python still runs, and still is the one it was made for."""
    try:
        version = subprocess.run(
            [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return False
    return (VENV / "lib" / f"python{version}" / "site-packages").is_dir()


def _install(level: str, python: Path) -> None:
    unfinished = VENV / "unfinished"
    if VENV.exists() and (unfinished.exists() or not _works(python)):
        hint("The virtual environment in .venv is incomplete: making it anew.")
        shutil.rmtree(VENV)
    if not VENV.exists():
        _check_tools()
        VENV.mkdir()
        unfinished.touch()
        # Not sys.executable: this may be running inside the environment that has to be remade.
        base = getattr(sys, "_base_executable", sys.executable)
        made = subprocess.run(
            [base, "-m", "venv", VENV], capture_output=True, text=True, check=False
        )
        if made.returncode:
            message = f"The virtual environment could not be made:\n{made.stdout}{made.stderr}"
            raise StopError(message.rstrip())
    unfinished.touch()
    _pip_install(level, python)
    stamps = {name: _digest(name) for name in COVERS[level]}
    (VENV / "installed.json").write_text(json.dumps(_installed() | stamps, indent=1))
    unfinished.unlink()


def _check_tools() -> None:
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        message = (
            f"This Python ({sys.executable}) comes without venv, which the portal needs.\n"
            f"On Debian or Ubuntu: sudo apt-get install python{version}-venv"
        )
        raise StopError(message)


def _pip_install(level: str, python: Path) -> None:
    lock = LOCKS[level]
    total = sum("==" in line for line in lock.read_text().splitlines())
    hint(f"Installing {total} packages into .venv (a minute or so, only now) …")
    command = [
        *(str(python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-compile"),
        *("--only-binary", ":all:", "--progress-bar", "off", "--requirement", str(lock)),
    ]
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}
    output: list[str] = []
    seen = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            output.append(line)
            if line.startswith(("Collecting ", "Requirement already satisfied")):
                seen += 1
                _progress(seen, total, line)
    _progress(0, total, "")
    if pip.returncode:
        tail = "".join(output[-12:]).rstrip()
        message = f"The packages could not be installed. The installer said:\n{tail}"
        raise StopError(message)


def _progress(seen: int, total: int, line: str) -> None:
    if not sys.stderr.isatty():
        return
    if not seen:
        sys.stderr.write("\r\033[K")
    else:
        words = line.replace("Requirement already satisfied:", "Collecting").split()
        name = words[1].split("==")[0]
        done = 24 * min(seen, total) // total
        sys.stderr.write(f"\r\033[K  [{'=' * done}{' ' * (24 - done)}] {seen}/{total} {name}")
    sys.stderr.flush()
