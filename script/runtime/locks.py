"""File locks: the kernel lets go of them when a process dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """A lock on a file that children of this process do not inherit."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def share(self) -> None:
        """Wait until nobody holds it alone, then hold it together with others."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def hold(self) -> None:
        """Wait until nobody holds it, then hold it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def try_share(self) -> bool:
        """Hold it together with others if nobody holds it alone now."""
        return self._try(fcntl.LOCK_SH)

    def try_hold(self) -> bool:
        """Hold it alone if nobody else holds it now."""
        return self._try(fcntl.LOCK_EX)

    def _try(self, operation: int) -> bool:
        try:
            fcntl.flock(self._descriptor, operation | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let go, for good."""
        os.close(self._descriptor)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock on ``path`` alone."""
    lock = FileLock(path)
    try:
        return not lock.try_share()
    finally:
        lock.release()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock on ``path`` alone for the length of a block."""
    lock = FileLock(path)
    try:
        lock.hold()
        yield
    finally:
        lock.release()
