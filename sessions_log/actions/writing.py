"""Writing minutes: starting them, and saving text that others may be writing too.

Whoever changes the text of minutes holds the row of the minutes first; who approves them does
the same. So no word gets in after the moment at which a version was frozen.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.editor.conflict import TextConflict
from civportal.editor.sanitise import sanitise
from sessions_log.actions.people import seat_members
from sessions_log.models import AgendaItem, Minutes, WorkSession

Row = TypeVar("Row", AgendaItem, Minutes)


class WritingRefused(Exception):  # noqa: N818 - reads as what happened
    """It cannot be written; ``str()`` says why to a person. Nothing was changed."""


class NotStarted(WritingRefused):
    """There are no minutes of this session yet."""

    def __str__(self) -> str:
        return _("The minutes of this session have not been started.")


class MinutesSettled(WritingRefused):
    """The minutes are approved: their text changes by a correction only."""

    def __str__(self) -> str:
        return _("These minutes are approved, so their text stays as it is.")


class SessionCancelled(WritingRefused):
    """There is nothing to write about a session that does not take place."""

    def __str__(self) -> str:
        return _("This session was cancelled, so there is nothing to write.")


class ItemGone(WritingRefused):
    """Someone removed the agenda item."""

    def __str__(self) -> str:
        return _("This item is no longer on the agenda.")


def open_minutes(session_id: int) -> Minutes:
    """The minutes, held until the end of the transaction; refuses unless they may be written."""
    minutes = Minutes.objects.select_for_update(no_key=True).filter(session=session_id).first()
    if minutes is None:
        raise NotStarted
    if minutes.is_settled:
        raise MinutesSettled
    return minutes


def open_item(item_id: int) -> AgendaItem:
    """The item, held as well as its minutes until the end of the transaction."""
    session_id = AgendaItem.objects.filter(pk=item_id).values_list("session", flat=True).first()
    if session_id is None:
        raise ItemGone
    open_minutes(session_id)
    item = AgendaItem.objects.select_for_update(no_key=True).filter(pk=item_id).first()
    if item is None:
        raise ItemGone
    return item


@transaction.atomic
def start_minutes(session_id: int, *, by: User) -> Minutes:
    """The minutes of a session, begun as a draft where there are none; twice is once.

    Where nobody is on the list of who takes part, the members of the body come on it.
    """
    session = WorkSession.objects.select_for_update(no_key=True).get(pk=session_id)
    if session.is_cancelled:
        raise SessionCancelled
    with pghistory.context(user=by.pk):
        if not session.participations.exists():
            seat_members(session)
        return Minutes.objects.get_or_create(session=session)[0]


@transaction.atomic
def save_item_text(
    item_id: int, text: str, *, base: int, by: User, sent: Collection[str] = ()
) -> AgendaItem:
    """Store what was said under an item, written from revision ``base``.

    Raises ``TextConflict`` when someone stored another text since; see ``_keep`` for ``sent``.
    """
    item = open_item(item_id)
    return _keep(item, "text", text, base=base, sent=sent, by=by)


@transaction.atomic
def save_summary(
    session_id: int, text: str, *, base: int, by: User, sent: Collection[str] = ()
) -> Minutes:
    """Store the summary of minutes, as ``save_item_text`` does the text of an item."""
    minutes = open_minutes(session_id)
    return _keep(minutes, "summary", text, base=base, sent=sent, by=by)


def _keep(row: Row, field: str, text: str, *, base: int, sent: Collection[str], by: User) -> Row:
    """Store ``text`` in a row that is held, unless someone stored another since ``base``.

    Not a conflict: that very text is stored already, as after a double click; or what is stored
    is in ``sent``, what the same writer sent before without hearing back.
    """
    stored: str = getattr(row, field)
    text = sanitise(text)
    if stored == text:
        return row
    if row.revision != base and stored not in {sanitise(one) for one in sent}:
        writer, at = _last_writer(row)
        raise TextConflict(
            mine=text,
            theirs=stored,
            revision=row.revision,
            writer=writer.get_full_name() if writer else "",
            at=at,
            is_own=writer == by,
        )
    setattr(row, field, text)
    with pghistory.context(user=by.pk):
        row.save(update_fields=[field])
    row.refresh_from_db(fields=["revision"])  # the database counts
    return row


def _last_writer(row: Row) -> tuple[User | None, datetime | None]:
    """Who stored the text as it is now, and when, as history knows it."""
    events: Any = row.events  # type: ignore[attr-defined]  # pghistory adds it
    event = (
        events.filter(revision=row.revision)
        .select_related("pgh_context")
        .order_by("pgh_id")
        .first()
    )
    if event is None:
        return None, None
    key = event.pgh_context.metadata.get("user") if event.pgh_context else None
    return (User.objects.filter(pk=key).first() if key else None), event.pgh_created_at
