"""Mails about action items, and digests of decisions and answers: when, to whom, and what not."""

import datetime
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from civportal.notifications import actions as choices
from civportal.notifications import digests, kinds, reminders
from civportal.notifications.delivery import deliver_batch
from civportal.notifications.judging import end_of_quiet
from civportal.notifications.models import Follow, Happening, Notification
from sessions_log.actions import follow_up
from sessions_log.actions.outcomes import add_outcome
from sessions_log.choices import AttentionState
from sessions_log.models import ActionItem, Minutes
from sessions_log.notifications import outcomes_readable, report_published
from sessions_log.notifications.actions import ASSIGNED, DUE, stage_of, tell_owners
from sessions_log.notifications.outcomes import DECISION_SECTION
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def session(steering_group):
    return factories.SessionFactory(body=steering_group, visibility="body", title="Stuurgroep")


def minutes_of(session, state):
    moments = {
        "circulated_at": datetime.datetime(2021, 2, 22, 12, tzinfo=datetime.UTC),
        "approved_at": datetime.datetime(2021, 3, 8, 12, tzinfo=datetime.UTC),
        "published_at": datetime.datetime(2021, 3, 9, 12, tzinfo=datetime.UTC),
    }
    return Minutes.objects.update_or_create(session=session, defaults={"state": state, **moments})[
        0
    ]


def act(session, owner, text, **fields):
    return factories.ActionFactory(
        item=factories.ItemFactory(session=session), text=text, owner=owner, **fields
    )


def written(kind):
    """What waits or was sent, as ``(name of who, what about)``."""
    rows = Notification.objects.filter(kind=kind).select_related("recipient").order_by("pk")
    return [(row.recipient.name, row.subject) for row in rows]


def sent(mailoutbox):
    """What went out, by address; at night, what goes in the morning."""
    morning = end_of_quiet(timezone.now(), "Europe/Amsterdam")
    while deliver_batch(now=morning):
        pass
    return {mail.to[0]: mail for mail in mailoutbox}


# --- taken on ------------------------------------------------------------------------------------


def test_owners_hear_what_they_took_on_once_they_may_read_it(session, steering, charlie):
    """Not while it is a draft; a stranger not before everyone may read it."""
    act(session, steering, "Of a member")
    act(session, charlie, "Of a stranger")
    heard = []
    for state in ("draft", "circulated", "approved", "published"):
        minutes = minutes_of(session, state)
        outcomes_readable(minutes)
        heard.append([name for name, _about in written(ASSIGNED)])
    session.visibility = "public"
    session.save()
    outcomes_readable(session.minutes)
    heard.append([name for name, _about in written(ASSIGNED)])
    member = ["Stefan Steering"]
    assert heard == [[], member, member, member, [*member, "Charlie Stranger"]]


def test_a_writer_who_reads_the_draft_hears_nothing_of_it_either(session, office):
    act(session, office, "Mine")
    outcomes_readable(minutes_of(session, "draft"))
    assert written(ASSIGNED) == []


def test_one_mail_for_a_session_with_a_link_for_each(session, steering, charlie, mailoutbox):
    first = act(session, steering, "Ask for a quote", due=datetime.date(2021, 3, 4))
    act(session, steering, "Call the school")
    act(session, steering, "Was done already", state="done")
    act(session, charlie, "Of another")
    outcomes_readable(minutes_of(session, "circulated"))
    mail = sent(mailoutbox)[steering.email]
    assert mail.subject == "You took on 2 action items: Stuurgroep, 18 February 2021"
    assert "Ask for a quote" in mail.body
    assert "By Thursday 4 March 2021" in mail.body
    assert "Call the school" in mail.body
    assert "Of another" not in mail.body
    assert "Was done already" not in mail.body
    assert mail.body.count("/gedaan/") == 2
    assert first.text in mail.alternatives[0][0]


