"""Who hears of terms; called in the transaction of the cause.

That there are terms to accept stands in the mail that tells a coach of the acceptance of the team
(``team_telling.accepted``); here is what comes after that.
"""

from collections.abc import Sequence

from assignments.models import Acceptance, Team, Terms
from assignments.notifications.telling_running import team_subject
from civportal.notifications.outbox import drop, notify

CHANGED = "assignments.terms_changed"
REMINDER = "assignments.terms_reminder"
ACCEPTED = "assignments.terms_accepted"


def terms_changed(terms: Terms) -> None:
    """To the coaches of teams that are at it: there is a text to accept, or another one."""
    teams = terms.assignment.teams.accepted().filter(finished_at__isnull=True, coach__isnull=False)
    for team in teams:
        notify(
            [team.coach_id],  # type: ignore[list-item]  # filtered
            kind=CHANGED,
            subject=team_subject(team.pk),
            key=f"{team.pk}:{terms.pk}",
            data={"about": terms.pk},
        )


def terms_accepted(team: Team, accepted: Sequence[Acceptance]) -> None:
    """To the coach, as a receipt with the texts; nobody need be reminded any more."""
    subject = team_subject(team.pk)
    drop(subject=subject, kinds=[CHANGED, REMINDER])
    notify(
        [team.coach_id] if team.coach_id else [],
        kind=ACCEPTED,
        subject=subject,
        key=f"{team.pk}:{accepted[0].pk}",
        data={"about": accepted[0].pk, "acceptances": [each.pk for each in accepted]},
    )
