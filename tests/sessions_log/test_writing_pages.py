"""The pages of writing: what each answer is, for the script and for who has none."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions_log.models import Decision, Minutes
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DRAFT = {"state": "draft", "approved_at": None, "published_at": None}
SCRIPT = {"accept": "application/json"}


@pytest.fixture
def session(steering_group):
    return factories.SessionFactory(body=steering_group, visibility="body", title="De sessie")


@pytest.fixture
def minutes(session):
    return factories.MinutesFactory(session=session, **DRAFT)


@pytest.fixture
def item(minutes):
    return factories.ItemFactory(
        session=minutes.session, order=1, title="Eerste punt", text="<p>Begin.</p>"
    )


@pytest.fixture
def secretary(session):
    user = factories.UserFactory(name="Sara Secretary")
    factories.SeatFactory(body=session.body, user=user, role="secretary")
    return user


@pytest.fixture
def client(logged_in, secretary) -> Client:
    return logged_in(secretary)


def at(item) -> str:
    return reverse("sessions_log:write_item", args=[item.session_id, item.pk])


def post(client: Client, item, *, script: bool = False, follow: bool = False, **data):
    headers = SCRIPT if script else {}
    return client.post(at(item), data, headers=headers, follow=follow)


# --- who -----------------------------------------------------------------------------------------


def test_who_writes(session, item, secretary, viewers, logged_in):
    seats = {"secretary": secretary, **viewers}
    assert {name: logged_in(user).get(at(item)).status_code for name, user in seats.items()} == {
        "visitor": 302,
        "charlie": 404,
        "company": 404,
        "steering": 403,
        "office": 200,
        "secretary": 200,
    }


def test_the_minutes_begin_with_a_button(client, session):
    address = reverse("sessions_log:write", args=[session.pk])
    assert "Start the minutes" in client.get(address).content.decode()
    assert not Minutes.objects.exists()
    client.post(address, {"then": "start"})
    client.post(address, {"then": "start"})
    assert Minutes.objects.get().session == session
    assert "Who was there" in client.get(address).content.decode()


def test_approved_minutes_are_corrected_elsewhere(client, minutes, item):
    Minutes.objects.update(state="approved", approved_at=timezone.now())
    session = minutes.session
    address = reverse("sessions_log:write", args=[session.pk])
    assert client.get(at(item)).url == address
    assert client.get(address).url == reverse("sessions_log:correct", args=[session.pk])


def test_it_is_a_step_of_the_session_and_of_the_desk(client, minutes):
    address = reverse("sessions_log:write", args=[minutes.session.pk])
    assert f'href="{address}"' in client.get(minutes.session.get_absolute_url()).content.decode()
    assert f'href="{address}"' in client.get("/mijn/").content.decode()


# --- saving --------------------------------------------------------------------------------------


def test_the_script_saves(client, item):
    answer = post(client, item, script=True, text="<p>Meer.</p>", base=0)
    assert answer.status_code == 200
    data = answer.json()
    assert data["saved"].startswith("Saved at ")
    assert data["revision"] == 1
    item.refresh_from_db()
    assert item.text == "<p>Meer.</p>"


def test_the_script_hears_of_another_text(client, item, office):
    post(client, item, script=True, text="<p>Het weer was goed.</p>", base=0)
    answer = post(client, item, script=True, text="<p>Het weer was slecht.</p>", base=0)
    assert (answer.status_code, answer.json()["revision"]) == (409, 1)
    html = answer.json()["html"]
    assert "Saved by you, in another window" in html
    for kind, word in (("theirs", "goed"), ("mine", "slecht")):
        assert f'<mark data-kind="{kind}">' in html
        assert word in html.split(f'<mark data-kind="{kind}">')[1].split("</mark>")[0]


def test_it_says_who_wrote_the_other_text(client, item, office, logged_in):
    post(logged_in(office), item, script=True, text="<p>Van haar.</p>", base=0)
    answer = post(client, item, script=True, text="<p>Van mij.</p>", base=0)
    assert "Saved by Olga Office" in answer.json()["html"]


def test_the_script_hears_that_it_is_too_late(client, item):
    Minutes.objects.update(state="approved", approved_at=timezone.now())
    answer = post(client, item, script=True, text="<p>Te laat.</p>", base=0)
    assert (answer.status_code, answer.json()) == (
        422,
        {"reason": "These minutes are approved, so their text stays as it is."},
    )


def test_the_script_asks_who_is_there(client, item, secretary):
    answer = client.get(at(item), headers=SCRIPT)
    assert {name: answer.json()[name] for name in ("user", "revision")} == {
        "user": str(secretary.pk),
        "revision": 0,
    }
    assert len(answer.json()["csrf"]) == 64


def test_a_lost_answer_is_no_conflict(client, item):
    post(client, item, script=True, text="<p>Een.</p>", base=0)
    answer = post(client, item, script=True, text="<p>Twee.</p>", base=0, sent=["<p>Een.</p>"])
    assert (answer.status_code, answer.json()["revision"]) == (200, 2)


def test_without_script_a_button_saves(client, item):
    answer = post(client, item, text="Los.\n\nEn los.", base=0, follow=True)
    item.refresh_from_db()
    assert item.text == "<p>Los.</p><p>En los.</p>"
    assert "Saved." in answer.content.decode()


def test_the_summary_is_saved_alike(client, minutes):
    address = reverse("sessions_log:write_summary", args=[minutes.session.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"text": "<p>Kort.</p>", "base": 0})
    assert client.post(address, {"text": "<p>Ook.</p>", "base": 0}).status_code == 409
    minutes.refresh_from_db()
    assert (minutes.summary, minutes.revision) == ("<p>Kort.</p>", 1)


# --- two texts -----------------------------------------------------------------------------------


@pytest.fixture
def two_texts(client, item):
    post(client, item, text="<p>Samen.</p><p>Van haar.</p>", base=0)
    return post(client, item, text="<p>Samen.</p><p>Van mij.</p>", base=0)


def test_both_texts_stand_beside_each_other(two_texts):
    html = two_texts.content.decode()
    assert two_texts.status_code == 409
    assert two_texts.context["conflict"].together == (
        "<p>Samen.</p><p>Van haar.</p><p>Van mij.</p>"
    )
    assert "You changed this text in another window too" in html
    assert "Van mij" in html


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ({"keep": "mine"}, "<p>Samen.</p><p>Van mij.</p>"),
        ({"keep": "theirs"}, "<p>Samen.</p><p>Van haar.</p>"),
        ({"keep": "merged", "merged": "<p>Van ons.</p>"}, "<p>Van ons.</p>"),
    ],
)
def test_one_of_two_texts_stays(client, item, two_texts, choice, text):
    answer = post(client, item, base=1, mine="<p>Samen.</p><p>Van mij.</p>", **choice)
    assert answer.url == f"{at(item)}?gekozen=1"
    item.refresh_from_db()
    assert item.text == text


def test_the_answer_goes_through_the_lock_too(client, item, two_texts):
    post(client, item, script=True, text="<p>Alweer anders.</p>", base=1)
    answer = post(client, item, base=1, keep="mine", mine="<p>Van mij.</p>")
    assert answer.status_code == 409
    assert answer.context["conflict"].theirs == "<p>Alweer anders.</p>"


def test_merging_begins_with_both(client, item, two_texts):
    answer = post(client, item, base=1, keep="merge", mine="<p>Samen.</p><p>Van mij.</p>")
    assert answer.status_code == 200
    assert "Make one text of both" in answer.content.decode()
    assert answer.context["conflict"].revision == 1


# --- who may no longer ---------------------------------------------------------------------------


def test_whose_right_is_gone_keeps_the_text(client, item, secretary):
    secretary.body_memberships.all().delete()
    answer = post(client, item, text="<p>Mijn woorden.</p>", base=0)
    assert answer.status_code == 404  # the session is not theirs to see any more
    assert "&lt;p&gt;Mijn woorden.&lt;/p&gt;" in answer.content.decode()


def test_who_still_reads_gets_it_back_as_well(client, item, secretary):
    secretary.body_memberships.update(role="member")
    answer = post(client, item, text="<p>Mijn woorden.</p>", base=0)
    assert (answer.status_code, b"Mijn woorden" in answer.content) == (403, True)


def test_who_was_logged_out_gets_the_text_back(client, item):
    client.logout()
    answer = post(client, item, text="<p>Mijn woorden.</p>", base=0)
    assert (answer.status_code, b"Mijn woorden" in answer.content) == (401, True)
    assert client.get(at(item)).url.startswith("/account/login/")


def test_too_late_gets_the_text_back(client, item):
    Minutes.objects.update(state="approved", approved_at=timezone.now())
    answer = post(client, item, text="<p>Mijn woorden.</p>", base=0)
    assert (answer.status_code, b"Mijn woorden" in answer.content) == (409, True)


def test_an_item_of_another_session_is_not_here(client, minutes):
    other = factories.ItemFactory()
    address = reverse("sessions_log:write_item", args=[minutes.session.pk, other.pk])
    assert client.get(address).status_code == 404


# --- what came out -------------------------------------------------------------------------------


def test_a_button_stores_all_that_is_filled_in(client, item, secretary):
    line = factories.LineFactory()
    answer = post(
        client, item, text="<p>Meer.</p>", base=0, then="add:decision",
        **{
            "decision-text": "We doen het.",
            "action-text": "Bellen", "action-owner": secretary.pk, "action-due": "2026-12-01",
            "action-owner_name": "Iemand",
            "point-text": "Let op", "point-line": line.pk,
        },
    )  # fmt: skip
    assert answer.url == f"{at(item)}#uitkomsten"
    item.refresh_from_db()
    assert item.text == "<p>Meer.</p>"
    assert item.decisions.get().text == "We doen het."
    action = item.actions.get()
    assert (action.text, action.owner, action.owner_name, str(action.due)) == (
        "Bellen", secretary, "", "2026-12-01",
    )  # fmt: skip
    assert item.attention_points.get().line == line


def test_with_script_only_what_came_out_is_sent(client, item):
    data = {"then": "add:decision", "decision-text": "We doen het."}
    answer = client.post(at(item), data, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert (answer.status_code, item.decisions.get().text) == (200, "We doen het.")
    assert html.lstrip().startswith('<div class="noting"')
    assert "The decision is noted." in html
    item.refresh_from_db()
    assert item.text == "<p>Begin.</p>"


def test_nothing_written_is_said_where_it_is_missing(client, item):
    answer = post(client, item, text="<p>Meer.</p>", base=0, then="add:action")
    assert "Write down what it is." in answer.content.decode()
    item.refresh_from_db()
    assert (item.text, item.actions.count()) == ("<p>Meer.</p>", 0)


def test_an_owner_is_one_of_those_who_take_part(client, item, charlie):
    data = {"action-text": "Bellen", "action-owner": charlie.pk}
    answer = post(client, item, text="<p>Begin.</p>", base=0, then="add:action", **data)
    assert (answer.status_code, item.actions.count()) == (200, 0)


def test_a_row_is_changed_in_place(client, item):
    row = factories.DecisionFactory(item=item, text="Toen.")
    answer = post(client, item, text="<p>Begin.</p>", base=0, then=f"edit:decision:{row.pk}")
    assert answer.url == f"{at(item)}?wijzig=decision:{row.pk}#wijzig"
    html = client.get(answer.url.split("#")[0]).content.decode()
    assert 'name="edit-text"' in html
    open_row = {"edit-row": f"decision:{row.pk}", "edit-was": "Toen.", "edit-text": "Nu."}
    leave = f"leave:decision:{row.pk}"
    post(client, item, text="<p>Begin.</p>", base=0, then=leave, **open_row)
    assert item.decisions.get().text == "Toen."
    post(client, item, text="<p>Begin.</p>", base=0, then=f"keep:decision:{row.pk}", **open_row)
    assert item.decisions.get().text == "Nu."


def test_a_row_that_another_changed_says_so(client, item):
    row = factories.DecisionFactory(item=item, text="Van een ander.")
    answer = post(
        client, item, text="<p>Begin.</p>", base=0, then=f"keep:decision:{row.pk}",
        **{"edit-row": f"decision:{row.pk}", "edit-was": "Toen.", "edit-text": "Van mij."},
    )  # fmt: skip
    html = answer.content.decode()
    assert "Someone else changed this in the meantime. Now it says: “Van een ander.”" in html
    assert "Van mij." in html
    assert item.decisions.get().text == "Van een ander."


def test_rows_move_and_go(client, item):
    rows = [factories.DecisionFactory(item=item, text=text) for text in ("a", "b")]
    post(client, item, text="<p>Begin.</p>", base=0, then=f"raise:decision:{rows[1].pk}")
    assert list(item.decisions.values_list("text", flat=True)) == ["b", "a"]
    post(client, item, text="<p>Begin.</p>", base=0, then=f"remove:decision:{rows[1].pk}")
    assert list(item.decisions.values_list("text", flat=True)) == ["a"]


@pytest.mark.parametrize(
    "then", ["", "x", "edit:x:1", "edit:decision:x", "remove:decision:" + "9" * 30]
)
def test_nonsense_does_nothing(client, item, then):
    factories.DecisionFactory(item=item)
    answer = post(client, item, text="<p>Begin.</p>", base=0, then=then)
    assert (answer.status_code, Decision.objects.count()) == (302, 1)


# --- items and people ----------------------------------------------------------------------------


def test_an_item_comes_up_and_becomes_confidential(client, item):
    session = item.session
    add = reverse("sessions_log:write_add_item", args=[session.pk])
    data = {"new-title": "Nog iets", "place": 2}
    answer = client.post(add, data)
    client.post(add, data)
    new = session.items.get(title="Nog iets")
    assert answer.url == at(new)
    describe = reverse("sessions_log:write_describe_item", args=[session.pk, new.pk])
    client.post(describe, {"item-title": "Iets anders", "item-confidential": "on"})
    new.refresh_from_db()
    assert (new.title, new.confidential, new.order) == ("Iets anders", True, 2)


def test_who_was_there(client, minutes):
    session = minutes.session
    ann, bob = (
        factories.ParticipationFactory(session=session, name=name, reply=reply)
        for name, reply in (("Ann", "yes"), ("Bob", ""))
    )
    address = reverse("sessions_log:write", args=[session.pk])
    client.post(address, {"then": "there", "shown": [ann.pk, bob.pk], "there": [bob.pk]})
    client.post(address, {"then": "guest", "name": "Gast", "organisation": "Elders"})
    assert list(session.participations.order_by("pk").values_list("name", "attended")) == [
        ("Ann", False),
        ("Bob", True),
        ("Gast", True),
    ]
    session.participations.update(attended=None)
    client.post(address, {"then": "yes"})
    assert list(session.participations.filter(attended=True).values_list("name", flat=True)) == [
        "Ann"
    ]


def test_it_took_place(client, minutes):
    session = minutes.session
    type(session).objects.update(status="planned")
    address = reverse("sessions_log:write", args=[session.pk])
    assert "It took place" in client.get(address).content.decode()
    client.post(address, {"then": "held"})
    session.refresh_from_db()
    assert session.status == "held"


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_stay_the_same(
    client, minutes, item, number, django_assert_num_queries, steering
):
    for order in range(2, number + 2):
        factories.ItemFactory(session=minutes.session, order=order)
        factories.DecisionFactory(item=item)
        factories.ActionFactory(item=item, owner=factories.UserFactory())
        factories.AttentionFactory(item=item, line=factories.LineFactory())
        factories.ParticipationFactory(session=minutes.session, user=factories.UserFactory())
    with django_assert_num_queries(14):
        client.get(at(item))
    with django_assert_num_queries(8):
        client.get(reverse("sessions_log:write", args=[minutes.session.pk]))
