"""The end of a team and of its assignment, and going back."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assignments import errors
from assignments.actions import finishing as actions
from assignments.finishing import expected_hours
from assignments.models import Assignment, Download
from assignments.tasks import archive_assignments
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.ending import ended, running_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(company, teacher, coach):
    return running_team(company=company, teacher=teacher, coach=coach)


def told(kind):
    """Who was told of this kind, by address."""
    rows = Notification.objects.filter(kind=f"assignments.{kind}")
    return sorted(rows.values_list("recipient__email", flat=True))


def state_of(team):
    team.refresh_from_db()
    team.assignment.refresh_from_db()
    return team.assignment.state, team.hours_made, team.finished_at == team.assignment.finished_at


@pytest.mark.parametrize("who", ["coach", "company", "teacher", "office"])
def test_the_last_team_ends_the_assignment(who, team, request):
    by = request.getfixturevalue(who)
    actions.finish_team(team, by=by, hours_made=Decimal("120.25"))
    assert state_of(team) == ("finished", Decimal("120.25"), True)
    people = {"coach@example.org", "company@example.org", "teacher@example.org"}
    assert told("team_finished") == sorted(people - {by.email})


def test_the_assignment_runs_as_long_as_a_team_is_at_it(team, coach):
    Assignment.objects.update(teams_wanted=2)
    factories.TeamFactory(assignment=team.assignment, state="accepted")
    factories.TeamFactory(assignment=team.assignment, state="reserve")
    actions.finish_team(team, by=coach, hours_made=Decimal(8))
    team.assignment.refresh_from_db()
    assert (team.assignment.state, team.assignment.finished_at) == ("running", None)


def test_nobody_else_finishes_it(team, charlie):
    with pytest.raises(errors.NotOfTeam):
        actions.finish_team(team, by=charlie, hours_made=Decimal(8))
    assert state_of(team) == ("running", None, True)


@pytest.mark.parametrize("hours", ["-0.25", "1.10"])
def test_hours_are_in_quarters(hours, team, coach):
    with pytest.raises(errors.WrongHours):
        actions.finish_team(team, by=coach, hours_made=Decimal(hours))


@pytest.mark.parametrize("state", ["matched", "archived"])
def test_only_what_runs_can_end(state, team, coach):
    Assignment.objects.update(state=state, finished_at=timezone.now())
    with pytest.raises(errors.NotRunning):
        actions.finish_team(team, by=coach, hours_made=Decimal(8))


def test_only_a_team_that_was_accepted_can_end(team, coach):
    other = factories.TeamFactory(assignment=team.assignment, coach=coach)
    with pytest.raises(errors.NotRunning):
        actions.finish_team(other, by=coach, hours_made=Decimal(8))


def test_sent_twice_it_ends_once(team, coach, company):
    first = actions.finish_team(team, by=coach, hours_made=Decimal(8))
    again = actions.finish_team(team, by=coach, hours_made=Decimal(8))
    assert again.finished_at == first.finished_at
    with pytest.raises(errors.FinishedAlready):
        actions.finish_team(team, by=company, hours_made=Decimal(9))
    assert state_of(team) == ("finished", Decimal(8), True)


def test_downloads_close_with_the_end(team, coach):
    document = factories.AssignmentDocumentFactory(assignment=team.assignment)
    Download.objects.create(document=document, team=team, user=coach)
    actions.finish_team(team, by=coach, hours_made=Decimal(8))
    with pytest.raises(IntegrityError, match="not under way"), transaction.atomic():
        Download.objects.create(document=document, team=team, user=coach)
    assert Download.objects.count() == 1


def test_a_side_finishes_it_for_all(team, company):
    Assignment.objects.update(teams_wanted=2)
    other = factories.TeamFactory(assignment=team.assignment, state="accepted")
    actions.finish_assignment(team.assignment, by=company, hours={team.pk: Decimal("7.5")})
    other.refresh_from_db()
    assert state_of(team) == ("finished", Decimal("7.5"), True)
    assert (other.hours_made, other.finished_at) == (None, team.finished_at)


def test_a_coach_does_not_finish_it_for_others(team, coach):
    with pytest.raises(errors.NotOfSides):
        actions.finish_assignment(team.assignment, by=coach, hours={})


def test_hours_are_put_right_afterwards(team, coach, charlie):
    with pytest.raises(errors.NotFinished):
        actions.set_hours(team, by=coach, hours_made=Decimal(1))
    ended(team)
    actions.set_hours(team, by=coach, hours_made=Decimal("3.75"))
    with pytest.raises(errors.NotOfTeam):
        actions.set_hours(team, by=charlie, hours_made=Decimal(1))
    assert state_of(team) == ("finished", Decimal("3.75"), True)
    Assignment.objects.update(state="archived")
    with pytest.raises(errors.WrongState):
        actions.set_hours(team, by=coach, hours_made=Decimal(1))


def test_what_ended_goes_on_within_two_weeks(team, teacher):
    ended(team, days=13)
    actions.reopen_team(team, by=teacher)
    assert state_of(team) == ("running", Decimal(100), True)
    assert team.finished_at is None


def test_reopening_the_assignment_takes_the_teams_that_ended_with_it(team, company):
    Assignment.objects.update(teams_wanted=2)
    earlier = factories.TeamFactory(
        assignment=team.assignment,
        state="accepted",
        finished_at=timezone.now() - datetime.timedelta(days=3),
    )
    ended(team)
    actions.reopen(team.assignment, by=company)
    earlier.refresh_from_db()
    assert state_of(team) == ("running", Decimal(100), True)
    assert earlier.finished_at is not None


def reopen_this_team(team, by):
    actions.reopen_team(team, by=by)


def reopen_all(team, by):
    actions.reopen(team.assignment, by=by)


@pytest.mark.parametrize("act", [reopen_this_team, reopen_all])
@pytest.mark.parametrize(
    ("days", "public", "by", "error"),
    [
        (15, False, "company", "TooLateToReopen"),
        (1, True, "company", "AlreadyPublic"),
        (1, False, "coach", "NotOfSides"),
    ],
)
def test_reopening_is_refused(act, days, public, by, error, team, request):
    ended(team, days=days)
    if public:
        now = timezone.now()
        factories.OutcomeFactory(team=team, company_yes_at=now, team_yes_at=now, published_at=now)
    user = request.getfixturevalue(by)
    with pytest.raises(getattr(errors, error)):
        act(team, user)
    assert state_of(team)[0] == "finished"


def test_after_a_year_it_is_put_away_and_still_read(team, client):
    old = ended(team, days=366).assignment
    fresh = factories.AssignmentFactory(state="finished", finished_at=timezone.now())
    archive_assignments()
    archive_assignments()
    states = Assignment.objects.order_by("pk").values_list("pk", "state")
    assert list(states) == [(old.pk, "archived"), (fresh.pk, "finished")]
    assert client.get(old.get_absolute_url()).status_code == 200


def test_the_hours_that_were_planned(team):
    assert expected_hours(team) is None
    factories.TeamCountFactory(team=team, number=3)
    factories.TeamCountFactory(team=team, number=2, level=6)
    team.assignment.hours_per_week, team.assignment.weeks = Decimal("7.5"), 4
    assert expected_hours(team) == Decimal(150)
