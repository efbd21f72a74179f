"""The office handles applications: who may, what it sees, and that nothing is decided twice."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civportal.notifications.models import Notification
from partners.actions import applications as act
from partners.models import ApplicationMessage, Membership, Partner, PartnerApplication
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db

LIST = "/partners/aanmeldingen/"


def address(application, step: str = "") -> str:
    return f"{LIST}{application.key}/{step}"


@pytest.fixture
def client_of(logged_in):
    def browser(user):
        client = logged_in(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return browser


@pytest.fixture
def desk(client_of, office) -> Client:
    return client_of(office)


@pytest.fixture
def admin_desk(desk, office) -> Client:
    office.is_staff = True
    office.save()
    Authenticator.objects.get_or_create(
        user=office, type=Authenticator.Type.TOTP, defaults={"data": {}}
    )
    return desk


@pytest.fixture
def application(confirmed):
    anna = confirmed("anna@zilt.example", name="Anna Applicant")
    made = factories.ApplicationFactory(
        name="Zilt BV", user=anna, kvk_number="12345678", forms=["excursion"],
        wishes="<script>alert(1)</script>", submitted_at="2021-02-01T12:00Z",
    )  # fmt: skip
    PartnerApplication.objects.update(created_at="2021-02-01T12:00Z")
    made.refresh_from_db()
    return made


# --- the queue -----------------------------------------------------------------------------------


def test_open_ones_come_first_the_oldest_on_top(desk):
    for number, (state, day) in enumerate(
        [("declined", 1), ("question", 2), ("submitted", 5), ("submitted", 3), ("accepted", 4)]
    ):
        moment = f"2021-02-0{day}T12:00Z"
        decided = moment if state in {"declined", "accepted"} else None
        factories.ApplicationFactory(
            name=f"{number} {state}", state=state, submitted_at=moment, decided_at=decided
        )
    factories.ApplicationFactory(name="not confirmed", state="unconfirmed", user=None)
    assert read(desk, LIST).headings[1:] == [
        "3 submitted", "2 submitted", "1 question", "4 accepted", "0 declined",
    ]  # fmt: skip
    assert read(desk, f"{LIST}?state=question").headings[1:] == ["1 question"]
    assert read(desk, f"{LIST}?q=4+ACC").headings[1:] == ["4 accepted"]
    assert read(desk, f"{LIST}?q=%00").status == 200


def test_an_empty_queue_says_what_comes(desk):
    assert "Nobody has applied yet" in read(desk, LIST).headings
    factories.ApplicationFactory()
    assert "No application fits these filters" in read(desk, f"{LIST}?q=niets").headings


def test_the_pages_ask_as_many_queries_for_one_as_for_three(desk, office):
    factories.ApplicationFactory(decided_by=office)
    pages = [LIST, "/mijn/"]

    def number() -> list[int]:
        found = []
        for page in pages:
            desk.get(page)
            with CaptureQueriesContext(connection) as queries:
                desk.get(page)
            found.append(len(queries))
        return found

    one = number()
    factories.ApplicationFactory.create_batch(2, decided_by=office)
    assert number() == one


def test_a_page_asks_as_many_queries_with_one_double_as_with_three(desk, application):
    def number() -> int:
        desk.get(address(application))
        with CaptureQueriesContext(connection) as queries:
            desk.get(address(application))
        return len(queries)

    factories.PartnerFactory(name="Zilt", status="prospect")
    factories.ApplicationFactory(name="Zilt")
    act.ask_question(application, text="Eén?", by=factories.office_worker())
    one = number()
    for each in ("Zilt Nederland", "Zilt Groep"):
        factories.PartnerFactory(name=each, status="prospect")
        factories.ApplicationFactory(name=each)
        act.ask_question(application, text="Nog een?", by=factories.office_worker())
    assert number() == one


def test_the_desk_and_the_admin_tell_how_many_wait(admin_desk, application):
    assert "1 application to decide on" in read(admin_desk, "/mijn/").headings
    text = re.sub(r"<[^>]+>", " ", admin_desk.get("/beheer/").content.decode())
    assert "1 application to decide on" in " ".join(text.split())


def test_nobody_else_opens_any_of_it(client_of, application, viewers):
    steps = ["", "vraag/", "accepteren/", "afwijzen/"]
    for name in ("charlie", "company", "steering"):
        client = client_of(viewers[name])
        codes = [client.get(address(application, step)).status_code for step in steps]
        codes += [
            client.post(address(application, step), {"text": "x", "reason": "x"}).status_code
            for step in (*steps[1:], "koppelen/")
        ]
        assert codes == [403] * 8
    client = client_of(application.user)  # the applicant is no reviewer
    assert client.get(address(application)).status_code == 403
    application.refresh_from_db()
    assert (application.state, ApplicationMessage.objects.count()) == ("submitted", 0)


# --- one application -----------------------------------------------------------------------------


def test_everything_stands_there_escaped_with_what_looks_alike(desk, application):
    double = factories.PartnerFactory(name="Zilt", status="prospect", kvk_number="12345678")
    factories.PartnerFactory(name="Heel iets anders")
    other = factories.ApplicationFactory(name="Zilt Nederland")
    page = read(desk, address(application))
    assert {"Zilt", "Zilt Nederland"} <= set(page.links)
    assert ("Heel iets anders" in page.links, "An excursion" in page.text) == (False, True)
    assert page.links["Zilt Nederland"] == address(other)
    assert page.links["Zilt"] == double.get_absolute_url()
    text = page.response.content.decode()
    assert ("<script>alert" in text, "&lt;script&gt;alert(1)" in text) == (False, True)


def test_linking_and_taking_it_back_stand_in_the_history(desk, application, office):
    prospect = factories.PartnerFactory(name="Zilt", status="prospect")
    desk.post(address(application, "koppelen/"), {"partner": prospect.pk})
    prospect.refresh_from_db()
    assert prospect.status == "applied"
    desk.post(address(application, "koppelen/"), {"then": "undo"})
    prospect.refresh_from_db()
    assert prospect.status == "prospect"
    text = read(desk, address(application)).text
    assert re.search(
        r"Application came in.*Olga Office Linked to Zilt.*Olga Office Link taken back", text
    )
    desk.post(address(application, "koppelen/"), {"partner": "999999"})
    assert PartnerApplication.objects.get().partner is None


def test_a_question_is_answered_on_the_site(desk, application, client_of):
    assert desk.post(address(application, "vraag/"), {"text": " \u200b "}).status_code == 200
    desk.post(address(application, "vraag/"), {"text": "Hoeveel <b>studenten</b>?"})
    own = client_of(application.user)
    here = application.get_absolute_url()
    page = own.get(here).content.decode()
    assert ("&lt;b&gt;studenten&lt;/b&gt;" in page, "Olga" in page) == (True, False)
    assert "Answer the question" in read(own, "/mijn/").links
    assert own.post(here, {"text": ""}).status_code == 200
    assert own.post(here, {"text": "Twaalf."}).url == here
    own.post(here, {"text": "Twaalf."})  # the button pressed twice
    assert [m.text for m in application.messages.all()] == ["Hoeveel <b>studenten</b>?", "Twaalf."]
    assert re.search(r"Olga Office Question.*Anna Applicant Answer Twaalf\.",
                     read(desk, address(application)).text)  # fmt: skip


def test_accepting_as_a_known_organisation(desk, application, client_of):
    prospect = factories.PartnerFactory(name="Zilt", status="prospect")
    page = desk.get(address(application, "accepteren/")).content.decode()
    assert "This may be an organisation that we know" in page
    data = {"role": "representative", "mandate": "directeur", "reason": "Welkom!"}
    refused = desk.post(address(application, "accepteren/"), data)  # nothing is chosen
    assert (refused.status_code, Partner.objects.get().status) == (200, "prospect")
    done = desk.post(address(application, "accepteren/"), {**data, "organisation": prospect.pk})
    assert done.url == address(application)
    prospect.refresh_from_db()
    application.refresh_from_db()
    member = Membership.objects.get()
    assert (prospect.status, application.state, member.user, member.mandate) == (
        "in_talks", "accepted", application.user, "directeur",
    )  # fmt: skip
    page = read(client_of(application.user), application.get_absolute_url())
    assert ("Welkom!" in page.text, page.links["To our page"]) == (
        True, prospect.get_absolute_url(),
    )  # fmt: skip


def test_the_same_number_cannot_be_a_new_organisation(desk, application):
    factories.PartnerFactory(name="Heel anders", kvk_number="12345678", status="prospect")
    page = desk.post(
        address(application, "accepteren/"), {"organisation": "new", "role": "representative"}
    )
    assert (page.status_code, Partner.objects.count()) == (200, 1)


def test_only_a_representative_gets_a_mandate(desk, application):
    data = {"organisation": "new", "role": "member", "mandate": "directeur"}
    assert desk.post(address(application, "accepteren/"), data).status_code == 200
    assert Partner.objects.count() == 0


def test_declining_needs_a_reason_in_the_applicants_language(desk, application, client_of):
    page = desk.get(address(application, "afwijzen/")).content.decode()
    assert ("Write it in Dutch." in page, 'lang="nl"' in page) == (True, True)
    assert desk.post(address(application, "afwijzen/"), {"reason": "  "}).status_code == 200
    desk.post(address(application, "afwijzen/"), {"reason": "Past niet bij ons."})
    application.refresh_from_db()
    assert (application.state, application.reason) == ("declined", "Past niet bij ons.")
    assert (
        "Past niet bij ons."
        in read(client_of(application.user), application.get_absolute_url()).text
    )
    kinds = Notification.objects.filter(recipient=application.user, state="pending")
    assert [each.kind for each in kinds] == ["partners.application_declined"]


def test_who_comes_second_reads_who_decided(desk, application, client_of):
    colleague = factories.office_worker(email="carla@example.org", name="Carla Colleague")
    other = client_of(colleague)
    assert other.post(address(application, "afwijzen/"), {"reason": "Nee."}).status_code == 302
    for step, data in (
        ("accepteren/", {"organisation": "new", "role": "representative"}),
        ("afwijzen/", {"reason": "Ook nee."}),
        ("vraag/", {"text": "Hallo?"}),
        ("koppelen/", {"then": "undo"}),
    ):
        page = desk.post(address(application, step), data)
        assert (page.status_code, "Carla Colleague" in page.content.decode()) == (409, True)
    application.refresh_from_db()
    assert (application.reason, Partner.objects.count()) == ("Nee.", 0)


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_the_same_moment_decide_once(at_once, client_of, application):
    one, two = (
        client_of(factories.office_worker(email=f"{name}@example.org")) for name in ("een", "twee")
    )
    came = at_once(
        lambda: (
            one.post(
                address(application, "accepteren/"),
                {"organisation": "new", "role": "representative"},
            ).status_code
        ),
        lambda: two.post(address(application, "afwijzen/"), {"reason": "Nee."}).status_code,
    )
    application.refresh_from_db()
    assert sorted(came) == [302, 409]
    assert application.state == ("accepted" if came[0] == 302 else "declined")
    assert Partner.objects.count() == (1 if came[0] == 302 else 0)


# --- the applicant -------------------------------------------------------------------------------


def test_withdrawing_is_asked_once_and_done_once(application, client_of, viewers):
    own, here = client_of(application.user), application.get_absolute_url()
    for name in ("charlie", "steering", "office"):
        assert client_of(viewers[name]).post(f"{here}intrekken/").status_code in {403, 404}
    assert own.get(f"{here}intrekken/").status_code == 200
    application.refresh_from_db()
    assert application.state == "submitted"
    for _ in range(2):
        assert own.post(f"{here}intrekken/", {"reason": "Geen tijd."}).url == here
    application.refresh_from_db()
    assert (application.state, application.reason) == ("withdrawn", "Geen tijd.")


def test_the_applicant_never_reads_what_the_office_links(application, client_of, office):
    prospect = factories.PartnerFactory(name="Geheim Overleg NV", status="prospect")
    act.link_partner(application, prospect, by=office)
    text = client_of(application.user).get(application.get_absolute_url()).content.decode()
    assert "Geheim" not in text


def test_insiders_read_it_and_answer_nothing(application, client_of, steering):
    here = application.get_absolute_url()
    client = client_of(steering)
    assert (client.get(here).status_code, client.post(here, {"text": "x"}).status_code) == (
        200,
        403,
    )


# --- the admin -----------------------------------------------------------------------------------


def admin_address(application, step: str) -> str:
    return reverse(f"admin:partners_partnerapplication_{step}", args=[application.pk])


def test_the_admin_does_the_same(admin_desk, application):
    page = admin_desk.get(admin_address(application, "change")).content.decode()
    assert all(admin_address(application, step) in page for step in ("ask", "accept", "decline"))
    admin_desk.post(admin_address(application, "ask"), {"text": "Hoeveel?"})
    application.refresh_from_db()
    assert (application.state, application.messages.get().text) == ("question", "Hoeveel?")
    assert admin_desk.post(admin_address(application, "decline"), {}).status_code == 200
    admin_desk.post(admin_address(application, "decline"), {"reason": "Past niet."})
    application.refresh_from_db()
    assert application.state == "declined"
    again = admin_desk.post(
        admin_address(application, "accept"),
        {"organisation": "new", "role": "representative"},
        follow=True,
    )
    assert "decided on this application already" in again.content.decode()
    assert admin_address(application, "ask") not in again.content.decode()


def test_accepting_several_leaves_those_that_look_alike(admin_desk, application):
    factories.PartnerFactory(name="Brak", status="prospect")
    alike = factories.ApplicationFactory(name="Brak BV")
    data = {
        "action": "accept_chosen",
        "_selected_action": [application.pk, alike.pk],
    }
    page = admin_desk.post(reverse("admin:partners_partnerapplication_changelist"), data)
    assert ("Accept these applications?" in page.content.decode(), page.status_code) == (True, 200)
    assert PartnerApplication.objects.filter(state="submitted").count() == 2
    for _ in range(2):
        admin_desk.post(
            reverse("admin:partners_partnerapplication_changelist"), {**data, "sure": "yes"}
        )
    states = dict(PartnerApplication.objects.values_list("name", "state"))
    assert states == {"Zilt BV": "accepted", "Brak BV": "submitted"}


def test_only_reviewers_get_the_steps_in_the_admin(client_of, application):
    reader = factories.UserFactory(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_partnerapplication"))
    client = client_of(reader)
    page = client.get(admin_address(application, "change"))
    assert (page.status_code, admin_address(application, "ask") in page.content.decode()) == (
        200, False,
    )  # fmt: skip
    assert client.post(admin_address(application, "ask"), {"text": "x"}).status_code == 403
