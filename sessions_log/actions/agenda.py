"""The agenda: items come, change, change places and go; files are put with them.

Each action locks the session's row first: of two people who change the order at once, one comes
after the other, and the numbers stay 1, 2, 3.
"""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from sessions_log.choices import SessionStatus
from sessions_log.models import AgendaItem, Document, Minutes, WorkSession
from sessions_log.suggestions import Suggestion, find_suggestion, source_of


class AgendaRefused(Exception):  # noqa: N818 - reads as what happened
    """The agenda stays as it is; ``str()`` says why to a person."""


class AgendaIsClosed(AgendaRefused):
    """The session was cancelled, or its minutes are approved."""

    def __str__(self) -> str:
        return _(
            "This session was cancelled, or its minutes are approved, so the agenda stays as it is."
        )


class HasMinutes(AgendaRefused):
    """What was said under an item would go with it."""

    def __str__(self) -> str:
        return _(
            "Something is written under this item: minutes, a decision, an action item or an "
            "attention point. Take that out first."
        )


class NoLongerOffered(AgendaRefused):
    """What was offered for the agenda is settled by now, or gone."""

    def __str__(self) -> str:
        return _("This is no longer open, so it need not be on the agenda.")


class SameTitle(AgendaRefused):
    """Another document of the same name is there."""

    def __str__(self) -> str:
        return _(
            "There is another document with this title here. Give this one a title of its own, "
            "or take the other one away first."
        )


def _open_agenda(session: WorkSession) -> WorkSession:
    """The session, locked, while its agenda may still change."""
    now = WorkSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    if now.status == SessionStatus.CANCELLED or is_settled(now):
        raise AgendaIsClosed
    return now


def is_settled(session: WorkSession) -> bool:
    """Whether the minutes of the session are approved."""
    minutes = Minutes.objects.filter(session=session).first()
    return minutes is not None and minutes.is_settled


def is_open(session: WorkSession) -> bool:
    """Whether the agenda of a session may still change."""
    return session.status != SessionStatus.CANCELLED and not is_settled(session)


@transaction.atomic
def add_item(session: WorkSession, item: AgendaItem, *, place: int = 0) -> AgendaItem:
    """Put a new item at the end of the agenda.

    ``place`` is the number that the item was going to have when its form was shown: an item with
    this title at that place is the same form, sent twice.
    """
    now = _open_agenda(session)
    items = list(now.items.order_by("order"))
    same = [one for one in items if one.order == place and one.title == item.title]
    if same:
        return same[0]
    item.session = now
    item.order = items[-1].order + 1 if items else 1
    item.save(force_insert=True)
    return item


@transaction.atomic
def change_item(item: AgendaItem, **facts: Any) -> AgendaItem:
    """Change what an item is about, not its minutes."""
    now = _open_agenda(item.session)
    row = now.items.get(pk=item.pk)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))
    return row


@transaction.atomic
def remove_item(item: AgendaItem) -> None:
    """Take an item off the agenda, its documents with it. Raises ``HasMinutes``."""
    now = _open_agenda(item.session)
    row = now.items.filter(pk=item.pk).first()
    if row is None:
        return
    said = row.text or any(
        found.exists() for found in (row.decisions, row.actions, row.attention_points)
    )
    if said:
        raise HasMinutes
    documents = list(row.documents.all())
    row.delete()
    _forget_files(documents)
    _number(list(now.items.order_by("order")))


@transaction.atomic
def put_in_order(session: WorkSession, keys: Sequence[int]) -> None:
    """Order the items as ``keys`` say, of which some may be gone.

    What came on the agenda since stays right behind the item that it stands behind now.
    """
    now = _open_agenda(session)
    items = list(now.items.order_by("order"))
    place = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    ranked: list[tuple[int, bool, int, AgendaItem]] = []
    last = -1
    for number, item in enumerate(items):
        last = place.get(item.pk, last)
        ranked.append((last, item.pk not in place, number, item))
    ranked.sort(key=lambda rank: rank[:3])
    _number([rank[3] for rank in ranked])


@transaction.atomic
def move_item(item: AgendaItem, *, by: int) -> int:
    """Let an item change places with its neighbour: ``by`` is -1 (up) or 1; its new number."""
    now = _open_agenda(item.session)
    items = list(now.items.order_by("order"))
    keys = [one.pk for one in items]
    if item.pk not in keys:
        return 0
    here = keys.index(item.pk)
    there = min(max(here + by, 0), len(items) - 1)
    items.insert(there, items.pop(here))
    _number(items)
    return there + 1


def _number(items: Sequence[AgendaItem]) -> None:
    """Number the items 1, 2, 3; the database looks at the end of the transaction only."""
    changed = []
    for number, item in enumerate(items, start=1):
        if item.order != number:
            item.order = number
            changed.append(item)
    AgendaItem.objects.bulk_update(changed, ["order"])


@transaction.atomic
def put_on_agenda(session: WorkSession, key: str, *, by: User) -> AgendaItem:
    """Put what was offered on the agenda; a second time gives the same item.

    ``key`` is a suggestion's. Raises ``NoLongerOffered`` for what is settled by now, or what
    ``by`` may not read.
    """
    now = _open_agenda(session)
    kind, _colon, number = key.partition(":")
    source = source_of(kind)
    if source is not None and number.isdecimal():
        on_agenda = source.on_agenda(now, int(number))
        if on_agenda is not None:
            return on_agenda
    elif kind in {"minutes", "action", "point"} and number.isdecimal():
        there = now.items.filter(**{f"about_{kind}": int(number)}).first()
        if there is not None:
            return there
    found = find_suggestion(now, key, viewer=by)
    if found is None:
        raise NoLongerOffered
    item = add_item(now, _item(found))
    if source is not None:
        source.put(item, found.pk)
    return item


def _item(found: Suggestion) -> AgendaItem:
    own = source_of(found.kind) is None
    about: dict[str, Any] = {f"about_{found.kind}_id": found.pk} if own else {}
    return AgendaItem(
        title=found.title,
        purpose=found.purpose,
        minutes_planned=found.minutes_planned,
        confidential=found.confidential,
        **about,
    )


@transaction.atomic
def add_document(session: WorkSession, document: Document, file: "File[bytes]") -> Document:
    """Put a file with the session or one of its items; the same one twice is once.

    Files may come after the minutes are approved: they are no part of the text. Raises
    ``SameTitle``.
    """
    now = WorkSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    others = Document.objects.filter(session=now, item=document.item, title=document.title)
    for other in others:
        if _digest(other.file) == _digest(file):
            return other
        raise SameTitle
    document.session = now
    document.file = file
    document.save(force_insert=True)
    return document


def _digest(file: "File[bytes]") -> str:
    """SHA-256 of a file; of one that is gone nothing."""
    digest = hashlib.sha256()
    try:
        for chunk in file.chunks():
            digest.update(chunk)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


@transaction.atomic
def remove_document(document: Document) -> None:
    """Take a document away; its file goes once that is certain."""
    if Document.objects.filter(pk=document.pk).delete()[0]:
        _forget_files([document])


def _forget_files(documents: Sequence[Document]) -> None:
    for document in documents:
        storage, name = document.file.storage, document.file.name
        if name:
            transaction.on_commit(partial(storage.delete, name))
