"""Minutes from draft to public report: circulate, remark, approve, publish, correct.

Every action holds the row of the minutes while it looks and writes, as changes of the text do
(``models.guards``), so that two at once come one after the other. An action that is not for this
moment raises a ``MinutesRefused`` that says why, and changes nothing.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civportal.accounts.models import User
from civportal.editor.sanitise import sanitise
from civportal.lib.text import plain_text
from sessions_log.choices import MinutesState, RemarkState, SessionStatus
from sessions_log.models import AgendaItem, Decision, Minutes, MinutesRemark, MinutesVersion
from sessions_log.models.guards import correcting
from sessions_log.notifications import minutes as news
from sessions_log.notifications import outcomes_readable, report_published
from sessions_log.versions import digest_of, kept_facts, snapshot, withdraws

AFTER_AN_ANSWER = datetime.timedelta(days=3)
"""Time between the answer to a remark and approval by itself, to work it in and to look again."""


class MinutesRefused(Exception):  # noqa: N818 - reads as what happened
    """This cannot be done with these minutes now; ``str()`` says why to a person."""


class NotADraft(MinutesRefused):
    """They went round already."""

    def __str__(self) -> str:
        return _("These minutes were sent round already.")


class NotGoingRound(MinutesRefused):
    """They are a draft still, or approved already."""

    def __str__(self) -> str:
        return _("These minutes are not going round, so this is not possible now.")


class AlreadyApproved(NotGoingRound):
    """Somebody was first, or the time for remarks ended."""

    def __str__(self) -> str:
        return _("These minutes have been approved already.")


class NotApproved(MinutesRefused):
    """There is nothing frozen to publish or to correct yet."""

    def __str__(self) -> str:
        return _("These minutes have not been approved yet.")


class AlreadyPublished(MinutesRefused):
    """The report can be read already."""

    def __str__(self) -> str:
        return _("This report has been published already.")


class NotHeld(MinutesRefused):
    """The session is still to come, or was cancelled."""

    def __str__(self) -> str:
        return _("Minutes go round after the session has been held.")


class NothingWritten(MinutesRefused):
    """There is not a word in them."""

    def __str__(self) -> str:
        return _("There is nothing in these minutes yet.")


class AttendanceUnknown(MinutesRefused):
    """Nobody is marked as having attended, so nobody could check the minutes."""

    def __str__(self) -> str:
        return _("Note first who attended: they are the ones who check the minutes.")


class RemarksOpen(MinutesRefused):
    """Remarks wait for an answer."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    def __str__(self) -> str:
        return ngettext(
            "%(count)s remark still waits for an answer. Answer it first.",
            "%(count)s remarks still wait for an answer. Answer these first.",
            self.number,
        ) % {"count": self.number}


class TextChanged(MinutesRefused):
    """The text is no longer the one that was shown."""

    def __str__(self) -> str:
        return _("The text changed while you were reading. Look at it once more.")


class RemarkAnswered(MinutesRefused):
    """The remark has its answer already."""

    def __str__(self) -> str:
        return _("This remark was dealt with already.")


class WordsMissing(MinutesRefused):
    """A remark, answer or reason without words."""

    def __str__(self) -> str:
        return _("Say it in a few words.")


class NothingCorrected(MinutesRefused):
    """The correction leaves everything as it was."""

    def __str__(self) -> str:
        return _("Nothing was changed, so there is nothing to correct.")


# --- going round ---------------------------------------------------------------------------------


@transaction.atomic
def circulate(minutes: Minutes, *, by: User) -> Minutes:
    """Send a draft round to those who attended and to the body, and count the days from today."""
    locked = _locked(minutes)
    if locked.state != MinutesState.DRAFT:
        raise NotADraft
    session = locked.session
    if session.is_cancelled or session.date > timezone.localdate():
        raise NotHeld
    if not _says_something(locked):
        raise NothingWritten
    if not session.participations.filter(attended=True).exists():
        raise AttendanceUnknown
    days = session.body.silent_days if session.body else None
    locked.state = MinutesState.CIRCULATED
    locked.circulated_at = timezone.now()
    locked.approve_by_itself_on = (
        timezone.localdate() + datetime.timedelta(days=days) if days else None
    )
    locked.save(update_fields=["state", "circulated_at", "approve_by_itself_on"])
    if session.status == SessionStatus.PLANNED:
        session.status = SessionStatus.HELD
        session.save(update_fields=["status", "changed_at"])
    news.minutes_go_round(locked, by=by)
    outcomes_readable(locked)
    return locked


@transaction.atomic
def take_back(minutes: Minutes, *, by: User) -> Minutes:
    """Make a draft of them again, to mend what is wrong; the remarks stay with it.

    ``by`` stands in the history. What still waits to be mailed about them is not sent any more.
    """
    locked = _going_round(minutes)
    locked.state = MinutesState.DRAFT
    locked.circulated_at = None
    locked.approve_by_itself_on = None
    locked.save(update_fields=["state", "circulated_at", "approve_by_itself_on"])
    news.minutes_came_back(locked)
    return locked


