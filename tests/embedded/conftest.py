"""Checkouts to try things in: a folder for services alone, and a copy that runs the portal."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.place import ROOT
from runtime.supervise import end_orphans


def processes_of(folder: Path) -> dict[int, str]:
    """Every living process that has ``folder`` in its command line."""
    listed = subprocess.run(
        ["ps", "-ww", "-e", "-o", "pid=,stat=,args="], capture_output=True, text=True, check=True
    )
    found = {}
    for line in listed.stdout.splitlines():
        pid, state, command = line.split(None, 2)
        if str(folder) in command and not state.startswith("Z"):
            found[int(pid)] = command
    return found


def wait_until(condition: Callable[[], object], seconds: float = 90) -> None:
    """Wait until ``condition`` is true, and fail when it does not become so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def end(folder: Path) -> None:
    """End whatever still runs in ``folder``, keeper first."""
    for pid in processes_of(folder):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    end_orphans(str(folder / "var"))


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """An empty folder that any user can reach (pytest's own are closed); gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix="civ-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        end(path)
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """A folder where nothing ran yet."""
    with reachable_folder() as path:
        yield path


def copy_checkout(target: Path) -> Path:
    """A copy of this checkout, with the same virtual environment and no data."""
    skip = shutil.ignore_patterns(".*", "var", "__pycache__", "node_modules")
    shutil.copytree(ROOT, target, ignore=skip)
    (target / ".venv").symlink_to(Path(sys.prefix))
    return target
