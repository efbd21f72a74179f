"""The kinds, sweeps and digest section of what ends: feedback and outcomes, made known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assignments.choices import Side, State
from assignments.models import Assignment, Outcome, Team
from assignments.notifications import finishing_letters as letters
from assignments.notifications import finishing_telling as telling
from civportal.lib.mail import Letter
from civportal.notifications import kinds
from civportal.notifications.choices import Mode
from civportal.notifications.composing import MakeLetter, composer
from civportal.notifications.kinds import Entry, Message
from civportal.notifications.models import Notification

# --- teams -----------------------------------------------------------------------------------


def _teams() -> QuerySet[Team]:
    return Team.objects.select_related("assignment__partner").prefetch_related("feedback")


def _team_url(team: Team) -> str:
    return f"{team.get_absolute_url()}#afronden"


def _finished(team: Team, row: Notification) -> Letter | None:
    if team.finished_at is None:
        return None
    speaks = row.recipient_id not in telling.teachers(team) or row.recipient_id == team.coach_id
    return letters.finished(
        name=row.recipient.name,
        team=team.name,
        title=team.assignment.title,
        speaks=speaks,
        is_last=team.assignment.finished_at == team.finished_at,
        url=reverse("assignments:feedback", args=[team.pk]) if speaks else _team_url(team),
    )


def _feedback_due(team: Team, row: Notification) -> Letter | None:
    if team.finished_at is None:
        return None
    given = {each.side for each in team.feedback.all()}
    side = Side.TEAM if row.recipient_id == team.coach_id else Side.COMPANY
    if side in given:
        return None
    return letters.feedback_due(
        name=row.recipient.name,
        team=team.name,
        title=team.assignment.title,
        day=timezone.localdate(team.finished_at),
        url=reverse("assignments:feedback", args=[team.pk]),
    )


def _feedback_given(team: Team, row: Notification) -> Letter | None:
    by_side = {each.side: each for each in team.feedback.all()}
    side = row.data.get("side", "")
    if side not in by_side:
        return None
    company = team.assignment.partner
    return letters.feedback_given(
        name=row.recipient.name,
        who=letters.side_name(side, team=team.name, company=company.name if company else ""),
        team=team.name,
        title=team.assignment.title,
        readable=len(by_side) == len(Side),
        url=_team_url(team),
    )


# --- outcomes --------------------------------------------------------------------------------


def _outcomes() -> QuerySet[Outcome]:
    return Outcome.objects.select_related("team__assignment__partner", "written_by")


def _outcome_url(outcome: Outcome) -> str:
    return f"{outcome.team.get_absolute_url()}#uitkomst"


def _to_agree(outcome: Outcome, row: Notification) -> Letter | None:
    coach = row.recipient_id == outcome.team.coach_id
    if outcome.team_yes_at if coach else outcome.company_yes_at:
        return None
    return letters.to_agree(
        name=row.recipient.name,
        outcome=outcome.title,
        summary=outcome.summary,
        title=outcome.team.assignment.title,
        url=_outcome_url(outcome),
    )


def _changed(outcome: Outcome, row: Notification) -> Letter | None:
    if row.data.get("revision") != outcome.revision:
        return None
    return letters.changed(
        name=row.recipient.name,
        outcome=outcome.title,
        who=outcome.written_by.get_full_name() if outcome.written_by else "",
        was_public=bool(row.data.get("was_public")),
        url=_outcome_url(outcome),
    )


def _withdrawn(outcome: Outcome, row: Notification) -> Letter | None:
    if outcome.published_at is not None:
        return None
    return letters.withdrawn(
        name=row.recipient.name,
        outcome=outcome.title,
        title=outcome.team.assignment.title,
        was_public=bool(row.data.get("was_public")),
        url=_outcome_url(outcome),
    )


def _public(outcome: Outcome, row: Notification) -> Letter | None:
    if outcome.published_at is None:
        return None
    return letters.public(
        name=row.recipient.name,
        outcome=outcome.title,
        title=outcome.team.assignment.title,
        url=outcome.get_absolute_url(),
    )


def _new_outcome(outcome: Outcome, row: Notification) -> Letter | None:
    if outcome.published_at is None:
        return None
    return letters.new_outcome(
        name=row.recipient.name,
        outcome=outcome.title,
        summary=outcome.summary,
        url=outcome.get_absolute_url(),
    )


def _without_copy() -> QuerySet[Assignment]:
    copies = Assignment.objects.exclude(state=State.WITHDRAWN).filter(copied_from=OuterRef("pk"))
    return Assignment.objects.filter(~Exists(copies))


def _next_year(assignment: Assignment, row: Notification) -> Letter:
    return letters.next_year(
        name=row.recipient.name,
        title=assignment.title,
        url=reverse("assignments:next_year", args=[assignment.pk]),
    )


def entries(keys: Sequence[int]) -> dict[int, Entry]:
    """The lines of a digest: what came out of assignments."""
    rows = _outcomes().filter(pk__in=keys).prefetch_related("team__assignment__lines")
    return {outcome.pk: _entry(outcome) for outcome in rows}


def _entry(outcome: Outcome) -> Entry:
    line = next(iter(outcome.team.assignment.lines.all()), None)
    return Entry(
        subject=f"{telling.OUTCOME}:{outcome.pk}",
        title=outcome.title,
        url=outcome.get_absolute_url(),
        moment=outcome.published_at or outcome.changed_at,
        text=outcome.summary,
        language=outcome.language,
        topic=line.title if line else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    label: str | Promise
    rows: Callable[[], QuerySet[Any]]
    letter: MakeLetter
    default: Mode = Mode.AT_ONCE
    modes: tuple[Mode, ...] = (Mode.AT_ONCE, Mode.OFF)
    help_text: str | Promise = ""


_KINDS = [
    _Row(
        name=telling.FINISHED, label=gettext_lazy("A team has finished: your feedback, please"),
        rows=_teams, letter=_finished,
    ),
    _Row(
        name=telling.FEEDBACK_DUE, label=gettext_lazy("Reminder of feedback to give"),
        rows=_teams, letter=_feedback_due,
    ),
    _Row(
        name=telling.FEEDBACK_GIVEN, label=gettext_lazy("The other side gave feedback"),
        rows=_teams, letter=_feedback_given,
    ),
    _Row(
        name=telling.TO_AGREE, label=gettext_lazy("An outcome waits for your agreement"),
        rows=_outcomes, letter=_to_agree,
    ),
    _Row(
        name=telling.CHANGED, label=gettext_lazy("An outcome that you agreed to was changed"),
        rows=_outcomes, letter=_changed,
    ),
    _Row(
        name=telling.PUBLIC, label=gettext_lazy("An outcome of yours is public"),
        rows=_outcomes, letter=_public,
    ),
    _Row(
        name=telling.WITHDRAWN, label=gettext_lazy("An agreement to an outcome was taken back"),
        rows=_outcomes, letter=_withdrawn,
    ),
    _Row(
        name=telling.NEW_OUTCOME, label=gettext_lazy("What assignments brought"),
        rows=_outcomes, letter=_new_outcome,
        default=Mode.DIGEST, modes=(Mode.AT_ONCE, Mode.DIGEST, Mode.OFF),
        help_text=gettext_lazy("Of the lines, organisations and schools that you follow."),
    ),
    _Row(
        name=telling.NEXT_YEAR, label=gettext_lazy("Time for next year's copy"),
        rows=_without_copy, letter=_next_year,
    ),
]  # fmt: skip


def _preview(name: str) -> Message:
    return Message(letter=letters.examples(reverse("home"))[name])


def _published(viewer: Any) -> QuerySet[Outcome]:
    return Outcome.objects.visible_to(viewer).published()


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    for row in _KINDS:
        kinds.register_kind(
            kinds.Kind(
                name=row.name,
                label=row.label,
                group=gettext_lazy("Assignments"),
                compose=composer(row.rows, row.letter),
                preview=partial(_preview, row.name),
                default=row.default,
                modes=row.modes,
                help_text=row.help_text,
            )
        )
    kinds.register_sweep(telling.FEEDBACK_DUE, telling.ask_for_feedback)
    kinds.register_sweep(telling.NEXT_YEAR, telling.think_of_next_year)
    kinds.register_section(
        kinds.Section(
            name=telling.NEW_OUTCOME,
            label=gettext_lazy("What assignments brought"),
            prefix=telling.OUTCOME,
            visible=_published,
            entries=entries,
            told_by=(telling.NEW_OUTCOME,),
            order=45,
        )
    )
    kinds.register_subjects(telling.OUTCOME, Outcome.objects.visible_to)
