"""Two people at the same moment, on real connections: it is public once, with one draft of news."""

import pytest

from assignments.actions import finishing, outcomes
from assignments.models import Outcome, Team
from civportal.notifications.models import Happening
from news.models import NewsItem
from tests import factories
from tests.assignments.ending import TEXTS, ended, running_team
from tests.assignments.turns import in_turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(company, teacher, coach):
    return running_team(company=company, teacher=teacher, coach=coach)


@pytest.fixture
def outcome(team, coach):
    return outcomes.save_outcome(ended(team), texts=TEXTS, revision=0, by=coach)


def agree(outcome, by):
    return lambda: outcomes.agree(Outcome.objects.get(pk=outcome.pk), revision=1, by=by)


def test_two_agreements_publish_once(outcome, coach, company):
    assert in_turn(agree(outcome, coach), agree(outcome, company)) == ["done", "done"]
    outcome.refresh_from_db()
    assert outcome.published_at is not None
    assert (NewsItem.objects.count(), Happening.objects.count()) == (1, 1)


def test_the_same_side_twice_agrees_once(outcome, company):
    colleague = factories.MembershipFactory(
        partner=outcome.team.assignment.partner, role="representative"
    ).user
    assert in_turn(agree(outcome, company), agree(outcome, colleague)) == ["done", "done"]
    outcome.refresh_from_db()
    assert (outcome.company_yes_by, outcome.published_at) == (company, None)


def test_who_agrees_while_the_words_change_has_not_agreed_to_these(outcome, coach, company):
    outcomes.agree(outcome, revision=1, by=coach)

    def change():
        outcomes.save_outcome(
            Team.objects.get(), texts={**TEXTS, "title": "Anders"}, revision=1, by=coach
        )

    assert in_turn(change, agree(outcome, company)) == ["done", "OldWords"]
    outcome.refresh_from_db()
    assert (outcome.title, outcome.published_at, NewsItem.objects.count()) == ("Anders", None, 0)


def test_two_who_write_at_once_lose_nothing(team, coach, company):
    def write(by, title):
        return lambda: outcomes.save_outcome(
            Team.objects.get(), texts={**TEXTS, "title": title}, revision=0, by=by
        )

    found = in_turn(write(coach, "Van de coach"), write(company, "Van het bedrijf"))
    assert (found, Outcome.objects.get().title) == (["done", "ChangedMeanwhile"], "Van de coach")


def test_the_last_two_teams_end_the_assignment_together(team, coach):
    team.assignment.teams_wanted = 2
    team.assignment.save(update_fields=["teams_wanted"])
    other = factories.TeamFactory(assignment=team.assignment, state="accepted", coach=coach)

    def finish(which):
        return lambda: finishing.finish_team(Team.objects.get(pk=which.pk), by=coach, hours_made=8)

    assert in_turn(finish(team), finish(other)) == ["done", "done"]
    team.assignment.refresh_from_db()
    assert team.assignment.state == "finished"


def test_a_reopening_and_the_last_agreement_do_not_both_happen(outcome, coach, company):
    outcomes.agree(outcome, revision=1, by=coach)

    def reopen():
        finishing.reopen_team(Team.objects.get(), by=company)

    found = in_turn(reopen, agree(outcome, company))
    outcome.refresh_from_db()
    assert (found, outcome.published_at) == (["done", "NotFinished"], None)
