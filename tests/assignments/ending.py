"""A team that is at it: its assignment runs, with a company, a teacher who posted, and a coach."""

import datetime

from django.utils import timezone

from tests import factories

TEXTS = {
    "title": "Twee keer zo snel meten",
    "summary": "De kas meet nu elk uur.",
    "result": "Een meting duurt 10 minuten.",
    "learned": "Meten bij 40 graden.",
    "lasts": "De sensoren blijven.",
    "language": "nl",
}


def running_team(*, company, teacher, coach, **fields):
    """An accepted team in an assignment that runs."""
    return factories.TeamFactory(
        state="accepted",
        coach=coach,
        name=fields.pop("name", "Team Kas"),
        **{
            "assignment__state": "running",
            "assignment__title": "Meten in de kas",
            "assignment__partner": company.partners.get(),
            "assignment__teacher": teacher,
            **fields,
        },
    )


def ended(team, *, days=0):
    """The team, finished this many days ago with its assignment."""
    moment = timezone.now() - datetime.timedelta(days=days)
    team.assignment.state, team.assignment.finished_at = "finished", moment
    team.assignment.save(update_fields=["state", "finished_at"])
    team.finished_at, team.hours_made = moment, 100
    team.save(update_fields=["finished_at", "hours_made"])
    return team
