"""What the mails about posting say, to whom, and when they no longer hold."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from assignments.actions.confirming import adopt, confirm
from assignments.actions.posting import change, withdraw
from assignments.links import read_confirm_token
from assignments.models import Assignment
from assignments.notifications import posting, posting_names
from assignments.notifications.posting_telling import unanswered, working_days_before
from assignments.voices import voice_of
from civportal.notifications import strangers
from civportal.notifications.kinds import kind
from civportal.notifications.models import Notification
from tests import factories
from tests.assignments.making import need_of, sent_by_teacher, told

pytestmark = pytest.mark.django_db

FRIDAY = datetime.datetime(2021, 2, 19, 12, tzinfo=datetime.UTC)


def letters(name):
    """By reader: the letter, or why it is withheld."""
    rows = list(Notification.objects.filter(kind=name).select_related("recipient"))
    made = kind(name).compose(rows)
    return {
        row.recipient.email.partition("@")[0]: getattr(
            made[row.pk], "letter", getattr(made[row.pk], "reason", None)
        )
        for row in rows
    }


def test_each_kind_has_an_example_in_both_languages():
    names = {value for name, value in vars(posting_names).items()
             if name.isupper() and name != "PREFIX"}  # fmt: skip
    assert {row.name for row in posting._KINDS} == names
    for name in names:
        example = kind(name).preview().letter
        assert all([example.subject, example.greeting, example.paragraphs, example.why])


def test_the_contact_gets_the_link_and_nobody_else(teacher, company):
    sent = sent_by_teacher(teacher, company)
    letter = letters("assignments.confirm")["company"]
    address = letter.action[1]
    token = address.rstrip("/").rpartition("/")[2]
    assert read_confirm_token(token) == sent
    change(sent, {"weeks": 8}, by=voice_of(company, sent))
    answer = letters("assignments.confirm_again")["teacher"]
    assert answer.action[1].endswith(f"/opdrachten/{sent.pk}/bevestigen/")
    assert [value for _label, value in answer.facts] == ["10 → 8"]


def test_a_contact_without_account_gets_the_same_by_mail(teacher):
    sent = sent_by_teacher(teacher)
    strangers.deliver(timezone.now())
    [message] = mail.outbox
    assert message.to == ["piet@zilt.example"]
    assert "Zilt BV" in message.subject
    token = message.body.partition("/opdrachten/bevestigen/")[2].partition("/")[0]
    assert read_confirm_token(token) == sent


def test_what_no_longer_holds_is_withheld(teacher, company):
    sent = sent_by_teacher(teacher, company)
    rows = list(Notification.objects.filter(kind="assignments.confirm").select_related("recipient"))
    Assignment.objects.filter(pk=sent.pk).update(company_yes_at=timezone.now())
    made = kind("assignments.confirm").compose(rows)
    assert [message.reason.value for message in made.values()] == ["outdated"]


def test_who_may_not_see_it_any_more_gets_no_mail(teacher, company):
    need_of(company)
    teacher.memberships.all().delete()
    rows = list(
        Notification.objects.filter(kind="assignments.new_need").select_related("recipient")
    )
    made = kind("assignments.new_need").compose(rows)
    assert [message.reason.value for message in made.values()] == ["no_longer_visible"]


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_takes_as_many_queries_for_one_as_for_three(
    teacher, company, number, django_assert_num_queries
):
    for _each in range(number):
        sent_by_teacher(teacher, company)
    rows = list(Notification.objects.filter(kind="assignments.confirm").select_related("recipient"))
    with django_assert_num_queries(2):
        assert len(kind("assignments.confirm").compose(rows)) == number


def test_coaches_and_bookers_read_that_it_was_withdrawn(teacher, company, coach):
    public = factories.AssignmentFactory(
        teacher=teacher, partner=company.memberships.get().partner, contact=company
    )
    factories.TeamFactory(assignment=public, coach=coach)
    withdraw(public, reason="De kas is verkocht.", by=voice_of(company, public))
    found = letters("assignments.withdrawn")
    assert sorted(found) == ["coach", "teacher"]
    assert "De kas is verkocht." in found["coach"].paragraphs


def test_a_need_that_has_a_teacher_looks_for_none(teacher, coach, company):
    need = need_of(company)
    adopt(need, school=teacher.memberships.get().partner, by=teacher)
    assert told("assignments.new_need") == []


def test_people_read_it_in_their_own_language(teacher, company):
    company.language = "en"
    company.save()
    sent_by_teacher(teacher, company)
    assert letters("assignments.confirm")["company"].subject.startswith("May we publish this")


# --- who does not answer --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "number", "before"),
    [
        (datetime.date(2021, 2, 26), 5, datetime.date(2021, 2, 19)),
        (datetime.date(2021, 2, 22), 1, datetime.date(2021, 2, 19)),
        (datetime.date(2021, 2, 28), 1, datetime.date(2021, 2, 26)),
    ],
)
def test_working_days_skip_the_weekend(day, number, before):
    assert working_days_before(day, number) == before


def test_after_five_working_days_the_contact_and_the_office_hear_of_it_once(
    teacher, company, office
):
    with time_machine.travel(FRIDAY, tick=False):
        sent = sent_by_teacher(teacher, company)
    counts = [unanswered(FRIDAY + datetime.timedelta(days=days)) for days in (6, 7, 8)]
    assert counts == [0, 1, 0]
    assert told() == [
        ("confirm", "company"), ("confirm_late", "office"), ("confirm_reminder", "company"),
    ]  # fmt: skip
    assert sorted(letters("assignments.confirm_reminder")) == ["company"]
    confirm(sent, revision=sent.revision, by=voice_of(company, sent))
    assert told("assignments.confirm_reminder") == []


def test_who_answered_is_not_reminded(teacher, company):
    with time_machine.travel(FRIDAY, tick=False):
        sent = sent_by_teacher(teacher, company)
        confirm(sent, revision=sent.revision, by=voice_of(company, sent))
    assert unanswered(FRIDAY + datetime.timedelta(days=20)) == 0


def test_who_is_asked_again_is_reminded_again(teacher, company):
    with time_machine.travel(FRIDAY, tick=False):
        sent = sent_by_teacher(teacher, company)
    later = FRIDAY + datetime.timedelta(days=7)
    assert unanswered(later) == 1
    with time_machine.travel(later, tick=False):
        sent.refresh_from_db()
        confirm(sent, revision=sent.revision, by=voice_of(company, sent))
        change(sent, {"weeks": 4}, by=voice_of(teacher, sent))
    assert unanswered(later + datetime.timedelta(days=7)) == 1


def test_a_contact_without_account_is_reminded_by_mail(teacher):
    with time_machine.travel(FRIDAY, tick=False):
        sent_by_teacher(teacher)
    later = FRIDAY + datetime.timedelta(days=7)
    with time_machine.travel(later, tick=False):
        assert unanswered(later) == 1
        strangers.deliver(later)
    assert [message.to for message in mail.outbox] == [["piet@zilt.example"]] * 2