def test_what_comes_later_is_told_apart(session, steering):
    act(session, steering, "First")
    minutes_of(session, "circulated")
    tell_owners(session)
    tell_owners(session)
    second = act(session, steering, "Second")
    tell_owners(session)
    rows = Notification.objects.filter(kind=ASSIGNED).order_by("pk")
    assert [len(row.data["actions"]) for row in rows] == [1, 1]
    assert rows[1].data["actions"] == [second.pk]


def test_what_is_no_longer_theirs_when_it_is_sent_stays_out(session, steering, charlie, mailoutbox):
    kept, given, hidden = (act(session, steering, text) for text in ("Kept", "Given", "Hidden"))
    outcomes_readable(minutes_of(session, "circulated"))
    ActionItem.objects.filter(pk=given.pk).update(owner=charlie)
    steering.body_memberships.all().delete()
    factories.ParticipationFactory(session=session, user=steering, attended=True)
    session.visibility = "public"
    session.save()
    hidden.item.confidential = True
    hidden.item.save()
    mail = sent(mailoutbox)[steering.email]
    assert ("Kept" in mail.body, "Given" in mail.body, "Hidden" in mail.body) == (
        True,
        False,
        False,
    )
    assert kept.text in mail.body


def test_an_owner_who_is_set_in_the_admin_is_told(session, steering, logged_in):
    admin = logged_in(factories.UserFactory(is_superuser=True, is_staff=True))
    action = act(session, None, "Whose?", owner_name="Somebody")
    minutes_of(session, "circulated")
    address = reverse("admin:sessions_log_actionitem_change", args=[action.pk])
    answer = admin.post(
        address,
        {"text": "Whose?", "order": 0, "owner": steering.pk, "owner_name": "", "state": "open"},
    )
    assert answer.status_code == 302
    assert written(ASSIGNED) == [("Stefan Steering", f"worksession:{session.pk}")]


def test_an_owner_who_is_set_while_the_minutes_go_round_is_told(session, steering, office):
    session.status = "held"
    session.save()
    item = factories.ItemFactory(session=session)
    factories.MinutesFactory(
        session=session, state="circulated", approved_at=None, published_at=None
    )
    add_outcome(ActionItem, item.pk, by=office, text="Call", owner=steering)
    assert written(ASSIGNED) == [("Stefan Steering", f"worksession:{session.pk}")]


# --- due and late --------------------------------------------------------------------------------


@pytest.fixture
def due(session, steering):
    minutes_of(session, "circulated")
    return act(session, steering, "Ask for a quote", due=datetime.date(2021, 3, 30))


def swept(moment):
    """Look at that moment; the stages that were told so far, in order."""
    reminders.sweep(datetime.datetime.fromisoformat(moment))
    rows = Notification.objects.filter(kind=DUE).order_by("pk")
    return [row.data["stage"] for row in rows]


def test_once_before_and_once_after_its_date(due):
    """Days are the centre's, also around summer time: 28 March 2021 had 23 hours."""
    assert [
        swept("2021-03-27T22:59:00+00:00"),  # 23.59 on Saturday, here
        swept("2021-03-27T23:00:00+00:00"),  # midnight: two days before
        swept("2021-03-28T12:00:00+00:00"),
        swept("2021-03-30T21:59:00+00:00"),  # 23.59 on the day itself, in summer time
        swept("2021-03-30T22:00:00+00:00"),
        swept("2021-04-05T12:00:00+00:00"),
    ] == [[], ["soon"], ["soon"], ["soon"], ["soon", "late"], ["soon", "late"]]


def test_a_new_date_is_told_anew(due):
    swept("2021-03-28T12:00:00+00:00")
    due.due = datetime.date(2021, 4, 9)
    due.save()
    assert swept("2021-03-31T12:00:00+00:00") == ["soon"]
    assert swept("2021-04-07T12:00:00+00:00") == ["soon", "soon"]
    assert swept("2021-04-10T12:00:00+00:00") == ["soon", "soon", "late"]


