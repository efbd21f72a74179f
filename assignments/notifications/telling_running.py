"""Who hears of what while teams are at work; called in the transaction of the cause."""

from collections.abc import Iterable

from django.db.models import Q

from assignments.models import Assignment, AssignmentDocument, HandIn, Team, TeamMessage
from assignments.querysets import SPEAKS
from civportal.accounts.models import User
from civportal.notifications.outbox import notify

MESSAGE = "assignments.message"
HANDED_IN = "assignments.handed_in"
SEEN = "assignments.hand_in_seen"
DOCUMENT = "assignments.document_added"
STARTED = "assignments.started"
STEP_SOON = "assignments.step_soon"
STEP_LATE = "assignments.step_late"


def team_subject(key: int) -> str:
    """What the ledger calls a team."""
    return f"team:{key}"


def assignment_subject(key: int) -> str:
    """What the ledger calls an assignment."""
    return f"assignment:{key}"


def posters(assignment: Assignment) -> set[int]:
    """The keys of the teacher, and of the contact person; without one of all who speak for the
    organisation.
    """
    people = User.objects.filter(is_active=True).order_by()
    company = Q(pk=assignment.contact_id)
    if not people.filter(company).exists():
        company = Q(memberships__partner=assignment.partner_id, memberships__role__in=SPEAKS)
    found = people.filter(company | Q(pk=assignment.teacher_id))
    return set(found.values_list("pk", flat=True))


def _tell(people: Iterable[int | None], *, kind: str, team: Team, about: int | None) -> None:
    notify(
        sorted({person for person in people if person is not None}),
        kind=kind,
        subject=team_subject(team.pk),
        key=f"{team.pk}:{about}",
        data={"about": about},
    )


def message_said(message: TeamMessage) -> None:
    """To everybody in the thread but who said it."""
    team = message.team
    people = {*posters(team.assignment), team.coach_id} - {message.author_id}
    _tell(people, kind=MESSAGE, team=team, about=message.pk)


def handed_in(hand_in: HandIn) -> None:
    """To those who posted."""
    people = posters(hand_in.team.assignment) - {hand_in.by_id}
    _tell(people, kind=HANDED_IN, team=hand_in.team, about=hand_in.pk)


def seen(hand_in: HandIn) -> None:
    """To the coach."""
    _tell([hand_in.team.coach_id], kind=SEEN, team=hand_in.team, about=hand_in.pk)


def document_added(document: AssignmentDocument) -> None:
    """To the coaches of teams that are at it."""
    for team in document.assignment.teams.accepted().filter(finished_at__isnull=True):
        _tell([team.coach_id], kind=DOCUMENT, team=team, about=document.pk)


def started(assignment: Assignment, *, by: User) -> None:
    """To the coaches, and to those who posted but who started it."""
    teams = assignment.teams.accepted().filter(finished_at__isnull=True)
    coaches = set(teams.exclude(coach=None).values_list("coach", flat=True))
    notify(
        sorted((posters(assignment) | coaches) - {by.pk}),
        kind=STARTED,
        subject=assignment_subject(assignment.pk),
        key=str(assignment.pk),
    )
