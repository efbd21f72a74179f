"""The pages on which minutes are checked, approved, published and corrected: who gets which."""

import json
import re

import pytest
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from sessions_log.actions import minutes as actions
from sessions_log.actions.minutes import Correction, ItemText, text_seen
from sessions_log.models import Minutes, MinutesRemark, WorkSession
from tests import factories
from tests.sessions_log.minutes_world import SECRET, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

ROLES = ("visitor", "stranger", "signed_up", "attended", "member", "secretary", "chair", "office")
GUARDED = {
    # page: state in which it is opened, and what each of ROLES gets
    "circulate": ("draft", (302, 404, 404, 404, 404, 200, 200, 200)),
    "check": ("circulated", (302, 404, 200, 200, 200, 200, 200, 200)),
    "approve": ("circulated", (302, 404, 403, 403, 403, 403, 200, 403)),
    "publish": ("approved", (302, 404, 403, 403, 403, 403, 200, 200)),
    "correct": ("published", (302, 403, 403, 403, 403, 200, 200, 200)),
    "versions": ("published", (200, 200, 200, 200, 200, 200, 200, 200)),
}


def page(name, world, *more):
    return reverse(f"sessions_log:{name}", args=[world.session.pk, *more])


def messages_of(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def everybody(office):
    return lambda world: {**world.people(), "office": office}


@pytest.mark.parametrize("name", GUARDED)
def test_each_page_is_for_who_may(name, everybody, logged_in):
    state, expected = GUARDED[name]
    world = make_world(state)
    people = everybody(world)
    got = {role: logged_in(people[role]).get(page(name, world)).status_code for role in ROLES}
    assert got == dict(zip(ROLES, expected, strict=True))


@pytest.mark.parametrize("name", ["circulate", "check", "approve", "publish", "correct"])
def test_nobody_posts_who_may_not(name, everybody, logged_in):
    state, expected = GUARDED[name]
    world = make_world(state)
    people = everybody(world)
    data = {"item": "whole", "text": "Anders", "then": "look"}
    for role, allowed in zip(ROLES, expected, strict=True):
        if allowed != 200:
            answer = logged_in(people[role]).post(page(name, world), data)
            assert (role, answer.status_code) == (role, allowed)
    world.minutes.refresh_from_db()
    assert (world.minutes.state, MinutesRemark.objects.count()) == (state, 0)


def test_the_secretary_sends_round_and_takes_back(logged_in):
    world = make_world()
    client = logged_in(world.secretary)
    readers = client.get(page("circulate", world)).context["readers"]
    assert [person.name for person in readers] == ["Attended", "Chair", "Member", "Secretary",
                                                   "Signed_Up"]  # fmt: skip
    assert client.post(page("circulate", world)).url == page("check", world)
    again = client.post(page("circulate", world), follow=True)
    assert messages_of(again)[-1] == "These minutes were sent round already."
    client.post(page("circulate", world), {"then": "back"})
    world.minutes.refresh_from_db()
    assert world.minutes.state == "draft"


# --- remarks -------------------------------------------------------------------------------------


def test_who_attended_makes_a_remark_and_the_secretary_answers(logged_in):
    world = make_world("circulated")
    client, key = logged_in(world.attended), str(world.first.pk)
    sent = {"item": key, f"on-{key}-text": "Niet in april."}
    assert client.post(page("check", world), sent).url == page("check", world)
    remark = MinutesRemark.objects.get()
    assert (remark.item, remark.author, remark.text) == (
        world.first,
        world.attended,
        "Niet in april.",
    )
    writer, answering = logged_in(world.secretary), page("remark_answer", world, remark.pk)
    refused = writer.post(answering, {"then": "answer"})
    assert "Say in a few words why the text stays as it is." in refused.content.decode()
    assert logged_in(world.attended).post(answering, {"then": "accept"}).status_code == 403
    writer.post(answering, {"then": "answer", f"to-{remark.pk}-answer": "Zo is het gezegd."})
    remark.refresh_from_db()
    assert (remark.state, remark.answer) == ("answered", "Zo is het gezegd.")
    again = writer.post(answering, {"then": "accept"}, follow=True)
    assert messages_of(again) == ["The remark is answered.", "This remark was dealt with already."]
    assert "Zo is het gezegd." in client.get(page("check", world)).content.decode()


def test_an_empty_remark_is_asked_again(logged_in):
    world = make_world("circulated")
    answer = logged_in(world.attended).post(page("check", world), {"item": "whole"})
    assert answer.status_code == 200
    assert "Say in a few words what should be different." in answer.content.decode()


def test_what_was_typed_stays_when_somebody_approved_meanwhile(logged_in):
    world = make_world("circulated")
    actions.approve(world.minutes, seen=text_seen(world.minutes), by=world.chair)
    data = {"item": "whole", "on-whole-text": "Te laat."}
    answer = logged_in(world.attended).post(page("check", world), data)
    assert messages_of(answer) == ["These minutes have been approved already."]
    assert MinutesRemark.objects.count() == 0


def test_who_does_not_read_everything_finds_no_confidential_item_to_remark_on(logged_in):
    world = make_world("circulated")
    factories.RemarkFactory(
        minutes=world.minutes, item=world.secret, author=world.attended, text="Geheime opmerking"
    )
    client, key = logged_in(world.signed_up), str(world.secret.pk)
    seen = client.get(page("check", world))
    assert [part.entry.item for part in seen.context["parts"]] == [world.first, world.last]
    assert (seen.context["open_remarks"], "Geheim" in seen.content.decode()) == (0, False)
    sent = {"item": key, f"on-{key}-text": "Wat staat hier?"}
    assert client.post(page("check", world), sent).status_code == 404
    hidden = page("remark_answer", world, MinutesRemark.objects.get().pk)
    assert client.post(hidden, {"then": "accept"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_as_much_for_many_remarks(number, logged_in, django_assert_num_queries):
    world = make_world("circulated")
    for item in (world.first, world.last, None)[:number]:
        factories.RemarkFactory(minutes=world.minutes, item=item)
    client = logged_in(world.secretary)
    client.get(page("check", world))
    with django_assert_num_queries(CHECK_QUERIES):
        client.get(page("check", world))


CHECK_QUERIES = 18


# --- approving and publishing --------------------------------------------------------------------


def test_the_chair_approves_what_they_read(logged_in):
    world = make_world("circulated")
    client = logged_in(world.chair)
    seen = client.get(page("approve", world)).context["digest"]
    Minutes.objects.update(summary="<p>Anders.</p>")
    refused = client.post(page("approve", world), {"seen": seen}, follow=True)
    assert messages_of(refused) == [str(actions.TextChanged())]
    seen = client.get(page("approve", world)).context["digest"]
    client.post(page("approve", world), {"seen": seen})
    again = client.post(page("approve", world), {"seen": seen}, follow=True)
    assert messages_of(again)[-1] == "These minutes have been approved already."
    assert world.minutes.versions.get().full_hash == seen


def test_an_open_remark_stands_before_approval(logged_in):
    world = make_world("circulated")
    factories.RemarkFactory(minutes=world.minutes)
    client = logged_in(world.chair)
    content = client.get(page("approve", world)).content.decode()
    assert ("1 remark still waits for an answer" in content, 'name="seen"' in content) == (
        True,
        False,
    )
    client.post(page("approve", world), {"seen": text_seen(world.minutes)})
    world.minutes.refresh_from_db()
    assert world.minutes.state == "circulated"


def test_publishing_shows_what_others_will_read_and_what_is_left_out(logged_in):
    world = make_world("approved")
    client = logged_in(world.chair)
    shown = client.get(page("publish", world))
    assert [item["title"] for item in shown.context["text"]["items"]] == ["Opening", "Sluiting"]
    assert shown.context["left_out"] == [world.secret]
    client.post(page("publish", world))
    again = client.post(page("publish", world), follow=True)
    assert messages_of(again)[-1] == "This report has been published already."
    world.minutes.refresh_from_db()
    assert world.minutes.state == "published"


# --- corrections and versions --------------------------------------------------------------------


def filled_in(answer):
    """What the browser would send back."""
    form = answer.context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    data["looked"] = answer.context["looked"]
    return {name: value for name, value in data.items() if value not in (None, False)}


def test_a_correction_is_looked_at_before_it_is_frozen(logged_in):
    world = make_world("published")
    client, decision = logged_in(world.secretary), world.first.decisions.get()
    data = filled_in(client.get(page("correct", world)))
    data |= {"reason": "Verkeerd besluit", f"decision-{decision.pk}": "Besluit over iets anders"}
    looked = client.post(page("correct", world), {**data, "then": "freeze"})
    assert world.minutes.versions.count() == 1
    changed = [(piece.kind, piece.text) for piece in looked.context["pieces"]]
    assert [one for one in changed if one[0] in {"in", "out"}] == [
        ("out", "Opening"), ("in", "iets anders"),
    ]  # fmt: skip
    kept = client.post(page("correct", world), {**filled_in(looked), "then": "freeze"})
    assert kept.url == page("version", world, 2)
    assert world.minutes.versions.get(number=2).reason == "Verkeerd besluit"
    late = client.post(page("correct", world), {**filled_in(looked), "then": "freeze"})
    assert str(actions.TextChanged()) in late.content.decode()


def test_a_correction_without_reason_or_change_is_asked_again(logged_in):
    world = make_world("published")
    client = logged_in(world.secretary)
    data = filled_in(client.get(page("correct", world)))
    assert "reason" in client.post(page("correct", world), data).context["form"].errors
    same = client.post(page("correct", world), {**data, "reason": "Niets"})
    assert same.context["form"].non_field_errors() == [str(actions.NothingCorrected())]


def corrected(world, item, text):
    number = world.minutes.versions.aggregate(last=Max("number"))["last"]
    return actions.correct(
        world.minutes,
        Correction(items={item.pk: ItemText(item.title, text, confidential=item.confidential)}),
        reason=f"Reden over {item.title}",
        seen=number,
        by=world.secretary,
    )


def told_versions(client, world):
    return [
        (one.number, one.digest, one.reason, one.approved_by)
        for one in client.get(page("versions", world)).context["editions"]
    ]


def test_the_public_counts_only_what_changed_for_it(logged_in, client):
    world = make_world("published")
    corrected(world, world.secret, "<p>Anders.</p>")
    corrected(world, world.first, "<p>Beter.</p>")
    corrected(world, world.secret, "<p>Weer anders.</p>")
    one, two, three, four = world.minutes.versions.order_by("number")
    assert told_versions(logged_in(world.member), world) == [
        (4, four.full_hash, f"Reden over {SECRET}", "Secretary"),
        (3, three.full_hash, "Reden over Opening", "Secretary"),
        (2, two.full_hash, f"Reden over {SECRET}", "Secretary"),
        (1, one.full_hash, "", "Chair"),
    ]
    assert told_versions(client, world) == [
        (2, three.public_hash, "", ""),
        (1, one.public_hash, "", ""),
    ]
    latest = client.get(page("version", world, 2))
    assert (latest.context["edition"].approved_at, latest.context["latest"].number) == (
        three.approved_at,
        2,
    )
    pieces = [(one.kind, one.text) for one in latest.context["pieces"] if one.kind in {"in", "out"}]
    assert pieces == [("out", "Gezegd over Opening"), ("in", "Beter")]
    assert client.get(page("version", world, 3)).status_code == 404
    assert client.get(page("version", world, 0)).status_code == 404


def test_what_became_confidential_is_gone_from_earlier_versions_too(logged_in, client):
    world = make_world("published")
    corrected(world, world.first, "<p>Beter.</p>")
    actions.correct(
        world.minutes,
        Correction(items={world.first.pk: ItemText("Opening", "<p>Beter.</p>", confidential=True)}),
        reason="Hoorde niet in de openbaarheid",
        seen=2,
        by=world.secretary,
    )
    corrected(world, world.last, "<p>Ook beter.</p>")
    hidden, last = world.minutes.versions.filter(number__gte=3).order_by("number")
    assert [one[0] for one in told_versions(logged_in(world.member), world)] == [4, 3, 2, 1]
    assert told_versions(client, world) == [
        (2, last.public_hash, "", ""),
        (1, hidden.public_hash, "", ""),
    ]
    for number in (1, 2):
        told = client.get(page("version", world, number))
        assert (told.status_code, "Opening" in told.content.decode()) == (200, False)
    assert client.get(page("version", world, 1)).context["before"] is None


def test_a_version_reads_as_it_was_frozen(logged_in, client):
    world = make_world("published")
    world.session.title = "Andere titel"
    world.session.save()
    corrected(world, world.first, "<p>Beter.</p>")
    first = client.get(page("version", world, 1))
    assert (first.context["text"]["title"], first.context["before"]) == ("Overleg", None)
    assert "Gezegd over Opening." in first.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_versions_ask_as_much_for_many(number, logged_in, client, django_assert_num_queries):
    world = make_world("published")
    for turn in range(number):
        corrected(world, world.first, f"<p>Keer {turn}.</p>")
    client.get(page("versions", world))
    with django_assert_num_queries(4):
        client.get(page("versions", world))


def test_the_session_page_tells_the_version_and_its_hash(client):
    world = make_world("published")
    version = world.minutes.versions.get()
    content = client.get(world.session.get_absolute_url()).content.decode()
    assert version.public_hash[:12] in content
    assert version.full_hash[:12] not in content
    assert page("version", world, 1) in content


# --- nothing of what is confidential ---------------------------------------------------------


def marked_world():
    """Everything under the confidential item carries a word that stands nowhere else."""
    world = make_world("circulated")
    for item in (world.secret,):
        item.text = "<p>Markering alfa.</p>"
        item.save()
    factories.RemarkFactory(
        minutes=world.minutes, item=world.secret, author=world.attended, text="Markering remark",
        state="answered", answer="Markering antwoord", answered_at=timezone.now(),
    )  # fmt: skip
    actions.approve(world.minutes, seen=text_seen(world.minutes), by=world.chair)
    actions.publish(world.minutes, by=world.chair)
    actions.correct(
        world.minutes,
        Correction(
            items={world.secret.pk: ItemText(SECRET, "<p>Markering beta.</p>", confidential=True)}
        ),
        reason="Markering reden",
        seen=1,
        by=world.secretary,
    )
    return world


@pytest.mark.parametrize("who", ["visitor", "stranger", "signed_up"])
def test_confidential_items_leave_no_trace_on_any_page(who, logged_in):
    world = marked_world()
    browser = logged_in(world.people()[who])
    session = WorkSession.objects.get(pk=world.session.pk)
    addresses = [
        session.get_absolute_url(),
        reverse("sessions_log:list"),
        reverse("sessions_log:feed"),
        reverse("sessions_log:calendar"),
        reverse("sessions_log:session_ics", args=[session.pk]),
        reverse("sessions_log:body", args=[world.body.slug]),
        reverse("sessions_log:decisions"),
        reverse("sessions_log:actions"),
        reverse("sessions_log:points"),
        *(page(name, world) for name in ("versions", "check", "correct", "approve", "publish")),
        page("version", world, 1),
        page("version", world, 2),
    ]
    second = world.minutes.versions.get(number=2)
    for address in addresses:
        content = browser.get(address, follow=True).content.decode()
        for trace in (SECRET, "Markering", second.full_hash[:12], "Version 2"):
            assert (address, trace, trace in content) == (address, trace, False)


def test_the_public_text_in_the_database_has_no_trace_either():
    world = marked_world()
    for version in world.minutes.versions.all():
        kept = json.dumps(version.public)
        assert not re.search(rf"{SECRET}|Markering|Attended|Member", kept)


# --- the ways there ------------------------------------------------------------------------------

WAYS = {
    # state: where the desk leads the chair, the secretary and a member; None where it does not
    "draft": ("write", "write", None),
    "circulated": ("approve", "check", "check"),
    "approved": ("publish", "detail", None),
}


@pytest.mark.parametrize("state", WAYS)
def test_the_desk_leads_to_what_can_be_done(state, logged_in):
    world = make_world(state)
    names = dict(zip(("chair", "secretary", "member"), WAYS[state], strict=True))
    for role, name in names.items():
        content = logged_in(getattr(world, role)).get(reverse("desk")).content.decode()
        waiting = content.partition('id="verslagen"')[2].partition("</section>")[0]
        address = (
            world.session.get_absolute_url() if name == "detail" else name and page(name, world)
        )
        assert (role, re.findall(r'href="(/werksessies/[^"#]+)"', waiting)) == (
            role,
            [address] if address else [],
        )
