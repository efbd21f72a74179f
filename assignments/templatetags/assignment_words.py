"""The words of ``assignments.words`` in templates: ``{% load assignment_words %}``."""

from typing import NamedTuple

from django import template

from assignments import words
from assignments.models import Assignment, LevelGoal
from programme_lines.choices import Level

register = template.Library()


@register.filter
def status(assignment: Assignment) -> words.Status:
    """How far it is: ``.label`` and ``.tone`` of a pill."""
    return words.status(assignment)


@register.filter
def is_open(assignment: Assignment) -> bool:
    """Whether a team can apply for it today, or a class can be booked."""
    return words.is_open(assignment)


@register.filter
def level_range(assignment: Assignment) -> str:
    """The levels it is for: ``Mbo level 4 to hbo bachelor``."""
    return words.level_range(assignment.level_min, assignment.level_max)


@register.filter
def workload(assignment: Assignment) -> str:
    """Weeks and hours: ``10 weeks, 8 hours a week``."""
    return words.workload(assignment)


@register.filter
def team_wanted(assignment: Assignment) -> str:
    """The teams it asks for: ``2 teams of 3 to 5 students``."""
    return words.team_wanted(assignment)


@register.filter
def days_left(assignment: Assignment) -> str:
    """How long teams can apply, while they can: ``5 days left``."""
    return words.days_left(assignment.apply_by) if assignment.takes_teams else ""


@register.filter
def in_hours(amount: object) -> str:
    """A number of hours without needless decimals."""
    return words.hours(amount)


class LevelWords(NamedTuple):
    """One level of an assignment: its name, what that is, and what it learns and delivers."""

    name: str
    plain: str
    goal: LevelGoal | None


@register.filter
def by_level(assignment: Assignment) -> list[LevelWords]:
    """The levels it is for, the lowest first, each with its goal where one was written."""
    goals = {goal.level: goal for goal in assignment.goals.all() if goal.learns or goal.delivers}
    levels = [*assignment.levels, *(Level(level) for level in goals)]
    return [
        LevelWords(str(level.label), str(words.PLAIN_LEVELS[level]), goals.get(level))
        for level in sorted(set(levels))
    ]
