"""What the mails about an account say, whole, and to whom in which language."""

import re
from html import unescape
from pathlib import Path

import pytest
import time_machine
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.core.cache import cache
from django.template.loader import get_template
from django.test import Client
from django.utils import translation

from civportal.accounts.emails import LETTERS
from tests.accounts.conftest import PASSWORD, log_in, visible

MOMENT = "2026-11-22T12:04:00+00:00"


def masked(text: str) -> str:
    """Without the keys, which differ each time."""
    text = re.sub(r"(confirm-email/)[^/\s]+", r"\1KEY", text)
    return re.sub(r"(reset/key/)[^/\s]+", r"\1KEY", text)


def only() -> mail.EmailMultiAlternatives:
    [message] = mail.outbox
    return message


def test_confirming_an_address_after_signing_up(browser, centre):
    browser.post(
        "/account/signup/", {"name": "Anna", "email": "anna@example.org", "password1": PASSWORD}
    )
    message = only()
    assert (message.subject, message.from_email, message.to) == (
        "Confirm your e-mail address and you can log in",
        "CIV Lindehaven <noreply@example.org>",
        ["anna@example.org"],
    )
    headers = dict(message.extra_headers)
    assert headers.pop("Message-ID").endswith("@portaal.example.org>")
    assert headers == {"Auto-Submitted": "auto-generated", "Content-Language": "en"}
    assert masked(message.body) == (
        "Hello Anna,\n\n"
        "Welcome to CIV Lindehaven.\n\n"
        "One step left: confirm that this e-mail address is yours.\n\n"
        "Confirm my e-mail address:\n"
        "https://portaal.example.org/account/confirm-email/KEY/\n\n"
        "The link works for three days.\n\n"
        "Did you not sign up? Then do nothing: without this step the account stays closed.\n\n"
        "Kind regards,\nCIV Lindehaven\n\n"
        "* * *\n"
        "Someone signed up with this e-mail address.\n"
        "https://portaal.example.org/\n"
    )


def test_the_html_says_the_same_and_needs_no_picture_or_other_host(browser, centre):
    browser.post(
        "/account/signup/",
        {"name": "Anna <b>&", "email": "anna@example.org", "password1": PASSWORD},
    )
    message = only()
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    assert "Hello Anna &lt;b&gt;&amp;," in html
    assert "Hello Anna <b>&," in message.body
    assert "prefers-color-scheme: dark" in html
    assert "<img" not in html
    assert set(re.findall(r"https?://[^/\"\s<]+", html)) == {"https://portaal.example.org"}
    text = re.sub(r"<style.*?</style>|<title.*?</title>", "", html, flags=re.DOTALL)
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())
    for line in message.body.split("\n"):
        assert line.strip(" *:").removesuffix("/") in shown


def test_who_has_an_account_already(browser, alice, centre):
    browser.post(
        "/account/signup/", {"name": "Mallory", "email": alice.email, "password1": PASSWORD}
    )
    message = only()
    assert message.subject == "You already have an account"
    assert message.body == (
        "Hello Alice Appel,\n\n"
        "Someone, probably you, signed up with alice@example.org. You already have an account "
        "here.\n\n"
        "You can simply log in. Have you forgotten your password? Choose a new one.\n\n"
        "Choose a new password:\n"
        "https://portaal.example.org/account/password/reset/\n\n"
        "Was it not you? Then do nothing: your account has not changed.\n\n"
        "Kind regards,\nCIV Lindehaven\n\n"
        "* * *\n"
        "Someone wanted to sign up with this e-mail address.\n"
        "https://portaal.example.org/\n"
    )


def test_a_forgotten_password(browser, alice, centre):
    browser.post("/account/password/reset/", {"email": "ALICE@example.org"})
    message = only()
    assert (message.subject, message.to) == ("Choose a new password", ["alice@example.org"])
    assert masked(message.body) == (
        "Hello Alice Appel,\n\n"
        "You asked for a new password. With this link you choose one.\n\n"
        "Choose a new password:\n"
        "https://portaal.example.org/account/password/reset/key/KEY/\n\n"
        "The link works for 24 hours, and once.\n\n"
        "Did you not ask for this? Then do nothing: your password has not changed.\n\n"
        "Kind regards,\nCIV Lindehaven\n\n"
        "* * *\n"
        "Someone asked for a new password for this e-mail address.\n"
        "https://portaal.example.org/\n"
    )


def test_an_address_that_nobody_has(browser, centre):
    browser.post("/account/password/reset/", {"email": "nobody@example.org"})
    message = only()
    assert message.subject == "There is no account with this e-mail address"
    assert message.body == (
        "Hello,\n\n"
        "Someone, probably you, asked for a new password for nobody@example.org.\n\n"
        "No account that is in use has this address. Perhaps you signed up with another one? Or "
        "you do not have an account yet: then you can make one.\n\n"
        "Sign up:\n"
        "https://portaal.example.org/account/signup/\n\n"
        "Was it not you? Then do nothing.\n\n"
        "Kind regards,\nCIV Lindehaven\n\n"
        "* * *\n"
        "Someone asked for a new password for this e-mail address.\n"
        "https://portaal.example.org/\n"
    )


