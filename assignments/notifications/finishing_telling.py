"""Who hears of the end, of feedback and of outcomes; in the transaction of the cause."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from assignments.choices import Side, State
from assignments.models import Assignment, Feedback, Outcome, Team
from assignments.querysets import SPEAKS
from civportal.accounts.models import User
from civportal.notifications.models import Notification
from civportal.notifications.outbox import drop, followers, happened, notify
from partners.notifications.telling import office

FINISHED = "assignments.team_finished"
FEEDBACK_DUE = "assignments.team_feedback_due"
FEEDBACK_GIVEN = "assignments.team_feedback_given"
TO_AGREE = "assignments.team_outcome_to_agree"
CHANGED = "assignments.team_outcome_changed"
PUBLIC = "assignments.team_outcome_public"
WITHDRAWN = "assignments.team_outcome_withdrawn"
NEW_OUTCOME = "assignments.assignment_outcome"
NEXT_YEAR = "assignments.assignment_next_year"

TEAM, OUTCOME, ASSIGNMENT = "team", "outcome", "assignment"

REMINDED_AFTER = (datetime.timedelta(days=7), datetime.timedelta(days=21))
"""How long after a team's end who has not given feedback is asked again."""
REMINDED_UNTIL = datetime.timedelta(days=60)
"""After this nobody is asked any more, such as when reminders were off for a while."""
NEXT_YEAR_FROM, NEXT_YEAR_UNTIL = datetime.timedelta(days=300), datetime.timedelta(days=330)
"""How long after the start it is time to think of next year: some ten months."""


def company_people(assignment: Assignment) -> QuerySet[User]:
    """The contact person, or without one with an account all who speak for the organisation."""
    people = User.objects.filter(is_active=True).order_by("pk")
    contact = people.filter(contact_of_assignments=assignment)
    if contact.exists():
        return contact
    return people.filter(
        memberships__partner=assignment.partner_id, memberships__role__in=SPEAKS
    ).distinct()


def people_of(team: Team, *sides: Side) -> set[int]:
    """The keys of those who hear of it for these sides."""
    found: set[int] = set()
    if Side.TEAM in sides and team.coach_id is not None:
        found.add(team.coach_id)
    if Side.COMPANY in sides:
        found |= set(company_people(team.assignment).values_list("pk", flat=True))
    return found


def teachers(team: Team) -> set[int]:
    """The key of the teacher who posted it, if any."""
    teacher = team.assignment.teacher_id
    return set() if teacher is None else {teacher}


def _subject(prefix: str, key: int) -> str:
    return f"{prefix}:{key}"


def _tell(people: Iterable[int], by: User, *, kind: str, subject: str, key: str) -> None:
    notify(sorted(set(people) - {by.pk}), kind=kind, subject=subject, key=key)


def team_finished(team: Team, *, by: User) -> None:
    """To both sides, who are asked for their feedback, and to the teacher."""
    subject = _subject(TEAM, team.pk)
    _tell(
        people_of(team, *Side) | teachers(team),
        by,
        kind=FINISHED,
        subject=subject,
        key=f"{subject}:{team.finished_at:%Y%m%dT%H%M%S}",
    )


def feedback_given(feedback: Feedback) -> None:
    """To the other side, and to the teacher; who gave it is asked no more."""
    team = feedback.team
    others = [side for side in Side if side != feedback.side]
    subject = _subject(TEAM, team.pk)
    notify(
        sorted((people_of(team, *others) | teachers(team)) - {feedback.author_id}),
        kind=FEEDBACK_GIVEN,
        subject=subject,
        key=_subject("feedback", feedback.pk),
        data={"side": feedback.side},
    )


def to_agree(outcome: Outcome, *, by: User) -> None:
    """To the sides that have not agreed to these words.

    Once for the same words, and once more where a side took its yes back and gave it again.
    """
    waited_for = [side for side in Side if getattr(outcome, f"{side}_yes_at") is None]
    subject = _subject(OUTCOME, outcome.pk)
    taken_back = Notification.objects.filter(kind=WITHDRAWN, subject=subject).count()
    _tell(
        people_of(outcome.team, *waited_for),
        by,
        kind=TO_AGREE,
        subject=subject,
        key=f"{subject}:{outcome.revision}:{taken_back}",
    )