# --- remarks -------------------------------------------------------------------------------------


@transaction.atomic
def remark(minutes: Minutes, item: AgendaItem | None, text: str, *, by: User) -> MinutesRemark:
    """Ask for a correction of one item, or of the whole; the same once more is the same remark."""
    text = text.strip()
    if not text:
        raise WordsMissing
    locked = _going_round(minutes)
    if item is not None and item.session_id != locked.session_id:
        raise ValueError(item)
    made, is_new = MinutesRemark.objects.get_or_create(
        minutes=locked, item=item, author=by, text=text, state=RemarkState.OPEN
    )
    if is_new:
        news.remark_made(made)
    return made


def accept_remark(remark: MinutesRemark, answer: str = "", *, by: User) -> MinutesRemark:
    """Take a remark over: the writer works it into the text."""
    return _settle(remark, RemarkState.ACCEPTED, answer, by=by)


def answer_remark(remark: MinutesRemark, answer: str, *, by: User) -> MinutesRemark:
    """Answer a remark without changing the text."""
    if not answer.strip():
        raise WordsMissing
    return _settle(remark, RemarkState.ANSWERED, answer, by=by)


@transaction.atomic
def _settle(remark: MinutesRemark, state: RemarkState, answer: str, *, by: User) -> MinutesRemark:
    minutes = _locked(remark.minutes)
    if minutes.is_settled:
        raise AlreadyApproved
    found = MinutesRemark.objects.select_for_update().get(pk=remark.pk)
    if found.state != RemarkState.OPEN:
        raise RemarkAnswered
    found.state = state
    found.answer = answer.strip()
    found.answered_by = by
    found.answered_at = timezone.now()
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    if minutes.approve_by_itself_on:
        soonest = timezone.localdate() + AFTER_AN_ANSWER
        if minutes.approve_by_itself_on < soonest:
            minutes.approve_by_itself_on = soonest
            minutes.save(update_fields=["approve_by_itself_on"])
    news.remark_answered(found)
    return found


# --- approval ------------------------------------------------------------------------------------


def text_seen(minutes: Minutes) -> str:
    """The hash of the whole text as it is now, for ``approve`` to know what the chair read."""
    return digest_of(snapshot(minutes.session, full=True))


@transaction.atomic
def approve(minutes: Minutes, *, seen: str, by: User) -> MinutesVersion:
    """Freeze what goes round as its first version; open remarks are answered first.

    ``seen`` is the ``text_seen`` of the text that the chair had before them: another text, and be
    it a minute newer, is not what was approved.
    """
    locked = _going_round(minutes)
    _refuse_open_remarks(locked)
    if text_seen(locked) != seen:
        raise TextChanged
    return _approve(locked, by=by)


@transaction.atomic
def approve_silently(minutes: Minutes) -> MinutesVersion:
    """Approve what nobody had a remark on any more, when its day has come.

    Raises ``NotGoingRound`` before that day, and where the chair always approves.
    """
    locked = _going_round(minutes)
    day = locked.approve_by_itself_on
    if day is None or day > timezone.localdate():
        raise NotGoingRound
    _refuse_open_remarks(locked)
    version = _approve(locked, by=None)
    news.approved_by_itself(locked)
    return version


def freeze(
    minutes: Minutes,
    *,
    by: User | None = None,
    at: datetime.datetime | None = None,
    reason: str = "",
    kept: MinutesVersion | None = None,
) -> MinutesVersion:
    """Make the next version of what the minutes say now; the caller answers for their state.

    With ``kept`` only the text is taken from now; the facts around it stay as in that version.
    """
    full, public = (snapshot(minutes.session, full=whole) for whole in (True, False))
    if kept is not None:
        full, public = kept_facts(full, public, kept)
    last = minutes.versions.order_by("-number").first()
    return MinutesVersion.objects.create(
        minutes=minutes,
        number=last.number + 1 if last else 1,
        full=full,
        public=public,
        full_hash=digest_of(full),
        public_hash=digest_of(public),
        approved_at=at or timezone.now(),
        approved_by=by,
        reason=reason,
        withdraws=last is not None and withdraws(last.full, full),
    )


def _approve(locked: Minutes, *, by: User | None) -> MinutesVersion:
    version = freeze(locked, by=by)
    locked.state = MinutesState.APPROVED
    locked.approved_at = version.approved_at
    locked.approve_by_itself_on = None
    locked.save(update_fields=["state", "approved_at", "approve_by_itself_on"])
    news.minutes_settled(locked)
    return version


@transaction.atomic
def publish(minutes: Minutes, *, by: User) -> Minutes:
    """Open what is approved to whoever may see the session; ``by`` stands in the history."""
    locked = _locked(minutes)
    if locked.is_published:
        raise AlreadyPublished
    if locked.state != MinutesState.APPROVED:
        raise NotApproved
    if not locked.versions.exists():  # approved before versions were kept
        freeze(locked, at=locked.approved_at)
    locked.state = MinutesState.PUBLISHED
    locked.published_at = timezone.now()
    locked.save(update_fields=["state", "published_at"])
    report_published(locked)
    outcomes_readable(locked)
    return locked


