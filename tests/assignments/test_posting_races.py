"""Two people at the same moment, on real connections."""

import pytest
from django.db import connection

from assignments.actions.confirming import adopt, confirm
from assignments.actions.posting import change, withdraw
from assignments.actions.publishing import publish
from assignments.models import Assignment
from assignments.voices import voice_of
from tests.assignments.making import need_of, sent_by_teacher
from tests.assignments.turns import in_turn

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(assignment):
    row = Assignment.objects.get(pk=assignment.pk)
    return row.state, row.teacher_yes_at is not None, row.company_yes_at is not None


def test_two_teachers_adopt_a_need_and_one_has_it(company, teacher, coach):
    need = need_of(company)
    schools = [person.memberships.get().partner for person in (teacher, coach)]
    assert in_turn(
        lambda: adopt(need, school=schools[0], by=teacher),
        lambda: adopt(need, school=schools[1], by=coach),
    ) == ["done", "AlreadyAdopted"]
    assert Assignment.objects.get().teacher == teacher


def test_a_yes_to_what_is_changed_at_that_moment_does_not_count(company, teacher):
    sent = sent_by_teacher(teacher, company)
    by_teacher, by_company = voice_of(teacher, sent), voice_of(company, sent)
    assert in_turn(
        lambda: change(sent, {"weeks": 4}, by=by_teacher),
        lambda: confirm(sent, revision=sent.revision, by=by_company),
    ) == ["done", "ReadAgain"]
    assert state_of(sent) == ("submitted", True, False)


def test_a_change_after_a_yes_takes_it_back(company, teacher):
    sent = sent_by_teacher(teacher, company)
    by_teacher, by_company = voice_of(teacher, sent), voice_of(company, sent)
    assert in_turn(
        lambda: confirm(sent, revision=sent.revision, by=by_company),
        lambda: change(sent, {"weeks": 4}, by=by_teacher),
    ) == ["done", "done"]
    assert state_of(sent) == ("submitted", True, False)


def ready(company, teacher):
    sent = sent_by_teacher(teacher, company)
    return confirm(sent, revision=sent.revision, by=voice_of(company, sent))


def test_what_is_withdrawn_is_not_published(company, teacher, office):
    sent = ready(company, teacher)
    by = voice_of(teacher, sent)
    assert in_turn(
        lambda: withdraw(sent, reason="Toch niet.", by=by), lambda: publish(sent, by=office)
    ) == ["done", "WrongState"]
    assert state_of(sent)[0] == "withdrawn"


def test_what_is_published_is_withdrawn_after_that(company, teacher, office):
    sent = ready(company, teacher)
    by = voice_of(teacher, sent)
    assert in_turn(
        lambda: publish(sent, by=office), lambda: withdraw(sent, reason="Toch niet.", by=by)
    ) == ["done", "done"]
    assert state_of(sent)[0] == "withdrawn"


def test_a_double_click_is_one_yes(company, teacher):
    sent = sent_by_teacher(teacher, company)
    by = voice_of(company, sent)
    again = [lambda: confirm(sent, revision=sent.revision, by=by)] * 2
    assert in_turn(*again) == ["done", "done"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM notifications_notification WHERE kind = 'assignments.confirmed'"
        )
        assert cursor.fetchone() == (1,)
