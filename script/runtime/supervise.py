"""A handful of processes kept running together: started, watched, stopped as one."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from runtime.place import ROOT
from runtime.process import end_with_parent
from runtime.say import say, tint

GRACE_SECONDS = 10  # for work in hand; the queue hands unfinished tasks out again
RESTARTS = 3  # within a minute, of one process
MARK = "CIV_CHILD_OF"


@dataclass
class Child:
    """One process to keep running: its label, what to run, and its latest life."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)
    rest: bytes = b""

    @property
    def runs(self) -> bool:
        """Whether it is running now."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Runs children side by side and passes on what they print, each line with its name."""

    def __init__(self, children: list[Child], var: Path) -> None:
        self.children = children
        self.mark = str(var)
        self.log = (var / "log" / "server.log").open("ab", buffering=0)
        self.selector = selectors.DefaultSelector()
        self.asked: list[int] = []
        self.failure = ""
        self.stopping = False

    def run(self, each_moment: Callable[[], None]) -> int:
        """Start all, watch until asked to stop or one cannot be kept alive; the exit status.

        ``each_moment`` is called a few times a second; it may call ``fail``.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        end_orphans(self.mark)
        try:
            for child in self.children:
                self._start(child)
            while not (self.asked or self.failure):
                self._pass_on(0.2)
                self._mend()
                each_moment()
        finally:
            self.stop()
        if self.failure:
            say(tint(self.failure, "red", stderr=True), error=True)
            return 1
        return 0

    def fail(self, message: str) -> None:
        """Stop everything, with this message and an exit status that says so."""
        self.failure = message

    def stop(self) -> None:
        """End every child: asked first, then made to; nothing of theirs is left."""
        self.stopping = True
        living = [child for child in self.children if child.runs]
        if living:
            say("\nStopping …" if sys.stdout.isatty() else "Stopping …")
        for child in living:
            _signal_process(child, signal.SIGTERM)
        asked_before = len(self.asked)
        self._wait(GRACE_SECONDS, lambda: len(self.asked) > asked_before)
        for child in self.children:
            if child.runs and child.name == "worker":
                _signal_process(child, signal.SIGQUIT)  # Celery: leave the task in hand
        self._wait(3, lambda: False)
        for child in self.children:
            self._end_group(child)

    def _ask_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self.asked.append(number)

    def _start(self, child: Child) -> None:
        child.starts = [start for start in child.starts if time.monotonic() - start < 60]
        child.starts.append(time.monotonic())
        child.process = subprocess.Popen(
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child.environment | {MARK: self.mark},
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is for the supervisor, which asks each child in turn
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
        assert child.process.stdout is not None
        os.set_blocking(child.process.stdout.fileno(), False)
        self.selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _pass_on(self, seconds: float) -> None:
        """Pass on what the children print, waiting this long at most."""
        for key, _ in self.selector.select(seconds):
            child: Child = key.data
            data = os.read(key.fd, 65536)
            if not data:
                self.selector.unregister(key.fileobj)
                continue
            *lines, child.rest = (child.rest + data).split(b"\n")
            for line in lines:
                self._print(child.name, line)

    def _print(self, name: str, line: bytes) -> None:
        self.log.write(f"{time.strftime('%F %T')} {name}: ".encode() + line + b"\n")
        if line.strip() and not self.stopping:  # farewells of children are for the log
            say(f"{tint(f'{name:>6} │', 'dim')} {line.decode(errors='replace')}")

    def _mend(self) -> None:
        for child in self.children:
            if child.runs:
                continue
            assert child.process is not None
            status = child.process.returncode
            self._end_group(child)
            if len(child.starts) > RESTARTS:
                self.fail(f"The {child.name} process keeps ending (status {status}): stopped all.")
                return
            how = f"signal {-status}" if status < 0 else f"status {status}"
            say(tint(f"The {child.name} process ended ({how}): starting it again.", "yellow"))
            self._start(child)

    def _wait(self, seconds: float, hurry: Callable[[], bool]) -> None:
        deadline = time.monotonic() + seconds
        while any(child.runs for child in self.children):
            if time.monotonic() > deadline or hurry():
                return
            if self.selector.get_map():
                self._pass_on(0.05)
            else:
                time.sleep(0.05)

    def _end_group(self, child: Child) -> None:
        """End what is left of a child and the processes it started."""
        if child.process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: of a dead group
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        if self.selector.get_map():
            self._pass_on(0)
        if child.rest:
            self._print(child.name, child.rest)
            child.rest = b""
        output = child.process.stdout
        if output is not None:
            if output in {key.fileobj for key in self.selector.get_map().values()}:
                self.selector.unregister(output)
            output.close()


def _signal_process(child: Child, number: signal.Signals) -> None:
    if child.process is not None:
        child.process.send_signal(number)


def end_orphans(mark: str) -> None:
    """End processes that a killed supervisor of the same checkout left behind (Linux).

    They carry its mark in their environment; call it only where no other supervisor can run.
    """
    wanted = f"{MARK}={mark}".encode()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = [pid for pid in _others() if wanted in _environment_of(pid)]
        if not found:
            return
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def _others() -> list[int]:
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in found if pid != os.getpid()]


def _environment_of(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
