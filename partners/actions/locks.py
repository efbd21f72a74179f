"""Holding rows while several people work on them.

Whoever locks more than one takes them in this order, so that nobody waits in a circle:
application, agreement, partner (by key), and what hangs on these.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model

from partners.models import Partner

M = TypeVar("M", bound=Model)


def locked(row: M) -> M:
    """The row as it is now, held until the end of the transaction."""
    rows = type(row)._default_manager.select_for_update(of=("self",))
    return rows.get(pk=row.pk)


def locked_partners(partners: Iterable[Partner]) -> dict[int, Partner]:
    """These partners as they are now, held, by their keys."""
    keys = {partner.pk for partner in partners}
    rows = Partner.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return {partner.pk: partner for partner in rows}
