"""The kinds of notification about teams, and what the clock reminds of."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from assignments.applying import closed_because
from assignments.choices import State, TeamState
from assignments.models import Assignment, Team, TeamCount, Terms
from assignments.notifications import team_letters as letters
from assignments.notifications import team_names as names
from assignments.notifications.team_names import subject_of
from assignments.notifications.team_telling import posters
from civportal.accounts.models import User
from civportal.lib.mail import Letter
from civportal.notifications import kinds
from civportal.notifications.composing import MakeLetter, composer
from civportal.notifications.kinds import Message
from civportal.notifications.models import Notification
from civportal.notifications.outbox import notify
from partners.choices import PartnerKind
from partners.models import Partner
from programme_lines.choices import Level

DEADLINE_DAYS = (5, 1)
"""How many days before the last day a coach with a draft hears of it."""

ANSWER_WITHIN = datetime.timedelta(days=7)
"""After this, counted from the last day to apply, those who posted are asked for an answer."""


# --- what each mail is about, and whether it still holds -----------------------------------------


def _teams() -> QuerySet[Team]:
    """With what letters say of them."""
    others = (
        Team.objects.filter(assignment=OuterRef("assignment"), state=TeamState.RESERVE)
        .order_by()
        .values("assignment")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Team.objects.select_related("assignment", "coach")
        .prefetch_related("counts__school")
        .annotate(
            reserve=Coalesce(Subquery(others), 0),
            has_terms=Exists(Terms.objects.current().filter(assignment=OuterRef("assignment"))),
        )
    )


def _applied(team: Team, row: Notification) -> Letter | None:
    if team.state not in {TeamState.APPLIED, TeamState.RESERVE}:
        return None
    return letters.applied(team, row.recipient.name)


def _changed(team: Team, row: Notification) -> Letter | None:
    if team.state not in {TeamState.APPLIED, TeamState.RESERVE, TeamState.ACCEPTED}:
        return None
    return letters.changed(team, row.recipient.name)


def _withdrawn(team: Any, row: Notification) -> Letter | None:
    if team.state != TeamState.WITHDRAWN:
        return None
    return letters.withdrawn(
        team, row.recipient.name, had_place=row.data["had_place"], reserve=team.reserve
    )


def _accepted(team: Any, row: Notification) -> Letter | None:
    if team.state != TeamState.ACCEPTED:
        return None
    return letters.accepted(team, row.recipient.name, has_terms=team.has_terms)


def _declined(team: Team, row: Notification) -> Letter | None:
    if team.state != TeamState.DECLINED:
        return None
    return letters.declined(team, row.recipient.name)


def _in_reserve(team: Team, row: Notification) -> Letter | None:
    if team.state != TeamState.RESERVE:
        return None
    return letters.in_reserve(team, row.recipient.name)


def _reconsidered(team: Team, row: Notification) -> Letter | None:
    if team.state not in {TeamState.APPLIED, TeamState.RESERVE}:
        return None
    return letters.reconsidered(team, row.recipient.name)


def _deadline(team: Team, row: Notification) -> Letter | None:
    if team.state != TeamState.DRAFT or closed_because(team.assignment):
        return None
    return letters.deadline(team, row.recipient.name)


def _waiting() -> QuerySet[Any]:
    """With how many teams wait for an answer, and since when."""
    applied = Q(teams__state=TeamState.APPLIED)
    return Assignment.objects.annotate(
        waiting=Count("teams", filter=applied),
        waiting_since=Min("teams__applied_at", filter=applied),
    )


def _undecided(assignment: Any, row: Notification) -> Letter | None:
    if assignment.state != State.PUBLISHED or not assignment.waiting:
        return None
    return letters.undecided(assignment, row.recipient.name, number=assignment.waiting)


# --- what the clock reminds of -------------------------------------------------------------------


def _day(now: datetime.datetime) -> datetime.date:
    return timezone.localdate(now, timezone.get_default_timezone())


def deadlines(now: datetime.datetime) -> int:
    """Remind coaches of teams that have not applied; how many were new.

    Five days before the last day and one day before, each time for who had begun by then.
    """
    today = _day(now)
    drafts = Team.objects.filter(
        state=TeamState.DRAFT,
        coach__is_active=True,
        assignment__state=State.PUBLISHED,
        assignment__apply_by__range=(today, today + datetime.timedelta(days=max(DEADLINE_DAYS))),
    ).select_related("assignment")
    due: dict[str, Team] = {}
    for team in drafts:
        last = team.assignment.apply_by
        assert last is not None  # noqa: S101 - filtered
        days = min(each for each in DEADLINE_DAYS if last <= today + datetime.timedelta(days=each))
        if _day(team.created_at) < last - datetime.timedelta(days=days):
            due[f"{subject_of(names.TEAM, team.pk)}:{last:%Y%m%d}:{days}"] = team
    new = _new(names.DEADLINE, {key: [team.coach_id] for key, team in due.items()})
    for key, people in new.items():
        team = due[key]
        notify(
            people,
            kind=names.DEADLINE,
            subject=subject_of(names.TEAM, team.pk),
            key=key,
            due_at=now,
        )
    return len(new)


def undecided(now: datetime.datetime) -> int:
    """Ask those who posted for an answer, a week after the last day to apply; how many were new.

    Where there is no last day, a week after the first of those who wait had applied.
    """
    due: dict[str, Assignment] = {}
    found = (
        _waiting()
        .filter(state=State.PUBLISHED, waiting__gt=0)
        .filter(
            Q(apply_by__lte=_day(now) - ANSWER_WITHIN)
            | Q(apply_by__isnull=True, waiting_since__lte=now - ANSWER_WITHIN)
        )
        .select_related("teacher")
    )
    for assignment in found:
        since = assignment.apply_by or _day(assignment.waiting_since)
        due[f"{subject_of(names.ASSIGNMENT, assignment.pk)}:{since:%Y%m%d}"] = assignment
    wanted = {key: posters(assignment, but=None) for key, assignment in due.items()}
    new = _new(names.UNDECIDED, wanted)
    for key, people in new.items():
        notify(
            people,
            kind=names.UNDECIDED,
            subject=subject_of(names.ASSIGNMENT, due[key].pk),
            key=key,
            due_at=now,
        )
    return sum(len(people) for people in new.values())


def _new(kind: str, wanted: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Of these people by key, those who have not been told yet."""
    rows = {f"{kind}:{key}:{person}" for key, people in wanted.items() for person in people}
    known = set(
        Notification.objects.filter(dedupe_key__in=rows).values_list("dedupe_key", flat=True)
    )
    new = {
        key: [person for person in people if f"{kind}:{key}:{person}" not in known]
        for key, people in wanted.items()
    }
    return {key: people for key, people in new.items() if people}


