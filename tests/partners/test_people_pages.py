"""The pages about the people of a partner, and the link in an invitation."""

import datetime
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.actions import people as actions
from partners.choices import MembershipRole
from partners.models import Invitation, Membership
from tests import factories
from tests.reading import Reading, read

pytestmark = pytest.mark.django_db

PASSWORD = "een heel lang wachtwoord"
PEOPLE = "/partners/gistwerk/mensen/"


@pytest.fixture
def gistwerk():
    return factories.PartnerFactory(name="Gistwerk", email_domains=["gistwerk.example"])


def member(partner, name: str, **fields) -> Membership:
    return factories.MembershipFactory(partner=partner, user__name=name, **fields)


@pytest.fixture
def naima(gistwerk):
    return member(
        gistwerk, "Naima Baas", role="representative", mandate="directeur", user__email="n@g.nl"
    )


@pytest.fixture
def tom(gistwerk):
    return member(gistwerk, "Tom Teler", role="member", function="Teler", user__email="tom@g.nl")


@pytest.fixture
def asked(gistwerk):
    return factories.MembershipRequestFactory(
        partner=gistwerk, user__name="Ans Aanklopper", message="Ik werk op het lab."
    )


@pytest.fixture
def everyone(naima, tom, asked, office, steering, charlie):
    """By what they are to the partner; ``rival`` represents another one."""
    rival = factories.MembershipFactory(role="representative", mandate="directeur")
    return {
        "visitor": None,
        "stranger": charlie,
        "asker": asked.user,
        "rival": rival.user,
        "steering": steering,
        "member": tom.user,
        "representative": naima.user,
        "office": office,
    }


def statuses(everyone, logged_in, address: str, *, post: dict | None = None) -> dict[str, int]:
    found = {}
    for name, person in everyone.items():
        client = logged_in(person)
        found[name] = (
            client.get(address) if post is None else client.post(address, post)
        ).status_code
    return found


OUTSIDE = {"visitor": 302, "stranger": 404, "asker": 404, "rival": 404, "steering": 404}
COLLEAGUES = OUTSIDE | {"member": 200, "representative": 200, "office": 200}
MANAGERS = COLLEAGUES | {"member": 403}


def test_who_opens_what(everyone, logged_in, naima, tom, asked):
    pages = {
        "": COLLEAGUES,
        "uitnodigen/": MANAGERS,
        f"{naima.pk}/": MANAGERS,
        f"{naima.pk}/weg/": MANAGERS,
        f"{tom.pk}/": COLLEAGUES,
        f"{tom.pk}/weg/": COLLEAGUES,
        f"verzoeken/{asked.pk}/": MANAGERS,
    }
    assert {page: statuses(everyone, logged_in, PEOPLE + page) for page in pages} == pages


def test_who_changes_what(everyone, logged_in, gistwerk, naima, tom, asked):
    """Everyone but who manages is kept out, and nothing changes."""
    invitation = factories.InvitationFactory(partner=gistwerk)
    forms = {
        "uitnodigen/": {"email": "x@example.org", "role": "representative", "language": "nl"},
        f"uitnodigingen/{invitation.pk}/intrekken/": {},
        f"{naima.pk}/": {"role": "member", "sure": "on", "mandate": ""},
        f"{naima.pk}/weg/": {},
        f"verzoeken/{asked.pk}/": {"role": "representative", "then": "accept"},
    }
    outsiders = {name: everyone[name] for name in (*OUTSIDE, "member")}
    assert {
        page: statuses(outsiders, logged_in, PEOPLE + page, post=form)
        for page, form in forms.items()
    } == dict.fromkeys(forms, OUTSIDE | {"member": 403})
    tom_client = logged_in(tom.user)
    tom_client.post(f"{PEOPLE}{tom.pk}/", {"function": "Chef", "role": "representative"})
    rows = Membership.objects.filter(partner=gistwerk).order_by("pk")
    assert list(rows.values_list("user__name", "role", "mandate", "function")) == [
        ("Naima Baas", "representative", "directeur", ""),
        ("Tom Teler", "member", "", "Chef"),
    ]
    asked.refresh_from_db()
    assert (asked.state, list(Invitation.objects.open())) == ("pending", [invitation])


