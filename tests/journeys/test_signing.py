"""Signing with a passkey on a phone, while the screen at the conference shows it."""

import pytest
from allauth.account.models import EmailAddress
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import expect

from civportal.centre.models import CentreProfile
from partners.models import Signature
from tests import factories
from tests.journeys.test_accounts import PASSWORD, WCAG

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _centre(settings, live_server, tmp_path) -> None:
    cache.clear()
    settings.BASE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path
    CentreProfile.objects.create(pk=1, name="CIV Lindehaven", email="bureau@example.org")


@pytest.fixture
def agreement():
    return factories.AgreementFactory(title="Deelakkoord", kind="partial")


@pytest.fixture
def naima(agreement):
    user = factories.UserFactory(email="naima@example.org", name="Naima Baas")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    membership = factories.MembershipFactory(
        user=user, partner__name="Gistwerk", role="representative", mandate="directeur"
    )
    factories.SignatureRequestFactory(agreement=agreement, partner=membership.partner)
    return user


def barriers(page) -> list[str]:
    return [rule["id"] for rule in Axe().run(page, options=WCAG).response["violations"]]


def wider_than(page, width: int) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") > width


def test_a_passkey_on_a_phone_and_the_screen_at_the_conference(visit, office, naima, agreement):
    screen = visit(f"{agreement.get_absolute_url()}samen/", user=office, language="en")
    expect(screen.get_by_text("Not answered yet")).to_be_visible()
    assert barriers(screen) == []

    phone = visit("/account/2fa/webauthn/add/", user=naima, language="en", width=360, height=700)
    keys = phone.context.new_cdp_session(phone)
    keys.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    phone.get_by_role("heading", name="Is it you?").wait_for()
    phone.get_by_label("Password", exact=True).fill(PASSWORD)
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_label("Name of the key").fill("Mijn telefoon")
    phone.get_by_role("button", name="Add the key").click()
    phone.wait_for_url("**/account/2fa/recovery-codes/")

    phone.goto(f"{agreement.get_absolute_url()}tekenen/")
    assert (barriers(phone), wider_than(phone, 360)) == ([], False)
    sign = phone.get_by_role("button", name="Sign with my passkey")
    sign.click()  # without the statement: refused, and the passkey is asked anew
    expect(phone.get_by_text("Tick this to sign.").first).to_be_visible()
    assert not Signature.objects.exists()
    phone.get_by_label("I have read the document").check()
    sign.click()
    expect(phone.get_by_role("heading", level=1, name="Gistwerk has signed")).to_be_visible()
    assert (barriers(phone), wider_than(phone, 360)) == ([], False)
    assert list(Signature.objects.values_list("user", "method", "document_sha256")) == [
        (naima.pk, "passkey", agreement.sha256)
    ]

    # The screen hears of it by itself.
    expect(screen.get_by_text("Everyone has signed")).to_be_visible(timeout=20_000)
    expect(screen.get_by_text("Naima Baas")).to_be_visible()


def test_without_script_one_signs_with_the_password(visit, naima, agreement):
    page = visit(f"{agreement.get_absolute_url()}tekenen/", user=naima, language="en", script=False)
    page.get_by_label("I have read the document").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Gistwerk has signed")).to_be_visible()
    assert Signature.objects.get().method == "password"


@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_no_barrier_on_the_pages_of_people_and_agreements(
    visit, office, naima, agreement, scheme, width
):
    """No axe violation and nothing wider than the screen."""
    partner = naima.memberships.get().partner
    asked = factories.MembershipRequestFactory(partner=partner, message="Mag ik erbij?")
    factories.InvitationFactory(partner=partner)
    here, own = agreement.get_absolute_url(), f"{partner.get_absolute_url()}mensen/"
    addresses = {
        naima: [
            own, f"{own}uitnodigen/", f"{own}{naima.memberships.get().pk}/",
            f"{own}{naima.memberships.get().pk}/weg/", f"{own}verzoeken/{asked.pk}/",
            f"{partner.get_absolute_url()}bewerken/", here, "/partners/overeenkomsten/", "/mijn/",
        ],
        office: [
            here, f"{here}vragen/", f"{here}sluiten/", f"{here}papier/?regels=2",
            "/partners/overeenkomsten/register/", "/partners/overeenkomsten/nieuw/",
        ],
    }  # fmt: skip
    found = []
    for person, places in addresses.items():
        page = visit("/", user=person, scheme=scheme, width=width)
        for address in places:
            page.goto(address)
            found += [f"{address} {rule}" for rule in barriers(page)]
            if wider_than(page, width):
                found.append(f"{address} is too wide")
    assert found == []
