"""Feedback of both sides: who gives it, who reads it when, and until when it changes."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.utils import timezone

from assignments import errors
from assignments.actions import feedback as actions
from assignments.actions.feedback import version_of
from assignments.models import Feedback
from assignments.notifications.finishing_telling import ask_for_feedback
from civportal.accounts.models import User
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.ending import ended, running_team

pytestmark = pytest.mark.django_db

WORDS = {"went_well": "Fijn gewerkt.", "better": "Eerder data.", "again": True}


@pytest.fixture
def team(company, teacher, coach):
    return ended(running_team(company=company, teacher=teacher, coach=coach))


def give(team, by, version="", **said):
    return actions.give_feedback(team, by=by, **{**WORDS, **said}, version=version)


def readers(feedback, people):
    one_by_one = {
        name
        for name, user in people.items()
        if Feedback.objects.visible_to(user).filter(pk=feedback.pk).exists()
    }
    known = {user.pk: name for name, user in people.items() if user.pk}
    at_once = User.objects.filter(
        Exists(Feedback.objects.visible_to(OuterRef("pk")).filter(pk=feedback.pk)), pk__in=known
    )
    assert {known[user.pk] for user in at_once} == one_by_one
    return one_by_one


@pytest.fixture
def people(company, teacher, coach, office, charlie):
    return {
        "company": company,
        "teacher": teacher,
        "coach": coach,
        "office": office,
        "charlie": charlie,
        "visitor": AnonymousUser(),
    }


def test_nobody_reads_the_others_before_giving_their_own(team, company, coach, people):
    theirs = give(team, company)
    assert readers(theirs, people) == {"company", "office"}
    own = give(team, coach)
    everyone = {"company", "coach", "teacher", "office"}
    assert (readers(theirs, people), readers(own, people)) == (everyone, everyone)


def test_after_a_month_both_read_what_there_is(team, coach, people):
    own = give(team, coach)
    ended(team, days=29)
    assert readers(own, people) == {"coach", "office"}
    ended(team, days=31)
    assert readers(own, people) == {"coach", "office", "company", "teacher"}


def test_a_coach_who_is_of_the_company_too_speaks_for_the_team_alone(team, coach, company):
    factories.MembershipFactory(user=coach, partner=team.assignment.partner, role="contact")
    assert give(team, coach).side == "team"
    theirs = give(team, company)
    assert theirs.side == "company"


@pytest.mark.parametrize("who", ["teacher", "office", "charlie"])
def test_the_others_give_none(who, team, request):
    with pytest.raises(errors.NotASide):
        give(team, request.getfixturevalue(who))
    assert not Feedback.objects.exists()


def test_not_before_the_end(company, teacher, coach):
    team = running_team(company=company, teacher=teacher, coach=coach)
    with pytest.raises(errors.NotFinished):
        give(team, coach)


def test_it_changes_until_the_other_side_has_read_it(team, coach, company):
    first = give(team, coach)
    changed = give(team, coach, version=version_of(first), better="Meer tijd.")
    assert (changed.pk, changed.better) == (first.pk, "Meer tijd.")
    actions.read_feedback(changed, by=company)
    assert give(team, coach, better="Meer tijd.").pk == first.pk  # the same: sent twice
    with pytest.raises(errors.FeedbackFixed):
        give(team, coach, version=version_of(changed), better="Toch niet.")
    assert Feedback.objects.get().better == "Meer tijd."


@pytest.mark.parametrize("who", ["coach", "teacher", "office"])
def test_reading_by_others_than_the_other_side_leaves_it_open(who, team, coach, request):
    given = give(team, coach)
    assert actions.read_feedback(given, by=request.getfixturevalue(who)).read_at is None


def test_it_does_not_change_after_a_week(team, coach):
    given = give(team, coach)
    Feedback.objects.update(at=timezone.now() - datetime.timedelta(days=8))
    with pytest.raises(errors.FeedbackFixed):
        give(team, coach, version=version_of(given), better="Later.")


def test_two_of_one_side_do_not_overwrite_each_other(team, company):
    colleague = factories.MembershipFactory(
        partner=team.assignment.partner, role="representative"
    ).user
    seen = give(team, company)
    give(team, colleague, version=version_of(seen), better="Van de collega.")
    with pytest.raises(errors.ChangedMeanwhile):
        give(team, company, version=version_of(seen), better="Van mij.")
    with pytest.raises(errors.ChangedMeanwhile):
        give(team, company, version="", better="Voor het eerst, dacht ik.")
    assert Feedback.objects.get().better == "Van de collega."


def asked():
    rows = Notification.objects.filter(kind="assignments.team_feedback_due").order_by("pk")
    return list(rows.values_list("recipient__email", flat=True))


def test_who_gave_none_is_asked_after_one_week_and_after_three(team, coach, company):
    give(team, company)
    start = team.finished_at
    found = []
    for days in (6, 7, 8, 21, 22, 61):
        ask_for_feedback(start + datetime.timedelta(days=days, minutes=1))
        found.append(asked())
    once, twice = ["coach@example.org"], ["coach@example.org"] * 2
    assert found == [[], once, once, twice, twice, twice]


def test_nobody_is_asked_who_gave_it(team, coach, company):
    give(team, company)
    give(team, coach)
    assert ask_for_feedback(team.finished_at + datetime.timedelta(days=22)) == 0
    assert asked() == []
