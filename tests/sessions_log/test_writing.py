"""The text of minutes: nobody overwrites anybody, whoever writes and however often it is sent."""

import datetime
import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.utils import timezone

from civportal.editor.conflict import TextConflict
from sessions_log.actions.attendance import add_guest, keep_attendance, note_who_said_yes
from sessions_log.actions.outcomes import (
    OutcomeChanged,
    OutcomeGone,
    add_outcome,
    change_outcome,
    raise_outcome,
    remove_outcome,
)
from sessions_log.actions.people import OnTheListAlready
from sessions_log.actions.writing import (
    ItemGone,
    MinutesSettled,
    NotStarted,
    SessionCancelled,
    save_item_text,
    save_summary,
    start_minutes,
)
from sessions_log.models import (
    ActionItem,
    AttentionPoint,
    Decision,
    Minutes,
    Participation,
)
from tests import factories

DRAFT = {"state": "draft", "approved_at": None, "published_at": None}


def in_threads(*functions: Callable[[], object]) -> None:
    def run(function: Callable[[], object]) -> None:
        try:
            function()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture
def minutes(db):
    return factories.MinutesFactory(**DRAFT)


@pytest.fixture
def item(minutes):
    return factories.ItemFactory(session=minutes.session, order=1, text="<p>Begin.</p>")


def settle(minutes: Minutes) -> None:
    Minutes.objects.filter(pk=minutes.pk).update(state="approved", approved_at=timezone.now())


# --- starting ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_starting_makes_a_draft_and_seats_the_body(office, steering, steering_group):
    session = factories.SessionFactory(body=steering_group)
    minutes = start_minutes(session.pk, by=office)
    assert start_minutes(session.pk, by=office) == minutes
    assert (minutes.state, minutes.summary, minutes.revision) == ("draft", "", 0)
    assert [(one.user, one.attended) for one in session.participations.all()] == [(steering, None)]


@pytest.mark.django_db
def test_who_is_on_the_list_already_stays_alone(office, steering, steering_group):
    session = factories.SessionFactory(body=steering_group)
    row = factories.ParticipationFactory(session=session)
    start_minutes(session.pk, by=office)
    assert list(session.participations.all()) == [row]


@pytest.mark.django_db
def test_nothing_is_written_of_what_does_not_take_place(office):
    session = factories.SessionFactory(status="cancelled")
    with pytest.raises(SessionCancelled):
        start_minutes(session.pk, by=office)
    assert not Minutes.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_start_at_once_start_once(office):
    session = factories.SessionFactory()
    together = threading.Barrier(2)
    found = []

    def start() -> None:
        together.wait()
        found.append(start_minutes(session.pk, by=office).pk)

    in_threads(start, start)
    assert len(found) == 2
    assert found == [Minutes.objects.get().pk] * 2


# --- text ----------------------------------------------------------------------------------------


def test_each_save_is_a_revision(item, office):
    first = save_item_text(item.pk, "<p>Een.</p>", base=0, by=office)
    second = save_item_text(item.pk, "<p>Twee.</p>", base=1, by=office)
    assert [(one.text, one.revision) for one in (first, second)] == [
        ("<p>Een.</p>", 1),
        ("<p>Twee.</p>", 2),
    ]
    assert list(item.events.values_list("text", flat=True).order_by("pgh_id")) == [
        "<p>Begin.</p>",
        "<p>Een.</p>",
        "<p>Twee.</p>",
    ]


def test_a_save_from_an_older_revision_keeps_both_texts(item, office, charlie):
    save_item_text(item.pk, "<p>Van haar.</p>", base=0, by=office)
    with pytest.raises(TextConflict) as caught:
        save_item_text(item.pk, "<p onclick='x()'>Van hem.</p>", base=0, by=charlie)
    found = caught.value
    assert (found.theirs, found.mine, found.revision, found.writer) == (
        "<p>Van haar.</p>",
        "<p>Van hem.</p>",
        1,
        "Olga Office",
    )
    assert found.at is not None
    item.refresh_from_db()
    assert item.text == "<p>Van haar.</p>"


def test_saving_the_same_again_is_no_conflict(item, office):
    save_item_text(item.pk, "<p>Een.</p>", base=0, by=office)
    again = save_item_text(item.pk, "<p>Een.</p>", base=0, by=office)
    assert again.revision == 1


