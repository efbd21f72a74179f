"""The kinds about posting, made known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.choices import State
from assignments.models import Assignment, Team
from assignments.notifications import posting_letters as letters
from assignments.notifications import posting_names as names
from assignments.notifications.posting_about import about_of
from assignments.notifications.posting_letters import About
from assignments.notifications.posting_telling import unanswered
from civportal.accounts.models import User
from civportal.lib.mail import Letter, absolute
from civportal.notifications import kinds
from civportal.notifications.choices import Mode, Reason
from civportal.notifications.kinds import Message, Withheld
from civportal.notifications.models import Notification

Holds = Callable[[Assignment, User], bool]


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    label: str | Promise
    letter: Callable[[About], Letter]
    holds: Holds
    why: str | Promise = ""
    default: Mode = Mode.AT_ONCE
    known_to_coaches: bool = False


def _company_is_asked(row: Assignment, reader: User) -> bool:
    return row.state == State.SUBMITTED and row.company_yes_at is None


def _is_asked_again(row: Assignment, reader: User) -> bool:
    if row.state != State.SUBMITTED:
        return False
    own = row.teacher_yes_at if row.teacher_id == reader.pk else row.company_yes_at
    return own is None


def _waits(row: Assignment, reader: User) -> bool:
    return row.state == State.SUBMITTED


def _is_need(row: Assignment, reader: User) -> bool:
    return row.state == State.SUBMITTED and row.teacher_id is None


def _is_adopted(row: Assignment, reader: User) -> bool:
    return row.state == State.SUBMITTED and row.teacher_id is not None


def _waits_for_office(row: Assignment, reader: User) -> bool:
    return (
        row.state == State.SUBMITTED and row.company_yes_at is not None and row.checked_at is None
    )


def _in_state(*states: State) -> Holds:
    return lambda row, reader: row.state in states


def _is_public(row: Assignment, reader: User) -> bool:
    return row.is_public


ONLY_YOU = gettext_lazy("Nothing is public in somebody's name without their yes.")
TAKING_PART = gettext_lazy("You said yes to it or take part in it, and it is different now.")
POSTED = gettext_lazy("You posted it, and it waits for you.")

_KINDS = [
    _Row(
        name=names.CONFIRM, label=gettext_lazy("Say yes to an assignment in your name"),
        letter=letters.confirm, holds=_company_is_asked, why=ONLY_YOU,
    ),
    _Row(
        name=names.CONFIRM_AGAIN, label=gettext_lazy("An assignment changed after your yes"),
        letter=letters.confirm_again, holds=_is_asked_again, why=ONLY_YOU,
    ),
    _Row(
        name=names.REMINDER, label=gettext_lazy("Reminder of an assignment that waits for you"),
        letter=letters.reminder, holds=_company_is_asked,
    ),
    _Row(
        name=names.LATE, label=gettext_lazy("An organisation does not answer"),
        letter=letters.late, holds=_company_is_asked,
    ),
    _Row(
        name=names.CONFIRMED, label=gettext_lazy("The other side said yes"),
        letter=letters.confirmed, holds=_waits,
    ),
    _Row(
        name=names.DECLINED, label=gettext_lazy("The organisation said no"),
        letter=letters.declined, holds=_in_state(State.DRAFT), why=POSTED,
    ),
    _Row(
        name=names.CHANGED, label=gettext_lazy("Something changed in an assignment"),
        letter=letters.changed, holds=_is_public, why=TAKING_PART,
    ),
    _Row(
        name=names.NEW_NEED, label=gettext_lazy("An organisation looks for a teacher"),
        letter=letters.new_need, holds=_is_need,
    ),
    _Row(
        name=names.ADOPTED, label=gettext_lazy("A teacher adopted your need"),
        letter=letters.adopted, holds=_is_adopted,
    ),
    _Row(
        name=names.LET_GO, label=gettext_lazy("Your need looks for another teacher"),
        letter=letters.let_go, holds=_is_need,
    ),
    _Row(
        name=names.TO_CHECK, label=gettext_lazy("An assignment to look at"),
        letter=letters.to_check, holds=_waits_for_office,
    ),
    _Row(
        name=names.PUBLISHED, label=gettext_lazy("Your assignment is on the board"),
        letter=letters.published, holds=_is_public,
    ),
    _Row(
        name=names.RETURNED, label=gettext_lazy("The office asks for changes"),
        letter=letters.returned, holds=_in_state(State.DRAFT), why=POSTED,
    ),
    _Row(
        name=names.WITHDRAWN, label=gettext_lazy("An assignment was withdrawn"),
        letter=letters.withdrawn, holds=_in_state(State.WITHDRAWN), why=TAKING_PART,
        known_to_coaches=True,
    ),
]  # fmt: skip


def _composer(kind: _Row) -> kinds.Composer:
    """Letters of a batch in a constant number of queries, for who may still read it."""

    def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
        keys = {int(row.subject.rpartition(":")[2]) for row in rows}
        people = {row.recipient_id for row in rows}
        things = Assignment.objects.select_related("partner", "teacher", "contact").in_bulk(keys)
        visible = _readers(people, keys, coaches=kind.known_to_coaches)
        made: dict[int, Message | Withheld] = {}
        for row in rows:
            key = int(row.subject.rpartition(":")[2])
            if key not in things or not kind.holds(things[key], row.recipient):
                made[row.pk] = Withheld(Reason.OUTDATED)
            elif key not in visible[row.recipient_id]:
                made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
            else:
                with kinds.in_language_of(row.recipient):
                    about = about_of(things[key], reader=row.recipient, data=row.data)
                    made[row.pk] = Message(letter=kind.letter(about))
        return made

    return compose


def _readers(people: set[int], keys: set[int], *, coaches: bool) -> dict[int, set[int]]:
    """By person: which of these assignments they may read now, or applied for."""
    viewer = OuterRef("pk")
    found: QuerySet[Any] = User.objects.filter(pk__in=people).order_by()
    seen = Assignment.objects.visible_to(viewer).filter(pk__in=keys).order_by()
    found = found.annotate(seen=ArraySubquery(seen.values("pk")))
    readers = {user: set(list_) for user, list_ in found.values_list("pk", "seen")}
    if coaches:
        of_teams = Team.objects.filter(assignment__in=keys, coach__in=people)
        for user, key in of_teams.order_by().values_list("coach", "assignment"):
            if user in readers:
                readers[user].add(key)
    return readers


def _preview(letter: Callable[[About], Letter]) -> Message:
    page = absolute("/opdrachten/12-zout-water-meten/")
    about = About(
        name="Yara Pinas",
        title=_("Measuring salt water"),
        form=_("Real-world assignment"),
        partner="Zilt Water BV",
        teacher="Joris van Dam",
        by="Joris van Dam",
        reason=_("The measuring station is moved first; we would rather begin after the summer."),
        page=page,
        answer=page,
        check=page,
        edit=page,
        by_link=True,
        changes=[(_("Number of weeks"), "10 → 8"), (_("Place"), "Leiden")],
    )
    return Message(letter=letter(about))


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    for row in _KINDS:
        kinds.register_kind(
            kinds.Kind(
                name=row.name,
                label=row.label,
                group=gettext_lazy("Assignments"),
                compose=_composer(row),
                preview=partial(_preview, row.letter),
                default=row.default,
                required=bool(row.why),
                help_text=row.why,
            )
        )
    kinds.register_sweep("assignments.unanswered", unanswered)
