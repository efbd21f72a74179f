"""The mails about minutes: what they ask, and that they ask it only of who may still read."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse

from civportal.notifications import delivery, kinds
from civportal.notifications.models import Notification
from sessions_log.actions import minutes as actions
from sessions_log.actions.minutes import text_seen
from sessions_log.models import Minutes
from tests.sessions_log.minutes_world import SECRET, make_world

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def noon(time_machine):
    """By day, when mail goes out."""
    time_machine.move_to(NOW)


def waiting(kind):
    return Notification.objects.filter(kind=f"sessions_log.{kind}").select_related("recipient")


def composed(kind):
    """The letters of a kind by their recipients; the reason where there is none."""
    rows = list(waiting(kind))
    made = kinds.kind(f"sessions_log.{kind}").compose(rows)
    return {
        row.recipient.email.partition("@")[0]: getattr(made[row.pk], "letter", None)
        or made[row.pk].reason
        for row in rows
    }


def test_the_mail_says_until_when_and_where():
    world = make_world()
    actions.circulate(world.minutes, by=world.secretary)
    letter = composed("minutes_to_check")["attended"]
    assert letter.subject == "Please check: minutes of Overleg, 18 February 2021"
    assert letter.greeting == "Hello Attended,"
    assert "until Sunday 15 March 2026" in letter.paragraphs[1]
    assert "on Monday 16 March 2026" in letter.paragraphs[1]
    assert letter.action[1].endswith(reverse("sessions_log:check", args=[world.session.pk]))
    chair = composed("minutes_to_approve")["chair"]
    assert chair.action[1].endswith(reverse("sessions_log:approve", args=[world.session.pk]))


def test_what_came_back_and_went_round_again_is_asked_once():
    world = make_world()
    actions.circulate(world.minutes, by=world.secretary)
    first = list(waiting("minutes_to_check").values_list("pk", flat=True))
    actions.take_back(world.minutes, by=world.secretary)
    actions.circulate(world.minutes, by=world.secretary)
    rows = list(waiting("minutes_to_check"))
    made = kinds.kind("sessions_log.minutes_to_check").compose(rows)
    assert [made[row.pk].reason for row in rows if row.pk in first] == ["outdated"] * 3
    assert all(made[row.pk].letter for row in rows if row.pk not in first)


def test_who_may_no_longer_read_it_gets_nothing():
    world = make_world()
    actions.circulate(world.minutes, by=world.secretary)
    world.session.participations.filter(user=world.attended).update(attended=False, invited=False)
    found = composed("minutes_to_check")
    assert found["attended"] == "no_longer_visible"
    assert found["member"].subject


def test_a_remark_and_its_answer():
    world = make_world("circulated")
    remark = actions.remark(world.minutes, world.secret, "Zo niet.", by=world.attended)
    asked = composed("remark_made")["secretary"]
    assert asked.paragraphs[0].startswith("Attended made a remark on the minutes of Overleg")
    assert SECRET not in str(asked)
    actions.accept_remark(remark, "Klopt.", by=world.secretary)
    assert composed("remark_made") == {"chair": "outdated", "secretary": "outdated"}
    answer = composed("remark_answered")["attended"]
    assert answer.facts == [("Your remark", "Zo niet."), ("Answer", "Klopt.")]


def test_who_lost_the_item_does_not_get_the_answer_on_it():
    world = make_world("circulated")
    remark = actions.remark(world.minutes, world.secret, "Zo niet.", by=world.attended)
    actions.answer_remark(remark, "Geheim antwoord.", by=world.secretary)
    world.session.participations.filter(user=world.attended).update(invited=False)
    assert composed("remark_answered") == {"attended": "no_longer_visible"}


def test_approval_by_itself_is_told_and_nothing_is_asked_any_more():
    world = make_world()
    actions.circulate(world.minutes, by=world.secretary)
    Minutes.objects.update(approve_by_itself_on=NOW.date())
    actions.approve_silently(world.minutes)
    assert set(composed("minutes_approved_by_itself")) == {"chair", "secretary"}
    while delivery.deliver_batch():
        pass
    assert sorted((one.to[0], one.subject) for one in mail.outbox if "minutes" in one.subject) == [
        ("chair@example.org", "Approved: minutes of Overleg, 18 February 2021"),
        ("secretary@example.org", "Approved: minutes of Overleg, 18 February 2021"),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_a_batch_asks_as_much_for_many(number, django_assert_num_queries):
    for name in "abc"[:number]:
        world = make_world("circulated", name=name)
        actions.remark(world.minutes, world.first, "Zo niet.", by=world.attended)
    rows = list(waiting("remark_made"))
    with django_assert_num_queries(3):
        kinds.kind("sessions_log.remark_made").compose(rows)


def test_the_chair_who_approves_hears_nothing_of_it():
    world = make_world("circulated")
    actions.approve(world.minutes, seen=text_seen(world.minutes), by=world.chair)
    assert Notification.objects.filter(kind__contains="minutes").count() == 0