def test_a_lost_answer_is_no_conflict_with_oneself(item, office):
    save_item_text(item.pk, "<p>Een.</p>", base=0, by=office)
    sent = ["<p>Nul.</p>", "<p style='x'>Een.</p>"]
    found = save_item_text(item.pk, "<p>Een, twee.</p>", base=0, sent=sent, by=office)
    assert (found.text, found.revision) == ("<p>Een, twee.</p>", 2)


def test_a_lost_answer_excuses_nobody_elses_text(item, office, charlie):
    save_item_text(item.pk, "<p>Een.</p>", base=0, by=office)
    save_item_text(item.pk, "<p>Anders.</p>", base=1, by=charlie)
    with pytest.raises(TextConflict):
        save_item_text(item.pk, "<p>Een, twee.</p>", base=0, sent=["<p>Een.</p>"], by=office)


def test_the_summary_has_the_same_lock(minutes, office):
    session = minutes.session_id
    assert save_summary(session, "<p>Kort.</p>", base=0, by=office).revision == 1
    with pytest.raises(TextConflict) as caught:
        save_summary(session, "<p>Korter.</p>", base=0, by=office)
    assert caught.value.theirs == "<p>Kort.</p>"


def test_what_is_approved_is_not_written(item, minutes, office):
    settle(minutes)
    with pytest.raises(MinutesSettled):
        save_item_text(item.pk, "<p>Nog iets.</p>", base=0, by=office)
    with pytest.raises(MinutesSettled):
        save_summary(minutes.session_id, "<p>Nog iets.</p>", base=0, by=office)
    with pytest.raises(MinutesSettled):
        add_outcome(Decision, item.pk, text="Nog iets.", by=office)
    with pytest.raises(MinutesSettled):
        keep_attendance(minutes.session_id, there=[], shown=[], was=[], by=office)


@pytest.mark.django_db
def test_without_minutes_there_is_nothing_to_write_in(office):
    item = factories.ItemFactory()
    with pytest.raises(NotStarted):
        save_item_text(item.pk, "<p>Iets.</p>", base=0, by=office)
    with pytest.raises(ItemGone):
        save_item_text(999_999, "<p>Iets.</p>", base=0, by=office)


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_once_one_wins_and_the_other_hears_of_both():
    """Real threads, real connections: no word of either is lost."""
    minutes = factories.MinutesFactory(**DRAFT)
    item = factories.ItemFactory(session=minutes.session, text="<p>Begin.</p>")
    people = [factories.UserFactory(name=name) for name in ("Ann", "Bob")]
    together = threading.Barrier(2)
    saved, conflicts = [], []

    def write(person):
        def run() -> None:
            together.wait()
            text = f"<p>Van {person.name}.</p>"
            try:
                saved.append(save_item_text(item.pk, text, base=0, by=person).text)
            except TextConflict as found:
                conflicts.append((found.theirs, found.mine, found.revision, found.writer))

        return run

    in_threads(*(write(person) for person in people))
    item.refresh_from_db()
    assert saved == [item.text]
    winner, loser = ("Ann", "Bob") if "Ann" in item.text else ("Bob", "Ann")
    assert conflicts == [(f"<p>Van {winner}.</p>", f"<p>Van {loser}.</p>", 1, winner)]


@pytest.mark.django_db(transaction=True)
def test_a_save_waits_for_an_approval_and_is_refused():
    minutes = factories.MinutesFactory(**DRAFT)
    item = factories.ItemFactory(session=minutes.session, text="<p>Begin.</p>")
    office = factories.office_worker()
    held, go_on = threading.Event(), threading.Event()
    heard = []

    def approve() -> None:
        with transaction.atomic():
            row = Minutes.objects.select_for_update().get(pk=minutes.pk)
            held.set()
            go_on.wait(10)
            row.state, row.approved_at = "approved", timezone.now()
            row.save()

    def write() -> None:
        held.wait(10)
        threading.Timer(0.3, go_on.set).start()
        try:
            save_item_text(item.pk, "<p>Te laat.</p>", base=0, by=office)
        except MinutesSettled as error:
            heard.append(str(error))

    in_threads(approve, write)
    item.refresh_from_db()
    assert (len(heard), item.text) == (1, "<p>Begin.</p>")


# --- what came out -------------------------------------------------------------------------------


def test_what_comes_out_is_noted_in_order_and_once(item, office):
    for text in ("Eerst.", "Dan.", "Dan."):
        add_outcome(Decision, item.pk, text=text, by=office)
    due = datetime.date(2026, 12, 1)
    add_outcome(ActionItem, item.pk, text="Bellen", owner=office, owner_name="", due=due, by=office)
    line = factories.LineFactory()
    add_outcome(AttentionPoint, item.pk, text="Let op", line=line, by=office)
    assert list(item.decisions.values_list("text", "order")) == [("Eerst.", 1), ("Dan.", 2)]
    assert list(item.actions.values_list("text", "owner", "due")) == [("Bellen", office.pk, due)]
    assert list(item.attention_points.values_list("text", "line")) == [("Let op", line.pk)]


