"""Who changed what and when, told in words; and the way back, with its bounds."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civportal.accounts.models import User
from civportal.admin import history
from news.models import NewsItem
from partners.actions.pipeline import move_partner
from partners.models import Partner
from programme_lines.models import PlanChapter, ProgrammeLine
from sessions_log.actions.minutes import AttendanceUnknown, freeze
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Minutes,
    WorkSession,
)
from tests import factories
from tests.admin.conftest import may
from tests.admin.test_every_page import address
from tests.admin.test_visibility import empty_formsets

PARTNER = {
    "name": "Aardappel BV", "kind": "company", "language": "nl",
    "slug": "aardappel-bv", "kvk_number": "", "website": "", "summary": "", "description": "",
    "sectors": [],
}  # fmt: skip


def save_partner(client, partner, **changes):
    data = PARTNER | {"sectors": list(partner.sectors.values_list("pk", flat=True))} | changes
    answer = client.post(
        address(Partner, "change", partner.pk), data | empty_formsets("memberships")
    )
    assert answer.status_code == 302, answer.context["adminform"].form.errors


def told(page):
    return [
        (
            entry.who,
            sorted(entry.kinds),
            [
                (change.label, [(piece.kind, piece.text) for piece in change.pieces])
                for change in entry.changes
            ],
        )
        for entry in page.context["entries"]
    ]


def test_a_change_is_told_with_who_and_what(world, office, browse, settings):
    settings.LANGUAGE_CODE = "en"
    office.language = "en"
    office.save()
    client = browse(office)
    sector = world.sector
    save_partner(
        client, world.partner, kind="startup", summary="Wij telen zaad.", founding="on", sectors=[]
    )
    page = client.get(address(Partner, "history", world.partner.pk))
    first, *_rest = page.context["entries"]
    assert told(page)[0] == (
        "Olga Office",
        ["update"],
        [
            ("Kind", [("out", "Company"), ("in", "Startup")]),
            ("Founding partner", [("out", "No"), ("in", "Yes")]),
            ("In one sentence", [("in", "Wij telen zaad.")]),
            ("Sectors", [("out", sector.name)]),
        ],
    )
    assert (first.via, first.in_admin) == (address(Partner, "change", world.partner.pk), True)
    assert [(who, kinds) for who, kinds, _changes in told(page)[1:]] == [
        ("The portal itself", ["insert"])
    ]


def test_rich_text_is_told_as_text(world, boss, browse):
    boss.language = "en"
    boss.save()
    world.line.body = "<p>Een oud woord.</p><p>Tweede regel.</p>"
    world.line.save()
    world.line.body = "<p>Een nieuw woord.</p><p>Tweede regel.</p>"
    world.line.save()
    world.line.body = "<p>Een <strong>nieuw</strong> woord.</p><p>Tweede regel.</p>"
    world.line.save()
    page = browse(boss).get(address(ProgrammeLine, "history", world.line.pk))
    marks, words = page.context["entries"][0], told(page)
    changes = [change for entry in page.context["entries"] for change in entry.changes]
    assert changes[-1].label  # the first version is told as well
    texts = [
        piece
        for entry in words
        for label, pieces in entry[2]
        if label == "Text"
        for piece in pieces
    ]
    assert ("out", "oud") in texts
    assert ("in", "nieuw") in texts
    assert marks.changes


def test_history_is_paged_and_takes_a_fixed_number_of_queries(world, boss, browse):
    client = browse(boss)
    url = address(Partner, "history", world.partner.pk)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    def rename(times):
        for number in range(times):
            world.partner.summary = f"Versie {number} {times}"
            world.partner.save()

    rename(1)
    count()
    few = count()
    rename(60)
    assert count() <= few  # fewer, where nothing on the page points at something else
    pages = [client.get(url + f"?page={number}") for number in (1, 2, 3)]
    assert [page.context["page"].paginator.num_pages for page in pages] == [3, 3, 3]
    assert [bool(page.context["entries"]) for page in pages] == [True, True, True]


def test_groups_and_rights_have_a_history(world, boss, browse):
    boss.language = "en"
    boss.save()
    client = browse(boss)
    group = Group.objects.create(name="Lezers")
    answer = client.post(
        address(User, "change", world.person.pk),
        {
            "email": world.person.email, "name": "Paula Partner", "language": "nl",
            "time_zone": "Europe/Amsterdam", "is_active": "on", "groups": [group.pk],
            "user_permissions": [],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    page = client.get(address(User, "history", world.person.pk))
    assert told(page)[0] == (
        "Bea Beheer",
        ["update"],
        [("Language", [("in", "Dutch")]), ("Groups", [("in", "Lezers")])],
    )


def test_what_is_deleted_can_be_found_by_administrators_alone(world, boss, office, browse):
    key = world.news.pk
    browse(office).post(address(NewsItem, "delete", key), {"post": "yes"})
    page = browse(boss).get(address(NewsItem, "deleted"))
    assert [(one.key, one.name) for one in page.context["gone"]] == [(key, "Nieuws over alles")]
    assert browse(office).get(address(NewsItem, "deleted")).status_code == 403
    assert browse(office).get(address(NewsItem, "history", key)).status_code == 302
    told_page = browse(boss).get(address(NewsItem, "history", key))
    assert (told_page.context["name"], told(told_page)[0][:2]) == (
        "Nieuws over alles",
        ("Olga Office", ["delete"]),
    )


def version(obj, **values):
    return history.events_of(type(obj)).objects.get(pgh_obj_id=obj.pk, **values).pgh_id


def restore(client, obj, event_id, method="post"):
    return getattr(client, method)(address(type(obj), "restore", obj.pk, event_id))


def test_an_earlier_version_comes_back_and_that_is_a_change_too(world, office, browse):
    client = browse(office)
    save_partner(client, world.partner, name="Aardappel Holding", summary="Nieuw.")
    event = version(world.partner, name="Aardappel BV", pgh_label="insert")
    asked = restore(client, world.partner, event, "get")
    assert [change.label for change in asked.context["changes"]] == ["Naam", "In één zin"]
    world.partner.refresh_from_db()
    assert world.partner.name == "Aardappel Holding"  # asking changes nothing
    answer = restore(client, world.partner, event)
    assert answer.status_code == 302
    world.partner.refresh_from_db()
    found = world.partner
    assert (found.name, found.sort_name, found.summary, list(found.sectors.all())) == (
        "Aardappel BV", "aardappel bv", "", [world.sector]
    )  # fmt: skip
    page = client.get(address(Partner, "history", world.partner.pk))
    newest = page.context["entries"][0]
    assert (newest.who, newest.restored) == ("Olga Office", True)


def test_a_version_that_is_no_longer_possible_is_refused_with_the_reason(world, office, browse):
    client = browse(office)
    Partner.objects.filter(pk=world.partner.pk).update(kvk_number="12345678")
    save_partner(client, world.partner, kvk_number="")
    Partner.objects.filter(pk=world.prospect.pk).update(kvk_number="12345678")
    answer = restore(client, world.partner, version(world.partner, kvk_number="12345678"))
    assert answer.status_code == 409
    assert [problem.partition(":")[0] for problem in answer.context["problems"]] == ["KvK-nummer"]
    world.partner.refresh_from_db()
    assert world.partner.kvk_number is None


def test_the_status_of_a_partner_never_comes_back(world, office, browse):
    client = browse(office)
    move_partner(world.partner, to="ended", by=office, reason="Gestopt.")
    save_partner(client, world.partner, status="signed", summary="Gestopt.")
    restore(client, world.partner, version(world.partner, status="signed"))
    world.partner.refresh_from_db()
    assert (world.partner.status, world.partner.summary) == ("ended", "")


def test_only_who_may_change_goes_back(world, steering_staff, plain_staff, office, browse):
    world.public.place = "Zaal 1"
    world.public.save()
    event = version(world.public, pgh_label="insert")
    assert restore(browse(plain_staff), world.public, event).status_code == 403
    event = version(world.closed, pgh_label="insert")
    assert restore(browse(plain_staff), world.closed, event).status_code == 302
    assert restore(browse(steering_staff), world.closed, event).status_code == 403
    of_another = version(world.public, pgh_label="insert")
    assert restore(browse(office), world.closed, of_another).status_code == 404
    assert restore(browse(office), world.closed, event + 100_000).status_code == 404


def test_what_was_a_draft_is_no_reading_for_who_sees_what_became_of_it(
    world, steering_staff, plain_staff, office, browse
):
    changer = may(plain_staff, "partners.change_partner", "news.change_newsitem")
    things = {
        "item": world.item, "minutes": world.minutes, "decision": world.decision,
        "public": world.public, "partner": world.partner, "news": world.news,
    }  # fmt: skip
    answers = {
        who.email: {
            name: browse(who).get(address(type(obj), "history", obj.pk)).status_code
            for name, obj in things.items()
        }
        for who in (changer, office)
    }
    assert answers == {
        "plain@example.org": dict.fromkeys(things, 403),
        "office@example.org": dict.fromkeys(things, 200),
    }
    for who, offered in ((changer, False), (office, True)):
        page = browse(who).get(address(AgendaItem, "change", world.item.pk)).content.decode()
        assert ("historylink" in page) is offered


def later(obj, **values):
    """Change something behind the admin's back, so that there is an earlier version."""
    type(obj).objects.filter(pk=obj.pk).update(**values)
    return version(obj, pgh_label="insert")