def outcome_changed(
    outcome: Outcome, *, had_agreed: Iterable[Side], was_public: bool, by: User
) -> None:
    """To who had agreed to the words before, and to the office where they were public."""
    subject = _subject(OUTCOME, outcome.pk)
    drop(subject=subject, kinds=[PUBLIC])
    people = people_of(outcome.team, *had_agreed)
    if was_public:
        people |= set(office().values_list("pk", flat=True))
    notify(
        sorted(people - {by.pk}),
        kind=CHANGED,
        subject=subject,
        key=f"{subject}:{outcome.revision}",
        data={"was_public": was_public, "revision": outcome.revision},
    )


def agreement_withdrawn(outcome: Outcome, *, was_public: bool, by: User) -> None:
    """To both sides and the teacher, and to the office where it was public."""
    subject = _subject(OUTCOME, outcome.pk)
    drop(subject=subject, kinds=[PUBLIC])
    people = people_of(outcome.team, *Side) | teachers(outcome.team)
    if was_public:
        people |= set(office().values_list("pk", flat=True))
    notify(
        sorted(people - {by.pk}),
        kind=WITHDRAWN,
        subject=subject,
        key=f"{subject}:{timezone.now():%Y%m%dT%H%M%S%f}",
        data={"was_public": was_public},
    )


def topics_of(outcome: Outcome) -> list[str]:
    """What people follow who want to hear of it: lines, the organisation, and the schools."""
    assignment = outcome.team.assignment
    took_part = set(outcome.team.counts.values_list("school", flat=True))
    if assignment.partner_id is not None:
        took_part.add(assignment.partner_id)
    return [
        *(f"line:{pk}" for pk in assignment.lines.values_list("pk", flat=True)),
        *(f"partner:{pk}" for pk in sorted(took_part)),
    ]


def outcome_public(outcome: Outcome, *, by: User) -> None:
    """To both sides, the teacher and the office; and it is new for who follows its subjects."""
    subject = _subject(OUTCOME, outcome.pk)
    drop(subject=subject, kinds=[TO_AGREE, CHANGED, WITHDRAWN])
    team = outcome.team
    involved = people_of(team, *Side) | teachers(team)
    key = f"{subject}:{outcome.published_at:%Y%m%dT%H%M%S}"
    _tell(
        involved | set(office().values_list("pk", flat=True)),
        by,
        kind=PUBLIC,
        subject=subject,
        key=key,
    )
    topics = topics_of(outcome)
    happened(kind=NEW_OUTCOME, subject=subject, topics=topics)
    # Who is told of it as their own, or made it public, need not hear of it once more.
    others = followers(topics, kind=NEW_OUTCOME).exclude(pk__in=involved | {by.pk})
    notify(
        others.values_list("pk", flat=True).iterator(),
        kind=NEW_OUTCOME,
        subject=subject,
        key=subject,
    )


def ask_for_feedback(now: datetime.datetime) -> int:
    """To each side that has not given its feedback: a week and three weeks after the team's end.

    How many teams were asked about. Running it twice changes nothing.
    """
    late = (
        Team.objects.accepted()
        .filter(finished_at__lte=now - min(REMINDED_AFTER), finished_at__gt=now - REMINDED_UNTIL)
        .select_related("assignment")
        .prefetch_related("feedback")
    )
    number = 0
    for team in late.iterator(chunk_size=500):
        given = {each.side for each in team.feedback.all()}
        missing = [side for side in Side if side not in given]
        if not missing:
            continue
        assert team.finished_at is not None  # noqa: S101 - filtered
        term = max(each for each in REMINDED_AFTER if team.finished_at <= now - each)
        subject = _subject(TEAM, team.pk)
        with transaction.atomic():
            notify(
                sorted(people_of(team, *missing)),
                kind=FEEDBACK_DUE,
                subject=subject,
                key=f"{subject}:{team.finished_at:%Y%m%d}:{term.days}",
            )
        number += 1
    return number


def think_of_next_year(now: datetime.datetime) -> int:
    """To those who posted what began ten months ago and has no copy yet; how many assignments."""
    copies = Assignment.objects.exclude(state=State.WITHDRAWN).filter(copied_from=OuterRef("pk"))
    began = Assignment.objects.filter(
        Q(state__in=[State.FINISHED, State.ARCHIVED]),
        ~Exists(copies),
        started_at__lte=now - NEXT_YEAR_FROM,
        started_at__gt=now - NEXT_YEAR_UNTIL,
    )
    number = 0
    for assignment in began.iterator(chunk_size=500):
        people = set(company_people(assignment).values_list("pk", flat=True))
        if assignment.teacher_id is not None:
            people.add(assignment.teacher_id)
        subject = _subject(ASSIGNMENT, assignment.pk)
        with transaction.atomic():
            notify(sorted(people), kind=NEXT_YEAR, subject=subject, key=subject)
        number += 1
    return number
