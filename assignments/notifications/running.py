"""The kinds and sweeps of teams at work: messages, hand-ins, milestones, terms; made known."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assignments.choices import PUBLIC_STATES, UNDER_WAY, State, TeamState
from assignments.models import (
    Acceptance,
    Assignment,
    AssignmentDocument,
    HandIn,
    Step,
    Team,
    TeamMessage,
    Terms,
)
from assignments.notifications import due
from assignments.notifications import running_letters as letters
from assignments.notifications import telling_running as running
from assignments.notifications import telling_terms as terms
from assignments.notifications.running_previews import examples
from civportal.accounts.models import User
from civportal.lib.mail import Letter
from civportal.notifications import kinds
from civportal.notifications.choices import Mode, Reason
from civportal.notifications.kinds import Message, Withheld
from civportal.notifications.models import Notification

GROUP = gettext_lazy("Assignments")

AtWork = Callable[[Any, Any, str], "Letter | None"]
"""From the team (or assignment), what the mail is about and the reader's name to a letter; None
for what no longer holds.
"""


def teams() -> QuerySet[Team]:
    """With the assignment."""
    return Team.objects.select_related("assignment")


def teams_with_terms() -> QuerySet[Team]:
    """With the texts that hold, as ``current``, and what the team accepted."""
    return teams().prefetch_related(
        Prefetch("assignment__terms", Terms.objects.current(), to_attr="current_terms"),
        "acceptances",
    )


def _keys(rows: Iterable[Notification]) -> set[int]:
    return {row.data["about"] for row in rows if row.data.get("about") is not None}


def _about(rows_of: Callable[[], QuerySet[Any]]) -> Callable[[Sequence[Notification]], Any]:
    """What each mail is about, by key, in one query."""

    def find(rows: Sequence[Notification]) -> dict[int, Any]:
        return rows_of().in_bulk(_keys(rows))

    return find


def _receipts(rows: Sequence[Notification]) -> dict[int, list[Acceptance]]:
    """What was accepted at one moment, by the key of the first."""
    keys = {key for row in rows for key in row.data["acceptances"]}
    found = Acceptance.objects.select_related("terms").in_bulk(keys)
    return {
        row.data["about"]: [found[key] for key in row.data["acceptances"] if key in found]
        for row in rows
    }


def _nothing(rows: Sequence[Notification]) -> dict[int, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One kind. ``rows`` finds teams (or assignments), ``about`` what has happened to them."""

    name: str
    label: str | Promise
    letter: AtWork
    rows: Callable[[], QuerySet[Any]] = teams
    about: Callable[[Sequence[Notification]], Mapping[int, Any]] = _nothing
    help_text: str | Promise = ""
    required: bool = False


def _needs(letter: Callable[[Any, Any, str], Letter]) -> AtWork:
    """A letter that has nothing to say where what it is about is gone."""

    def write(team: Any, about: Any, name: str) -> Letter | None:
        return letter(team, about, name) if about else None

    return write


def at_work(team: Team) -> bool:
    """Whether a team was accepted and has not finished."""
    return team.state == TeamState.ACCEPTED and team.finished_at is None


def _document(team: Team, document: AssignmentDocument, name: str) -> Letter | None:
    if document.removed_at or not at_work(team):
        return None
    return letters.document_added(team, document, name)


def _started(assignment: Assignment, _about: Any, name: str) -> Letter | None:
    return letters.started(assignment, name) if assignment.state == State.RUNNING else None


def waiting_terms(team: Any) -> list[Terms]:
    """The texts that hold and that the team of ``teams_with_terms`` has not accepted."""
    accepted = {acceptance.terms_id for acceptance in team.acceptances.all()}
    return [each for each in team.assignment.current_terms if each.pk not in accepted]


def _to_accept(letter: Callable[[Team, Sequence[Terms], str], Letter]) -> AtWork:
    def write(team: Team, _about: Any, name: str) -> Letter | None:
        waiting = waiting_terms(team)
        over = team.assignment.state not in PUBLIC_STATES
        if over or not waiting or not at_work(team):
            return None
        return letter(team, waiting, name)

    return write


def _step(letter: Callable[[Team, Step, str], Letter]) -> AtWork:
    """Withheld once something was handed in for it, or its day has moved."""

    def write(team: Team, step: Any, name: str) -> Letter | None:
        if not at_work(team) or team.assignment.state not in UNDER_WAY:
            return None
        if any(each.step_id == step.pk for each in team.hand_ins.all()):
            return None
        return letter(team, step, name)

    return write


def _teams_with_hand_ins() -> QuerySet[Team]:
    return teams().prefetch_related("hand_ins")


def _said() -> QuerySet[TeamMessage]:
    return TeamMessage.objects.select_related("author")


def _handed_in() -> QuerySet[HandIn]:
    return HandIn.objects.select_related("step", "seen_by")