@pytest.mark.parametrize(
    ("thing", "changes"),
    [
        ("item", {"text": "<p>Anders.</p>"}),
        ("item", {"title": "Anders"}),
        ("decision", {"text": "Anders."}),
        ("action", {"text": "Anders."}),
        ("attention", {"text": "Anders."}),
        ("minutes", {"summary": "<p>Anders.</p>"}),
        ("public", {"title": "Anders"}),
    ],
)
def test_what_is_approved_does_not_come_back(thing, changes, world, boss, browse):
    obj = getattr(world, thing)
    event = later(obj, **changes)
    asked = restore(browse(boss), obj, event, "get")
    assert asked.context["refused"].startswith("Het verslag van deze sessie is vastgesteld")
    assert '<form method="post">' not in asked.content.decode()
    answer = restore(browse(boss), obj, event)
    assert answer.status_code == 409
    name, value = next(iter(changes.items()))
    obj.refresh_from_db()
    assert getattr(obj, name) == value


def test_what_follows_from_approved_minutes_does_come_back(world, office, browse):
    event = later(world.attention, state="declined", answer="Nee.")
    answer = restore(browse(office), world.attention, event)
    assert answer.status_code == 302
    world.attention.refresh_from_db()
    assert (world.attention.state, world.attention.answer) == ("open", "")


