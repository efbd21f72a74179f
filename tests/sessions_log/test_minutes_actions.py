"""Minutes from draft to public report: which step is for which state, and who hears of it."""

import datetime

import pytest
from django.utils import timezone

from civportal.notifications.models import Happening, Notification
from sessions_log.actions import minutes as actions
from sessions_log.actions.minutes import Correction, ItemText, text_seen
from sessions_log.models import AgendaItem, Decision, Minutes, MinutesRemark
from sessions_log.tasks import approve_minutes
from sessions_log.versions import digest_of, snapshot
from tests import factories
from tests.sessions_log.minutes_world import SECRET, make_world

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 2)


def fresh(world):
    return Minutes.objects.get(pk=world.minutes.pk)


def told(kind):
    """Who hears of a kind, by their name before the @."""
    rows = Notification.objects.filter(kind=f"sessions_log.{kind}", state="pending")
    return sorted(row.recipient.email.partition("@")[0] for row in rows)


def open_remark(world, **fields):
    return factories.RemarkFactory(minutes=world.minutes, author=world.attended, **fields)


# --- each state and each step --------------------------------------------------------------------

STEPS = {
    "circulate": lambda w: actions.circulate(w.minutes, by=w.secretary),
    "take back": lambda w: actions.take_back(w.minutes, by=w.secretary),
    "remark": lambda w: actions.remark(w.minutes, w.first, "Anders.", by=w.attended),
    "accept": lambda w: actions.accept_remark(open_remark(w), by=w.secretary),
    "answer": lambda w: actions.answer_remark(open_remark(w), "Nee.", by=w.secretary),
    "approve": lambda w: actions.approve(w.minutes, seen=text_seen(w.minutes), by=w.chair),
    "approve silently": lambda w: actions.approve_silently(w.minutes),
    "publish": lambda w: actions.publish(w.minutes, by=w.chair),
    "correct": lambda w: actions.correct(
        w.minutes, Correction(summary="<p>Beter.</p>"), reason="Fout", seen=1, by=w.secretary
    ),
}
OUTCOMES = {
    # step: draft, circulated, approved, published; a state, or the error that says why not
    "circulate": ("circulated", "NotADraft", "NotADraft", "NotADraft"),
    "take back": ("NotGoingRound", "draft", "AlreadyApproved", "AlreadyApproved"),
    "remark": ("NotGoingRound", "circulated", "AlreadyApproved", "AlreadyApproved"),
    "accept": ("draft", "circulated", "AlreadyApproved", "AlreadyApproved"),
    "answer": ("draft", "circulated", "AlreadyApproved", "AlreadyApproved"),
    "approve": ("NotGoingRound", "approved", "AlreadyApproved", "AlreadyApproved"),
    "approve silently": ("NotGoingRound", "approved", "AlreadyApproved", "AlreadyApproved"),
    "publish": ("NotApproved", "NotApproved", "published", "AlreadyPublished"),
    "correct": ("NotApproved", "NotApproved", "approved", "published"),
}
STATES = ("draft", "circulated", "approved", "published")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_for_some_states_only(state, step):
    world = make_world(state)
    Minutes.objects.filter(pk=world.minutes.pk).update(approve_by_itself_on=timezone.localdate())
    versions = world.minutes.versions.count()
    expected = OUTCOMES[step][STATES.index(state)]
    if expected in STATES:
        STEPS[step](world)
        assert fresh(world).state == expected
    else:
        with pytest.raises(getattr(actions, expected)) as refused:
            STEPS[step](world)
        assert str(refused.value).endswith(".")
        assert (fresh(world).state, world.minutes.versions.count()) == (state, versions)


# --- going round ---------------------------------------------------------------------------------


def test_circulating_counts_the_days_of_the_body_by_the_clock_of_the_centre(time_machine):
    # Half past midnight in Amsterdam, while it is still the day before in UTC.
    time_machine.move_to(datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC), tick=False)
    world = make_world()
    actions.circulate(world.minutes, by=world.secretary)
    found = fresh(world)
    assert (found.state, found.circulated_at, found.approve_by_itself_on) == (
        "circulated",
        timezone.now(),
        datetime.date(2026, 3, 16),
    )


