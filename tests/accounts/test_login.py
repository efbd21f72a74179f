"""Logging in and out, by people and by those who only try."""

import pytest
from django.conf import settings
from django.test import Client

from tests.accounts.conftest import PASSWORD, log_in, visible, whole


def test_the_email_address_logs_in_whatever_its_case(browser, alice):
    response = log_in(browser, "Alice@Example.ORG")
    assert (response.status_code, response.url) == (302, "/mijn/")
    assert browser.session["_auth_user_id"] == str(alice.pk)


def test_a_page_for_members_leads_to_login_and_back(browser, alice):
    response = browser.get("/mijn/gegevens/", follow=True)
    assert response.redirect_chain == [("/account/login/?next=/mijn/gegevens/", 302)]
    assert "Log in first; then you go straight on to the page you asked for." in visible(response)
    response = log_in(browser, alice.email, next="/mijn/gegevens/")
    assert (response.status_code, response.url) == (302, "/mijn/gegevens/")


def test_without_a_page_asked_for_there_is_nothing_to_explain(browser):
    assert "Log in first" not in visible(browser.get("/account/login/"))


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://localhost/mijn/gegevens/",  # allowed as a host, but not the one asked
    ],
)
def test_next_leads_nowhere_else(browser, alice, address):
    response = log_in(browser, alice.email, next=address)
    assert (response.status_code, response.url) == (302, "/mijn/")


def test_who_is_logged_in_does_not_see_the_login_page(logged_in, alice):
    for address, target in [
        ("/account/login/", "/mijn/"),
        ("/account/signup/", "/mijn/"),
        ("/account/login/?next=/mijn/gegevens/", "/mijn/gegevens/"),
        ("/account/login/?next=https://evil.example/", "/mijn/"),
    ]:
        response = logged_in(alice).get(address)
        assert (response.status_code, response.url) == (302, target)


def test_wrong_password_and_unknown_person_look_the_same(browser, alice):
    wrong = whole(log_in(browser, alice.email, "niet mijn wachtwoord"))
    unknown = whole(log_in(Client(headers={"accept-language": "en"}), "nobody@example.org"))
    assert wrong == unknown
    assert "E-mail address and password do not match." in wrong[1]
    assert wrong[0] == 200


def test_who_is_inactive_gets_in_nowhere(browser, bob, centre):
    response = browser.post(
        "/account/login/", {"login": bob.email, "password": PASSWORD}, follow=True
    )
    assert response.redirect_chain == [("/account/inactive/", 302)]
    assert "_auth_user_id" not in browser.session
    assert visible(response) == (
        "This account is not in use The programme office has closed it for now, so you cannot "
        "log in. Is that a mistake, or are you back? Write to bureau@example.org . "
        "To the home page"
    )


def test_who_does_not_know_the_password_does_not_learn_who_is_inactive(browser, alice, bob):
    assert whole(log_in(browser, bob.email, "niet mijn wachtwoord")) == whole(
        log_in(Client(headers={"accept-language": "en"}), alice.email, "niet mijn wachtwoord")
    )


def test_a_person_made_inactive_is_out_at_once(browser, alice):
    log_in(browser, alice.email)
    assert browser.get("/mijn/gegevens/").status_code == 200
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    response = browser.get("/mijn/gegevens/")
    assert (response.status_code, response.url) == (302, "/account/login/?next=/mijn/gegevens/")


def test_five_wrong_passwords_close_the_door_for_a_while(browser, alice):
    for _attempt in range(5):
        assert "do not match" in visible(log_in(browser, alice.email, "mis mis mis"))
    # Also from elsewhere, also with the right password, and for who does not exist.
    elsewhere = Client(REMOTE_ADDR="198.51.100.7", headers={"accept-language": "en"})
    response = log_in(elsewhere, alice.email)
    assert response.status_code == 429
    assert visible(response).startswith("Error 429 Too many attempts")
    assert "_auth_user_id" not in elsewhere.session


def test_nobody_learns_who_exists_by_trying_too_often(browser, alice):
    for email in (alice.email, "nobody@example.org"):
        for _attempt in range(5):
            log_in(Client(REMOTE_ADDR="198.51.100.7"), email, "mis mis mis")
    elsewhere = Client(headers={"accept-language": "en"})
    assert whole(log_in(browser, alice.email)) == whole(log_in(elsewhere, "nobody@example.org"))


def test_too_many_requests_get_a_page_in_the_readers_language(alice):
    dutch = Client(headers={"accept-language": "nl"})
    responses = [log_in(dutch, f"n{number}@example.org", "mis") for number in range(11)]
    assert [response.status_code for response in responses] == [200] * 10 + [429]
    assert '<html lang="nl">' in responses[-1].content.decode()
    assert "/account/password/reset/" in responses[-1].content.decode()


def test_staying_logged_in_is_a_choice(browser, alice):
    log_in(browser, alice.email)
    assert browser.session.get_expire_at_browser_close() is True
    browser.logout()
    log_in(browser, alice.email, remember="on")
    assert browser.session.get_expire_at_browser_close() is False
    assert browser.session.get_expiry_age() == 14 * 24 * 60 * 60


def test_a_stranger_cannot_bring_a_session_along(browser, alice):
    browser.get("/account/login/")
    browser.post("/taal/", {"language": "en"})
    session = browser.session
    session["mine"] = "yes"
    session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    log_in(browser, alice.email)
    assert browser.session.session_key != session.session_key


def test_logging_out_asks_first_and_then_goes_home(logged_in, alice):
    client = logged_in(alice)
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/mijn/gegevens/").status_code == 200
    response = client.post("/account/logout/")
    assert (response.status_code, response.url) == (302, "/")
    assert "_auth_user_id" not in client.session