def test_a_draft_comes_back_but_not_its_state(world, office, browse):
    Minutes.objects.filter(pk=world.draft.pk).update(summary="<p>B</p>", state="circulated")
    answer = restore(browse(office), world.draft, version(world.draft, pgh_label="insert"))
    assert answer.status_code == 302
    world.draft.refresh_from_db()
    assert (world.draft.summary, world.draft.state) == ("<p>Ruwe samenvatting.</p>", "circulated")


# --- approved minutes in the forms -----------------------------------------------------------


def test_approved_minutes_stay_as_they_are_whatever_is_posted(world, boss, browse):
    client = browse(boss)
    client.post(
        address(AgendaItem, "change", world.item.pk),
        {"title": "Anders", "order": 5, "text": "<p>Anders</p>", "purpose": "decide",
         "confidential": "on",
         "decisions-TOTAL_FORMS": 2, "decisions-INITIAL_FORMS": 1,
         "decisions-0-id": world.decision.pk, "decisions-0-item": world.item.pk,
         "decisions-0-text": "Anders", "decisions-0-DELETE": "on",
         "decisions-1-text": "Erbij", "decisions-1-item": world.item.pk,
         "actions-TOTAL_FORMS": 1, "actions-INITIAL_FORMS": 1,
         "actions-0-id": world.action.pk, "actions-0-item": world.item.pk,
         "actions-0-text": "Anders", "actions-0-state": "done", "actions-0-done_on": "2021-04-02",
         "attention_points-TOTAL_FORMS": 0, "attention_points-INITIAL_FORMS": 0},
    )  # fmt: skip
    world.item.refresh_from_db()
    world.action.refresh_from_db()
    item, action = world.item, world.action
    assert (item.title, item.text, item.order, item.confidential) == (
        "Opening", "<p>Iedereen is welkom.</p>", 1, False
    )  # fmt: skip
    assert list(Decision.objects.values_list("text", flat=True)) == ["Wij beginnen."]
    assert (action.text, action.state) == ("Zaal bespreken", "done")


@pytest.mark.parametrize("which", ["minutes", "draft"])
def test_the_state_of_minutes_is_not_a_field(which, world, boss, browse):
    minutes = getattr(world, which)
    before = minutes.state
    url = address(Minutes, "change", minutes.pk)
    for state in ("draft", "approved", "published"):
        minutes.refresh_from_db()
        sent = {
            "summary": "<p>Af.</p>", "state": state, "seen_revision": minutes.revision,
        }  # fmt: skip
        assert browse(boss).post(url, sent).status_code == 302
    minutes.refresh_from_db()
    assert (minutes.state, minutes.approved_at is None) == (before, which == "draft")
    assert (minutes.summary == "<p>Af.</p>") is (which == "draft")


