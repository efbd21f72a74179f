"""What the mails about the end say, and when they no longer hold."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from assignments.actions import feedback, finishing, outcomes
from assignments.models import Assignment
from assignments.notifications import finishing as kinds_of_end
from assignments.notifications.finishing_telling import FEEDBACK_DUE, think_of_next_year
from civportal.notifications.delivery import deliver_batch
from civportal.notifications.kinds import kind
from civportal.notifications.models import Notification
from civportal.notifications.outbox import notify
from tests import factories
from tests.assignments.ending import TEXTS, ended, running_team

pytestmark = pytest.mark.django_db
NOON = timezone.now().replace(hour=11, minute=0)


@pytest.fixture
def team(company, teacher, coach):
    return running_team(company=company, teacher=teacher, coach=coach)


def composed(name):
    """The subject line of each mail of a kind by its reader, None where it is withheld."""
    rows = list(Notification.objects.filter(kind=f"assignments.{name}").select_related("recipient"))
    made = kind(f"assignments.{name}").compose(rows)
    return {
        row.recipient.email.partition("@")[0]: getattr(
            getattr(made[row.pk], "letter", None), "subject", None
        )
        for row in rows
    }


def text_of(name, reader):
    row = Notification.objects.select_related("recipient").get(
        kind=f"assignments.{name}", recipient=reader
    )
    letter = kind(f"assignments.{name}").compose([row])[row.pk].letter
    return " ".join(letter.paragraphs), letter.action


def test_who_finished_it_hears_nothing_and_the_others_are_asked(team, coach, company, teacher):
    finishing.finish_team(team, by=coach, hours_made=8)
    assert composed("team_finished").keys() == {"company", "teacher"}
    _words, action = text_of("team_finished", company)
    assert action[1].endswith(f"/opdrachten/team/{team.pk}/feedback/")
    _words, for_teacher = text_of("team_finished", teacher)
    assert for_teacher[1].endswith(f"/opdrachten/team/{team.pk}/")
    finishing.reopen_team(team, by=company)
    assert composed("team_finished") == {"company": None, "teacher": None}


def test_a_letter_goes_to_the_contact_person_alone_where_there_is_one(team, coach, company):
    contact = factories.UserFactory(email="contact@example.org")
    Assignment.objects.update(contact=contact)
    finishing.finish_team(team, by=coach, hours_made=8)
    assert composed("team_finished").keys() == {"contact", "teacher"}


def test_who_loses_sight_of_it_is_not_told(team, coach, company):
    finishing.finish_team(team, by=coach, hours_made=8)
    company.memberships.all().delete()
    assert composed("team_finished")["company"] is None


def test_feedback_says_whether_it_can_be_read(team, coach, company):
    ended(team)
    said = {"went_well": "Goed.", "better": "", "again": None, "version": ""}
    feedback.give_feedback(team, by=coach, **said)
    before, _action = text_of("team_feedback_given", company)
    feedback.give_feedback(team, by=company, **said)
    after, _action = text_of("team_feedback_given", company)
    assert before != after
    assert set(composed("team_feedback_given")) == {"company", "coach", "teacher"}


def test_what_was_agreed_meanwhile_is_not_asked(team, coach, company):
    outcome = outcomes.save_outcome(ended(team), texts=TEXTS, revision=0, by=coach)
    assert None not in composed("team_outcome_to_agree").values()
    outcomes.agree(outcome, revision=1, by=company)
    assert composed("team_outcome_to_agree")["company"] is None


def test_agreeing_right_after_writing_is_one_mail(team, coach, company):
    outcome = outcomes.save_outcome(ended(team), texts=TEXTS, revision=0, by=coach)
    outcomes.agree(outcome, revision=1, by=coach)
    rows = Notification.objects.filter(kind="assignments.team_outcome_to_agree")
    assert [row.recipient for row in rows] == [company]


def test_an_agreement_that_is_given_again_asks_again(team, coach, company):
    outcome = outcomes.save_outcome(ended(team), texts=TEXTS, revision=0, by=coach)
    outcomes.agree(outcome, revision=1, by=coach)
    outcomes.withdraw_agreement(outcome, by=coach)
    outcomes.agree(outcome, revision=1, by=coach)
    rows = Notification.objects.filter(kind="assignments.team_outcome_to_agree", recipient=company)
    assert rows.count() == 2


def test_of_several_changes_the_last_is_told(team, coach, company):
    outcome = outcomes.save_outcome(ended(team), texts=TEXTS, revision=0, by=coach)
    outcomes.agree(outcome, revision=1, by=company)
    outcomes.save_outcome(team, texts={**TEXTS, "title": "Twee"}, revision=1, by=coach)
    assert composed("team_outcome_changed")["company"] is not None
    outcomes.save_outcome(team, texts={**TEXTS, "title": "Drie"}, revision=2, by=coach)
    assert composed("team_outcome_changed")["company"] is None


def test_what_is_off_the_site_again_is_not_told_as_public(team, coach, company, office):
    outcome = outcomes.save_outcome(ended(team), texts=TEXTS, revision=0, by=coach)
    for by in (coach, company):
        outcomes.agree(outcome, revision=1, by=by)
    assert composed("team_outcome_public").keys() == {"coach", "office", "teacher"}
    outcomes.withdraw_agreement(outcome, by=company)
    assert set(composed("team_outcome_public").values()) == {None}


def test_the_digest_tells_of_what_is_public(team, coach, company):
    outcome = outcomes.save_outcome(ended(team), texts=TEXTS, revision=0, by=coach)
    line = factories.LineFactory(title="Practoraat")
    team.assignment.lines.add(line)
    entry = kinds_of_end.entries([outcome.pk])[outcome.pk]
    assert (entry.title, entry.text, entry.topic, entry.language) == (
        TEXTS["title"], TEXTS["summary"], "Practoraat", "nl",
    )  # fmt: skip


def test_after_ten_months_there_is_talk_of_next_year(team, teacher, company):
    ended(team)
    start = team.assignment.started_at
    days = datetime.timedelta(days=1)
    found = []
    for after in (299, 301, 302, 331):
        think_of_next_year(start + after * days)
        found.append(sorted(composed("assignment_next_year")))
    assert found == [[], ["company", "teacher"], ["company", "teacher"], ["company", "teacher"]]
    factories.AssignmentFactory(copied_from=team.assignment, state="draft")
    assert set(composed("assignment_next_year").values()) == {None}
    assert think_of_next_year(start + 305 * days) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_composing_takes_a_fixed_number_of_queries(
    number, team, coach, company, django_assert_num_queries
):
    ended(team)
    rows = [team]
    for _each in range(number - 1):
        other = ended(running_team(company=company, teacher=coach, coach=coach))
        rows.append(other)
    for each in rows:
        notify([coach, company], kind=FEEDBACK_DUE, subject=f"team:{each.pk}", key=str(each.pk))
    waiting = list(Notification.objects.filter(kind=FEEDBACK_DUE).select_related("recipient"))
    with django_assert_num_queries(3):
        assert len(kind(FEEDBACK_DUE).compose(waiting)) == 2 * number


def test_it_arrives(team, coach):
    finishing.finish_team(team, by=coach, hours_made=8)
    deliver_batch(now=NOON + datetime.timedelta(days=1))
    sent = [message.to for message in mail.outbox if "Meten in de kas" in message.subject]
    assert sorted(sent) == [["company@example.org"], ["teacher@example.org"]]
