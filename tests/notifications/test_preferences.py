"""What people choose: the page, with a login and by the link in a mail, and the follow buttons."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.signing import dumps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civportal.notifications import actions, delivery, kinds
from civportal.notifications.digests import setting_of
from civportal.notifications.links import SALT, preferences_token
from civportal.notifications.models import DigestSetting, Follow, Preference
from civportal.notifications.outbox import notify
from news.notifications import KIND as NEWS
from news.notifications import subject_of
from partners.notifications import names
from sessions_log.notifications import REMINDER, REPORT
from tests import factories
from tests.reading import Reading, read

NOW = "2026-06-03T10:00:00+00:00"  # a Wednesday, 12.00 in Amsterdam
DEFAULTS = {
    REMINDER: "at_once",
    REPORT: "digest",
    NEWS: "digest",
    names.NEW_APPLICATION: "at_once",
    names.ANSWERED: "at_once",
    names.WANTS_TO_JOIN: "at_once",
    names.JOINED: "at_once",
    names.SIGN_REMINDER: "at_once",
    names.SIGNED: "at_once",
    names.STEP_LATE: "at_once",
    names.NEW_PARTNER: "digest",
}


@pytest.fixture(autouse=True)
def wednesday():
    with time_machine.travel(NOW, tick=False):
        yield


def as_it_is() -> dict[str, str]:
    """The field of each kind that can be chosen, with how people hear of it who chose nothing."""
    return {
        f"kind_{kind.name}": str(kind.default)
        for kind in kinds.kinds()
        if not kind.required and kind.name != "digest"
    }


def wishes(**changed: object) -> dict[str, object]:
    """What the page sends: everything as it is in the beginning, but for what is changed."""
    return {
        "frequency": "weekly",
        "weekday": "0",
        "hour": "8",
        "paused_until": "",
        "reminder_hours": ["168", "24"],
        **as_it_is(),
        **changed,
    }


def follow_fields(client: Client, address: str = "/mijn/voorkeuren/") -> dict[str, list[str]]:
    """The name of the field of each thing that can be followed."""
    form = client.get(address).context["form"]
    return {
        key: [field.name, label]
        for field in form.follow_fields()
        for key, label in field.field.choices
    }


def post(client: Client, address: str = "/mijn/voorkeuren/", **changed: object) -> Reading:
    response = client.post(
        address, wishes(**changed), headers={"accept-language": "en"}, follow=True
    )
    return Reading(response)


def chosen(user) -> dict[str, object]:
    setting = DigestSetting.objects.get(user=user)
    return {
        "times": (setting.frequency, setting.weekday, setting.hour),
        "hours": setting.reminder_hours,
        "paused": setting.paused_until,
        "next": setting.next_at and setting.next_at.isoformat()[:16],
        "kinds": dict(Preference.objects.filter(user=user).values_list("kind", "mode")),
        "follows": sorted(Follow.objects.filter(user=user).values_list("topic", flat=True)),
    }


@pytest.mark.django_db
def test_the_page_tells_how_things_are(charlie, logged_in):
    page = read(logged_in(charlie), "/mijn/voorkeuren/")
    assert page.headings == [
        "Mail and reminders",
        "What you follow",
        "The digest",
        "Reminders",
        "How you want to hear of what",
        "News",
        "Assignments",
        "Sessions",
        "Partners",
        "Account",
        "A pause",
    ]
    assert "You follow nothing yet, so there is nothing to tell." in page.text
    assert "You cannot turn these off" in page.text
    form = page.response.context["form"]
    assert {field.name: field.initial for field in form if field.initial != []} == {
        "frequency": "weekly",
        "weekday": 0,
        "hour": 8,
        "paused_until": None,
        "reminder_hours": [168, 24],
        **as_it_is(),
    }
    assert {name: as_it_is()[f"kind_{name}"] for name in (REMINDER, REPORT, NEWS)} == {
        REMINDER: "at_once",
        REPORT: "digest",
        NEWS: "digest",
    }


@pytest.mark.django_db
def test_everything_is_kept(charlie, logged_in):
    line, body = factories.LineFactory(title="Practoraat"), factories.BodyFactory()
    client = logged_in(charlie)
    fields = follow_fields(client)
    page = post(
        client,
        frequency="monthly",
        weekday="4",
        hour="16",
        reminder_hours=["48", "3"],
        paused_until="2026-06-20",
        **{
            fields[f"line:{line.pk}"][0]: [f"line:{line.pk}"],
            fields[f"body:{body.pk}"][0]: [f"body:{body.pk}"],
            f"kind_{NEWS}": "at_once",
            f"kind_{REMINDER}": "off",
        },
    )
    assert "Your next digest can come on Friday 3 July 2026, 16:00." in (
        page.response.content.decode().replace("&#x27;", "'")
    )
    assert chosen(charlie) == {
        "times": ("monthly", 4, 16),
        "hours": [48, 3],
        "paused": datetime.date(2026, 6, 20),
        "next": "2026-07-03T14:00",
        "kinds": {name.removeprefix("kind_"): mode for name, mode in as_it_is().items()}
        | {REMINDER: "off", NEWS: "at_once"},
        "follows": sorted([f"line:{line.pk}", f"body:{body.pk}"]),
    }
    # And what is taken away again is gone.
    post(client)
    assert chosen(charlie)["follows"] == []
    assert chosen(charlie)["paused"] is None


@pytest.mark.django_db
def test_no_digest_says_so(charlie, logged_in):
    page = post(logged_in(charlie), frequency="never")
    assert "You get no digest." in page.text
    assert chosen(charlie)["next"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"paused_until": "2026-06-03"}, "Choose a day after today, or leave it empty."),
        ({"paused_until": "2028-01-01"}, "Choose a day within a year."),
        ({"frequency": "hourly"}, "Select a valid choice."),
        ({"hour": "3"}, "Select a valid choice."),
        ({"reminder_hours": ["336", "168", "72", "48", "24", "3"]}, "Choose at most 5 moments."),
        ({f"kind_{NEWS}": "sometimes"}, "Select a valid choice."),
        ({f"kind_{REMINDER}": "digest"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(charlie, logged_in, changed, error):
    setting_of(charlie)
    before = chosen(charlie)
    page = post(logged_in(charlie), **changed)
    assert error in page.text
    assert chosen(charlie) == before


@pytest.mark.django_db
def test_only_what_one_may_know_of_can_be_followed(charlie, office, logged_in):
    prospect = factories.PartnerFactory(name="Prospect BV", status="prospect")
    key = f"partner:{prospect.pk}"
    assert key in follow_fields(logged_in(office))
    assert key not in follow_fields(logged_in(charlie))
    response = logged_in(charlie).post("/mijn/volgen/", {"topic": key, "wanted": "yes"})
    assert response.status_code == 400
    assert Follow.objects.count() == 0


@pytest.mark.django_db
def test_a_digest_cannot_be_chosen_as_a_kind(charlie):
    with pytest.raises(actions.NotAChoiceError):
        actions.choose(charlie, {"digest": "off"})


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(charlie, logged_in, number):
    for _place in range(number):
        line = factories.LineFactory()
        factories.BodyFactory()
        factories.PartnerFactory()
        actions.follow(charlie, [f"line:{line.pk}"])
    client = logged_in(charlie)
    client.get("/mijn/voorkeuren/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/mijn/voorkeuren/")
    assert len(queries) == 9


# --- by the link in a mail -----------------------------------------------------------------------


@pytest.mark.django_db
def test_the_link_in_a_mail_opens_the_page_and_nothing_else(company):
    company.language = "en"
    company.save()
    factories.PartnerFactory(name="Prospect BV", status="prospect")
    item = factories.NewsFactory(published_from=datetime.datetime.now(datetime.UTC))
    Preference.objects.create(user=company, kind=NEWS, mode="at_once")
    notify([company], kind=NEWS, subject=subject_of(item.pk), key="1")
    while delivery.deliver_batch():
        pass
    (letter,) = mail.outbox
    address = next(
        line.split(": ")[1] for line in letter.body.splitlines() if "/voorkeuren/" in line
    )
    path = address.removeprefix("http://localhost:8000")
    client = Client()
    page = read(client, path)
    assert page.headings[0] == "Mail and reminders"
    assert "What the portal sends to company@example.org." in page.text
    assert post(client, path, hour="12").status == 200
    assert chosen(company)["times"] == ("weekly", 0, 12)
    assert client.get("/mijn/voorkeuren/").status_code == 302
    assert client.get("/mijn/").status_code == 302


@pytest.mark.django_db
def test_looking_changes_nothing(charlie):
    Client().get(f"/voorkeuren/{preferences_token(charlie)}/")
    assert [model.objects.count() for model in (Preference, Follow, DigestSetting)] == [0, 0, 0]


@pytest.mark.django_db
def test_what_a_visitor_may_not_know_is_not_shown_by_the_link_and_stays(office):
    prospect = factories.PartnerFactory(name="Prospect BV", status="prospect")
    actions.follow(office, [f"partner:{prospect.pk}", "news"])
    path = f"/voorkeuren/{preferences_token(office)}/"
    client = Client()
    assert "Prospect BV" not in client.get(path).content.decode()
    post(client, path)
    assert chosen(office)["follows"] == [f"partner:{prospect.pk}"]


@pytest.mark.django_db
def test_a_link_ends_after_a_while(charlie):
    path = f"/voorkeuren/{preferences_token(charlie)}/"
    with time_machine.travel("2026-09-01T10:00:00+00:00", tick=False):
        assert Client().get(path).status_code == 200
    with time_machine.travel("2026-09-02T10:00:00+00:00", tick=False):
        for response in (Client().get(path), Client().post(path, wishes())):
            assert response.status_code == 410
        page = read(Client(), path)
    assert page.headings == ["This link has ended"]
    assert page.links == {
        "Log in and change your preferences": "/account/login/?next=/mijn/voorkeuren/"
    }
    assert not DigestSetting.objects.filter(user=charlie).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token", ["x", "1:2:3", dumps(1, salt="other")], ids=["nothing", "parts", "of another place"]
)
def test_a_link_that_is_not_ours_is_not_there(charlie, token):
    assert Client().get(f"/voorkeuren/{token}/").status_code == 404


@pytest.mark.django_db
def test_a_link_of_someone_who_is_gone_has_ended(charlie):
    token = dumps(charlie.pk, salt=SALT)
    charlie.is_active = False
    charlie.save()
    assert Client().get(f"/voorkeuren/{token}/").status_code == 410


# --- the follow buttons --------------------------------------------------------------------------


@pytest.fixture
def pages(db):
    line, body = factories.LineFactory(title="Practoraat"), factories.BodyFactory(name="Kring")
    partner = factories.PartnerFactory(name="Celtuin")
    return {
        f"line:{line.pk}": line.get_absolute_url(),
        f"body:{body.pk}": body.get_absolute_url(),
        f"partner:{partner.pk}": partner.get_absolute_url(),
    }


def test_follow_and_stop_from_each_page(pages, charlie, logged_in):
    client = logged_in(charlie)
    for topic, address in pages.items():
        assert "You follow this." not in read(client, address).text
        wanted = {"topic": topic, "next": address, "wanted": "yes"}
        response = client.post("/mijn/volgen/", wanted, headers={"accept-language": "en"})
        assert (response.status_code, response["Location"]) == (302, address)
        page = read(client, address)
        assert "You follow this." in page.text
        assert [str(message) for message in page.response.context["messages"]] == [
            f"You follow {page.headings[0]} from now on. You read what is new in your digest, "
            "on Monday 8 June 2026, 08:00 at the earliest."
        ]
        client.post("/mijn/volgen/", {**wanted, "wanted": "no"})
        assert chosen(charlie)["follows"] == []


def test_a_visitor_is_asked_to_log_in_first(pages):
    for address in pages.values():
        assert read(Client(), address).links["Log in to follow"] == (
            f"/account/login/?next={address}"
        )


def test_follow_leads_nowhere_else(pages, charlie, logged_in):
    topic = next(iter(pages))
    response = logged_in(charlie).post(
        "/mijn/volgen/", {"topic": topic, "next": "https://evil.example/", "wanted": "yes"}
    )
    assert response["Location"] == pages[topic]
    assert logged_in(charlie).get("/mijn/volgen/").status_code == 405


def test_every_kind_has_a_place_on_the_page(charlie, logged_in):
    page = read(logged_in(charlie), "/mijn/voorkeuren/")
    for kind in kinds.kinds():
        assert kind.name == "digest" or str(kind.label) in page.text