# --- correction ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemText:
    """What an agenda item should say."""

    title: str
    text: str
    confidential: bool


@dataclass(frozen=True)
class Correction:
    """What approved minutes should say; by key, and what is left out stays as it is.

    A decision of which nothing is left goes; ``new_decisions`` come, by item. With ``facts`` the
    new version also takes over who was there and where and when it was, as known now.
    """

    summary: str | None = None
    items: Mapping[int, ItemText] = field(default_factory=dict)
    decisions: Mapping[int, str] = field(default_factory=dict)
    new_decisions: Mapping[int, str] = field(default_factory=dict)
    actions: Mapping[int, str] = field(default_factory=dict)
    points: Mapping[int, str] = field(default_factory=dict)
    facts: bool = False


class _UndoError(Exception):
    """Takes everything back after a look."""


@transaction.atomic
def correct(
    minutes: Minutes, changes: Correction, *, reason: str, seen: int, by: User
) -> MinutesVersion:
    """Correct approved minutes: a new version, beside those that were.

    ``seen`` is the number of the version that was corrected; ``TextChanged`` when there is a newer
    one.
    """
    if not reason.strip():
        raise WordsMissing
    return _correct(_locked(minutes), changes, reason=reason.strip(), seen=seen, by=by)


def preview_correction(
    minutes: Minutes, changes: Correction, *, seen: int, by: User
) -> dict[str, Any]:
    """The whole text as the correction would make it; nothing is kept of it."""
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            locked = _locked(minutes)
            found = _correct(locked, changes, reason="-", seen=seen, by=by).full
            raise _UndoError
    except _UndoError:
        return found


def _correct(
    locked: Minutes, changes: Correction, *, reason: str, seen: int, by: User
) -> MinutesVersion:
    if not locked.is_settled:
        raise NotApproved
    last = locked.versions.order_by("-number").first()
    if last is None:  # approved before versions were kept
        last = freeze(locked, at=locked.approved_at)
    if last.number != seen:
        raise TextChanged
    with transaction.atomic(), correcting(locked.session_id):
        _apply(locked, changes)
        version = freeze(locked, by=by, reason=reason, kept=None if changes.facts else last)
        if version.full_hash == last.full_hash:
            raise NothingCorrected
    outcomes_readable(locked)
    return version


def _apply(minutes: Minutes, changes: Correction) -> None:
    """Write what differs, row by row, so that each has its history."""
    if changes.summary is not None and sanitise(changes.summary) != minutes.summary:
        minutes.summary = changes.summary
        minutes.save(update_fields=["summary"])
    items = {item.pk: item for item in minutes.session.items.all()}
    for key, wanted in changes.items.items():
        item = items[key]
        before = (item.title, item.text, item.confidential)
        item.title, item.text = wanted.title.strip() or item.title, sanitise(wanted.text)
        item.confidential = wanted.confidential
        if (item.title, item.text, item.confidential) != before:
            item.save(update_fields=["title", "text", "confidential"])
    decisions = Decision.objects.filter(item__in=items).in_bulk(list(changes.decisions))
    for key, text in changes.decisions.items():
        decision = decisions[key]
        if not text.strip():
            decision.delete()
        elif text.strip() != decision.text:
            decision.text = text.strip()
            decision.save(update_fields=["text"])
    for key, text in changes.new_decisions.items():
        if text.strip():
            orders = items[key].decisions.values_list("order", flat=True)
            Decision.objects.create(item=items[key], text=text.strip(), order=max([0, *orders]) + 1)
    _rewrite(minutes, "actions", changes.actions)
    _rewrite(minutes, "attention_points", changes.points)


def _rewrite(minutes: Minutes, relation: str, texts: Mapping[int, str]) -> None:
    """Other words for what was recorded; nothing of it goes, as it is being followed up."""
    for item in minutes.session.items.all():
        for row in getattr(item, relation).filter(pk__in=texts):
            text = texts[row.pk].strip()
            if text and text != row.text:
                row.text = text
                row.save(update_fields=["text"])


# --- shared --------------------------------------------------------------------------------------


def _locked(minutes: Minutes) -> Minutes:
    """The row as it is now, held until the transaction ends, with its session read afresh."""
    return (
        Minutes.objects.select_for_update(of=("self",), no_key=True)
        .select_related("session__body")
        .get(pk=minutes.pk)
    )


def _going_round(minutes: Minutes) -> Minutes:
    locked = _locked(minutes)
    if locked.is_settled:
        raise AlreadyApproved
    if locked.state != MinutesState.CIRCULATED:
        raise NotGoingRound
    return locked


def _refuse_open_remarks(minutes: Minutes) -> None:
    if number := minutes.remarks.open().count():
        raise RemarksOpen(number)


def _says_something(minutes: Minutes) -> bool:
    if plain_text(minutes.summary):
        return True
    items = minutes.session.items.prefetch_related("decisions", "actions", "attention_points")
    return any(
        plain_text(item.text)
        or item.decisions.all()
        or item.actions.all()
        or item.attention_points.all()
        for item in items
    )
