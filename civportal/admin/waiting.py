"""What waits for someone: the first thing the admin shows.

An app registers what may wait in its ``admin.py``; each counts what this person may see with one
query, and leads to the list it counted.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.http import HttpRequest


class Waiting(NamedTuple):
    """A kind of thing that waits: how many, in words, and the list of them."""

    label: str
    number: int
    url: str


class Shortcut(NamedTuple):
    """Something the office often begins with."""

    label: str
    url: str


_waiting: dict[str, tuple[int, Callable[[HttpRequest], Iterable[Waiting]]]] = {}
_shortcuts: dict[str, tuple[int, Callable[[HttpRequest], Iterable[Shortcut]]]] = {}


def register(
    name: str,
    *,
    order: int,
    waiting: Callable[[HttpRequest], Iterable[Waiting]],
    shortcuts: Callable[[HttpRequest], Iterable[Shortcut]],
) -> None:
    """Put an app's things on the first page of the admin."""
    _waiting[name] = (order, waiting)
    _shortcuts[name] = (order, shortcuts)


def all_waiting(request: HttpRequest) -> list[Waiting]:
    """Everything that waits for this person; kinds of which there are none are left out."""
    builders = sorted(_waiting.items(), key=lambda entry: entry[1][0])
    return [one for _name, (_order, build) in builders for one in build(request) if one.number]


def all_shortcuts(request: HttpRequest) -> list[Shortcut]:
    """Where this person often begins."""
    builders = sorted(_shortcuts.items(), key=lambda entry: entry[1][0])
    return [one for _name, (_order, build) in builders for one in build(request)]