def test_things_of_another_partner_do_not_open_here(logged_in, naima):
    other = factories.MembershipFactory(role="member")
    request = factories.MembershipRequestFactory(partner=other.partner)
    invitation = factories.InvitationFactory(partner=other.partner)
    client = logged_in(naima.user)
    assert [
        client.post(PEOPLE + page).status_code
        for page in (
            f"{other.pk}/",
            f"{other.pk}/weg/",
            f"verzoeken/{request.pk}/",
            f"uitnodigingen/{invitation.pk}/intrekken/",
        )
    ] == [404, 404, 404, 404]


def test_members_see_colleagues_and_managers_see_more(logged_in, gistwerk, naima, tom, asked):
    factories.InvitationFactory(partner=gistwerk, email="nieuw@gistwerk.example")
    page, more = (read(logged_in(one.user), PEOPLE) for one in (tom, naima))
    assert page.headings == ["People", "Who belongs to it", "Naima Baas", "Tom Teler"]
    assert "n@g.nl" not in page.text
    assert more.headings == [
        "People", "Requests to join", "Ans Aanklopper", "Who belongs to it", "Naima Baas",
        "Tom Teler", "Invitations", "nieuw@gistwerk.example",
    ]  # fmt: skip
    assert "Representative n@g.nl May sign: directeur" in more.text
    assert "Ik werk op het lab." in more.text