@pytest.mark.parametrize("why", ["no body", "no days"])
def test_without_days_only_the_chair_approves(why):
    world = make_world()
    if why == "no body":
        world.session.body = None
        world.session.save()
    else:
        world.body.silent_days = None
        world.body.save()
    actions.circulate(Minutes.objects.get(pk=world.minutes.pk), by=world.secretary)
    assert fresh(world).approve_by_itself_on is None


def test_who_attended_and_the_body_check_and_the_chair_approves():
    world = make_world()
    actions.circulate(world.minutes, by=world.secretary)
    assert told("minutes_to_check") == ["attended", "member", "signed_up"]
    assert told("minutes_to_approve") == ["chair"]


def test_a_session_that_went_round_has_been_held():
    world = make_world()
    world.session.status = "planned"
    world.session.save()
    actions.circulate(world.minutes, by=world.secretary)
    world.session.refresh_from_db()
    assert world.session.status == "held"


def unheld(world):
    world.session.date = timezone.localdate() + datetime.timedelta(days=1)
    world.session.save()


def cancelled(world):
    world.session.status = "cancelled"
    world.session.save()


def empty(world):
    world.session.items.all().delete()
    Minutes.objects.update(summary="<p> </p>")


def unattended(world):
    world.session.participations.update(attended=None)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (unheld, actions.NotHeld),
        (cancelled, actions.NotHeld),
        (empty, actions.NothingWritten),
        (unattended, actions.AttendanceUnknown),
    ],
)
def test_what_is_not_ready_does_not_go_round(spoil, error):
    world = make_world()
    spoil(world)
    with pytest.raises(error):
        actions.circulate(world.minutes, by=world.secretary)
    assert (fresh(world).state, Notification.objects.count()) == ("draft", 0)


def test_taking_back_keeps_the_remarks_and_stops_what_waits_to_be_mailed():
    world = make_world()
    actions.circulate(world.minutes, by=world.secretary)
    actions.remark(world.minutes, None, "Mist iets.", by=world.attended)
    actions.take_back(world.minutes, by=world.secretary)
    found = fresh(world)
    assert (found.circulated_at, found.approve_by_itself_on) == (None, None)
    assert found.remarks.count() == 1
    assert Notification.objects.filter(state="pending", kind__contains="minutes").count() == 0
    actions.circulate(world.minutes, by=world.secretary)
    assert told("minutes_to_check") == ["attended", "member", "signed_up"]


# --- remarks -------------------------------------------------------------------------------------


def test_a_remark_tells_the_writers_once():
    world = make_world("circulated")
    made = actions.remark(world.minutes, world.first, " Anders. ", by=world.attended)
    assert actions.remark(world.minutes, world.first, "Anders.", by=world.attended) == made
    assert (MinutesRemark.objects.get(), made.text, made.state) == (made, "Anders.", "open")
    assert told("remark_made") == ["chair", "secretary"]


def test_a_writer_does_not_hear_of_their_own_remark():
    world = make_world("circulated")
    actions.remark(world.minutes, world.first, "Anders.", by=world.chair)
    assert told("remark_made") == ["secretary"]


def test_an_answer_reaches_who_asked():
    world = make_world("circulated")
    remark = open_remark(world, item=world.first)
    actions.answer_remark(remark, " Zo was het. ", by=world.secretary)
    remark.refresh_from_db()
    assert (remark.state, remark.answer, remark.answered_by) == (
        "answered",
        "Zo was het.",
        world.secretary,
    )
    assert told("remark_answered") == ["attended"]


def test_a_remark_is_dealt_with_once():
    world = make_world("circulated")
    remark = open_remark(world)
    actions.accept_remark(remark, by=world.secretary)
    with pytest.raises(actions.RemarkAnswered):
        actions.answer_remark(remark, "Toch niet.", by=world.chair)
    remark.refresh_from_db()
    assert (remark.state, remark.answer) == ("accepted", "")


def test_words_are_asked_for():
    world = make_world("circulated")
    for attempt in (
        lambda: actions.remark(world.minutes, world.first, "  ", by=world.attended),
        lambda: actions.answer_remark(open_remark(world), " ", by=world.secretary),
        lambda: actions.correct(world.minutes, Correction(), reason=" ", seen=1, by=world.chair),
    ):
        with pytest.raises(actions.WordsMissing):
            attempt()


def test_a_remark_on_an_item_of_another_session_is_a_mistake_of_ours():
    world = make_world("circulated")
    with pytest.raises(ValueError, match=r"."):
        actions.remark(world.minutes, factories.ItemFactory(), "Anders.", by=world.attended)


