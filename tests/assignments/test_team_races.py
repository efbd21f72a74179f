"""Teams at the same moment, on real connections: who comes second hears it kindly."""

import datetime

import pytest
from django.utils import timezone

from assignments.actions import names, posting, teams
from assignments.applying import centre_day
from assignments.models import Assignment, Team, TeamMember
from assignments.voices import voice_of
from civportal.notifications.models import Notification
from tests.assignments.forming import details, draft, open_assignment, sent
from tests.assignments.turns import in_turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def assignment(company, teacher):
    return open_assignment(company=company, teacher=teacher)


def fresh(team):
    """As another request would read it."""
    return Team.objects.get(pk=team.pk)


def states():
    return sorted(Team.objects.values_list("state", flat=True))


def test_of_two_acceptances_exactly_one_wins(assignment, company, teacher):
    first, second = sent(assignment), sent(assignment)
    ended = in_turn(
        lambda: teams.accept(fresh(first), by=company),
        lambda: teams.accept(fresh(second), by=teacher),
    )
    assert (ended, states()) == (["done", "Full"], ["accepted", "reserve"])
    assignment.refresh_from_db()
    assert assignment.state == "matched"
    assert Notification.objects.filter(kind="assignments.team_accepted").count() == 1


def test_the_database_alone_lets_one_of_two_in(assignment):
    """Whatever writes: two rows at one moment, without the action that holds the assignment."""
    first, second = sent(assignment), sent(assignment)

    def write(team):
        def do():
            row = fresh(team)
            row.state, row.decided_at = "accepted", timezone.now()
            teams._save_decision(row)

        return do

    assert in_turn(write(first), write(second)) == ["done", "Full"]
    assert states() == ["accepted", "applied"]


def test_the_same_team_accepted_twice_is_accepted_once(assignment, company, teacher):
    team = sent(assignment)
    ended = in_turn(
        lambda: teams.accept(fresh(team), by=company),
        lambda: teams.accept(fresh(team), by=teacher),
    )
    assert (ended, fresh(team).decided_by) == (["done", "done"], company)
    assert Notification.objects.filter(kind="assignments.team_accepted").count() == 1


def test_who_applies_while_the_last_place_goes_is_too_late(assignment, company, coach):
    first, second = sent(assignment), draft(assignment, coach)
    ended = in_turn(
        lambda: teams.accept(fresh(first), by=company),
        lambda: teams.apply(fresh(second), by=coach),
    )
    assert (ended, states()) == (["done", "TeamsFound"], ["accepted", "draft"])


def test_who_applied_just_before_the_last_place_went_is_in_reserve(assignment, company, coach):
    first, second = sent(assignment), draft(assignment, coach)
    ended = in_turn(
        lambda: teams.apply(fresh(second), by=coach),
        lambda: teams.accept(fresh(first), by=company),
    )
    assert (ended, states()) == (["done", "done"], ["accepted", "reserve"])


def test_who_applies_while_the_last_day_moves_is_too_late(assignment, coach):
    team = draft(assignment, coach)

    def close():
        yesterday = centre_day() - datetime.timedelta(days=1)
        Assignment.objects.filter(pk=assignment.pk).update(apply_by=yesterday)

    ended = in_turn(close, lambda: teams.apply(fresh(team), by=coach))
    assert (ended, states()) == (["done", "DeadlinePassed"], ["draft"])


def test_who_applies_while_the_assignment_is_withdrawn_is_too_late(assignment, company, coach):
    team = draft(assignment, coach)
    voice = voice_of(company, assignment)
    ended = in_turn(
        lambda: posting.withdraw(assignment, reason="Gaat niet door.", by=voice),
        lambda: teams.apply(fresh(team), by=coach),
    )
    assert (ended, states()) == (["done", "AssignmentWithdrawn"], ["draft"])


def test_applying_twice_at_once_is_once(assignment, coach):
    team = draft(assignment, coach)
    ended = in_turn(
        lambda: teams.apply(fresh(team), by=coach), lambda: teams.apply(fresh(team), by=coach)
    )
    assert ended == ["done", "done"]
    assert Notification.objects.filter(kind="assignments.team_applied").count() == 2


def test_a_form_sent_twice_at_once_is_one_team(assignment, coach):
    said = details(school=coach.partners.get())
    ended = in_turn(
        lambda: teams.form_team(assignment, said, by=coach),
        lambda: teams.form_team(assignment, said, by=coach),
    )
    assert (ended, Team.objects.count()) == (["done", "done"], 1)


def test_a_team_that_withdraws_at_that_moment_is_not_accepted(assignment, company, coach):
    team = sent(assignment, coach)
    ended = in_turn(
        lambda: teams.withdraw(fresh(team), by=coach),
        lambda: teams.accept(fresh(team), by=company),
    )
    assert (ended, states()) == (["done", "TeamGone"], ["withdrawn"])


def test_a_yes_and_a_no_at_once_is_the_first(assignment, company, teacher):
    team = sent(assignment)
    ended = in_turn(
        lambda: teams.decline(fresh(team), reason="Nee", by=company),
        lambda: teams.accept(fresh(team), by=teacher),
    )
    assert (ended, states()) == (["done", "AlreadyDecidedOnTeam"], ["declined"])


def test_no_name_is_left_of_a_team_that_withdraws_at_that_moment(company, teacher, coach):
    assignment = open_assignment(
        company=company, teacher=teacher, names_needed=True, names_reason="Toegang"
    )
    team = sent(assignment, coach)
    teams.accept(team, by=company)
    ended = in_turn(
        lambda: teams.withdraw(fresh(team), by=coach),
        lambda: names.write_names(fresh(team), [("Nina", centre_day())], by=coach),
    )
    assert (ended, TeamMember.objects.count()) == (["done", "NoNames"], 0)