def test_a_change_began_from_what_it_said(item, office):
    row = factories.DecisionFactory(item=item, text="Toen.")
    change_outcome(Decision, row.pk, item_id=item.pk, was="Toen.", text="Nu.", by=office)
    with pytest.raises(OutcomeChanged) as caught:
        change_outcome(Decision, row.pk, item_id=item.pk, was="Toen.", text="Straks.", by=office)
    row.refresh_from_db()
    assert (row.text, caught.value.text) == ("Nu.", "Nu.")
    assert list(row.events.order_by("pgh_id").values_list("text", flat=True)) == ["Toen.", "Nu."]


def test_what_is_removed_is_removed_once(item, office):
    row = factories.DecisionFactory(item=item, text="Weg.")
    key = row.pk
    remove_outcome(Decision, key, item_id=item.pk, by=office)
    remove_outcome(Decision, key, item_id=item.pk, by=office)
    assert not item.decisions.exists()
    with pytest.raises(OutcomeGone):
        change_outcome(Decision, key, item_id=item.pk, was="Weg.", text="Terug.", by=office)


def test_the_rows_of_another_item_are_out_of_reach(item, minutes, office):
    row = factories.DecisionFactory(item=factories.ItemFactory(session=minutes.session, order=2))
    with pytest.raises(OutcomeGone):
        change_outcome(Decision, row.pk, item_id=item.pk, was=row.text, text="Mis.", by=office)
    remove_outcome(Decision, row.pk, item_id=item.pk, by=office)
    assert Decision.objects.filter(pk=row.pk).exists()


def test_moving_up_changes_places(item, office):
    rows = [factories.DecisionFactory(item=item, text=text) for text in ("a", "b", "c")]
    raise_outcome(Decision, rows[2].pk, item_id=item.pk, by=office)
    raise_outcome(Decision, rows[0].pk, item_id=item.pk, by=office)
    raise_outcome(Decision, rows[0].pk, item_id=item.pk, by=office)
    assert list(item.decisions.values_list("text", "order")) == [("a", 1), ("c", 2), ("b", 3)]


# --- who was there -------------------------------------------------------------------------------


@pytest.fixture
def people(minutes):
    return [
        factories.ParticipationFactory(session=minutes.session, name=name, reply=reply)
        for name, reply in (("Ann", "yes"), ("Bob", "no"), ("Cas", "yes"))
    ]


def attendance(minutes: Minutes) -> dict[str, bool | None]:
    return dict(
        Participation.objects.filter(session=minutes.session).values_list("name", "attended")
    )


def test_who_has_no_tick_was_not_there(minutes, people, office):
    ann, bob, _cas = people
    keep_attendance(minutes.session_id, there=[ann.pk], shown=[ann.pk, bob.pk], was=[], by=office)
    assert attendance(minutes) == {"Ann": True, "Bob": False, "Cas": None}


def test_what_another_ticked_meanwhile_stays(minutes, people, office):
    ann, bob, cas = people
    shown = [one.pk for one in people]
    keep_attendance(minutes.session_id, there=[ann.pk, bob.pk], shown=shown, was=[], by=office)
    # A page from before: nobody had a tick there, and now Cas has one.
    keep_attendance(minutes.session_id, there=[cas.pk], shown=shown, was=[], by=office)
    assert attendance(minutes) == {"Ann": True, "Bob": True, "Cas": True}


def test_all_who_said_yes_at_once(minutes, people, office):
    Participation.objects.filter(pk=people[2].pk).update(attended=False)
    assert note_who_said_yes(minutes.session_id, by=office) == 1
    assert attendance(minutes) == {"Ann": True, "Bob": None, "Cas": False}


def test_a_guest_comes_on_the_list_once_and_reads_no_more(minutes, office):
    partner = factories.PartnerFactory(name="Celtuin")
    facts = {"name": "Gast", "function": "analist", "organisation": "celtuin"}
    guest = add_guest(minutes.session_id, by=office, **facts)
    assert (guest.partner, guest.organisation, guest.attended, guest.invited) == (
        partner, "", True, False,
    )  # fmt: skip
    with pytest.raises(OnTheListAlready):
        add_guest(minutes.session_id, by=office, **facts)