def test_an_answer_near_the_day_leaves_time_to_look_again(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC))
    world = make_world("circulated")
    for day, after in ((2, 5), (4, 5), (20, 20)):
        Minutes.objects.update(approve_by_itself_on=datetime.date(2026, 3, day))
        actions.accept_remark(open_remark(world), by=world.secretary)
        assert fresh(world).approve_by_itself_on == datetime.date(2026, 3, after)


# --- approval ------------------------------------------------------------------------------------


def test_approval_freezes_both_texts():
    world = make_world("circulated")
    version = actions.approve(world.minutes, seen=text_seen(world.minutes), by=world.chair)
    full, public = (snapshot(world.session, full=whole) for whole in (True, False))
    assert (version.number, version.full, version.public, version.reason) == (1, full, public, "")
    assert (version.full_hash, version.public_hash) == (digest_of(full), digest_of(public))
    found = fresh(world)
    assert (version.approved_by, version.approved_at) == (world.chair, found.approved_at)
    assert SECRET in str(full)
    assert SECRET not in str(public)
    assert found.approve_by_itself_on is None


def test_nobody_approves_over_an_open_remark():
    world = make_world("circulated")
    open_remark(world)
    Minutes.objects.update(approve_by_itself_on=TODAY)
    with pytest.raises(actions.RemarksOpen):
        actions.approve(world.minutes, seen=text_seen(world.minutes), by=world.chair)
    with pytest.raises(actions.RemarksOpen):
        actions.approve_silently(world.minutes)


def test_what_changed_since_the_chair_read_it_is_not_approved():
    world = make_world("circulated")
    seen = text_seen(world.minutes)
    Decision.objects.filter(item=world.secret).update(text="Toch niet.")
    with pytest.raises(actions.TextChanged):
        actions.approve(world.minutes, seen=seen, by=world.chair)


def test_the_clock_approves_what_is_due_and_has_no_open_remark(time_machine):
    # Just past midnight in Amsterdam.
    time_machine.move_to(datetime.datetime(2026, 3, 1, 23, 5, tzinfo=datetime.UTC), tick=False)
    worlds = {}
    for name, day in (("due", 2), ("late", 1), ("early", 3), ("asked", 1), ("chair", None)):
        worlds[name] = make_world("circulated", name=name)
        Minutes.objects.filter(pk=worlds[name].minutes.pk).update(
            approve_by_itself_on=day and datetime.date(2026, 3, day)
        )
    open_remark(worlds["asked"])
    approve_minutes()
    assert {name: fresh(world).state for name, world in worlds.items()} == {
        "due": "approved",
        "late": "approved",
        "early": "circulated",
        "asked": "circulated",
        "chair": "circulated",
    }
    assert fresh(worlds["due"]).versions.get().approved_by is None
    rows = Notification.objects.filter(kind="sessions_log.minutes_approved_by_itself")
    assert sorted(row.recipient.email.partition("@")[0] for row in rows) == [
        "chairdue", "chairlate", "secretarydue", "secretarylate",
    ]  # fmt: skip


def test_one_that_fails_stops_no_other_and_is_told(time_machine):
    worlds = [make_world("circulated", name=name) for name in "ab"]
    Minutes.objects.update(approve_by_itself_on=TODAY)
    # A version that should not be there: the first of these minutes cannot be made.
    factories.VersionFactory(minutes=worlds[0].minutes, number=32767)
    with pytest.raises(ExceptionGroup) as failed:
        approve_minutes()
    assert len(failed.value.exceptions) == 1
    assert fresh(worlds[1]).state == "approved"


# --- publication ---------------------------------------------------------------------------------


def test_publishing_tells_the_followers():
    world = make_world("approved")
    published = actions.publish(world.minutes, by=world.chair)
    assert published.published_at is not None
    assert Happening.objects.filter(kind="sessions_log.report").count() == 1


def test_what_was_approved_before_versions_were_kept_is_frozen_when_published():
    world = make_world()
    Minutes.objects.update(state="approved", approved_at=timezone.now())
    actions.publish(world.minutes, by=world.chair)
    version = fresh(world).versions.get()
    assert (version.number, version.approved_at) == (1, fresh(world).approved_at)


# --- correction ----------------------------------------------------------------------------------


