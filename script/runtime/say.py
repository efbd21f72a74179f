"""What the terminal is told, and how a command stops with a message."""

import contextlib
import sys

_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


class StopError(Exception):
    """A command cannot go on; its text is for the person at the terminal."""


def say(text: str = "", *, error: bool = False) -> None:
    """One line for the person at the terminal; errors and progress of ``manage`` go to stderr."""
    with contextlib.suppress(OSError):  # the terminal has gone; the work goes on
        print(text, file=sys.stderr if error else sys.stdout, flush=True)


def hint(text: str) -> None:
    """A line about what is going on, kept away from stdout, which a command may need for data."""
    say(tint(text, "dim", stderr=True), error=True)


def tint(text: str, colour: str, *, stderr: bool = False) -> str:
    """``text`` in a colour where a person reads it, plain in a file or pipe."""
    stream = sys.stderr if stderr else sys.stdout
    return f"\033[{_COLOURS[colour]}m{text}\033[0m" if stream.isatty() else text