def test_what_is_put_off_keeps_quiet_until_then_and_is_told_once(due, steering):
    with time_machine.travel("2021-03-20T12:00:00Z", tick=False):
        follow_up.snooze(due, until=datetime.date(2021, 4, 6), by=steering)
    assert [
        swept("2021-03-28T12:00:00+00:00"),
        swept("2021-04-05T12:00:00+00:00"),
        swept("2021-04-06T12:00:00+00:00"),
        swept("2021-04-09T12:00:00+00:00"),
    ] == [[], [], ["back"], ["back"]]


def test_put_off_before_its_date_it_is_told_in_time_all_the_same(due, steering):
    with time_machine.travel("2021-03-20T12:00:00Z", tick=False):
        follow_up.snooze(due, until=datetime.date(2021, 3, 22), by=steering)
    assert [
        swept("2021-03-22T12:00:00+00:00"),
        swept("2021-03-28T12:00:00+00:00"),
        swept("2021-03-31T12:00:00+00:00"),
    ] == [["back"], ["back", "soon"], ["back", "soon", "late"]]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "done"},
        {"state": "dropped"},
        {"owner": None},
        {"due": None},
        {"due": datetime.date(2020, 1, 1)},
    ],
)
def test_nothing_to_tell(due, change):
    ActionItem.objects.update(**change)
    assert swept("2021-03-28T12:00:00+00:00") == []


def test_nothing_of_a_draft_or_of_what_its_owner_may_not_read(due, charlie):
    minutes_of(due.item.session, "draft")
    assert swept("2021-03-28T12:00:00+00:00") == []
    minutes_of(due.item.session, "circulated")
    ActionItem.objects.update(owner=charlie)
    assert swept("2021-03-28T12:00:00+00:00") == []


def test_what_was_due_before_the_report_had_readers_is_not_told_again(due):
    Minutes.objects.update(circulated_at=datetime.datetime(2021, 3, 29, 9, tzinfo=datetime.UTC))
    Minutes.objects.update(published_at=None)
    assert swept("2021-03-29T12:00:00+00:00") == []
    assert swept("2021-03-31T12:00:00+00:00") == ["late"]


def test_queries_of_the_sweep_do_not_grow(due, steering, session, django_assert_num_queries):
    moment = datetime.datetime(2021, 3, 28, 12, tzinfo=datetime.UTC)
    look = kinds.sweeps()[-1]
    look(moment)
    for new in (1, 2):
        for _ in range(new):
            act(session, steering, "More", due=datetime.date(2021, 3, 30))
        look(moment)
        with django_assert_num_queries(3):
            assert look(moment) == 0


@pytest.mark.parametrize(
    ("due_on", "subject", "said"),
    [
        (2, "By {day}: Ask for a quote", "Something you took on is due soon."),
        (
            -1,
            "Late since {day}: Ask for a quote",
            "Something you took on should have been done by now.",
        ),
    ],
)
def test_the_mail_has_one_button_that_needs_no_login(
    due, steering, mailoutbox, client, due_on, subject, said
):
    today = timezone.localdate()
    due.due = today + datetime.timedelta(days=due_on)
    due.save()
    noon = datetime.datetime.combine(today, datetime.time(12), timezone.get_default_timezone())
    with time_machine.travel(noon, tick=False):
        reminders.sweep()
        mail = sent(mailoutbox)[steering.email]
        assert mail.subject == subject.format(day=f"{due.due:%A} {due.due.day} {due.due:%B %Y}")
        assert said in mail.body
        address = next(word for word in mail.body.split() if "/gedaan/" in word)
        client.post(urlsplit(address).path, {"what": "done"})
        assert ActionItem.objects.get().state == "done"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "done"},
        {"due": datetime.date(2099, 1, 1)},
        {"snoozed_until": datetime.date(2099, 1, 1)},
        {"owner": None},
    ],
)
def test_what_no_longer_holds_is_not_sent(due, mailoutbox, change):
    today = timezone.localdate()
    due.due = today
    due.save()
    noon = datetime.datetime.combine(today, datetime.time(12), timezone.get_default_timezone())
    with time_machine.travel(noon, tick=False):
        reminders.sweep()
        ActionItem.objects.update(**change)
        assert sent(mailoutbox) == {}
    (row,) = Notification.objects.filter(kind=DUE)
    assert (row.state, row.reason) == ("withheld", "outdated")