def correct(world, *, seen=1, reason="Fout", **changes):
    return actions.correct(
        world.minutes, Correction(**changes), reason=reason, seen=seen, by=world.secretary
    )


def test_a_correction_is_a_new_version_and_the_old_one_stays():
    world = make_world("published")
    first = world.minutes.versions.get()
    decision, action, point = (
        getattr(world.first, name).get() for name in ("decisions", "actions", "attention_points")
    )
    second = correct(
        world,
        reason=" Verkeerde naam ",
        summary="<p>Beter.</p><script>x</script>",
        items={world.first.pk: ItemText("Welkom", "<p>Nieuw.</p>", confidential=False)},
        decisions={decision.pk: ""},
        new_decisions={world.first.pk: "Toch wel.", world.last.pk: " "},
        actions={action.pk: "Andere actie"},
        points={point.pk: "Ander punt"},
    )
    assert (second.number, second.reason, second.approved_by) == (
        2,
        "Verkeerde naam",
        world.secretary,
    )
    item = second.full["items"][0]
    assert (second.full["summary"], item["title"], item["text"], item["decisions"]) == (
        "<p>Beter.</p>",
        "Welkom",
        "<p>Nieuw.</p>",
        ["Toch wel."],
    )
    assert (item["actions"][0]["text"], item["points"][0]["text"]) == ("Andere actie", "Ander punt")
    assert second.full["items"][1:] == first.full["items"][1:]
    assert second.public_hash != first.public_hash
    world.minutes.versions.get(pk=first.pk)
    first.refresh_from_db()
    assert digest_of(first.full) == first.full_hash
    assert AgendaItem.objects.get(pk=world.first.pk).title == "Welkom"
    assert fresh(world).approved_at == first.approved_at


def live_on(world):
    """What goes on after approval: people, place, owners and dates change."""
    world.session.title = "Andere titel"
    world.session.save()
    world.first.actions.update(due=TODAY, owner=None, owner_name="Iemand anders")
    world.session.participations.filter(user=world.attended).update(attended=False)
    world.first.attention_points.update(line=factories.LineFactory(title="Later"))


def test_a_correction_of_something_confidential_leaves_the_public_text_alone():
    world = make_world("published")
    live_on(world)
    text = ItemText(SECRET, "<p>Anders gezegd.</p>", confidential=True)
    second = correct(world, items={world.secret.pk: text})
    first = world.minutes.versions.get(number=1)
    assert second.full_hash != first.full_hash
    assert (second.public, second.public_hash) == (first.public, first.public_hash)
    assert {**second.full, "items": []} == {**first.full, "items": []}


def test_the_facts_of_now_come_along_when_asked():
    world = make_world("published")
    live_on(world)
    second = correct(world, facts=True)
    assert second.full["title"] == "Andere titel"
    assert second.full["items"][0]["actions"][0]["owner"] == "Iemand anders"
    assert second.public["items"][0]["actions"][0]["due"] == TODAY.isoformat()


def test_what_becomes_confidential_leaves_the_public_text_and_back():
    world = make_world("published")
    closed = ItemText("Opening", world.first.text, confidential=True)
    opened = ItemText(SECRET, world.secret.text, confidential=False)
    second = correct(world, items={world.first.pk: closed, world.secret.pk: opened})
    assert [(item["number"], item["title"]) for item in second.public["items"]] == [
        (1, SECRET),
        (2, "Sluiting"),
    ]
    assert second.public == snapshot(world.session, full=False)


def test_a_correction_that_changes_nothing_is_none():
    world = make_world("published")
    with pytest.raises(actions.NothingCorrected):
        correct(world, summary=world.minutes.summary)
    assert world.minutes.versions.count() == 1


def test_a_correction_of_an_older_version_is_refused():
    world = make_world("published")
    correct(world, summary="<p>Een.</p>")
    with pytest.raises(actions.TextChanged):
        correct(world, summary="<p>Twee.</p>")
    assert fresh(world).summary == "<p>Een.</p>"


def test_a_look_at_a_correction_keeps_nothing_of_it():
    world = make_world("published")
    seen = actions.preview_correction(
        world.minutes, Correction(summary="<p>Beter.</p>"), seen=1, by=world.secretary
    )
    assert seen == {**snapshot(world.session, full=True), "summary": "<p>Beter.</p>"}
    assert (fresh(world).summary, world.minutes.versions.count()) == ("<p>Kort gezegd.</p>", 1)
