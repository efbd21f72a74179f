"""Who hears of what about teams: one function for each thing that happens, in its transaction.

What no longer holds by the time a mail would go out is withheld where it is composed.
"""

import datetime

from django.db.models import Q
from django.utils import timezone, translation

from assignments.models import Assignment, Team
from assignments.notifications import team_letters as letters
from assignments.notifications import team_names as names
from assignments.notifications.team_names import subject_of
from assignments.querysets import SPEAKS
from civportal.accounts.models import User
from civportal.notifications.kinds import Message
from civportal.notifications.outbox import drop, notify, write_to_address

A_WHILE = datetime.timedelta(minutes=15)
"""Changes of a team within this time are one mail."""

WRITTEN_KEPT = datetime.timedelta(days=14)
"""How long a mail to a contact person without an account may wait."""


def company_people(assignment: Assignment) -> set[int]:
    """The keys of those with an account who speak for the organisation whose need it is."""
    speaks = Q(memberships__partner=assignment.partner_id, memberships__role__in=SPEAKS)
    people = User.objects.filter(Q(pk=assignment.contact_id) | speaks, is_active=True)
    return set(people.values_list("pk", flat=True))


def posters(assignment: Assignment, *, but: int | None) -> list[int]:
    """The company side and the teacher, without ``but``: the coach knows already."""
    people = company_people(assignment)
    teacher = assignment.teacher
    if teacher is not None and teacher.is_active:
        people.add(teacher.pk)
    return sorted(people - {but})


def _moment(at: datetime.datetime | None) -> str:
    return f"{at or timezone.now():%Y%m%dT%H%M%S%f}"


def applied(team: Team) -> None:
    """To those who posted; each time a team applies, also when it comes back.

    A contact person without an account gets a mail at the address that was given, where nobody
    of the organisation has an account.
    """
    subject = subject_of(names.TEAM, team.pk)
    assignment = team.assignment
    notify(
        posters(assignment, but=team.coach_id),
        kind=names.APPLIED,
        subject=subject,
        key=f"{subject}:{_moment(team.applied_at)}",
    )
    if assignment.contact_email and not company_people(assignment):
        with translation.override(assignment.language):
            letter = letters.applied(team, assignment.contact_name, has_account=False)
        write_to_address(
            assignment.contact_email,
            Message(letter=letter, language=assignment.language),
            purpose=f"{names.APPLIED}:{team.pk}:{_moment(team.applied_at)}",
            expires_at=timezone.now() + WRITTEN_KEPT,
        )


def changed(team: Team) -> None:
    """To those who posted, when the coach has been done with it for a while."""
    subject = subject_of(names.TEAM, team.pk)
    now = timezone.now()
    drop(subject=subject, kinds=[names.CHANGED])
    notify(
        posters(team.assignment, but=team.coach_id),
        kind=names.CHANGED,
        subject=subject,
        key=f"{subject}:{_moment(now)}",
        due_at=now + A_WHILE,
    )


def withdrawn(team: Team, *, had_place: bool) -> None:
    """To those who posted."""
    subject = subject_of(names.TEAM, team.pk)
    notify(
        posters(team.assignment, but=team.coach_id),
        kind=names.WITHDRAWN,
        subject=subject,
        key=f"{subject}:{_moment(None)}",
        data={"had_place": had_place},
    )


def _to_coach(team: Team, kind: str) -> None:
    subject = subject_of(names.TEAM, team.pk)
    if team.coach_id is not None:
        notify([team.coach_id], kind=kind, subject=subject, key=f"{subject}:{_moment(None)}")


def accepted(team: Team) -> None:
    """To the coach."""
    _to_coach(team, names.ACCEPTED)


def in_reserve(team: Team) -> None:
    """To the coach."""
    _to_coach(team, names.RESERVE)


def declined(team: Team) -> None:
    """To the coach."""
    _to_coach(team, names.DECLINED)


def reconsidered(team: Team) -> None:
    """To the coach, unless the no had not gone out yet."""
    if not drop(subject=subject_of(names.TEAM, team.pk), kinds=[names.DECLINED]):
        _to_coach(team, names.RECONSIDERED)
