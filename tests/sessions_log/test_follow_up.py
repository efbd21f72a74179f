"""Action items done, put off, taken back and dropped: who may, from the site and from a mail."""

import datetime
import threading

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from sessions_log import action_links
from sessions_log.actions import follow_up
from sessions_log.models import ActionItem
from tests import factories
from tests.reading import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def action(steering_group, charlie):
    """Charlie's, of a meeting of the steering group of which everyone reads the report."""
    session = factories.SessionFactory(body=steering_group, title="Stuurgroep")
    factories.MinutesFactory(session=session)
    item = factories.ItemFactory(session=session)
    return factories.ActionFactory(
        item=item, text="Ask for a quote", owner=charlie, due=datetime.date(2021, 3, 1)
    )


@pytest.fixture
def secretary(steering_group):
    return factories.SeatFactory(body=steering_group, role="secretary").user


def state(action):
    found = ActionItem.objects.get(pk=action.pk)
    return found.state, found.done_on, found.snoozed_until, found.due


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


DUE = datetime.date(2021, 3, 1)


def test_each_step_and_its_way_back(action, charlie):
    today = timezone.localdate()
    follow_up.snooze(action, until=days(7), by=charlie)
    assert state(action) == ("open", None, days(7), DUE)
    follow_up.wake(action, by=charlie)
    assert state(action) == ("open", None, None, DUE)
    follow_up.snooze(action, until=days(7), by=charlie)
    follow_up.finish(action, by=charlie)
    assert state(action) == ("done", today, None, DUE)
    follow_up.reopen(action, by=charlie)
    assert state(action) == ("open", None, None, DUE)
    follow_up.drop(action, by=charlie)
    assert state(action) == ("dropped", None, None, DUE)


def test_doing_it_twice_changes_nothing_the_second_time(action, charlie):
    with time_machine.travel("2021-03-05T12:00:00Z", tick=False):
        follow_up.finish(action, by=charlie)
    events = action.events.count()
    follow_up.finish(action, by=charlie)
    assert (state(action), action.events.count()) == (
        ("done", datetime.date(2021, 3, 5), None, DUE),
        events,
    )


def test_the_day_it_was_done_is_a_day_of_the_centre(action, charlie):
    with time_machine.travel("2021-03-27T23:30:00Z", tick=False):  # half past midnight here
        assert follow_up.finish(action, by=charlie).done_on == datetime.date(2021, 3, 28)


@pytest.mark.parametrize(
    ("before", "step", "error"),
    [
        ("dropped", lambda action, by: follow_up.finish(action, by=by), follow_up.NotOpen),
        ("done", lambda action, by: follow_up.drop(action, by=by), follow_up.NotOpen),
        ("done", lambda action, by: follow_up.wake(action, by=by), follow_up.NotOpen),
        (
            "done",
            lambda action, by: follow_up.snooze(action, until=days(1), by=by),
            follow_up.NotOpen,
        ),
        (
            "open",
            lambda action, by: follow_up.snooze(action, until=days(0), by=by),
            follow_up.NotAhead,
        ),
        (
            "open",
            lambda action, by: follow_up.snooze(action, until=days(367), by=by),
            follow_up.NotAhead,
        ),
    ],
)
def test_what_makes_no_sense_is_refused(action, charlie, before, step, error):
    ActionItem.objects.filter(pk=action.pk).update(state=before)
    was = state(action)
    with pytest.raises(error):
        step(action, charlie)
    assert state(action) == was


