"""Where a decision, an action item or an agenda item leads outside the report.

Higher floors tell it: an app that makes something of a decision registers a teller, and pages
show what it tells beside the decision. It tells what holds today, so it is no part of minutes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from civportal.accounts.models import User
from sessions_log.models import ActionItem, AgendaItem, Decision

Source = Decision | ActionItem | AgendaItem


@dataclass(frozen=True)
class Trail:
    """Something that came of it, with its state in a word and a tone; or, without a state, a way
    to make something of it. ``language`` is that of the text, where it is somebody's.
    """

    text: str
    url: str
    state: str = ""
    tone: str = ""
    language: str = ""


Teller = Callable[[Sequence[Source], User | AnonymousUser], Mapping[Source, list[Trail]]]

_tellers: dict[str, Teller] = {}


def register_teller(name: str, teller: Teller) -> None:
    """Let a higher floor tell where things lead: ``teller(sources, viewer)``, with a fixed number
    of queries, and only of what the viewer may see. Call it from ``AppConfig.ready``.
    """
    _tellers[name] = teller


def add_trails(sources: Iterable[Any], viewer: User | AnonymousUser) -> None:
    """Give each of these, which the viewer may read, its ``trails``."""
    rows = list(sources)
    told = [teller(rows, viewer) for teller in _tellers.values()] if rows else []
    for row in rows:
        row.trails = [trail for each in told for trail in each.get(row, ())]
