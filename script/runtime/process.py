"""Starting processes that do not outlive their parent, and ending those that did."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The user a service runs as, where that is not the user who started it."""

    name: str
    uid: int
    gid: int


def end_with_parent(signal_number: int) -> Callable[[], None]:
    """For ``preexec_fn``: the kernel sends the signal when the parent dies, even by kill -9.

    Linux only; elsewhere it does nothing and the next start clears up.
    """

    def ask_kernel() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signal_number)

    return ask_kernel


def run_as(account: Account | None) -> dict[str, object]:
    """Arguments for ``subprocess`` that make it run as this user."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def is_running_in(pid: int, folder: Path, name: str) -> bool:
    """Whether process ``pid`` is program ``name`` with ``folder`` as its working directory.

    A number from an old pid file may belong to somebody else's process by now.
    """
    proc = Path("/proc") / str(pid)
    if proc.exists():
        try:
            return (proc / "cwd").resolve() == folder.resolve() and name in (
                proc / "comm"
            ).read_text()
        except OSError:
            return False
    listed = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return name in listed.stdout and str(folder) in listed.stdout


def end_leftover(pid_file: Path, folder: Path, name: str, gently: signal.Signals) -> None:
    """End a service that a killed session left behind, and remove its pid file."""
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    for signal_number, seconds in ((gently, 20), (signal.SIGKILL, 5)):
        if not is_running_in(pid, folder, name):
            break
        os.kill(pid, signal_number)
        deadline = time.monotonic() + seconds
        while is_running_in(pid, folder, name) and time.monotonic() < deadline:
            time.sleep(0.05)
    pid_file.unlink(missing_ok=True)
