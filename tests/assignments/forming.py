"""Teams for the tests: an assignment on the board, and what a coach fills in."""

from assignments.actions.teams import Details
from tests import factories


def open_assignment(*, company, teacher, **fields):
    """On the board, of the company of ``company``, with ``teacher`` who posted it."""
    return factories.AssignmentFactory(
        partner=company.partners.get(), contact=company, teacher=teacher, **fields
    )


def details(*, school, name="Team Groen", motivation="Wij meten graag.", **counts):
    """``level_4=3`` is three students of level 4."""
    numbers = {int(level.removeprefix("level_")): number for level, number in counts.items()}
    return Details(
        name=name,
        motivation=motivation,
        counts={
            (school.pk, level): number for level, number in (numbers or {4: 3}).items() if number
        },
    )


def draft(assignment, coach, **fields):
    """A team of ``coach`` with three students that has not applied."""
    team = factories.TeamFactory(assignment=assignment, coach=coach, state="draft", **fields)
    factories.TeamCountFactory(team=team, school=coach.partners.get(), level=6, number=3)
    return team


def sent(assignment, coach=None, state="applied", **fields):
    """A team that stands before those who posted."""
    coach = coach or factories.MembershipFactory(role="teacher", partner__kind="mbo_school").user
    team = factories.TeamFactory(assignment=assignment, coach=coach, state=state, **fields)
    factories.TeamCountFactory(team=team, school=coach.partners.get(), level=4, number=4)
    return team
