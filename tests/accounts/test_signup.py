"""Signing up, confirming the address, and what it does not give away."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from civportal.accounts.models import User
from tests.accounts.conftest import PASSWORD, log_in, visible, whole

ANNA = {"name": "Anna Aalbes", "email": "anna@example.org", "password1": PASSWORD}


def link(message) -> str:
    """The path of the one link to act on."""
    return re.search(r"https://portaal\.example\.org(/account/\S+)", message.body)[1]


def test_from_signing_up_to_being_in(browser, centre):
    response = browser.post("/account/signup/", ANNA, follow=True)
    assert response.redirect_chain == [("/account/confirm-email/", 302)]
    anna = User.objects.get(email="anna@example.org")
    assert (anna.name, anna.language, anna.is_staff) == ("Anna Aalbes", "en", False)
    assert "_auth_user_id" not in browser.session

    path = link(mail.outbox[0])
    page = browser.get(path)
    assert "Is anna@example.org your e-mail address?" in visible(page).replace("  ", " ")
    assert EmailAddress.objects.get(email=anna.email).verified is False  # scanners open links

    response = browser.post(path, follow=True)
    assert response.redirect_chain == [("/mijn/", 302)]
    assert EmailAddress.objects.get(email=anna.email).verified is True
    assert browser.session["_auth_user_id"] == str(anna.pk)


def test_confirming_in_another_browser_leads_to_the_login_page(browser, centre):
    browser.post("/account/signup/", ANNA)
    elsewhere = Client()
    response = elsewhere.post(link(mail.outbox[0]), follow=True)
    assert response.redirect_chain == [("/account/login/", 302)]
    assert "_auth_user_id" not in elsewhere.session


def test_an_unconfirmed_address_does_not_log_in(browser, centre):
    browser.post("/account/signup/", ANNA)
    response = log_in(Client(), ANNA["email"])
    assert (response.status_code, response.url) == (302, "/account/confirm-email/")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_language_of_the_page_becomes_that_of_the_person(db, language):
    client = Client(headers={"accept-language": "nl" if language == "en" else "en"})
    client.post("/taal/", {"language": language})  # chosen, against what the browser asks
    client.post("/account/signup/", ANNA)
    assert User.objects.get(email=ANNA["email"]).language == language
    assert mail.outbox[0].extra_headers["Content-Language"] == language


def test_an_address_with_an_account_and_a_new_one_look_the_same(browser, alice, centre):
    other = Client(headers={"accept-language": "en"})
    known = browser.post("/account/signup/", {**ANNA, "email": alice.email})
    new = other.post("/account/signup/", ANNA)
    assert whole(known) == whole(new)
    assert (known.status_code, known.url) == (302, "/account/confirm-email/")
    for address in [known.url, "/account/signup/", "/account/login/", "/account/email/"]:
        assert whole(browser.get(address)) == whole(other.get(address))
    assert User.objects.count() == 2
    alice.refresh_from_db()
    assert alice.name == "Alice Appel"
    assert [message.subject for message in mail.outbox] == [
        "You already have an account",
        "Confirm your e-mail address and you can log in",
    ]


def test_signing_up_costs_the_same_work_for_both(browser, alice, centre, monkeypatch):
    """The one expensive step is the hash of the password: as many for a known address."""
    from django.contrib.auth import hashers

    hashed = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(
        hashers.MD5PasswordHasher,
        "encode",
        lambda self, *args: hashed.append(1) or encode(self, *args),
    )
    browser.post("/account/signup/", {**ANNA, "email": alice.email})
    known = len(hashed)
    Client().post("/account/signup/", ANNA)
    assert (known, len(hashed) - known) == (1, 1)


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("elf tekens!", "at least 12 characters"),
        ("anna@example.org", "too similar to the e-mail address"),
        ("qwerty123456", "too common"),
        ("kort maar krachtig", None),
    ],
)
def test_what_passwords_are_refused(browser, password, complaint):
    response = browser.post("/account/signup/", {**ANNA, "password1": password})
    if complaint is None:
        assert response.status_code == 302
    else:
        assert response.status_code == 200
        assert complaint in visible(response)
        assert User.objects.count() == 0
        assert 'value="Anna Aalbes"' in response.content.decode()  # what was typed is kept


def test_a_link_that_does_not_work_says_what_to_do(browser, db):
    response = browser.get("/account/confirm-email/MQ:1abcde:nonsense/")
    assert visible(response) == (
        "This link no longer works It has been used already, it is older than three days, or a "
        "part of it is missing. Just log in. Is your address still to be confirmed? Then you get "
        "a new mail by itself. Log in"
    )


def test_signing_up_is_limited(db):
    client = Client(headers={"accept-language": "en"})
    statuses = [
        client.post("/account/signup/", {"email": "no"}).status_code for _attempt in range(21)
    ]
    assert statuses == [200] * 20 + [429]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "Anna\r\nBcc: all@example.org",
        "Win a prize at https://prize.example",
        "WWW.prize.example",
        "Anna\u2028Appel",
    ],
)
def test_a_name_is_one_line_without_an_address(browser, alice, name, mailoutbox):
    complaint = {"name": ["Write a name on one line, without a web address."]}
    page = browser.post("/account/signup/", {**ANNA, "name": name})
    assert (page.context["form"].errors, mailoutbox) == (complaint, [])
    browser.force_login(alice)
    details = {"name": name, "language": "en", "time_zone": "Europe/Amsterdam"}
    page = browser.post("/mijn/gegevens/", details)
    assert page.context["form"].errors == complaint