def test_an_organisation_that_nobody_belongs_to(logged_in, office):
    partner = factories.PartnerFactory(name="Leeg", status="prospect")
    page = read(logged_in(office), f"/partners/{partner.slug}/mensen/")
    assert page.under("Who belongs to it") == ["Nobody belongs to it yet"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_more_people(logged_in, gistwerk, naima, number):
    for _ in range(number):
        factories.MembershipFactory(partner=gistwerk)
        factories.MembershipRequestFactory(partner=gistwerk)
        factories.InvitationFactory(partner=gistwerk, invited_by=naima.user)
    client = logged_in(naima.user)
    client.get(PEOPLE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PEOPLE)
    assert len(queries) == 9


# --- inviting ------------------------------------------------------------------------------------


def invite(client: Client, **fields) -> Reading:
    data = {"email": "Nieuw@Gistwerk.example", "role": "teacher", "language": "nl"} | fields
    return Reading(
        client.post(f"{PEOPLE}uitnodigen/", data, follow=True, headers={"accept-language": "en"})
    )


def test_inviting_somebody(logged_in, naima):
    page = invite(logged_in(naima.user))
    assert page.under("Invitations") == ["nieuw@gistwerk.example"]
    row = Invitation.objects.get()
    assert (row.email, row.role, row.invited_by) == (
        "nieuw@gistwerk.example", "teacher", naima.user,
    )  # fmt: skip


def test_an_address_of_a_colleague_is_not_invited(logged_in, naima, tom):
    page = invite(logged_in(naima.user), email="TOM@g.nl")
    assert "This person belongs to this partner already." in page.text
    assert not Invitation.objects.exists()


def test_no_more_than_fifty_a_day(logged_in, gistwerk, naima):
    factories.InvitationFactory.create_batch(actions.INVITATIONS_A_DAY, partner=gistwerk)
    invite(logged_in(naima.user))
    assert not Invitation.objects.filter(email="nieuw@gistwerk.example").exists()


def test_withdrawing_an_invitation_ends_its_link(logged_in, gistwerk, naima):
    invitation, token = actions.invite(gistwerk, email="x@y.nl", role="member", by=naima.user)
    address = f"{PEOPLE}uitnodigingen/{invitation.pk}/intrekken/"
    client = logged_in(naima.user)
    assert client.get(address).status_code == 405
    assert [client.post(address).status_code for _ in range(2)] == [302, 302]
    page = read(Client(), f"/partners/uitnodiging/{token}/")
    assert page.headings == ["This invitation is no longer valid"]


# --- the link in an invitation -------------------------------------------------------------------


@pytest.fixture
def token(gistwerk, naima):
    _invitation, secret = actions.invite(
        gistwerk, email="nieuw@gistwerk.example", role="teacher", by=naima.user
    )
    return secret


def test_the_link_shows_and_only_the_button_joins(token, confirmed, logged_in, gistwerk):
    new = confirmed("nieuw@gistwerk.example")
    client = logged_in(new)
    page = read(client, f"/partners/uitnodiging/{token}/")
    assert page.headings == ["Join Gistwerk"]
    assert "Invited by Naima Baas For nieuw@gistwerk.example As Teacher" in page.text
    assert not gistwerk.memberships.filter(user=new).exists()
    for _ in range(2):
        response = client.post(f"/partners/uitnodiging/{token}/")
        assert (response.status_code, response.url) == (302, "/partners/gistwerk/")
    assert gistwerk.memberships.get(user=new).role == "teacher"


def test_the_link_with_another_account(token, confirmed, logged_in, gistwerk):
    other = confirmed("ander@example.org")
    client = logged_in(other)
    page = read(client, f"/partners/uitnodiging/{token}/")
    assert "You are logged in with another address" in page.text
    assert "nieuw@gistwerk.example" in page.text
    client.post(f"/partners/uitnodiging/{token}/")
    assert not gistwerk.memberships.filter(user=other).exists()
    left = client.post("/account/logout/", {"next": f"/partners/uitnodiging/{token}/"})
    assert left.url == f"/partners/uitnodiging/{token}/"


def test_the_link_with_an_address_that_is_not_confirmed(token, logged_in, gistwerk):
    new = factories.UserFactory(email="nieuw@gistwerk.example")
    response = logged_in(new).post(f"/partners/uitnodiging/{token}/")
    assert (response.url, gistwerk.memberships.filter(user=new).exists()) == (
        "/account/email/", False,
    )  # fmt: skip


def test_a_link_that_nobody_made_and_one_that_ran_out(token):
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))
    pages = [read(Client(), f"/partners/uitnodiging/{one}/") for one in (token, "verzonnen")]
    assert {page.text for page in pages} == {pages[0].text}
    assert pages[0].headings == ["This invitation is no longer valid"]


def test_without_an_account_one_signs_up_and_comes_back(
    token, gistwerk, settings, django_capture_on_commit_callbacks
):
    settings.BASE_URL = "https://portaal.example.org"
    client = Client(headers={"accept-language": "en"})
    page = read(client, f"/partners/uitnodiging/{token}/")
    here = f"/partners/uitnodiging/{token}/"
    assert page.links["Sign up"] == f"/account/signup/?next={here}"
    nel = {"name": "Nel Nieuw", "email": "nieuw@gistwerk.example", "password1": PASSWORD}
    with django_capture_on_commit_callbacks(execute=True):  # a worker sends the mail
        client.post("/account/signup/", nel | {"next": here})
    letters = "\n".join(letter.body for letter in mail.outbox)
    path = re.search(r"(/account/confirm-email/\S+)", letters)[1]
    assert client.post(path).url == here
    client.post(here)
    assert gistwerk.memberships.get(user__email="nieuw@gistwerk.example").role == "teacher"


# --- roles and leaving ---------------------------------------------------------------------------


def test_a_representative_changes_role_function_and_mandate(logged_in, naima, tom):
    client = logged_in(naima.user)
    client.post(f"{PEOPLE}{tom.pk}/", {"function": "Bedrijfsleider", "role": "representative"})
    response = client.post(
        f"{PEOPLE}{tom.pk}/",
        {"function": "Bedrijfsleider", "role": "representative", "mandate": "met volmacht"},
    )
    tom.refresh_from_db()
    assert (response.status_code, tom.role, tom.function, tom.mandate, tom.mandate_by) == (
        302, "representative", "Bedrijfsleider", "met volmacht", naima.user,
    )  # fmt: skip


