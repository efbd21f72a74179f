"""The second step at login, and that staff cannot do without in the admin."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client

from tests import factories
from tests.accounts.conftest import PASSWORD, log_in, visible, whole, with_login


def code_for(secret: str) -> str:
    """What an authenticator app would show now."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def switch_on(client: Client) -> str:
    """Set up an app, as someone who is logged in; the secret in the app."""
    page = client.get("/account/2fa/totp/activate/", follow=True)
    if "reauthenticate" in page.request["PATH_INFO"]:
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    response = client.post("/account/2fa/totp/activate/", {"code": code_for(secret)})
    assert (response.status_code, response.url) == (302, "/account/2fa/recovery-codes/")
    return secret


@pytest.fixture
def olga(db, centre):
    """Staff, without a second step yet."""
    return with_login(
        email="olga@example.org", name="Olga", is_staff=True, is_superuser=True, second_factor=False
    )


def test_setting_up_an_app_and_logging_in_with_it(
    browser, alice, centre, django_capture_on_commit_callbacks
):
    log_in(browser, alice.email)
    with django_capture_on_commit_callbacks(execute=True):
        secret = switch_on(browser)
    codes = browser.get("/account/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    assert browser.get("/account/2fa/recovery-codes/download/").content.decode() == (
        "Recovery codes of alice@example.org for CIV Lindehaven. Each works once.\n\n"
        + "".join(f"{code}\n" for code in codes)
        + "\n"
    )
    assert [message.subject for message in mail.outbox] == ["Logging in now takes a code as well"]

    client = Client(headers={"accept-language": "en"})
    response = log_in(client, alice.email, next="/mijn/gegevens/")
    assert (response.status_code, response.url) == (302, "/account/2fa/authenticate/")
    assert client.get("/mijn/gegevens/").status_code == 302
    assert "This code is not right." in visible(client.post(response.url, {"code": "000000"}))
    code = code_for(secret)
    done = client.post(response.url, {"code": code})
    assert (done.status_code, done.url) == (302, "/mijn/gegevens/")
    assert client.session["_auth_user_id"] == str(alice.pk)

    for used, gets_in in [(code, False), (codes[0], True), (codes[0], False)]:
        again = Client()
        log_in(again, alice.email)
        again.post("/account/2fa/authenticate/", {"code": used})
        assert ("_auth_user_id" in again.session) is gets_in  # each code works once


def test_the_secrets_cannot_be_read_in_the_database(browser, alice, centre, settings):
    log_in(browser, alice.email)
    secret = switch_on(browser)
    kept = {row.type: row.data for row in Authenticator.objects.all()}
    assert secret not in str(kept)
    # After a change of SECRET_KEY they are still read, as long as the old one is named.
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new one"
    settings.SECRET_KEY_FALLBACKS = [old]
    from allauth.mfa.utils import decrypt

    assert decrypt(kept["totp"]["secret"]) == secret


def test_the_code_to_scan_is_dark_on_light_and_named_after_the_centre(browser, alice, centre):
    log_in(browser, alice.email)
    page = browser.get("/account/2fa/totp/activate/", follow=True)
    page = browser.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    content = page.content.decode()
    assert '<img class="qr" src="data:image/svg+xml;base64,' in content
    assert page.context["totp_url"].startswith(
        "otpauth://totp/alice%40example.org?secret=" + page.context["form"].secret
    )
    assert page.context["totp_url"].endswith("&issuer=CIV%20Lindehaven")


def test_guessing_codes_is_limited(browser, alice, centre):
    log_in(browser, alice.email)
    switch_on(browser)
    client = Client(headers={"accept-language": "en"})
    log_in(client, alice.email)
    answers = [
        visible(client.post("/account/2fa/authenticate/", {"code": "000000"})) for _try in range(6)
    ]
    assert ["too many attempts" in answer for answer in answers] == [False] * 5 + [True]


def test_switching_off_asks_who_it_is_and_tells(browser, alice, centre):
    log_in(browser, alice.email)
    switch_on(browser)
    mail.outbox.clear()
    assert browser.get("/account/2fa/totp/deactivate/").status_code == 200
    browser.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.count() == 0
    assert [message.subject for message in mail.outbox] == [
        "Your authenticator app was switched off"
    ]


def test_the_admins_login_is_the_portals(browser, olga):
    response = browser.get("/beheer/")
    assert (response.status_code, response.url) == (302, "/beheer/login/?next=/beheer/")
    response = browser.get("/beheer/login/?next=/beheer/")
    assert (response.status_code, response.url) == (302, "/account/login/?next=%2Fbeheer%2F")
    response = browser.post("/beheer/login/", {"username": olga.email, "password": PASSWORD})
    assert (response.status_code, response.url) == (
        302,
        "/account/login/?next=%2Fbeheer%2Flogin%2F",
    )
    assert "_auth_user_id" not in browser.session


def test_staff_without_a_second_step_are_led_to_it(browser, olga):
    log_in(browser, olga.email)
    response = browser.get("/beheer/accounts/user/", follow=True)
    assert response.redirect_chain == [("/account/2fa/", 302)]
    assert (
        "The admin is for staff who log in with a second step. Set one up here; after that you "
        "can go on to the admin."
    ) in visible(response)
    assert browser.post("/beheer/accounts/user/add/", {}).url == "/account/2fa/"
    switch_on(browser)
    assert browser.get("/beheer/jsi18n/").status_code == 200


def test_recovery_codes_alone_are_no_second_step(logged_in, olga):
    Authenticator.objects.create(user=olga, type="recovery_codes", data={})
    assert logged_in(olga).get("/beheer/").url == "/account/2fa/"


def test_the_demonstration_spares_staff_the_second_step(logged_in, olga, settings):
    settings.DEMO = True
    assert logged_in(olga).get("/beheer/jsi18n/").status_code == 200


def test_who_is_no_staff_gets_no_further_than_before(logged_in, alice):
    response = logged_in(alice).get("/beheer/", follow=True)
    assert (response.status_code, response.redirect_chain) == (
        403,
        [("/beheer/login/?next=/beheer/", 302)],
    )


def test_the_admins_own_ways_to_log_out_and_change_a_password_are_the_portals(logged_in, db):
    admin = factories.UserFactory(is_staff=True, is_superuser=True)
    client = logged_in(admin)
    assert client.get("/beheer/password_change/").url == "/account/password/change/"
    response = client.post("/beheer/logout/")
    assert (response.status_code, response.url) == (302, "/")
    assert "_auth_user_id" not in client.session


def test_a_second_step_is_asked_whatever_door_one_takes(browser, olga):
    log_in(browser, olga.email)
    switch_on(browser)
    client = Client()
    log_in(client, olga.email, next="/beheer/")
    response = client.get("/beheer/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/account/")
    assert "_auth_user_id" not in client.session


def test_a_password_that_is_wrong_never_reaches_the_second_step(browser, alice, centre):
    log_in(browser, alice.email)
    switch_on(browser)
    wrong = whole(log_in(Client(headers={"accept-language": "en"}), alice.email, "mis mis mis"))
    unknown = whole(log_in(Client(headers={"accept-language": "en"}), "nobody@example.org"))
    assert wrong == unknown