def test_what_became_hidden_is_not_sent(due, session, steering, mailoutbox):
    today = timezone.localdate()
    due.due = today
    due.save()
    noon = datetime.datetime.combine(today, datetime.time(12), timezone.get_default_timezone())
    with time_machine.travel(noon, tick=False):
        reminders.sweep()
        steering.body_memberships.all().delete()
        assert sent(mailoutbox) == {}
    (row,) = Notification.objects.filter(kind=DUE)
    assert (row.state, row.reason) == ("withheld", "no_longer_visible")


def test_the_latest_reason_counts():
    action = ActionItem(due=datetime.date(2021, 3, 10), snoozed_until=datetime.date(2021, 3, 11))
    found = {
        day: stage.name if (stage := stage_of(action, datetime.date(2021, 3, day))) else None
        for day in (7, 8, 10, 11, 12, 25, 26)
    }
    # Put off to the very day on which it is late: one mail, about both.
    assert found == {7: None, 8: None, 10: None, 11: "back", 12: "back", 25: "back", 26: None}


# --- digests -------------------------------------------------------------------------------------


def digest_of(user):
    """What a digest of everything so far would tell: ``(section, title, text)``."""
    user.language = "en"
    newest = digests.number_new()
    row = Notification(pk=1, recipient=user, kind=digests.KIND, data={"from": 0, "to": newest})
    news = digests.news_for([row]).get(1)
    return [
        (str(section.label), entry.title, entry.text)
        for section, entries in (news.sections if news else [])
        for entry in entries
    ]


def test_digests_tell_decisions_as_far_as_each_may_read_them(
    session, steering_group, steering, charlie
):
    for user in (steering, charlie):
        choices.follow(user, [f"body:{steering_group.pk}"])
    factories.DecisionFactory(item__session=session, text="We begin in May")
    factories.DecisionFactory(
        item__session=session, item__confidential=True, text="MARKER decision"
    )
    open_one = ("Decision", "We begin in May", "Stuurgroep, 18 February 2021")
    secret = ("Decision", "MARKER decision", "Stuurgroep, 18 February 2021")
    outcomes_readable(minutes_of(session, "circulated"))
    assert (sorted(digest_of(steering)), digest_of(charlie)) == ([secret, open_one], [])
    session.visibility = "public"
    session.save()
    report_published(minutes_of(session, "published"))
    told = [line for line in digest_of(charlie) if line[0] == "Decision"]
    assert told == [open_one]


def test_saying_it_again_changes_nothing(session):
    factories.DecisionFactory(item__session=session)
    minutes = minutes_of(session, "circulated")
    outcomes_readable(minutes)
    outcomes_readable(minutes)
    assert Happening.objects.filter(kind=DECISION_SECTION).count() == 1


def test_digests_tell_answers_to_who_follows_the_line(session, steering, charlie, office):
    line = factories.LineFactory()
    for user in (steering, charlie):
        Follow.objects.create(user=user, topic=f"line:{line.pk}")
    minutes_of(session, "circulated")
    point = factories.AttentionFactory(item__session=session, text="Mind them", line=line)
    follow_up.answer(
        point, state=AttentionState.ADOPTED, text="They have a seat", seen="open:", by=office
    )
    answered = [("Attention point answered", "Mind them", "Adopted: They have a seat")]
    assert (digest_of(steering), digest_of(charlie)) == (answered, [])
    follow_up.answer(
        point, state=AttentionState.OPEN, text="", seen="adopted:They have a seat", by=office
    )
    assert digest_of(steering) == []


@pytest.mark.parametrize("kind", [ASSIGNED, DUE])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_previews(kind, language, logged_in):
    staff = logged_in(factories.UserFactory(is_staff=True, is_superuser=True))
    assert staff.get(f"/stijlgids/mails/{kind}/{language}/").status_code == 200
