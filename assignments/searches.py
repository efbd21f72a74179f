"""Searches that people keep: what came since they looked, and whom a new assignment concerns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from assignments import matching
from assignments.models import Assignment, SavedSearch
from assignments.models.searches import TOPIC
from assignments.permissions import Person
from assignments.querysets import SavedSearchQuerySet
from civportal.lib.text import shortened
from civportal.notifications.models import Follow
from civportal.ui.filters import Chip

Row = TypeVar("Row")

AT_ONCE = 50
"""Searches that one query asks."""
NAME_LENGTH = 80


class Fresh(NamedTuple):
    """A search, and how many came on the board since its owner last looked."""

    search: SavedSearch
    number: int


def own_searches(user: Person) -> SavedSearchQuerySet:
    """One's own, each with ``is_followed``."""
    return SavedSearch.objects.visible_to(user).annotate(is_followed=Exists(_follows()))


def _follows() -> QuerySet[Follow]:
    """That the owner of a search follows it in the digest."""
    topic = Concat(Value(TOPIC), Cast(OuterRef("pk"), TextField()))
    return Follow.objects.filter(user=OuterRef("user"), topic=topic)


def _by_fifty(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def proposed_name(chips: Iterable[Chip]) -> str:
    """What a search is called when nobody thinks of something else: its filters, in words."""
    return shortened(", ".join(chip.text for chip in chips), NAME_LENGTH - 1)


def look_at(user: Person, query: str) -> SavedSearch | None:
    """One's own search with these filters, if it is kept; from now on it has nothing new."""
    if not (query and user.is_authenticated):
        return None
    search = own_searches(user).filter(query=query).first()
    if search:
        SavedSearch.objects.filter(pk=search.pk).update(looked_at=timezone.now())
    return search


def with_news(searches: Sequence[SavedSearch]) -> list[Fresh]:
    """Each search with how many new ones there are; a query for every fifty."""
    numbers: dict[str, int] = {}
    for some in _by_fifty(searches):
        numbers |= matching.counts(
            Assignment.objects.public(),
            {
                str(search.pk): matching.rule_of(matching.parsed(search.query))
                & Q(published_at__gt=search.looked_at)
                for search in some
            },
        )
    return [Fresh(search, numbers[str(search.pk)]) for search in searches]


def matched_by(assignment: Assignment) -> list[str]:
    """The topics of the followed searches that this assignment meets, as its row is now.

    Searches with the same filters are asked once, and fifty in one query about the one row.
    """
    topics: dict[str, list[str]] = defaultdict(list)
    followed = SavedSearch.objects.filter(Exists(_follows())).order_by("pk")
    for pk, query in followed.values_list("pk", "query"):
        topics[query].append(f"{TOPIC}{pk}")
    row = Assignment.objects.filter(pk=assignment.pk)
    met: list[str] = []
    for some in _by_fifty(sorted(topics)):
        rules = {query: matching.rule_of(matching.parsed(query)) for query in some}
        found = matching.counts(row, rules)
        met += [topic for query in some if found[query] for topic in topics[query]]
    return met
