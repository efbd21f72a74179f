"""The outcome: written together, public when both agree to the same words."""

import pytest
from django.db import IntegrityError

from assignments import errors
from assignments.actions import outcomes as actions
from assignments.models import Outcome
from civportal.notifications.models import Follow, Happening, Notification
from news.models import NewsItem
from tests import factories
from tests.assignments.ending import TEXTS, ended, running_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(company, teacher, coach):
    return ended(running_team(company=company, teacher=teacher, coach=coach))


@pytest.fixture
def outcome(team, coach):
    return actions.save_outcome(team, texts=TEXTS, revision=0, by=coach)


def told(kind):
    rows = Notification.objects.filter(kind=f"assignments.{kind}").order_by("pk")
    return list(rows.values_list("recipient__email", flat=True))


def stands(outcome):
    """Who agreed, and whether it is public."""
    outcome.refresh_from_db()
    return (
        outcome.company_yes_at is not None,
        outcome.team_yes_at is not None,
        outcome.published_at is not None,
    )


@pytest.mark.parametrize("who", ["coach", "company", "teacher", "office"])
def test_each_of_them_writes_it(who, team, request):
    by = request.getfixturevalue(who)
    outcome = actions.save_outcome(team, texts=TEXTS, revision=0, by=by)
    assert {name: getattr(outcome, name) for name in TEXTS} == TEXTS
    assert (outcome.written_by, outcome.revision) == (by, 1)
    assert told("team_outcome_to_agree") == [
        person.email
        for person in sorted([team.coach, request.getfixturevalue("company")], key=lambda p: p.pk)
        if person != by
    ]


def test_a_stranger_does_not(team, charlie):
    with pytest.raises(errors.NotOfTeam):
        actions.save_outcome(team, texts=TEXTS, revision=0, by=charlie)


def test_there_is_nothing_to_tell_before_the_start(team, coach):
    team.assignment.state = "matched"
    team.assignment.save(update_fields=["state"])
    with pytest.raises(errors.NotRunning):
        actions.save_outcome(team, texts=TEXTS, revision=0, by=coach)


def test_no_word_is_lost(outcome, team, company, coach):
    changed = {**TEXTS, "lasts": "Ook het lesboek."}
    actions.save_outcome(team, texts=changed, revision=1, by=company)
    with pytest.raises(errors.ChangedMeanwhile):
        actions.save_outcome(team, texts={**TEXTS, "lasts": "Niets."}, revision=1, by=coach)
    with pytest.raises(errors.ChangedMeanwhile):
        actions.save_outcome(team, texts={**TEXTS, "lasts": "Nieuw."}, revision=0, by=coach)
    actions.save_outcome(team, texts=changed, revision=1, by=coach)  # the same words
    outcome.refresh_from_db()
    assert (outcome.lasts, outcome.revision, outcome.written_by) == (
        "Ook het lesboek.", 2, company,
    )  # fmt: skip


def test_with_both_it_is_public_and_news_is_drafted(outcome, coach, company, office):
    actions.agree(outcome, revision=1, by=coach)
    assert stands(outcome) == (False, True, False)
    assert NewsItem.objects.count() == 0
    actions.agree(outcome, revision=1, by=company)
    assert stands(outcome) == (True, True, True)
    assert NewsItem.objects.get().outcome == outcome
    assert sorted(told("team_outcome_public")) == [
        "coach@example.org", "office@example.org", "teacher@example.org",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["teacher", "office", "charlie"])
def test_others_do_not_agree(who, outcome, request):
    with pytest.raises(errors.NotASide):
        actions.agree(outcome, revision=1, by=request.getfixturevalue(who))
    assert stands(outcome) == (False, False, False)


def test_nobody_agrees_for_both(outcome, coach):
    factories.MembershipFactory(user=coach, partner=outcome.team.assignment.partner)
    actions.agree(outcome, revision=1, by=coach)
    actions.agree(outcome, revision=1, by=coach)
    assert stands(outcome) == (False, True, False)