def test_a_changed_password_tells_when_in_the_readers_time_zone(browser, alice, centre):
    alice.time_zone = "America/Curacao"
    alice.save(update_fields=["time_zone"])
    new = "een ander lang wachtwoord"
    with time_machine.travel(MOMENT, tick=False):
        log_in(browser, alice.email)
        browser.post(
            "/account/password/change/",
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
    message = only()
    assert message.subject == "Your password has changed"
    assert message.body == (
        "Hello Alice Appel,\n\n"
        "Your password has changed.\n\n"
        "This happened on Sunday 22 November 2026 at 08:04, from internet address 127.0.0.1.\n\n"
        "Was it you? Then you need not do anything.\n\n"
        "Was it not you? Choose a new password right away, and tell us.\n\n"
        "Choose a new password:\n"
        "https://portaal.example.org/account/password/reset/\n\n"
        "Kind regards,\nCIV Lindehaven\n\n"
        "* * *\n"
        "We send this mail with every change in how you log in.\n"
        "https://portaal.example.org/\n"
    )


@pytest.mark.parametrize(("person", "browser_asks"), [("nl", "en"), ("en", "nl")])
def test_a_mail_is_in_the_language_of_its_reader(alice, centre, person, browser_asks):
    alice.language = person
    alice.save(update_fields=["language"])
    client = Client(headers={"accept-language": browser_asks})
    client.post("/account/password/reset/", {"email": alice.email})
    client.post(
        "/account/signup/", {"name": "Mallory", "email": alice.email, "password1": PASSWORD}
    )
    client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert [message.extra_headers["Content-Language"] for message in mail.outbox] == [
        person,
        person,
        browser_asks,
    ]
    with translation.override(person):
        assert mail.outbox[0].subject == translation.gettext("Choose a new password")
    assert f'<html lang="{person}">' in mail.outbox[0].alternatives[0][0]


def test_a_forged_host_gets_into_no_mail(browser, alice, settings, centre):
    settings.ALLOWED_HOSTS = ["*"]
    browser.post("/account/password/reset/", {"email": alice.email}, HTTP_HOST="evil.example")
    message = only()
    assert "evil.example" not in message.body + message.alternatives[0][0]
    assert "https://portaal.example.org/account/password/reset/key/" in message.body


def test_changing_the_address(browser, alice, centre):
    log_in(browser, alice.email)
    form = {"email": "aardbei@example.org", "action_add": ""}
    response = browser.post("/account/email/", form)
    assert response.url == "/account/reauthenticate/?next=%2Faccount%2Femail%2F"
    browser.post(response.url, {"password": PASSWORD})
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"  # the old one holds until the new one is confirmed
    message = only()
    assert (message.subject, message.to) == (
        "Confirm your new e-mail address",
        ["aardbei@example.org"],
    )
    page = browser.get("/account/email/").content.decode()
    assert "We have sent a mail to <strong>aardbei@example.org</strong>." in page

    path = re.search(r"example\.org(/account/\S+)", message.body)[1]
    response = browser.post(path, follow=True)
    assert response.redirect_chain == [("/mijn/gegevens/", 302)]
    alice.refresh_from_db()
    assert alice.email == "aardbei@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("aardbei@example.org", True, True)
    ]
    assert [(message.subject, message.to) for message in mail.outbox[1:]] == [
        ("Your e-mail address has changed", ["alice@example.org"])
    ]
    assert "log in with aardbei@example.org instead of alice@example.org." in mail.outbox[1].body
    assert mail.outbox[1].body.startswith("Hello Alice Appel,")


def test_taking_the_address_of_someone_else_gives_nothing_away(browser, alice, bob, centre):
    log_in(browser, alice.email)
    for email in (bob.email, "nobody@example.org"):
        response = browser.post("/account/email/", {"email": email, "action_add": ""})
        if "reauthenticate" in response.url:
            response = browser.post(response.url, {"password": PASSWORD})
        assert (response.status_code, response.url) == (302, "/account/email/")
    taken = re.search(r"example\.org(/account/\S+)", mail.outbox[0].body)[1]
    browser.post(taken)
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.email, bob.email) == ("alice@example.org", "bob@example.org")


def test_every_mail_that_allauth_can_send_is_ours():
    """A new one of allauth's shows up here before it reaches anybody in English only."""
    folder = get_template("account/email/password_reset_subject.txt").origin.name
    templates = Path(folder).parents[2]
    known = {
        f"{path.parent.relative_to(templates)}/{path.name.removesuffix('_subject.txt')}"
        for app in ("account", "mfa")
        for path in (templates / app / "email").glob("*_subject.txt")
    }
    not_in_use = {
        "account/email/email_confirm",  # allauth sends it nowhere
        "account/email/login_code",  # login by code is off
        "account/email/password_reset_code",  # reset by code is off
    }
    assert known - not_in_use == set(LETTERS)


@pytest.fixture
def mistyped(browser, alice, centre) -> None:
    """Alice wants to change her address, and types that of a stranger."""
    log_in(browser, alice.email)
    form = {"email": "stranger@example.org", "action_add": ""}
    response = browser.post("/account/email/", form)
    browser.post(response.url, {"password": PASSWORD})
    mail.outbox.clear()
    cache.clear()  # an address gets such a mail once in three minutes


def test_a_typing_error_gives_a_stranger_no_account(mistyped):
    Client(headers={"accept-language": "en"}).post(
        "/account/password/reset/", {"email": "stranger@example.org"}
    )
    message = only()
    assert message.subject == "There is no account with this e-mail address"
    assert "Alice" not in message.body


def test_a_stranger_can_sign_up_with_an_address_that_was_mistyped(mistyped, browser, alice):
    stranger = Client(headers={"accept-language": "en"})
    form = {"name": "Stan", "email": "stranger@example.org", "password1": PASSWORD}
    stranger.post("/account/signup/", form)
    message = only()
    assert message.subject == "Confirm your e-mail address and you can log in"
    assert message.body.startswith("Hello Stan,")
    # Alice's own link to that address is worth nothing any more.
    key = EmailConfirmationHMAC(EmailAddress.objects.get(user=alice, verified=False)).key
    response = browser.post(f"/account/confirm-email/{key}/", follow=True)
    assert "stranger@example.org belongs to another account." in visible(response)
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
