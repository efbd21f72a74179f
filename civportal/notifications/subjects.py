"""The names of what notifications are about, for whoever may see it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from civportal.notifications.kinds import subjects


@dataclass(frozen=True)
class About:
    """What it is called, and its page."""

    name: str
    url: str


def names_of(found: Iterable[str], viewer: Any) -> dict[str, About]:
    """By subject, for those that this viewer may see at this moment; a query per sort of thing."""
    keys: dict[str, set[int]] = defaultdict(set)
    for subject in found:
        prefix, _colon, key = subject.partition(":")
        if key.isdecimal():
            keys[prefix].add(int(key))
    names: dict[str, About] = {}
    for prefix, wanted in keys.items():
        if prefix in subjects():
            visible, name = subjects()[prefix]
            for row in visible(viewer).filter(pk__in=wanted):
                names[f"{prefix}:{row.pk}"] = About(name(row), row.get_absolute_url())
    return names