@pytest.mark.django_db(transaction=True)
def test_two_at_once_end_in_one_truth(action, charlie, secretary):
    """The owner says it is done while the secretary drops it: one of them is told."""
    barrier = threading.Barrier(2)
    refused = []

    def run(step, by):
        barrier.wait()
        try:
            step(action, by=by)
        except follow_up.NotOpen:
            refused.append(step.__name__)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(follow_up.finish, charlie)),
        threading.Thread(target=run, args=(follow_up.drop, secretary)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome = {"drop": "done", "finish": "dropped"}
    assert len(refused) == 1
    assert state(action)[0] == outcome[refused[0]]


@pytest.mark.django_db(transaction=True)
def test_done_twice_at_once_is_one_change(action, charlie):
    events = action.events.count()
    barrier = threading.Barrier(2)

    def run():
        barrier.wait()
        follow_up.finish(action, by=charlie)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (state(action)[0], action.events.count()) == ("done", events + 1)


# --- from the site -------------------------------------------------------------------------------


def press(client, action, what, **more):
    return client.post(
        action.get_absolute_url(), {"what": what, "next": "/actiepunten/?wie=ik", **more}
    )


def test_who_may(action, everyone, secretary, logged_in):
    people = {**everyone, "secretary": secretary}

    def tried(user, what):
        ActionItem.objects.filter(pk=action.pk).update(state="open")
        answer = press(logged_in(user), action, what)
        return answer.status_code, state(action)[0]

    assert {role: tried(user, "done") for role, user in people.items()} == {
        "visitor": (302, "open"),
        "charlie": (302, "done"),
        "company": (403, "open"),
        "steering": (403, "open"),
        "office": (302, "done"),
        "secretary": (302, "done"),
    }
    assert {role: tried(user, "drop") for role, user in people.items()} == {
        "visitor": (302, "open"),
        "charlie": (403, "open"),
        "company": (403, "open"),
        "steering": (403, "open"),
        "office": (302, "dropped"),
        "secretary": (302, "dropped"),
    }


def test_one_that_may_not_be_read_is_not_there(action, charlie, logged_in):
    action.item.session.minutes.delete()
    assert press(logged_in(charlie), action, "done").status_code == 404
    assert logged_in(charlie).get(action.get_absolute_url()).status_code == 404


def test_its_address_leads_to_its_place_in_the_report(action, client, steering, logged_in):
    """The number is the reader's own: a confidential item before it does not count."""
    factories.ItemFactory(session=action.item.session, order=0, title="Before", confidential=True)
    action.item.order = 1
    action.item.save()
    page = action.item.session.get_absolute_url()
    assert client.get(action.get_absolute_url()).url == f"{page}#punt-1"
    assert logged_in(steering).get(action.get_absolute_url()).url == f"{page}#punt-2"


def test_done_with_one_click_and_back_with_another(action, charlie, logged_in):
    browser = logged_in(charlie)
    answer = browser.post(
        action.get_absolute_url(), {"what": "done", "next": "/mijn/"}, follow=True
    )
    assert answer.redirect_chain == [("/mijn/", 302)]
    assert state(action)[:2] == ("done", timezone.localdate())
    said = answer.text.partition('id="messages"')[2].partition("</form>")[0]
    assert "Well done!" in said
    assert 'value="reopen"' in said
    assert "Not done after all" in answer.text.partition('id="acties"')[2]
    press(browser, action, "reopen")
    assert state(action)[:2] == ("open", None)


@pytest.mark.parametrize(
    ("form", "until"),
    [
        ({"what": "week"}, 7),
        ({"what": "month"}, 30),
        ({"what": "snooze", "until": "tomorrow"}, None),
        ({"what": "snooze", "until": "2021-02-30"}, None),
        ({"what": "snooze"}, None),
        ({"what": "snooze", "until": "2020-01-01"}, None),
    ],
)
def test_putting_off(action, charlie, logged_in, form, until):
    answer = logged_in(charlie).post(
        action.get_absolute_url(), {**form, "next": "/actiepunten/"}, follow=True
    )
    assert state(action) == ("open", None, until and days(until), DUE)
    assert ("Choose a day after today" in answer.text) == (until is None)


def test_putting_off_until_a_day(action, charlie, logged_in):
    press(logged_in(charlie), action, "snooze", until=days(3).isoformat())
    assert state(action) == ("open", None, days(3), DUE)
    page = read(logged_in(charlie), "/actiepunten/?wie=ik")
    assert "Put off until" in page.text


def test_the_way_back_is_never_another_site(action, charlie, logged_in):
    answer = press(logged_in(charlie), action, "done", next="https://evil.example/")
    assert answer.url == f"{action.item.session.get_absolute_url()}#punt-1"


def test_asking_for_something_else_is_no_request(action, charlie, logged_in):
    assert press(logged_in(charlie), action, "explode").status_code == 400


# --- from a mail, without login ------------------------------------------------------------------


@pytest.fixture
def link(action, charlie):
    return reverse(
        "sessions_log:action_by_link", args=[action_links.token_for(action.pk, charlie.pk)]
    )


def test_opening_the_link_changes_nothing(action, link, client):
    for _ in range(2):
        page = read(client, link)
    assert (page.status, state(action)[0]) == (200, "open")
    assert page.headings[0] == "Ask for a quote"
    assert page.response["X-Robots-Tag"] == "noindex"
    assert "no-store" in page.response["Cache-Control"]


def test_the_button_behind_the_link_does_it_and_the_history_knows_who(
    action, link, client, charlie
):
    assert client.post(link, {"what": "done"}).status_code == 200
    assert state(action)[0] == "done"
    event = action.events.order_by("pgh_id").last()
    assert event.pgh_context.metadata["user"] == charlie.pk
    again = client.post(link, {"what": "done"})
    assert (again.status_code, state(action)[0]) == (200, "done")
    assert client.post(link, {"what": "reopen"}).status_code == 200
    assert state(action)[0] == "open"
    client.post(link, {"what": "week"})
    assert state(action)[2] == days(7)


def test_the_link_does_no_more_than_its_owner_may(action, link, client):
    assert client.post(link, {"what": "drop"}).status_code == 400
    refused = client.post(link, {"what": "snooze", "until": "2020-01-01"})
    assert "Choose a day after today" in refused.text
    assert state(action) == ("open", None, None, DUE)


def test_a_link_that_is_not_ours_is_not_there(client, action, charlie):
    forged = signing.dumps([action.pk, charlie.pk], salt="something.else")
    for token in ("nonsense", forged):
        assert client.get(f"/actiepunten/{token}/gedaan/").status_code == 404


def test_a_link_ends(action, link, client, charlie, company):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=61), tick=False):
        assert client.get(link).status_code == 410
        assert client.post(link, {"what": "done"}).status_code == 410
    ActionItem.objects.update(owner=company)
    assert client.post(link, {"what": "done"}).status_code == 410
    ActionItem.objects.update(owner=charlie)
    action.item.confidential = True
    action.item.save()
    ended = client.get(link)
    assert (ended.status_code, "Ask for a quote" in ended.text) == (410, False)
    action.item.confidential = False
    action.item.save()
    charlie.is_active = False
    charlie.save()
    assert client.get(link).status_code == 410
    assert state(action)[0] == "open"


def test_the_page_speaks_its_owners_language(link, client, charlie):
    charlie.language = "nl"
    charlie.save()
    assert client.get(link)["Content-Language"] == "nl"
