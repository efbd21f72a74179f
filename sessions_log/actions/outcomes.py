"""What comes out of an item, noted while writing: decisions, action items, attention points."""

from typing import Any, TypeVar

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from sessions_log.actions.writing import WritingRefused, open_item
from sessions_log.models import ActionItem, AgendaItem, AttentionPoint, Decision
from sessions_log.notifications.actions import tell_owners

Outcome = Decision | ActionItem | AttentionPoint
Kind = TypeVar("Kind", Decision, ActionItem, AttentionPoint)


class OutcomeChanged(WritingRefused):
    """Someone else changed it after the page was opened; ``text`` is what it says now."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return _("Someone else changed this in the meantime. Now it says: “%(text)s”") % {
            "text": self.text
        }


class OutcomeGone(WritingRefused):
    """Someone else removed it."""

    def __str__(self) -> str:
        return _("Someone else removed this in the meantime.")


SHOWN_WITH = {Decision: (), ActionItem: ("owner",), AttentionPoint: ("line",)}


def rows_of(model: type[Kind], item: AgendaItem) -> list[Kind]:
    """What came out of an item, in its order, with whom and what it is for."""
    rows = model._default_manager.filter(item=item).order_by("order", "pk")
    return list(rows.select_related(*SHOWN_WITH[model]) if SHOWN_WITH[model] else rows)


def _held(model: type[Kind], pk: int, item_id: int) -> Kind:
    """A row under an item, held as well as the minutes; refuses where it is gone."""
    open_item(item_id)
    row = model._default_manager.select_for_update().filter(pk=pk, item=item_id).first()
    if row is None:
        raise OutcomeGone
    return row


@transaction.atomic
def add_outcome(model: type[Kind], item_id: int, *, by: User, **facts: Any) -> Kind:
    """Note something that came out of an item, after what is there.

    Saying the same twice, as by a double click, gives what is there.
    """
    item = open_item(item_id)
    rows = rows_of(model, item)
    for row in rows:
        if all(getattr(row, name) == value for name, value in facts.items()):
            return row
    order = max((row.order for row in rows), default=0) + 1
    with pghistory.context(user=by.pk):
        row = model._default_manager.create(item=item, order=order, **facts)
    if isinstance(row, ActionItem):
        tell_owners(item.session)
    return row


@transaction.atomic
def change_outcome(
    model: type[Kind], pk: int, *, item_id: int, was: str, by: User, **facts: Any
) -> Kind:
    """Change something that came out of an item.

    ``was`` is the text on the page: raises ``OutcomeChanged`` when it says something else by
    now, and ``OutcomeGone`` when it is removed.
    """
    row = _held(model, pk, item_id)
    if row.text != was and row.text != facts["text"]:
        raise OutcomeChanged(row.text)
    for name, value in facts.items():
        setattr(row, name, value)
    with pghistory.context(user=by.pk):
        row.save(update_fields=list(facts))
    if isinstance(row, ActionItem):
        tell_owners(row.item.session)
    return row


@transaction.atomic
def remove_outcome(model: type[Kind], pk: int, *, item_id: int, by: User) -> None:
    """Take something back that came out of an item; history keeps it. Twice is once."""
    try:
        row = _held(model, pk, item_id)
    except OutcomeGone:
        return
    with pghistory.context(user=by.pk):
        row.delete()


@transaction.atomic
def raise_outcome(model: type[Kind], pk: int, *, item_id: int, by: User) -> None:
    """Let something that came out of an item change places with the one before it."""
    row = _held(model, pk, item_id)
    rows = rows_of(model, row.item)
    place = rows.index(row)
    if place:
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    with pghistory.context(user=by.pk):
        for order, one in enumerate(rows, start=1):
            if one.order != order:
                one.order = order
                one.save(update_fields=["order"])