def test_nobody_gives_oneself_a_mandate(logged_in, gistwerk, naima):
    second = member(gistwerk, "Sem Zonder", role="representative")
    client = logged_in(second.user)
    assert "mandate" not in client.get(f"{PEOPLE}{second.pk}/").context["form"].fields
    client.post(f"{PEOPLE}{second.pk}/", {"role": "representative", "mandate": "zomaar"})
    second.refresh_from_db()
    assert second.mandate == ""


def test_who_stops_being_representative_says_so_twice(logged_in, gistwerk, naima):
    member(gistwerk, "Sem Tweede", role="representative")
    client = logged_in(naima.user)
    data = {"role": "contact", "mandate": "directeur"}
    assert "sure" in client.post(f"{PEOPLE}{naima.pk}/", data).context["form"].errors
    client.post(f"{PEOPLE}{naima.pk}/", data | {"sure": "on"})
    naima.refresh_from_db()
    assert (naima.role, naima.mandate) == ("contact", "")


def test_the_last_representative_names_a_successor(logged_in, gistwerk, naima, tom):
    client = logged_in(naima.user)
    address = f"{PEOPLE}{naima.pk}/weg/"
    page = read(client, address)
    assert "The last representative" in page.text
    assert "successor" in client.post(address).context["form"].errors
    elsewhere = factories.MembershipFactory()
    assert "successor" in client.post(address, {"successor": elsewhere.pk}).context["form"].errors
    assert client.post(address, {"successor": tom.pk}).url == "/mijn/"
    assert list(gistwerk.memberships.values_list("user__name", "role")) == [
        ("Tom Teler", MembershipRole.REPRESENTATIVE)
    ]


def test_who_is_alone_invites_first(logged_in, gistwerk, naima):
    page = read(logged_in(naima.user), f"{PEOPLE}{naima.pk}/weg/")
    assert "There is no colleague yet who could take over." in page.text
    logged_in(naima.user).post(f"{PEOPLE}{naima.pk}/weg/")
    assert gistwerk.memberships.count() == 1


def test_a_member_leaves(logged_in, gistwerk, naima, tom):
    client = logged_in(tom.user)
    assert read(client, f"{PEOPLE}{tom.pk}/weg/").headings == ["Leave Gistwerk?"]
    assert gistwerk.memberships.count() == 2
    assert client.post(f"{PEOPLE}{tom.pk}/weg/").url == "/mijn/"
    assert client.post(f"{PEOPLE}{tom.pk}/weg/").status_code == 404
    assert gistwerk.memberships.count() == 1


# --- requests ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "state", "role"), [("accept", "accepted", "teacher"), ("decline", "declined", None)]
)
def test_answering_a_request_with_a_word(logged_in, gistwerk, naima, asked, then, state, role):
    client = logged_in(naima.user)
    address = f"{PEOPLE}verzoeken/{asked.pk}/"
    assert "Do you know this person?" in read(client, address).text
    for _ in range(2):
        client.post(address, {"role": "teacher", "answer": "Tot maandag.", "then": then})
    asked.refresh_from_db()
    found = gistwerk.memberships.filter(user=asked.user).values_list("role", flat=True)
    assert (asked.state, asked.answer, list(found)) == (
        state, "Tot maandag.", [role] if role else [],
    )  # fmt: skip
    assert "Tot maandag." in read(client, address).text


def test_the_desk_tells_of_requests_and_where_to_answer(logged_in, naima, tom, asked):
    pages = [read(logged_in(one.user), "/mijn/") for one in (naima, tom)]
    assert pages[0].links["Ans Aanklopper"] == f"{PEOPLE}verzoeken/{asked.pk}/"
    assert "Requests to join" not in pages[1].headings
