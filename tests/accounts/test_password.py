"""A forgotten, a changed and a missing password."""

import re

import pytest
from django.core import mail
from django.test import Client

from tests.accounts.conftest import PASSWORD, log_in, visible, whole

NEW = "een ander lang wachtwoord"


def ask(client: Client, email: str) -> str:
    """Ask for a new password; the path of the link that came."""
    client.post("/account/password/reset/", {"email": email})
    return re.search(r"https://portaal\.example\.org(/account/\S+)", mail.outbox[-1].body)[1]


def test_from_forgotten_to_logged_in(browser, alice, centre):
    path = ask(browser, alice.email)
    form = browser.get(path, follow=True)
    assert form.redirect_chain[0][0].endswith("-set-password/")  # the key leaves the address
    here = form.redirect_chain[0][0]
    response = browser.post(here, {"password1": NEW, "password2": NEW}, follow=True)
    assert response.redirect_chain == [("/account/password/reset/key/done/", 302)]
    assert visible(response) == (
        "Your new password is saved. Your new password is saved From now on you log in with it. "
        "Log in"
    )
    assert log_in(Client(), alice.email, NEW).status_code == 302
    assert "do not match" in visible(
        log_in(Client(headers={"accept-language": "en"}), alice.email, PASSWORD)
    )


def test_a_link_works_once(browser, alice, centre):
    path = ask(browser, alice.email)
    here = browser.get(path).url
    browser.post(here, {"password1": NEW, "password2": NEW})
    response = Client(headers={"accept-language": "en"}).get(path)
    assert visible(response) == (
        "This link no longer works It has been used already, it is older than 24 hours, or a "
        "part of it is missing. Ask for a new link Log in"
    )


def test_choosing_a_new_password_ends_the_logins_elsewhere(browser, alice, centre):
    elsewhere = Client()
    log_in(elsewhere, alice.email)
    assert elsewhere.get("/mijn/gegevens/").status_code == 200
    here = browser.get(ask(browser, alice.email)).url
    browser.post(here, {"password1": NEW, "password2": NEW})
    assert elsewhere.get("/mijn/gegevens/").status_code == 302


def test_known_unknown_and_inactive_look_the_same(alice, bob, centre):
    answers = []
    for email in (alice.email, "nobody@example.org", bob.email):
        client = Client(headers={"accept-language": "en"})
        response = client.post("/account/password/reset/", {"email": email})
        assert (response.status_code, response.url) == (302, "/account/password/reset/done/")
        answers.append((whole(response), whole(client.get(response.url))))
    assert answers[0] == answers[1] == answers[2]
    assert [message.subject for message in mail.outbox] == [
        "Choose a new password",
        "There is no account with this e-mail address",
        "There is no account with this e-mail address",
    ]


def test_asking_again_and_again_is_limited(browser, alice, centre):
    statuses = [
        browser.post("/account/password/reset/", {"email": alice.email}).status_code
        for _attempt in range(6)
    ]
    assert statuses == [302] * 5 + [429]
    assert len(mail.outbox) == 5


def test_changing_it(browser, alice, centre):
    log_in(browser, alice.email)
    response = browser.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        follow=True,
    )
    assert response.redirect_chain == [("/mijn/gegevens/", 302)]
    assert "Your new password is saved." in visible(response)
    assert [message.subject for message in mail.outbox] == ["Your password has changed"]
    alice.refresh_from_db()
    assert alice.check_password(NEW)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"oldpassword": "mis"}, "This is not your current password."),
        ({"password2": "iets anders dan eerst"}, "same password"),
        ({"password1": "kort", "password2": "kort"}, "at least 12 characters"),
    ],
)
def test_a_change_that_is_refused(browser, alice, typed, complaint):
    log_in(browser, alice.email)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **typed}
    response = browser.post("/account/password/change/", form)
    assert complaint in visible(response)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_who_has_no_password_chooses_one(logged_in, alice, centre):
    alice.set_unusable_password()
    alice.save()
    client = logged_in(alice)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    response = client.get("/account/password/change/", follow=True)
    assert response.redirect_chain == [("/account/password/set/", 302)]
    client.post("/account/password/set/", {"password1": NEW, "password2": NEW})
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert [message.subject for message in mail.outbox] == ["Your account now has a password"]
