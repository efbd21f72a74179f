"""Applying to become a partner: three steps, in any order of tabs, by anybody, with anything."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civportal.accounts.models import User
from partners.models import MembershipRequest, Partner, PartnerApplication
from tests import factories

pytestmark = pytest.mark.django_db

ONE, TWO, THREE = (f"/partners/aanmelden/{path}" for path in ("", "samen/", "jij/"))
DONE = "/partners/aanmelden/klaar/"
PASSWORD = "een lang wachtwoord voor anna"
ORGANISATION = {
    "name": "Zilt BV",
    "kind": "company",
    "kvk_number": "12 34.56-78",
    "website": "zilt.example",
    "email": "info@zilt.example",
    "street": "Kade 1",
    "postcode": "2333cr",
    "city": "Lindehaven",
}
WISHES = {"together": ["assignment", "excursion"], "wishes": "Wij zoeken studenten."}
YOU = {
    "name": "Anna Applicant",
    "function": "Directeur",
    "email": "anna@zilt.example",
    "phone": "071 - 516 50 00",
    "password1": PASSWORD,
    "consent": "on",
}


@pytest.fixture(autouse=True)
def _fresh(settings, worker):
    """No attempts counted yet, and one address for the links in mails."""
    cache.clear()
    settings.BASE_URL = "https://portaal.example.org"


@pytest.fixture
def noon():
    """A time of day at which the office gets its mail at once."""
    today = datetime.datetime.combine(timezone.localdate(), datetime.time(12), datetime.UTC)
    with time_machine.travel(today):
        yield


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


def hidden(response) -> dict[str, str]:
    """What the last step carries along."""
    text = response.content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("seen", "key")}


def to_the_last(client, organisation=ORGANISATION, wishes=WISHES) -> dict[str, str]:
    """Through the first two steps; gives what the third one carries."""
    assert client.post(ONE, organisation).url == TWO
    assert client.post(TWO, wishes).url == THREE
    return hidden(client.get(THREE))


def apply(client, organisation=ORGANISATION, you=YOU):
    return client.post(THREE, {**you, **to_the_last(client, organisation)})


def confirm_link(number: int = -1) -> str:
    return re.search(r"https://portaal\.example\.org(/account/\S+)", mail.outbox[number].body)[1]


def errors(response) -> list[str]:
    """What the form says is wrong, below its fields."""
    text = response.content.decode()
    return [
        " ".join(re.sub(r"<[^>]+>", " ", each).split()).removeprefix("Error: ")
        for each in re.findall(r'<p class="field__error">(.*?)</p>', text, re.DOTALL)
    ]


# --- from the first step to the office -----------------------------------------------------------


def test_a_visitor_applies_confirms_and_is_with_the_office(browser, office):
    sector = factories.SectorFactory(slug="lab")
    browser.post(ONE, ORGANISATION)
    browser.post(TWO, {**WISHES, "sectors": ["lab"]})
    sent = browser.post(THREE, {**YOU, **hidden(browser.get(THREE))})
    assert (sent.status_code, sent.url) == (302, DONE)
    page = browser.get(DONE).content.decode()
    assert ("anna@zilt.example" in page, "within 10 working days" in page.lower()) == (True, True)
    found = PartnerApplication.objects.get()
    assert (
        found.state, found.name, found.kind, found.kvk_number, found.website, found.email,
        found.street, found.postcode, found.city, found.phone, found.forms, found.wishes,
        found.applicant_name, found.applicant_function, found.applicant_email, found.language,
        list(found.sectors.all()), found.user,
    ) == (
        "unconfirmed", "Zilt BV", "company", "12345678", "https://zilt.example",
        "info@zilt.example", "Kade 1", "2333 CR", "Lindehaven", "071 - 516 50 00",
        ["assignment", "excursion"], "Wij zoeken studenten.", "Anna Applicant", "Directeur",
        "anna@zilt.example", "en", [sector], None,
    )  # fmt: skip
    assert "send your application to become a partner" in " ".join(mail.outbox[0].body.split())
    confirmed = browser.post(confirm_link(), follow=True)
    assert confirmed.redirect_chain == [(found.get_absolute_url(), 302)]
    found.refresh_from_db()
    anna = User.objects.get(email="anna@zilt.example")
    assert (found.state, found.user, anna.name, anna.language) == (
        "submitted", anna, "Anna Applicant", "en",
    )  # fmt: skip
    assert "With the office" in confirmed.content.decode()


def test_confirming_in_another_browser_sends_it_too(browser, office):
    apply(browser)
    Client().post(confirm_link())
    assert PartnerApplication.objects.get().state == "submitted"


def test_who_is_logged_in_skips_the_account(noon, confirmed, office):
    anna = confirmed("anna@zilt.example", name="Anna Applicant")
    client = Client(headers={"accept-language": "en"})
    client.force_login(anna)
    more = to_the_last(client)
    page = client.get(THREE).content.decode()
    assert ('name="password1"' in page, 'name="email"' in page) == (False, False)
    answer = client.post(
        THREE, {"name": "Anna A.", "consent": "on", "email": "other@example.org", **more}
    )
    assert answer.url == DONE
    found = PartnerApplication.objects.get()
    assert (found.state, found.user, found.applicant_email, found.applicant_name) == (
        "submitted", anna, "anna@zilt.example", "Anna A.",
    )  # fmt: skip
    assert found.get_absolute_url() in client.get(DONE).content.decode()
    assert sorted(each.to[0] for each in mail.outbox) == ["anna@zilt.example", "office@example.org"]


def test_an_account_without_a_confirmed_address_confirms_it_first(charlie):
    client = Client(headers={"accept-language": "en"})
    client.force_login(charlie)
    apply(client, you={"name": "Charlie", "consent": "on"})
    assert PartnerApplication.objects.get().state == "unconfirmed"
    assert "/account/email/" in client.get(DONE).content.decode()


def test_a_known_address_is_told_by_mail_alone(browser, confirmed, office):
    """The same page, the same cookies; who has the account goes on by the mail."""
    anna = confirmed("anna@zilt.example", name="Anna")
    known, other = browser, Client(headers={"accept-language": "en"})
    first = apply(known)
    second = apply(
        other,
        {**ORGANISATION, "name": "Brak BV", "kvk_number": ""},
        {**YOU, "email": "bert@brak.example"},
    )
    assert (first.status_code, first.url, sorted(first.cookies)) == (
        second.status_code, second.url, sorted(second.cookies),
    )  # fmt: skip
    pages = [
        re.sub(
            r"anna@zilt|bert@brak",
            "…",
            re.sub(r'(nonce|value|hx-headers)=("[^"]*"|\'[^\']*\')', "", text),
        )
        for text in (client.get(DONE).content.decode() for client in (known, other))
    ]
    assert pages[0] == pages[1]
    assert User.objects.filter(email="anna@zilt.example").get() == anna
    letter = mail.outbox[0]
    found = PartnerApplication.objects.get(name="Zilt BV")
    assert (letter.to, found.get_absolute_url() in letter.body) == (["anna@zilt.example"], True)
    client = Client(headers={"accept-language": "en"})
    client.force_login(anna)
    assert "Is this yours?" in client.get(found.get_absolute_url()).content.decode()
    client.post(f"{found.get_absolute_url()}bevestigen/")
    found.refresh_from_db()
    assert (found.state, found.user) == ("submitted", anna)


def test_nobody_else_claims_it(browser, charlie, confirmed):
    apply(browser)
    found = PartnerApplication.objects.get()
    for who in (charlie, confirmed("bert@zilt.example")):
        client = Client()
        client.force_login(who)
        assert client.get(found.get_absolute_url()).status_code == 404
        assert client.post(f"{found.get_absolute_url()}bevestigen/").status_code == 404
    assert PartnerApplication.objects.get().state == "unconfirmed"


# --- the session ---------------------------------------------------------------------------------


def test_no_step_is_reached_before_the_one_before(browser):
    assert [browser.get(each).url for each in (TWO, THREE, DONE)] == [ONE, ONE, ONE]
    browser.post(ONE, ORGANISATION)
    assert browser.get(THREE).url == TWO


def test_going_back_loses_nothing(browser):
    to_the_last(browser)
    answer = browser.post(THREE, {**YOU, "consent": "", "phone": "no number", "then": "back"})
    assert answer.url == TWO
    answer = browser.post(TWO, {"wishes": "x" * 3500, "together": ["placement"], "then": "back"})
    assert answer.url == ONE
    page = browser.get(ONE).content.decode()
    assert all(f'value="{each}"' in page for each in ("Zilt BV", "12 34.56-78", "2333cr"))
    page = browser.get(TWO).content.decode()
    assert ("x" * 3500 in page, re.search(r'value="placement"[^>]*checked', page) is not None) == (
        True, True,
    )  # fmt: skip
    assert browser.get(THREE).url == TWO  # what is too long has to be mended first
    browser.post(TWO, WISHES)
    page = browser.get(THREE).content.decode()
    assert ('value="no number"' in page, "Anna Applicant" in page, PASSWORD in page) == (
        True, True, False,
    )  # fmt: skip
    assert PASSWORD not in str(dict(browser.session))


def test_what_was_typed_stays_with_the_error(browser):
    page = browser.post(ONE, {**ORGANISATION, "kvk_number": "123", "postcode": "12345"})
    assert errors(page) == [
        "A KvK number has 8 digits.",
        "A postcode has 4 digits and 2 letters, such as 2333 CR.",
    ]
    text = page.content.decode()
    assert ('value="123"' in text, 'href="#id_kvk_number"' in text, 'value="Zilt BV"' in text) == (
        True, True, True,
    )  # fmt: skip
    assert browser.get(TWO).url == ONE


def test_pressing_the_button_twice_is_one_application(browser):
    data = {**YOU, **to_the_last(browser)}
    assert [browser.post(THREE, data).url for _ in range(3)] == [DONE] * 3
    assert (PartnerApplication.objects.count(), len(mail.outbox)) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_are_one_application(at_once):
    first = Client()
    data = {**YOU, **to_the_last(first)}

    def press():
        client = Client()
        client.cookies.update(first.cookies)
        return client.post(THREE, data).url

    assert at_once(press, press) == [DONE, DONE]
    assert (PartnerApplication.objects.count(), User.objects.count(), len(mail.outbox)) == (1, 1, 1)


def test_another_tab_that_changed_something_is_noticed(browser):
    data = {**YOU, **to_the_last(browser)}
    browser.post(ONE, {**ORGANISATION, "name": "Heel iets anders"})
    page = browser.post(THREE, data)
    assert (page.status_code, PartnerApplication.objects.count()) == (200, 0)
    assert "perhaps in another tab" in page.content.decode()
    assert browser.post(THREE, {**YOU, **hidden(page)}).url == DONE
    assert PartnerApplication.objects.get().name == "Heel iets anders"


def test_after_sending_one_can_begin_anew(browser):
    apply(browser)
    assert 'value="Zilt BV"' not in browser.get(ONE).content.decode()
    assert browser.get(THREE).url == ONE


# --- a partner already ---------------------------------------------------------------------------


def test_a_signed_partners_number_leads_to_asking_to_join(browser):
    partner = factories.PartnerFactory(name="Groen", kvk_number="12345678")
    answer = browser.post(ONE, ORGANISATION, follow=True)
    assert answer.redirect_chain == [(f"/partners/{partner.slug}/meedoen/", 302)]
    page = answer.content.decode()
    assert ("Groen is a partner already" in page, "another organisation" in page) == (True, False)
    # No way around it.
    browser.post("/partners/aanmelden/andere/")
    browser.post(TWO, WISHES)
    answer = browser.post(THREE, {**YOU, **hidden(browser.get(THREE))})
    assert answer.url == f"/partners/{partner.slug}/meedoen/"
    assert (PartnerApplication.objects.count(), User.objects.count()) == (0, 0)


def test_a_name_alike_leads_there_with_a_way_on(browser):
    partner = factories.PartnerFactory(name="Zilt")
    assert browser.post(ONE, ORGANISATION).url == f"/partners/{partner.slug}/meedoen/"
    assert browser.post("/partners/aanmelden/andere/").url == TWO
    browser.post(TWO, WISHES)
    assert browser.post(THREE, {**YOU, **hidden(browser.get(THREE))}).url == DONE


@pytest.mark.parametrize(
    ("address", "leads"), [("anna@groen.example", True), ("anna@gmail.com", False)]
)
def test_the_applicants_domain_counts_but_not_a_public_one(browser, address, leads):
    domain = address.partition("@")[2]
    partner = factories.PartnerFactory(name="Groen", email_domains=[domain])
    answer = apply(browser, you={**YOU, "email": address})
    assert (answer.url == f"/partners/{partner.slug}/meedoen/") is leads


def test_a_prospects_number_reveals_nothing(monkeypatch):
    """Status, words and queries are the same as with a number that nobody has."""
    # What a worker does later is no part of the answer.
    monkeypatch.setattr(transaction, "on_commit", lambda *args, **more: None)
    factories.PartnerFactory(
        name="Zilt BV", kvk_number="12345678", status="in_talks", email_domains=["zilt.example"],
        website="https://zilt.example",
    )  # fmt: skip
    seen = []
    for number, name in (("12345678", "Zilt BV"), ("87654321", "Brak BV")):
        cache.clear()
        client = Client(headers={"accept-language": "en"})
        you = {**YOU, "email": f"anna@{name[:4].lower()}.example"}
        steps = [(ONE, {**ORGANISATION, "name": name, "kvk_number": number}), (TWO, WISHES)]
        client.get(ONE)
        came = []
        for address, data in [*steps, (THREE, you)]:
            more = hidden(client.get(THREE)) if address == THREE else {}
            with CaptureQueriesContext(connection) as queries:
                answer = client.post(address, {**data, **more})
            came.append((answer.status_code, answer.url, len(queries)))
        words = re.sub(
            r'(nonce|value|hx-headers)=("[^"]*"|\'[^\']*\')', "", client.get(DONE).content.decode()
        )
        seen.append((came, re.sub(r"anna@\w+\.example", "…", words)))
    assert seen[0] == seen[1]


# --- robots --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [ONE, TWO, THREE])
def test_what_fills_in_everything_is_stopped(browser, step):
    more = to_the_last(browser)
    data = {ONE: ORGANISATION, TWO: WISHES, THREE: {**YOU, **more}}[step]
    page = browser.post(step, {**data, "trap": "https://spam.example"})
    assert (page.status_code, errors(page)) == (
        200,
        ["This field stays empty: it keeps robots out."],
    )
    assert PartnerApplication.objects.count() == 0


def test_too_many_at_once_get_a_page_that_says_so(browser):
    answers = [browser.post(ONE, {}).status_code for _ in range(62)]
    assert (set(answers[:60]), set(answers[60:])) == ({200}, {429})


def test_one_address_gets_no_flood_of_mails():
    codes = [apply(Client()).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]
    assert len(mail.outbox) == 1  # allauth sends at most one mail in three minutes


# --- joining -------------------------------------------------------------------------------------


def test_asking_to_join(charlie, office):
    partner = factories.PartnerFactory(name="Groen")
    client = Client(headers={"accept-language": "en"})
    address = f"/partners/{partner.slug}/meedoen/"
    assert "/account/signup/?next=" in client.get(address).content.decode()
    client.force_login(charlie)
    for _ in range(2):
        client.post(address, {"message": "Ik werk in de kas."})
    asked = MembershipRequest.objects.get()
    assert (asked.user, asked.partner, asked.message, asked.state) == (
        charlie, partner, "Ik werk in de kas.", "pending",
    )  # fmt: skip
    assert "Your request waits" in client.get(address).content.decode()
    client.post(f"{address}intrekken/")
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_a_member_need_not_ask(company, logged_in):
    partner = Partner.objects.get()
    page = logged_in(company).get(
        f"/partners/{partner.slug}/meedoen/", headers={"accept-language": "en"}
    )
    assert "You belong to this partner already" in page.content.decode()