def test_the_office_sends_minutes_round_from_the_list(world, office, browse):
    client, url = browse(office), reverse("admin:sessions_log_minutes_changelist")
    chosen = {"action": "send_round", "_selected_action": [world.draft.pk]}
    Minutes.objects.filter(pk=world.draft.pk).update(state="draft")
    world.draft.session.participations.update(attended=None)
    said = [str(one) for one in client.post(url, chosen, follow=True).context["messages"]]
    assert said[0].endswith(str(AttendanceUnknown()))
    factories.ParticipationFactory(session=world.draft.session, attended=True)
    client.post(url, chosen)
    world.draft.refresh_from_db()
    assert (world.draft.state, world.draft.circulated_at is None) == ("circulated", False)
    page = client.get(address(Minutes, "change", world.draft.pk)).content.decode()
    assert reverse("sessions_log:check", args=[world.draft.session_id]) in page


def test_the_office_publishes_from_the_list_what_is_approved(world, office, browse):
    client, url = browse(office), reverse("admin:sessions_log_minutes_changelist")
    Minutes.objects.filter(pk=world.minutes.pk).update(state="approved", published_at=None)
    client.post(url, {"action": "publish", "_selected_action": [world.minutes.pk, world.draft.pk]})
    world.minutes.refresh_from_db()
    world.draft.refresh_from_db()
    assert (world.minutes.state, world.draft.state) == ("published", "draft")
    assert world.minutes.versions.count() == 1


def test_a_session_with_frozen_minutes_is_refused_with_a_sentence(world, boss, browse):
    freeze(world.minutes)
    url = address(WorkSession, "delete", world.minutes.session_id)
    answer = browse(boss).post(url, {"post": "yes"})
    assert answer.status_code in {200, 403}
    assert WorkSession.objects.filter(pk=world.minutes.session_id).exists()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (WorkSession, "public"), (AgendaItem, "item"), (Minutes, "minutes"),
        (Decision, "decision"), (ActionItem, "action"), (AttentionPoint, "attention"),
    ],
)  # fmt: skip
def test_approved_minutes_are_not_deleted(model, name, world, boss, browse):
    client, obj = browse(boss), getattr(world, name)
    one = client.post(address(model, "delete", obj.pk), {"post": "yes"})
    several = client.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [obj.pk], "post": "yes"},
    )
    assert (one.status_code, several.status_code) == (403, 200)
    assert several.context["protected"]
    assert model.objects.filter(pk=obj.pk).exists()


def test_nothing_is_added_to_approved_minutes(world, boss, browse):
    page = browse(boss).post(
        address(Decision, "add"), {"item": world.item.pk, "text": "Erbij", "order": 2}
    )
    assert list(page.context["adminform"].form.errors) == ["item"]


def test_items_change_places(world, office, browse):
    from tests import factories

    second = factories.ItemFactory(session=world.closed, order=2, title="Rondvraag")
    session = world.closed
    url = address(WorkSession, "change", session.pk)
    client = browse(office)

    def post(one, two):
        rows = [(world.draft_item, one), (second, two)]
        data = {
            "title": session.title, "kind": session.kind, "body": session.body_id,
            "date": "2021-04-01", "status": "held", "visibility": "body", "language": "nl",
            "lines": [], "items-TOTAL_FORMS": 2, "items-INITIAL_FORMS": 2,
            "minutes-TOTAL_FORMS": 0, "minutes-INITIAL_FORMS": 0,
        } | empty_formsets("participations", "documents")  # fmt: skip
        for number, (item, order) in enumerate(rows):
            data |= {
                f"items-{number}-id": item.pk, f"items-{number}-session": session.pk,
                f"items-{number}-title": item.title, f"items-{number}-purpose": "discuss",
                f"items-{number}-order": order,
            }  # fmt: skip
        return client.post(url, data)

    clash = post(2, 2)
    assert clash.status_code == 200
    assert clash.context["inline_admin_formsets"][0].formset.non_form_errors()
    assert post(2, 1).status_code == 302
    assert list(session.items.order_by("order").values_list("title", flat=True)) == [
        "Rondvraag",
        "Begroting",
    ]


def test_chapters_writers_are_in_its_history(world, boss, office, browse):
    world.chapter.authors.add(office)
    page = browse(boss).get(address(PlanChapter, "history", world.chapter.pk))
    assert [
        (change.label, [piece.text for piece in change.pieces])
        for entry in page.context["entries"]
        for change in entry.changes
        if change.label == "Schrijvers"
    ] == [("Schrijvers", ["Olga Office"])]