# --- examples ------------------------------------------------------------------------------------

NAME = "Yara Pinas"


def _example(state: str) -> Team:
    """A team that asks the database nothing."""
    assignment = Assignment(
        pk=1,
        title="Algen kweken op restwarmte",
        slug="algen-kweken-op-restwarmte",
        apply_by=datetime.date(2021, 4, 9),
        starts_on=datetime.date(2021, 4, 19),
        weeks=10,
    )
    team = Team(
        pk=1,
        assignment=assignment,
        coach=User(name="Sem Okafor"),
        name="Team Groen",
        state=state,
        motivation="Onze analisten meten, de hbo-studenten rekenen het door.",
        reason="Wij zoeken een team dat ook op vrijdag in het lab kan zijn.",
    )
    schools = [
        Partner(pk=1, name="Mbo aan de Rijn", kind=PartnerKind.MBO_SCHOOL),
        Partner(pk=2, name="Hogeschool Duin", kind=PartnerKind.HBO_INSTITUTION),
    ]
    team._prefetched_objects_cache = {  # type: ignore[attr-defined]  # as if they were loaded
        "counts": [
            TeamCount(team=team, school=schools[0], level=Level.MBO_4, number=3),
            TeamCount(team=team, school=schools[1], level=Level.BACHELOR, number=2),
        ]
    }
    return team


def _examples() -> dict[str, Callable[[], Letter | None]]:
    """By kind: what makes a letter, in the language in force."""
    return {
        names.APPLIED: lambda: letters.applied(_example(TeamState.APPLIED), NAME),
        names.CHANGED: lambda: letters.changed(_example(TeamState.APPLIED), NAME),
        names.WITHDRAWN: lambda: letters.withdrawn(
            _example(TeamState.WITHDRAWN), NAME, had_place=True, reserve=1
        ),
        names.UNDECIDED: lambda: letters.undecided(
            _example(TeamState.APPLIED).assignment, NAME, number=2
        ),
        names.ACCEPTED: lambda: letters.accepted(
            _example(TeamState.ACCEPTED), NAME, has_terms=True
        ),
        names.DECLINED: lambda: letters.declined(_example(TeamState.DECLINED), NAME),
        names.RESERVE: lambda: letters.in_reserve(_example(TeamState.RESERVE), NAME),
        names.RECONSIDERED: lambda: letters.reconsidered(_example(TeamState.APPLIED), NAME),
        names.DEADLINE: lambda: letters.deadline(_example(TeamState.DRAFT), NAME),
    }


def _preview(kind: str) -> Message:
    letter = _examples()[kind]()
    assert letter is not None  # noqa: S101 - an example holds
    return Message(letter=letter)


OWN = gettext_lazy("You applied with this team yourself, and it tells you where you stand.")

_KINDS: list[tuple[str, str | Promise, Callable[[], QuerySet[Any]], MakeLetter, str | Promise]] = [
    (names.APPLIED, gettext_lazy("A team applied for your assignment"), _teams, _applied, ""),
    (names.CHANGED, gettext_lazy("A team that applied has changed"), _teams, _changed, ""),
    (names.WITHDRAWN, gettext_lazy("A team has withdrawn"), _teams, _withdrawn, ""),
    (names.UNDECIDED, gettext_lazy("Teams wait for your answer"), _waiting, _undecided, ""),
    (names.ACCEPTED, gettext_lazy("Your team was accepted"), _teams, _accepted, OWN),
    (names.DECLINED, gettext_lazy("Your team was declined"), _teams, _declined, OWN),
    (names.RESERVE, gettext_lazy("Your team is in reserve"), _teams, _in_reserve, OWN),
    (
        names.RECONSIDERED,
        gettext_lazy("Your team is looked at again"),
        _teams,
        _reconsidered,
        OWN,
    ),
    (
        names.DEADLINE,
        gettext_lazy("Your team has not applied, and the last day comes near"),
        _teams,
        _deadline,
        "",
    ),
]


def register() -> None:
    """Make these mails known."""
    for name, label, rows, letter, why in _KINDS:
        kinds.register_kind(
            kinds.Kind(
                name=name,
                label=label,
                group=gettext_lazy("Assignments"),
                compose=composer(rows, letter),
                preview=partial(_preview, name),
                required=bool(why),
                help_text=why,
            )
        )
    kinds.register_sweep(names.DEADLINE, deadlines)
    kinds.register_sweep(names.UNDECIDED, undecided)
    kinds.register_subjects(names.TEAM, Team.objects.visible_to, name=_name)


def _name(team: Team) -> str:
    return team.name
