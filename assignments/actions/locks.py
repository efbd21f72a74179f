"""Holding rows while several people work on them.

Whoever locks more than one takes them in this order, so that nobody waits in a circle:
assignment, date, team, and what hangs on these.
"""

from typing import TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)


def locked(row: M) -> M:
    """The row as it is now, held until the end of the transaction."""
    rows = type(row)._default_manager.select_for_update(of=("self",))
    return rows.get(pk=row.pk)
