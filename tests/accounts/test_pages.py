"""No page, message or label of allauth reaches anyone as allauth made it."""

from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.conf import settings
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

from civportal.accounts.forms import InOwnWords
from tests.accounts.conftest import visible

OURS = Path(settings.BASE_DIR) / "templates"
THEIRS = Path(allauth.__file__).parent / "templates"

NEVER_SHOWN = {
    # Ways of logging in that are off: a code by mail, a telephone, a trusted browser.
    "account/confirm_login_code.html",
    "account/messages/login_code_sent.txt",
    "account/messages/phone_verification_sent.txt",
    "account/messages/phone_verified.txt",
}


def views(resolver: URLResolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.callback


def pages_of_allauth() -> list[str]:
    """The templates of allauth's views that have an address here."""
    found = set()
    for view in views(get_resolver()):
        kind = getattr(view, "view_class", None)
        if kind and kind.__module__.startswith("allauth."):
            name = getattr(kind, "template_name", None)
            if name:
                found.add(name)
    return sorted(found - NEVER_SHOWN)


def test_the_walk_finds_them():
    assert {"account/login.html", "mfa/index.html", "mfa/webauthn/add_form.html"} < set(
        pages_of_allauth()
    )


@pytest.mark.parametrize("name", pages_of_allauth())
def test_every_page_is_ours(name):
    assert Path(get_template(name).origin.name) == OURS / name


@pytest.mark.parametrize(
    "name",
    sorted(
        str(path.relative_to(THEIRS))
        for app in ("account", "mfa")
        for path in (THEIRS / app / "messages").glob("*.txt")
        if str(path.relative_to(THEIRS)) not in NEVER_SHOWN
    ),
)
def test_every_message_is_ours(name):
    assert Path(get_template(name).origin.name) == OURS / name


@pytest.mark.parametrize("path", [*settings.ACCOUNT_FORMS.values(), *settings.MFA_FORMS.values()])
def test_every_label_is_ours(path, alice, rf: RequestFactory):
    form_class = import_string(path)
    assert issubclass(form_class, InOwnWords)
    shown = {name for name, field in form_class.base_fields.items() if not field.widget.is_hidden}
    own = set(form_class.words) | {"name", "username"}  # the name is our own question
    assert shown <= own


def test_the_words_of_refusal_are_ours():
    theirs_in_use = {
        "account": {
            "email_taken",
            "invalid_login",
            "max_email_addresses",
            "phone_password_mismatch",
            "phone_taken",
            "select_only_one",
            "unknown_email",
            "unknown_phone",
            "username_blacklisted",
            "username_password_mismatch",
            "username_taken",
        },
        "mfa": set(),
    }
    for name, adapter in (("account", get_adapter()), ("mfa", get_mfa_adapter())):
        base = type(adapter).__mro__[1].error_messages
        same = {key for key in base if base[key] is adapter.error_messages[key]}
        assert same == theirs_in_use[name]  # none of these can happen with our settings


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/account/login/", "Log in"),
        ("/account/signup/", "Sign up"),
        ("/account/confirm-email/", "Look in your mailbox"),
        ("/account/inactive/", "This account is not in use"),
        ("/account/password/reset/", "Choose a new password"),
        ("/account/password/reset/done/", "Look in your mailbox"),
        ("/account/password/reset/key/1-x/", "This link no longer works"),
        ("/account/password/reset/key/done/", "Your new password is saved"),
    ],
)
def test_a_visitor_sees_it_in_the_portals_frame(browser, centre, address, heading):
    response = browser.get(address)
    content = response.content.decode()
    assert response.status_code == 200
    assert f"<title>{heading} – CIV Lindehaven</title>" in " ".join(content.split())
    assert visible(response).startswith(heading)
    assert content.count("<h1") == 1


def test_the_demonstration_tells_whom_to_log_in_as(browser, settings):
    assert "demo.example" not in visible(browser.get("/account/login/"))
    settings.DEMO = True
    text = visible(browser.get("/account/login/"))
    assert "bureau@demo.example stuurgroep@demo.example" in text


@pytest.mark.parametrize(
    "address",
    [
        "/account/email/",
        "/account/password/change/",
        "/account/password/set/",
        "/account/reauthenticate/",
        "/account/2fa/",
        "/account/2fa/webauthn/",
        "/account/2fa/totp/activate/",
        "/account/2fa/totp/deactivate/",
        "/account/2fa/recovery-codes/",
        "/account/2fa/recovery-codes/generate/",
        "/account/2fa/recovery-codes/download/",
        "/account/2fa/webauthn/add/",
        "/account/2fa/webauthn/keys/1/edit/",
        "/account/2fa/webauthn/keys/1/remove/",
    ],
)
def test_a_page_of_ones_own_account_asks_to_log_in(db, address):
    response = Client().get(address)
    assert (response.status_code, response.url) == (302, f"/account/login/?next={address}")
