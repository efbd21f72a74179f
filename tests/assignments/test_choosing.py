"""Those who posted choose: accept, keep in reserve, decline; and never more teams than wanted."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assignments.actions import posting, running, teams
from assignments.errors import (
    AlreadyDecidedOnTeam,
    Full,
    NotADecider,
    NoTeamYet,
    NotMore,
    ReasonMissing,
    TeamGone,
    WrongState,
)
from assignments.models import Team
from assignments.voices import voice_of
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.forming import draft, open_assignment, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(company, teacher):
    return open_assignment(company=company, teacher=teacher)


def states(*rows):
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


def told(kind):
    rows = Notification.objects.filter(kind=f"assignments.{kind}", state="pending")
    return sorted(rows.values_list("subject", flat=True))


def test_the_last_place_makes_a_match_and_the_others_are_in_reserve(assignment, company, coach):
    team, other, gone = sent(assignment, coach), sent(assignment), sent(assignment)
    teams.withdraw(gone, by=gone.coach)
    for _time in range(2):
        teams.accept(team, by=company)
    assert states(team, other, gone, assignment) == [
        "accepted",
        "reserve",
        "withdrawn",
        "matched",
    ]
    assert assignment.matched_at is not None
    assert (team.decided_by, told("team_accepted")) == (company, [f"team:{team.pk}"])
    assert told("team_reserve") == [f"team:{other.pk}"]


def test_as_long_as_places_are_left_others_can_apply(assignment, company):
    assignment.teams_wanted = 2
    assignment.save()
    team, other = sent(assignment), sent(assignment)
    teams.accept(team, by=company)
    assert states(assignment, other) == ["published", "applied"]
    teams.accept(other, by=company)
    assert states(assignment) == ["matched"]


def test_no_more_than_wanted(assignment, company):
    first, second = sent(assignment), sent(assignment)
    teams.accept(first, by=company)
    with pytest.raises(Full, match=r"(?i)reserve"):
        teams.accept(second, by=company)
    assert states(second) == ["reserve"]
    with pytest.raises(IntegrityError, match="no more teams than wanted"), transaction.atomic():
        Team.objects.filter(pk=second.pk).update(state="accepted", decided_at=first.applied_at)


def test_no_fewer_wanted_than_accepted(assignment, company):
    assignment.teams_wanted = 2
    assignment.save()
    for team in (sent(assignment), sent(assignment)):
        teams.accept(team, by=company)
    with pytest.raises(IntegrityError, match="no more teams than wanted"), transaction.atomic():
        type(assignment).objects.filter(pk=assignment.pk).update(teams_wanted=1)


def test_who_chooses(assignment, company, teacher, coach, office, charlie):
    colleague = factories.MembershipFactory(partner=assignment.partner, role="representative").user
    member = factories.MembershipFactory(partner=assignment.partner, role="member").user
    other = factories.MembershipFactory().user
    team = sent(assignment, coach)
    for person in (coach, charlie, member, other):
        for act in (teams.accept, teams.keep_in_reserve, teams.take_back_decline):
            with pytest.raises(NotADecider):
                act(team, by=person)
        with pytest.raises(NotADecider):
            teams.decline(team, reason="Nee", by=person)
        with pytest.raises(NotADecider):
            teams.enough(assignment, by=person)
        with pytest.raises(NotADecider):
            teams.want_more(assignment, number=3, by=person)
    for person in (company, teacher, office, colleague):
        teams.decline(team, reason="Nee", by=person)
        assert teams.take_back_decline(team, by=person).state == "applied"


def test_a_teacher_who_coaches_a_team_does_not_choose(assignment, teacher, company):
    sent(assignment, teacher)
    other = sent(assignment)
    with pytest.raises(NotADecider):
        teams.accept(other, by=teacher)
    assert teams.accept(other, by=company).state == "accepted"


def test_reserve_is_neither_yes_nor_no(assignment, company):
    team = sent(assignment)
    for _time in range(2):
        assert teams.keep_in_reserve(team, by=company).state == "reserve"
    assert told("team_reserve") == [f"team:{team.pk}"]
    assert teams.accept(team, by=company).state == "accepted"
    with pytest.raises(AlreadyDecidedOnTeam):
        teams.keep_in_reserve(team, by=company)


def test_a_no_has_a_reason_and_can_be_taken_back(assignment, company):
    team = sent(assignment)
    with pytest.raises(ReasonMissing):
        teams.decline(team, reason="  ", by=company)
    for _time in range(2):
        teams.decline(team, reason=" Geen plek op vrijdag. ", by=company)
    assert states(team) == ["declined"]
    assert (team.reason, team.decided_by) == ("Geen plek op vrijdag.", company)
    with pytest.raises(AlreadyDecidedOnTeam):
        teams.accept(team, by=company)
    for _time in range(2):
        teams.take_back_decline(team, by=company)
    assert states(team) == ["applied"]
    assert (team.reason, team.decided_by, team.decided_at) == ("", None, None)
    # The mail had not gone out yet, so the coach need not hear of either.
    assert (told("team_declined"), told("team_reconsidered")) == ([], [])


def test_a_coach_who_has_read_the_no_hears_that_it_is_taken_back(assignment, company):
    team = sent(assignment)
    teams.decline(team, reason="Nee", by=company)
    Notification.objects.filter(kind="assignments.team_declined").update(
        state="sent", settled_at=team.applied_at
    )
    teams.take_back_decline(team, by=company)
    assert told("team_reconsidered") == [f"team:{team.pk}"]


def test_a_no_that_is_taken_back_when_all_places_are_taken_is_a_reserve(assignment, company):
    team, other = sent(assignment), sent(assignment)
    teams.decline(team, reason="Nee", by=company)
    teams.accept(other, by=company)
    assert teams.take_back_decline(team, by=company).state == "reserve"


def test_an_accepted_team_is_not_declined(assignment, company):
    team = sent(assignment)
    teams.accept(team, by=company)
    with pytest.raises(AlreadyDecidedOnTeam):
        teams.decline(team, reason="Nee", by=company)


def test_a_team_that_is_gone_or_a_draft_is_not_chosen(assignment, company, coach):
    gone = sent(assignment, coach, state="withdrawn")
    with pytest.raises(TeamGone):
        teams.accept(gone, by=company)
    with pytest.raises(WrongState):
        teams.accept(draft(assignment, coach), by=company)


@pytest.mark.parametrize("state", ["withdrawn", "finished", "archived"])
def test_what_is_over_has_no_choice(state, company, teacher):
    assignment = open_assignment(company=company, teacher=teacher, state=state)
    team = sent(assignment)
    for act in (teams.accept, teams.keep_in_reserve, teams.take_back_decline):
        with pytest.raises(WrongState):
            act(team, by=company)
    with pytest.raises(WrongState):
        teams.decline(team, reason="Nee", by=company)


def test_a_reserve_steps_in_while_it_runs(assignment, company, coach):
    team, other = sent(assignment, coach), sent(assignment)
    teams.accept(team, by=company)
    running.start(assignment, by=company)
    teams.withdraw(team, by=coach)
    assert states(assignment) == ["running"]
    assert teams.accept(other, by=company).state == "accepted"
    assert states(assignment) == ["running"]


# --- how many ------------------------------------------------------------------------------------


def test_enough_with_fewer_closes_it(assignment, company):
    assignment.teams_wanted = 3
    assignment.save()
    team, other = sent(assignment), sent(assignment)
    with pytest.raises(NoTeamYet):
        teams.enough(assignment, by=company)
    teams.accept(team, by=company)
    for _time in range(2):
        teams.enough(assignment, by=company)
    assert states(assignment, other) == ["matched", "reserve"]
    assert told("team_reserve") == [f"team:{other.pk}"]
    # There is a place still: a team from the reserve can have it.
    assert teams.accept(other, by=company).state == "accepted"


def test_asking_for_more_opens_it_again(assignment, company):
    teams.accept(sent(assignment), by=company)
    assert states(assignment) == ["matched"]
    for _time in range(2):
        teams.want_more(assignment, number=2, by=company)
    assert states(assignment) == ["published"]
    assert (assignment.teams_wanted, assignment.matched_at) == (2, None)
    with pytest.raises(NotMore):
        teams.want_more(assignment, number=1, by=company)


def test_the_number_of_teams_in_the_form_of_the_assignment_does_the_same(company, teacher):
    day = timezone.localdate() + datetime.timedelta(days=30)
    assignment = open_assignment(
        company=company, teacher=teacher, teams_wanted=2, description="Meten.", weeks=8,
        hours_per_week=4, starts_on=day, apply_by=day, online=True,
    )  # fmt: skip
    factories.GoalFactory(assignment=assignment)
    team, other = sent(assignment), sent(assignment)
    teams.accept(team, by=company)
    posting.change(assignment, {"teams_wanted": 1}, by=voice_of(company, assignment))
    assert states(assignment, other) == ["matched", "reserve"]
    posting.change(assignment, {"teams_wanted": 2}, by=voice_of(company, assignment))
    assert states(assignment) == ["published"]
