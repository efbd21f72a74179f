"""Signing up, logging in and securing an account, as people do it: in a browser, mail beside it."""

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.notifications.models import DeadAddress
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "een heel lang wachtwoord"
WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture(autouse=True)
def _demonstration(settings, live_server, tmp_path) -> None:
    """Mail to the mailbox page; DEMO as a whole would also spare staff the second step."""
    cache.clear()
    settings.BASE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_BACKEND = "civportal.demo.mail.MailboxBackend"
    settings.DEMO = True
    CentreProfile.objects.create(pk=1, name="CIV Lindehaven", email="bureau@example.org")


def with_login(**fields) -> User:
    user = factories.UserFactory(second_factor=False, **fields)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def log_in(page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()


def confirm_it_is_me(page) -> None:
    page.get_by_role("heading", name="Is it you?").wait_for()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def test_from_stranger_to_member_by_the_mailbox(visit):
    page = visit("/account/signup/", language="en")
    page.get_by_label("Your name").fill("Anna Aalbes")
    page.get_by_label("E-mail address").fill("anna@example.org")
    password = page.get_by_label("Password", exact=True)
    password.fill(PASSWORD)
    show = page.get_by_role("button", name="Show the password")
    for shown, kind in [("true", "text"), ("false", "password")]:
        show.click()
        assert (show.get_attribute("aria-pressed"), password.get_attribute("type")) == (shown, kind)
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_role("heading", level=1, name="Look in your mailbox").wait_for()

    page.get_by_role("link", name="Open the mailbox").click()
    page.get_by_role("link", name="Confirm your e-mail address and you can log in").click()
    framed = page.frame_locator("iframe")
    with page.expect_popup() as popup:
        framed.get_by_role("link", name="Confirm my e-mail address").click()
    confirm = popup.value
    confirm.get_by_role("button", name="Yes, this is my address").click()
    confirm.wait_for_url("**/mijn/")
    assert "Welcome, Anna. You are logged in." in confirm.locator("main").inner_text()


def test_a_forgotten_password_without_any_script(visit):
    with_login(email="alice@example.org", name="Alice Appel")
    page = visit("/account/login/", language="en", script=False)
    page.get_by_role("link", name="Have you forgotten your password?").click()
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_role("button", name="Send me the link").click()
    page.get_by_role("link", name="Open the mailbox").click()
    page.get_by_role("link", name="Choose a new password").click()
    page.locator(".prose").get_by_role("link").first.click()
    for label in ("New password", "New password, once more"):
        page.get_by_label(label, exact=True).fill("een ander lang wachtwoord")
    page.get_by_role("button", name="Save the password").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Your new password is saved"


def test_a_dead_address_that_works_again(visit):
    user = with_login(email="alice@example.org", name="Alice Appel")
    DeadAddress.objects.create(email=user.email, state="bounced")
    page = visit("/account/login/?next=/mijn/meldingen/", language="en", script=False)
    log_in(page, "alice@example.org")
    page.get_by_role("button", name="Send me a mail to confirm").click()
    page.get_by_text("A mail is on its way to alice@example.org.").wait_for()
    page.goto("/postvak/")
    page.get_by_role("link", name="Does your e-mail address work?").click()
    page.locator(".prose").get_by_role("link").first.click()
    page.get_by_role("button", name="Yes, mail arrives here").click()
    page.get_by_text("From now on mail goes to alice@example.org again.").wait_for()
    assert not DeadAddress.objects.exists()


def test_a_security_key_under_the_strict_policy(visit):
    """Chromium plays the key: adding it, being refused once, and logging in with it."""
    with_login(email="alice@example.org", name="Alice Appel")
    page = visit("/account/login/?next=/account/2fa/webauthn/add/", language="en")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    log_in(page, "alice@example.org")
    confirm_it_is_me(page)
    page.get_by_label("Name of the key").fill("Blauwe sleutel")
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url("**/account/2fa/recovery-codes/")
    page.goto("/account/2fa/webauthn/")
    assert "Blauwe sleutel" in page.locator("main").inner_text()

    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    page.goto("/account/login/?next=/mijn/gegevens/")
    log_in(page, "alice@example.org")
    page.get_by_role("heading", level=1, name="The second step").wait_for()
    assert Axe().run(page, options=WCAG).response["violations"] == []
    page.evaluate(
        """() => {
          const real = navigator.credentials.get.bind(navigator.credentials);
          navigator.credentials.get = () => {
            navigator.credentials.get = real;
            return Promise.reject(new DOMException("stopped", "NotAllowedError"));
          };
        }"""
    )
    page.get_by_role("button", name="Use my security key").click()
    page.get_by_text("That did not work: the key did not answer, or you stopped.").wait_for()
    page.get_by_role("button", name="Use my security key").click()
    page.wait_for_url("**/mijn/gegevens/")


@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_no_barrier_on_the_pages_of_an_account(visit, scheme, width):
    """No axe violation and nothing wider than the screen, also where something is refused."""
    with_login(email="alice@example.org", name="Alice Appel")
    page = visit("/account/login/?next=/mijn/gegevens/", language="en", scheme=scheme, width=width)
    found = []

    def look(name: str) -> None:
        for rule in Axe().run(page, options=WCAG).response["violations"]:
            found.extend(f"{name} {rule['id']} {node['target']}" for node in rule["nodes"])
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{name} is wider than the screen")

    look("login")
    page.locator("main").get_by_role("button", name="Log in").click()
    look("login refused")
    for address in [
        "/account/signup/",
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/1-x/",
        "/account/confirm-email/",
        "/account/confirm-email/x:y:z/",
        "/account/inactive/",
        "/postvak/",
    ]:
        page.goto(address)
        look(address)
    page.goto("/account/login/?next=/account/2fa/totp/activate/")
    log_in(page, "alice@example.org")
    look("reauthenticate")
    confirm_it_is_me(page)
    page.get_by_role("button", name="Switch on").click()
    look("activate refused")
    for address in [
        "/mijn/gegevens/",
        "/account/email/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/logout/",
    ]:
        page.goto(address)
        look(address)
    assert found == []
