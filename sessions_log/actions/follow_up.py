"""What becomes of action items and attention points, after the minutes said that they are there.

Each step takes the row's lock, so that of two people who do the same at once one does it and the
other finds it done. Doing again what is done already changes nothing.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from sessions_log.choices import ActionState, AttentionState
from sessions_log.models import ActionItem, AttentionPoint
from sessions_log.notifications.outcomes import point_answered

LONGEST_SNOOZE = datetime.timedelta(days=366)


class FollowUpRefused(Exception):  # noqa: N818 - reads as what happened
    """It cannot be done; ``str()`` says why to a person. Nothing was changed."""


class NotOpen(FollowUpRefused):
    """The action item is dropped, or done, so that this makes no sense."""

    def __str__(self) -> str:
        return _("This action item is no longer open.")


class NotAhead(FollowUpRefused):
    """The day to which someone wants to put off is not to come, or very far away."""

    def __str__(self) -> str:
        return _("Choose a day after today, and within a year.")


class NothingSaid(FollowUpRefused):
    """An attention point is only settled with an answer."""

    def __str__(self) -> str:
        return _("Say in a few words what was done with it, or why nothing was.")


class AnsweredMeanwhile(FollowUpRefused):
    """Someone else has answered since this person began to write."""

    def __init__(self, point: AttentionPoint) -> None:
        super().__init__(point.pk)
        self.point = point

    def __str__(self) -> str:
        return _("Someone else answered this while you were writing. Their answer stands above.")


@contextmanager
def _locked(action: ActionItem, by: User) -> Iterator[ActionItem]:
    """The row as it is now, held until the end, with the person in its history.

    By a link in a mail nobody is logged in; the history must know who it was all the same.
    """
    with transaction.atomic(), pghistory.context(user=by.pk):
        yield ActionItem.objects.select_for_update().get(pk=action.pk)


def finish(action: ActionItem, *, by: User) -> ActionItem:
    """It is done, today by the centre's clock."""
    with _locked(action, by) as row:
        if row.state == ActionState.DROPPED:
            raise NotOpen
        if row.state == ActionState.OPEN:
            row.state = ActionState.DONE
            row.done_on = timezone.localdate()
            row.snoozed_until = None
            row.save(update_fields=["state", "done_on", "snoozed_until"])
    return row


def reopen(action: ActionItem, *, by: User) -> ActionItem:
    """It is not done after all, or still needed."""
    with _locked(action, by) as row:
        if row.state != ActionState.OPEN:
            row.state = ActionState.OPEN
            row.done_on = None
            row.save(update_fields=["state", "done_on"])
    return row


def drop(action: ActionItem, *, by: User) -> ActionItem:
    """Nobody needs it any more."""
    with _locked(action, by) as row:
        if row.state == ActionState.DONE:
            raise NotOpen
        if row.state == ActionState.OPEN:
            row.state = ActionState.DROPPED
            row.snoozed_until = None
            row.save(update_fields=["state", "snoozed_until"])
    return row


def snooze(action: ActionItem, *, until: datetime.date, by: User) -> ActionItem:
    """Send no reminder before that day; the date that was agreed stays."""
    today = timezone.localdate()
    if not today < until <= today + LONGEST_SNOOZE:
        raise NotAhead
    with _locked(action, by) as row:
        if row.state != ActionState.OPEN:
            raise NotOpen
        if row.snoozed_until != until:
            row.snoozed_until = until
            row.save(update_fields=["snoozed_until"])
    return row


def snooze_days() -> dict[str, datetime.date]:
    """The days between which something can be put off, for the date field."""
    today = timezone.localdate()
    return {
        "first_day": today + datetime.timedelta(days=1),
        "last_day": today + LONGEST_SNOOZE,
    }


def wake(action: ActionItem, *, by: User) -> ActionItem:
    """Put it off no longer."""
    with _locked(action, by) as row:
        if row.state != ActionState.OPEN:
            raise NotOpen
        if row.snoozed_until is not None:
            row.snoozed_until = None
            row.save(update_fields=["snoozed_until"])
    return row


def seen_of(point: AttentionPoint) -> str:
    """What someone had before them who answers: the state and the answer so far."""
    return f"{point.state}:{point.answer}"


def answer(
    point: AttentionPoint, *, state: AttentionState, text: str, seen: str, by: User
) -> AttentionPoint:
    """Say what became of a point; ``seen`` is ``seen_of`` the point as the person had it.

    Whoever follows its line or its body hears of it once it is settled.
    """
    text = text.strip()
    if state != AttentionState.OPEN and not text:
        raise NothingSaid
    with transaction.atomic(), pghistory.context(user=by.pk):
        row = AttentionPoint.objects.select_for_update().get(pk=point.pk)
        if (row.state, row.answer) == (state, text):
            return row
        if seen_of(row) != seen:
            raise AnsweredMeanwhile(row)
        row.state = state
        row.answer = text
        row.save(update_fields=["state", "answer"])
        if state != AttentionState.OPEN:
            point_answered(row)
    return row
