"""Names of students: only where an assignment cannot do without, with consent, and not for long."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.applying import centre_day
from assignments.choices import State, TeamState
from assignments.errors import MoreNamesThanStudents, NoNames, NotTheCoach
from assignments.models import Assignment, Team, TeamMember
from assignments.permissions import coaches
from civportal.accounts.models import User

UNDER_WAY = {State.PUBLISHED, State.MATCHED, State.RUNNING}

LONGEST = datetime.timedelta(days=365)
"""How long names stay where nobody knows when it ends."""


def kept_until(team: Team) -> datetime.date:
    """The last day that the names of a team are kept, by the centre's clock.

    So many days after the end as the assignment says. The end is when the team or the assignment
    was finished; as long as nobody said so, the day that was planned. Where no end is known, a
    year after the team was accepted.
    """
    assignment = team.assignment
    ended = team.finished_at or assignment.finished_at
    last = _day(ended) if ended else assignment.ends_on
    if last is None:
        return _day(team.decided_at or timezone.now()) + LONGEST
    return last + datetime.timedelta(days=assignment.names_kept_days)


def _day(moment: datetime.datetime) -> datetime.date:
    return timezone.localdate(moment, timezone.get_default_timezone())


def takes_names(team: Team) -> bool:
    """Whether the coach can write names down at this moment."""
    return (
        team.state == TeamState.ACCEPTED
        and team.assignment.names_needed
        and team.assignment.state in UNDER_WAY
        and team.finished_at is None
        and centre_day() <= kept_until(team)
    )


@transaction.atomic
def write_names(team: Team, names: Iterable[tuple[str, datetime.date]], *, by: User) -> None:
    """Add names of students, each with the day on which that student agreed.

    A name that stands there already stays as it is, so sending it twice changes nothing. Raises
    ``NotTheCoach``, ``NoNames`` or ``MoreNamesThanStudents``.
    """
    assignment = locked(team.assignment)
    team = locked(team)
    team.assignment = assignment
    if not coaches(by, team):
        raise NotTheCoach
    if not takes_names(team):
        raise NoNames
    TeamMember.objects.bulk_create(
        (
            TeamMember(team=team, name=name, consent_on=consent_on, added_by=by)
            for name, consent_on in names
        ),
        ignore_conflicts=True,
    )
    if team.members.count() > sum(team.counts.values_list("number", flat=True)):
        raise MoreNamesThanStudents


@transaction.atomic
def remove_name(team: Team, member: int, *, by: User) -> None:
    """Take a name away, by its key; nothing of it stays. Raises ``NotTheCoach``."""
    team = locked(team)
    if not coaches(by, team):
        raise NotTheCoach
    team.members.filter(pk=member).delete()


def erase_of_withdrawn(assignment: Assignment) -> None:
    """Erase the names of all teams of an assignment that does not go on."""
    TeamMember.objects.filter(team__assignment=assignment).delete()


def erase_old(*, today: datetime.date) -> int:
    """Erase names of which the last day has passed, or for which there is no reason any more.

    How many. What should have gone at once goes here too, if it were still there.
    """
    needless = TeamMember.objects.filter(
        ~Q(team__state=TeamState.ACCEPTED)
        | Q(team__assignment__state=State.WITHDRAWN)
        | Q(team__assignment__names_needed=False)
    )
    number = needless.delete()[0]
    with_names = Team.objects.filter(members__isnull=False).select_related("assignment").distinct()
    for team in with_names:
        if kept_until(team) < today:
            number += team.members.all().delete()[0]
    return number