def test_not_to_old_words(outcome, team, coach, company):
    actions.save_outcome(team, texts={**TEXTS, "title": "Anders"}, revision=1, by=coach)
    with pytest.raises(errors.OldWords):
        actions.agree(outcome, revision=1, by=company)
    assert stands(outcome) == (False, False, False)


def test_not_before_the_team_has_finished(company, teacher, coach):
    team = running_team(company=company, teacher=teacher, coach=coach)
    outcome = actions.save_outcome(team, texts=TEXTS, revision=0, by=coach)
    with pytest.raises(errors.NotFinished):
        actions.agree(outcome, revision=1, by=coach)


def both_agree(outcome, coach, company):
    for by in (coach, company):
        actions.agree(outcome, revision=outcome.revision, by=by)


def test_a_change_takes_both_agreements_back(outcome, team, coach, company, office):
    both_agree(outcome, coach, company)
    actions.save_outcome(team, texts={**TEXTS, "title": "Anders"}, revision=1, by=coach)
    assert stands(outcome) == (False, False, False)
    assert told("team_outcome_changed") == [
        person.email for person in sorted([company, office], key=lambda p: p.pk)
    ]


@pytest.mark.parametrize(
    ("who", "left"),
    [
        ("company", (False, True, False)),
        ("coach", (True, False, False)),
        ("office", (False, False, False)),
    ],
)
def test_taken_back_after_publication(who, left, outcome, coach, company, office, request, client):
    both_agree(outcome, coach, company)
    page = outcome.team.assignment.get_absolute_url()
    assert TEXTS["result"] in client.get(page).text
    by = request.getfixturevalue(who)
    actions.withdraw_agreement(outcome, by=by)
    actions.withdraw_agreement(outcome, by=by)
    assert stands(outcome) == left
    assert TEXTS["result"] not in client.get(page).text
    everyone = {"coach", "company", "office", "teacher"}
    assert sorted(told("team_outcome_withdrawn")) == sorted(
        f"{name}@example.org" for name in everyone - {who}
    )


def test_taken_back_before_publication_is_not_the_offices_matter(outcome, coach, office):
    actions.agree(outcome, revision=1, by=coach)
    actions.withdraw_agreement(outcome, by=coach)
    assert stands(outcome) == (False, False, False)
    assert sorted(told("team_outcome_withdrawn")) == ["company@example.org", "teacher@example.org"]


def test_others_take_nothing_back(outcome, coach, teacher):
    actions.agree(outcome, revision=1, by=coach)
    with pytest.raises(errors.NotASide):
        actions.withdraw_agreement(outcome, by=teacher)
    assert stands(outcome) == (False, True, False)


def test_who_follows_the_line_or_a_school_hears_of_it(outcome, coach, company):
    line = factories.LineFactory()
    outcome.team.assignment.lines.add(line)
    school = factories.TeamCountFactory(team=outcome.team).school
    for topic in (f"line:{line.pk}", f"partner:{school.pk}", "partner:0"):
        Follow.objects.create(user=factories.UserFactory(), topic=topic)
    both_agree(outcome, coach, company)
    happening = Happening.objects.get(kind="assignments.assignment_outcome")
    assert (happening.subject, happening.topics) == (
        f"outcome:{outcome.pk}",
        sorted([
            f"line:{line.pk}", f"partner:{outcome.team.assignment.partner_id}",
            f"partner:{school.pk}",
        ]),
    )  # fmt: skip


def test_one_news_item_however_often_it_becomes_public(outcome, coach, company):
    both_agree(outcome, coach, company)
    actions.withdraw_agreement(outcome, by=coach)
    actions.agree(outcome, revision=1, by=coach)
    assert stands(outcome) == (True, True, True)
    assert (NewsItem.objects.count(), Happening.objects.count()) == (1, 1)


def test_the_database_keeps_what_one_side_alone_wants_from_being_public(outcome):
    with pytest.raises(IntegrityError, match="public_when_both_agree"):
        Outcome.objects.update(published_at="2021-01-01T00:00Z")