_KINDS = [
    _Row(
        name=running.MESSAGE,
        label=gettext_lazy("Message in the conversation of a team"),
        letter=_needs(letters.message),
        about=_about(_said),
    ),
    _Row(
        name=running.HANDED_IN,
        label=gettext_lazy("A team handed something in"),
        letter=_needs(letters.handed_in),
        about=_about(_handed_in),
    ),
    _Row(
        name=running.SEEN,
        label=gettext_lazy("What your team handed in was seen"),
        letter=_needs(letters.seen),
        about=_about(_handed_in),
    ),
    _Row(
        name=running.DOCUMENT,
        label=gettext_lazy("New document or dataset for your team"),
        letter=_document,
        about=_about(AssignmentDocument.objects.all),
    ),
    _Row(
        name=running.STARTED,
        label=gettext_lazy("An assignment of yours has started"),
        letter=_started,
        rows=Assignment.objects.all,
    ),
    _Row(
        name=running.STEP_SOON,
        label=gettext_lazy("Milestone of your team is near"),
        letter=_step(letters.step_soon),
        rows=_teams_with_hand_ins,
        about=_about(Step.objects.all),
        help_text=gettext_lazy("A week before the day."),
    ),
    _Row(
        name=running.STEP_LATE,
        label=gettext_lazy("Milestone of your team has passed"),
        letter=_step(letters.step_late),
        rows=_teams_with_hand_ins,
        about=_about(Step.objects.all),
        help_text=gettext_lazy("The day after, where nothing was handed in."),
    ),
    _Row(
        name=terms.CHANGED,
        label=gettext_lazy("New terms for your team to accept"),
        letter=_to_accept(letters.terms_changed),
        rows=teams_with_terms,
    ),
    _Row(
        name=terms.REMINDER,
        label=gettext_lazy("Reminder of terms to accept"),
        letter=_to_accept(letters.terms_reminder),
        rows=teams_with_terms,
        help_text=gettext_lazy("Three days after your team could accept them, once."),
    ),
    _Row(
        name=terms.ACCEPTED,
        label=gettext_lazy("Receipt of the terms that you accepted"),
        letter=_needs(letters.terms_accepted),
        about=_receipts,
        required=True,
        help_text=gettext_lazy("It is your proof of what you bound your team to."),
    ),
]


def composer(row: _Row) -> kinds.Composer:
    """The mails of one kind, in a constant number of queries; who may no longer see the team (or
    assignment) gets none.
    """

    def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
        keys = {_key(each) for each in rows}
        things = row.rows().in_bulk(keys)
        about = row.about(rows)
        visible = _visible(row.rows().model, keys, {each.recipient_id for each in rows})
        made: dict[int, Message | Withheld] = {}
        for each in rows:
            thing = things.get(_key(each))
            gone = row.about is not _nothing and each.data.get("about") not in about
            if thing is None or gone or _moved(each, about):
                made[each.pk] = Withheld(Reason.OUTDATED)
            elif thing.pk not in visible.get(each.recipient_id, ()):
                made[each.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
            else:
                with kinds.in_language_of(each.recipient):
                    letter = row.letter(
                        thing, about.get(each.data.get("about", 0)), each.recipient.name
                    )
                made[each.pk] = Message(letter=letter) if letter else Withheld(Reason.OUTDATED)
        return made

    return compose


def _moved(row: Notification, about: Mapping[int, Any]) -> bool:
    """Whether the day of the milestone is another one by now."""
    day = row.data.get("due")
    return day is not None and about[row.data["about"]].due.isoformat() != day


def _key(row: Notification) -> int:
    return int(row.subject.rpartition(":")[2])


def _visible(model: Any, keys: set[int], people: set[int]) -> dict[int, set[int]]:
    allowed = model._default_manager.visible_to(OuterRef("pk")).filter(pk__in=keys)
    found = (
        User.objects.filter(pk__in=people)
        .order_by()
        .annotate(seen=ArraySubquery(allowed.order_by().values("pk")))
    )
    return {user: set(seen) for user, seen in found.values_list("pk", "seen")}


def _preview(name: str) -> Message:
    return Message(letter=examples()[name])


def sweep(now: datetime.datetime) -> int:
    """Put what has fallen due into the outbox; how many were new."""
    today = timezone.localdate(now, timezone.get_default_timezone())
    return due.terms_to_accept(now) + due.steps(today)


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    for row in _KINDS:
        kinds.register_kind(
            kinds.Kind(
                name=row.name,
                label=row.label,
                group=GROUP,
                compose=composer(row),
                preview=partial(_preview, row.name),
                modes=(Mode.AT_ONCE, Mode.OFF),
                required=row.required,
                help_text=row.help_text,
            )
        )
    kinds.register_sweep("assignments.running", sweep)
