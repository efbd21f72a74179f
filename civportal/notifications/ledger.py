"""The ledger in words: what was sent, what will be, what was not, and why."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civportal.accounts.models import User
from civportal.notifications.choices import ACCOUNT, Reason, State
from civportal.notifications.forecast import Coming
from civportal.notifications.kinds import Kind, kinds
from civportal.notifications.models import Notification
from civportal.notifications.subjects import About, names_of
from civportal.ui import words

OWN_WORDS = {
    Reason.NOT_WANTED: gettext_lazy("you do not want this kind of mail"),
    Reason.IN_DIGEST: gettext_lazy("you get this in the digest"),
    Reason.PAUSED: gettext_lazy("you have paused your mail"),
    Reason.NO_LONGER_VISIBLE: gettext_lazy("you may no longer see this"),
    Reason.NOTHING_NEW: gettext_lazy("there was nothing new"),
    Reason.INACTIVE: gettext_lazy("your account is not active"),
    Reason.DEAD_ADDRESS: gettext_lazy("your e-mail address does not work"),
    Reason.SANDBOX: gettext_lazy("the centre was trying out its mail"),
}
"""Reasons as one tells them to the person themselves; others are the same for all."""

TONES = {
    State.PENDING: "wait",
    State.SENT: "good",
    State.WITHHELD: "",
    State.FAILED: "bad",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One notification, or one that is still to come, as a page shows it."""

    title: str
    kind: str
    pill: str
    tone: str
    told: str
    moment: datetime.datetime
    subject: str
    about: About | None
    person: User
    row: Notification | None = None
    again_by: str = ""

    @property
    def can_be_sent_again(self) -> bool:
        """Whether the office can ask for it once more; it may still be refused."""
        return self.row is not None and self.row.state != State.PENDING and self.row.kind != ACCOUNT

    @property
    def to(self) -> str:
        """The address that it goes to."""
        return self.row.to if self.row else self.person.email

    @property
    def other_address(self) -> str:
        """The address, where it is not the one the person has now."""
        return self.to if self.to != self.person.email else ""


def lines_of(
    rows: Sequence[Notification], *, viewer: User, stopped: bool, for_office: bool = False
) -> list[Line]:
    """Rows (recipients loaded) in words; the same number of queries for any number of them."""
    names = names_of({row.subject for row in rows}, viewer)
    labels = kind_labels()
    asked_by = {key for row in rows if (key := row.data.get("by"))}
    people = User.objects.in_bulk(asked_by) if for_office and asked_by else {}
    return [
        Line(
            title=row.title or labels.get(row.kind, row.kind),
            kind=labels.get(row.kind, row.kind),
            pill=str(State(row.state).label),
            tone="bad" if row.state == State.SENT and row.reason else TONES[State(row.state)],
            told=told(row, stopped=stopped, for_office=for_office),
            moment=row.due_at,
            subject=row.subject,
            about=names.get(row.subject),
            person=row.recipient,
            row=row,
            again_by=str(people[row.data["by"]]) if row.data.get("by") in people else "",
        )
        for row in rows
    ]


def lines_of_coming(
    found: Sequence[Coming], *, viewer: User, for_office: bool = False
) -> list[Line]:
    """What is still to come, in words."""
    names = names_of({one.subject for one in found}, viewer)
    return [
        Line(
            title=str(one.kind.label),
            kind=str(one.kind.label),
            pill=_("Will not be sent") if one.reason else _("To come"),
            tone="" if one.reason else "info",
            told=_("Would go out on %(moment)s, but: %(reason)s.")
            % {"moment": in_words(one.moment), "reason": why(one.reason, own=not for_office)}
            if one.reason
            else _("Goes out on %(moment)s.") % {"moment": in_words(one.moment)},
            moment=one.moment,
            subject=one.subject,
            about=names.get(one.subject),
            person=one.person,
        )
        for one in found
    ]


def kind_labels() -> dict[str, str]:
    """What each kind is called."""
    return {kind.name: str(kind.label) for kind in kinds()}


def kind_choices(known: Iterable[Kind] | None = None) -> list[tuple[str, str]]:
    """Kinds to filter by."""
    return [(kind.name, str(kind.label)) for kind in (known or kinds())]


def in_words(moment: datetime.datetime) -> str:
    """``donderdag 18 februari 2021, 15.00 uur`` on the clock in force."""
    local = timezone.localtime(moment)
    return f"{words.long_date(local.date())}, {words.clock(local.time())}"


def told(row: Notification, *, stopped: bool, for_office: bool) -> str:
    """What became of a row, in a sentence; for the office with the words of the mail server."""
    reason = why(Reason(row.reason), own=not for_office) if row.reason else ""
    said = _told(row, reason, stopped=stopped)
    if for_office and row.detail:
        return _("%(what_happened)s Answer: %(answer)s") % {
            "what_happened": said,
            "answer": row.detail,
        }
    return said


def why(reason: Reason, *, own: bool) -> str:
    """The reason in words; ``own`` to the person themselves."""
    return str(OWN_WORDS.get(reason, reason.label) if own else reason.label)


def _told(row: Notification, reason: str, *, stopped: bool) -> str:
    if row.state == State.PENDING:
        return _waiting(row, stopped=stopped)
    assert row.settled_at is not None  # noqa: S101 - the database sees to it
    moment = in_words(row.settled_at)
    if row.state == State.SENT:
        if row.reason:
            return _("Sent on %(moment)s, but it came back.") % {"moment": moment}
        return _("Sent on %(moment)s.") % {"moment": moment}
    if row.state == State.WITHHELD:
        return _("Not sent: %(reason)s.") % {"reason": reason}
    return ngettext(
        "Given up after %(count)s try: %(reason)s.",
        "Given up after %(count)s tries: %(reason)s.",
        row.attempts,
    ) % {"count": row.attempts, "reason": reason}


def _waiting(row: Notification, *, stopped: bool) -> str:
    if stopped:
        return _("Waits: all mail is stopped.")
    now = timezone.now()
    if row.leased_until and row.leased_until > now:
        return _("Is being sent.")
    if row.next_try_at > now and row.attempts:
        return ngettext(
            "Tried %(count)s time; the next try is on %(moment)s.",
            "Tried %(count)s times; the next try is on %(moment)s.",
            row.attempts,
        ) % {"count": row.attempts, "moment": in_words(row.next_try_at)}
    if row.next_try_at > now:
        return _("Goes out on %(moment)s.") % {"moment": in_words(row.next_try_at)}
    return _("Goes out in a moment.")


@dataclass(frozen=True)
class Counts:
    """How many of one kind, by what became of them."""

    kind: str
    waiting: int
    sent: int
    withheld: int
    failed: int


def counts_of(rows: Any) -> list[Counts]:
    """By kind, in one query."""
    labels = kind_labels()
    found: dict[str, dict[str, int]] = {}
    grouped = rows.order_by().values_list("kind", "state").annotate(count=Count("pk"))
    for kind, state, count in grouped:
        found.setdefault(kind, {})[state] = count
    return [
        Counts(
            labels.get(kind, kind),
            *(
                states.get(state, 0)
                for state in (State.PENDING, State.SENT, State.WITHHELD, State.FAILED)
            ),
        )
        for kind, states in sorted(found.items(), key=lambda each: labels.get(each[0], each[0]))
    ]
