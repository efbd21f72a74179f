"""Keeping searches on the board, and following them in the digest."""

from typing import Any, NamedTuple

from django.db import transaction

from assignments import matching
from assignments.errors import NothingToSearch, TooManySearches
from assignments.models import SavedSearch
from assignments.searches import NAME_LENGTH, own_searches
from civportal.accounts.models import User
from civportal.lib.text import seen_line, shortened
from civportal.notifications import actions as notifications

MOST = 30
"""Searches that one person keeps."""


class Removed(NamedTuple):
    """What a removed search was, to keep it again."""

    name: str
    query: str
    was_followed: bool


def _named(name: str, query: str) -> str:
    return shortened(seen_line(name), NAME_LENGTH - 1) or query[:NAME_LENGTH]


@transaction.atomic
def keep(query: str, *, name: str, follow: bool, by: User) -> SavedSearch:
    """Keep these filters of the board; those that one keeps already stay as they are.

    ``query`` is as in the address of the board; what is no filter falls away.
    """
    filters = matching.parsed(query)
    if not filters:
        raise NothingToSearch
    query = matching.canonical(filters)
    own = SavedSearch.objects.filter(user=by)
    if not own.filter(query=query).exists() and own.count() >= MOST:
        raise TooManySearches
    search, _new = SavedSearch.objects.get_or_create(
        user=by, query=query, defaults={"name": _named(name, query)}
    )
    if follow:
        notifications.follow(by, [search.topic])
    return search


def rename(search: SavedSearch, name: str, *, by: User) -> SavedSearch:
    """Give one's search another name; an empty one changes nothing."""
    if seen_line(name):
        search.name = _named(name, search.query)
        search.save(update_fields=["name"])
    return search


def follow(search: SavedSearch, *, wanted: bool, by: User) -> None:
    """Hear in the digest what comes with these filters, or no longer."""
    if wanted:
        notifications.follow(by, [search.topic])
    else:
        notifications.unfollow(by, [search.topic])


@transaction.atomic
def remove(search: SavedSearch, *, by: User) -> Removed:
    """Keep it no longer, nor follow it."""
    own: Any = own_searches(by).filter(pk=search.pk)  # the stubs lose what is annotated
    removed = Removed._make(own.values_list("name", "query", "is_followed").get())
    notifications.unfollow(by, [search.topic])
    own.delete()
    return removed
