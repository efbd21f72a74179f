"""What falls due while teams are at work: milestones, and terms that nobody accepts.

Days are those of the centre's calendar, because that is what was agreed; at which hour a mail
then goes out is the reader's own (quiet hours).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q

from assignments.choices import UNDER_WAY, State
from assignments.models import Acceptance, HandIn, Step, Team, Terms
from assignments.notifications.telling_running import STEP_LATE, STEP_SOON, team_subject
from assignments.notifications.telling_terms import REMINDER
from civportal.notifications.models import Notification
from civportal.notifications.outbox import notify

AHEAD = datetime.timedelta(days=7)
"""How long before its day a team hears of a milestone."""
PATIENCE = datetime.timedelta(days=3)
"""How long a coach has for terms before a reminder comes."""
STALE = datetime.timedelta(days=14)
"""What fell due longer ago is not told any more."""


@dataclass(frozen=True)
class _Due:
    person: int
    kind: str
    team: int
    key: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def dedupe_key(self) -> str:
        return f"{self.kind}:{self.key}:{self.person}"


def _tell(found: Iterable[_Due]) -> int:
    """Write down what was not told yet; how many."""
    rows = {each.dedupe_key: each for each in found}
    known = set(
        Notification.objects.filter(dedupe_key__in=rows).values_list("dedupe_key", flat=True)
    )
    new = [each for key, each in rows.items() if key not in known]
    with transaction.atomic():
        for each in new:
            notify(
                [each.person],
                kind=each.kind,
                subject=team_subject(each.team),
                key=each.key,
                data=each.data,
            )
    return len(new)


def _at_work(assignments: set[int]) -> dict[int, list[tuple[Team, int]]]:
    """By assignment: the teams that are at it, each with the key of its coach."""
    teams = Team.objects.accepted().filter(
        assignment__in=assignments, finished_at__isnull=True, coach__is_active=True
    )
    found: dict[int, list[tuple[Team, int]]] = defaultdict(list)
    for team in teams.order_by("pk"):
        if team.coach_id is not None:
            found[team.assignment_id].append((team, team.coach_id))
    return found


def steps(today: datetime.date) -> int:
    """Milestones within a week, and those that passed without a hand-in; how many were new.

    Each once for each day that it had: a milestone that is moved is told of anew.
    """
    near = list(
        Step.objects.filter(
            Q(wants_file=True) | Q(due__gte=today),
            due__range=(today - STALE, today + AHEAD),
            assignment__state__in=UNDER_WAY,
        )
    )
    teams = _at_work({step.assignment_id for step in near})
    done = set(HandIn.objects.filter(step__in=near).values_list("team", "step"))
    return _tell(
        _Due(
            coach,
            STEP_LATE if step.due < today else STEP_SOON,
            team.pk,
            f"{team.pk}:{step.pk}:{step.due:%Y%m%d}",
            {"about": step.pk, "due": step.due.isoformat()},
        )
        for step in near
        for team, coach in teams[step.assignment_id]
        if (team.pk, step.pk) not in done
    )


def terms_to_accept(now: datetime.datetime) -> int:
    """Teams that could accept terms for three days and did not; once for each last text."""
    current = list(
        Terms.objects.current()
        .filter(assignment__state__in=[State.PUBLISHED, *UNDER_WAY])
        .order_by("pk")
    )
    accepted = set(Acceptance.objects.filter(terms__in=current).values_list("team", "terms"))
    teams = _at_work({terms.assignment_id for terms in current})
    waiting: dict[tuple[int, int], list[tuple[int, datetime.datetime]]] = defaultdict(list)
    for terms in current:
        for team, coach in teams[terms.assignment_id]:
            if team.decided_at is not None and (team.pk, terms.pk) not in accepted:
                waiting[team.pk, coach].append((terms.pk, max(team.decided_at, terms.made_at)))
    return _tell(
        _Due(coach, REMINDER, team, f"{team}:{found[-1][0]}")
        for (team, coach), found in waiting.items()
        if now - PATIENCE - STALE < max(since for _key, since in found) <= now - PATIENCE
    )
