"""From a form on a phone to the wall of partners, each person in a browser of their own.

Every mail that somebody acts on here was really sent: what leads on is the link in it.
"""

import re
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from partners.models import Agreement, Membership, Partner, PartnerApplication, Signature
from tests import factories
from tests.journeys.test_accounts import PASSWORD
from tests.journeys.walking import PHONE, fits, letters, press
from tests.journeys.walking import link as link_like

expect.set_options(timeout=20_000)

pytestmark = pytest.mark.django_db(transaction=True)

ANNA, BAS = "anna@zonnedak.example", "bas@zonnedak.example"
KVK, KVK_OF_A_PROSPECT, KVK_OF_NOBODY = "12345678", "23456789", "34567890"


@pytest.fixture(autouse=True)
def _centre(settings, live_server, tmp_path) -> None:
    cache.clear()
    settings.BASE_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path
    CentreProfile.objects.create(pk=1, name="CIV Lindehaven", email="bureau@example.org")


@pytest.fixture
def prospect(db) -> Partner:
    return factories.PartnerFactory(
        name="Stille Kas", status="prospect", kvk_number=KVK_OF_A_PROSPECT
    )


def test_from_a_form_on_a_phone_to_the_wall(visit, office, prospect):
    assert wall(visit) == []
    anna = apply_on_a_phone(visit)
    confirm(anna)
    question_and_answer(visit, office, anna)
    partner = accept(visit, office, anna)
    invite_a_colleague(visit, anna, partner)
    agreement = ask_to_sign(visit, office, partner)
    give_the_mandate(visit, office, partner)
    assert wall(visit) == []
    sign(anna, agreement)
    assert wall(visit) == ["Zonnedak Techniek"]
    visitor = visit(partner.get_absolute_url(), **PHONE)
    expect(visitor.get_by_role("heading", level=1, name="Zonnedak Techniek")).to_be_visible()

    the_same_number_leads_to_asking_to_join(visit, partner)
    the_number_of_a_prospect_reveals_nothing(visit, prospect)


# --- mail -----------------------------------------------------------------------------------------


def link(address: str, below: str) -> str:
    """The path of the only link to somewhere below this, in the mail to this address."""
    return link_like(address, rf"{re.escape(below)}[^\s)>#?]*")


# --- becoming known -------------------------------------------------------------------------------


def wall(visit) -> list[str]:
    """The names that a visitor finds there."""
    page = visit("/partners/", **PHONE)
    expect(page.get_by_role("heading", level=1, name="Partners")).to_be_visible()
    fits(page)
    return [name.strip() for name in page.locator(".wall .wall__link").all_inner_texts()]


def organisation(page: Page, name: str, number: str) -> None:
    page.goto("/partners/aanmelden/")
    page.fill("#id_name", name)
    page.select_option("#id_kind", "company")
    page.fill("#id_kvk_number", number)
    fits(page)
    press(page, "Volgende stap")


def wishes(page: Page) -> None:
    expect(page).to_have_url(re.compile("/aanmelden/samen/$"))
    page.locator("input[name=together][value=placement]").check()
    page.fill("#id_wishes", "Studenten leren bij ons zonnepanelen leggen.")
    fits(page)
    press(page, "Volgende stap")


def you(page: Page, name: str, email: str) -> None:
    expect(page).to_have_url(re.compile("/aanmelden/jij/$"))
    page.fill("#id_name", name)
    page.fill("#id_email", email)
    page.fill("#id_password1", PASSWORD)
    page.locator("#id_consent").check()
    fits(page)
    press(page, "Aanmelding versturen")
    expect(page).to_have_url(re.compile("/aanmelden/klaar/$"))


def apply_on_a_phone(visit) -> Page:
    """Three steps, a mistake in the first, and back without loss; nobody at the office knows."""
    page = visit("/partners/", **PHONE)
    page.get_by_role("link", name="Aanmelden als partner").first.click()
    expect(page).to_have_url(re.compile("/partners/aanmelden/$"))
    organisation(page, "Zonnedak Techniek", "1234567")
    expect(page.locator("#id_kvk_number")).to_have_attribute("aria-invalid", "true")
    organisation(page, "Zonnedak Techniek", KVK)
    expect(page).to_have_url(re.compile("/aanmelden/samen/$"))
    page.fill("#id_wishes", "Een begin.")
    press(page, "Terug")
    expect(page.locator("#id_name")).to_have_value("Zonnedak Techniek")
    press(page, "Volgende stap")
    expect(page.locator("#id_wishes")).to_have_value("Een begin.")
    wishes(page)
    you(page, "Anna Aalbes", ANNA)
    expect(page.locator("main")).to_contain_text(ANNA)
    fits(page)
    assert PartnerApplication.objects.get().state == "unconfirmed"
    return page


def confirm(page: Page) -> None:
    """The link in the mail, a press on the button, and the office has it."""
    page.goto(link(ANNA, "/account/confirm-email/"))
    press(page, "Ja, dit is mijn adres")
    expect(page).to_have_url(re.compile("/partners/aanmelding/[0-9a-f-]+/$"))
    expect(page.locator("main")).to_contain_text("Bij het programmabureau")
    fits(page)


def question_and_answer(visit, office: User, anna: Page) -> None:
    letters(ANNA)  # that it arrived
    page = visit(link(office.email, "/partners/aanmeldingen/"), user=office)
    page.get_by_role("link", name="Een vraag stellen").click()
    page.fill("#id_text", "Hoeveel studenten kunnen er komen?")
    press(page, "Vraag versturen")
    expect(page.locator("#history")).to_contain_text("Hoeveel studenten")

    anna.goto(link(ANNA, "/partners/aanmelding/"))
    expect(anna.locator("main")).to_contain_text("Hoeveel studenten kunnen er komen?")
    anna.fill("#id_text", "Vier per half jaar.")
    press(anna, "Antwoord versturen")
    expect(anna.locator("#answer")).to_have_count(0)
    expect(anna.locator("#how-far")).to_contain_text("Vier per half jaar.")
    fits(anna)


def accept(visit, office: User, anna: Page) -> Partner:
    page = visit(link(office.email, "/partners/aanmeldingen/"), user=office)
    expect(page.locator("#history")).to_contain_text("Vier per half jaar.")
    page.get_by_role("link", name="Goedkeuren", exact=True).click()
    press(page, "Goedkeuren en de aanmelder bericht sturen")
    expect(page.get_by_role("link", name="Goedkeuren", exact=True)).to_have_count(0)
    partner = Partner.objects.get(kvk_number=KVK)
    assert partner.status == "in_talks"

    anna.goto(link(ANNA, f"/partners/{partner.slug}/"))
    expect(anna.get_by_role("heading", level=1, name="Zonnedak Techniek")).to_be_visible()
    fits(anna)
    return partner


# --- together -------------------------------------------------------------------------------------


def invite_a_colleague(visit, anna: Page, partner: Partner) -> None:
    anna.goto(f"{partner.get_absolute_url()}mensen/")
    anna.get_by_role("link", name="Iemand uitnodigen").click()
    anna.fill("#id_email", BAS)
    anna.select_option("#id_role", "teacher")
    press(anna, "Uitnodiging versturen")
    expect(anna.locator("#invitations")).to_contain_text(BAS)

    bas = visit(link(BAS, "/partners/uitnodiging/"), **PHONE)
    fits(bas)
    bas.locator("main").get_by_role("link", name="Account maken").click()
    bas.fill("#id_name", "Bas Braam")
    bas.fill("#id_email", BAS)
    bas.fill("#id_password1", PASSWORD)
    press(bas, "Account maken")
    expect(bas).to_have_url(re.compile("/account/confirm-email/$"))
    bas.goto(link(BAS, "/account/confirm-email/"))
    press(bas, "Ja, dit is mijn adres")
    press(bas, "Meedoen bij Zonnedak Techniek")
    expect(bas).to_have_url(re.compile(f"{partner.get_absolute_url()}$"))
    assert partner.memberships.get(user__email=BAS).role == "teacher"

    anna.reload()
    expect(anna.locator("#members")).to_contain_text("Bas Braam")
    expect(anna.locator("#invitations")).not_to_contain_text(BAS)
    [told] = letters(ANNA)
    assert "Bas Braam" in told


def ask_to_sign(visit, office: User, partner: Partner) -> Agreement:
    """A draft from a PDF, the partner on its list, and open: from then on it is fixed."""
    page = visit("/partners/overeenkomsten/nieuw/", user=office)
    page.select_option("#id_kind", "cooperation")
    page.fill("#id_title", "Samenwerken in Lindehaven")
    page.fill("#id_version", "1.0")
    file = {"name": "tekst.pdf", "mimeType": "application/pdf", "buffer": factories.PDF}
    page.set_input_files("#id_document", file)
    page.fill("#id_valid_from", timezone.localdate().isoformat())
    press(page, "Concept opslaan")
    expect(page.get_by_role("heading", level=1, name="Samenwerken in Lindehaven")).to_be_visible()
    agreement = Agreement.objects.get()
    page.goto(f"{agreement.get_absolute_url()}vragen/")
    page.get_by_label("Zonnedak Techniek").check()
    press(page, "Op de lijst zetten")
    expect(page.locator("#partners")).to_contain_text("Zonnedak Techniek")
    assert letters(ANNA) == []  # of a draft nobody hears
    page.get_by_role("link", name="Openstellen voor ondertekening").click()
    press(page, "Openstellen voor ondertekening")
    expect(page.locator("#partners")).to_contain_text("Nog geen antwoord")
    return agreement


def give_the_mandate(visit, office: User, partner: Partner) -> None:
    anna = Membership.objects.get(partner=partner, role="representative")
    page = visit(f"{partner.get_absolute_url()}mensen/", user=office)
    page.locator(f"#members a[href$='/mensen/{anna.pk}/']").click()
    expect(page).to_have_url(re.compile(f"/mensen/{anna.pk}/$"))
    page.fill("#id_mandate", "directeur, ingeschreven bij de KvK")
    press(page, "Opslaan")
    expect(page.locator("#members")).to_contain_text("directeur, ingeschreven bij de KvK")


def sign(anna: Page, agreement: Agreement) -> None:
    """By the link in the mail; being logged in is not enough, nor is a wrong password."""
    anna.goto(link(ANNA, agreement.get_absolute_url()[:-1]))
    if not anna.url.endswith("/tekenen/"):
        anna.get_by_role("link", name="Lezen en ondertekenen").click()
    fits(anna)
    for password in ("niet het goede", PASSWORD):
        assert not Signature.objects.exists()
        anna.locator("#id_stated").check()
        anna.fill("#id_password", password)
        press(anna, "Ondertekenen")
        if password != PASSWORD:
            expect(anna.locator("#id_password")).to_have_attribute("aria-invalid", "true")
    expect(anna).to_have_url(re.compile("/partners/handtekeningen/[0-9]+/$"))
    fits(anna)
    signed = Signature.objects.values_list("user__email", "method", "mandate", "document_sha256")
    assert list(signed) == [
        (ANNA, "password", "directeur, ingeschreven bij de KvK", agreement.sha256)
    ]


# --- who applies next -----------------------------------------------------------------------------


def the_same_number_leads_to_asking_to_join(visit, partner: Partner) -> None:
    applications = PartnerApplication.objects.count()
    page = visit("/partners/aanmelden/", **PHONE)
    organisation(page, "Heel iets anders", KVK)
    expect(page).to_have_url(re.compile(f"{partner.get_absolute_url()}meedoen/$"))
    expect(page.locator("main")).to_contain_text("Zonnedak Techniek is al partner")
    expect(page.get_by_role("button", name="Nee, wij zijn een andere organisatie")).to_have_count(0)
    fits(page)
    assert PartnerApplication.objects.count() == applications


@dataclass
class Shown:
    """All that somebody who applies gets to see."""

    pages: list[str]
    mails: list[str]


def shown(visit, number: str, email: str) -> Shown:
    page, texts = visit("/partners/aanmelden/", **PHONE), []

    def see() -> None:
        words = page.locator("body").inner_text()
        texts.append(words.replace(number, "NUMBER").replace(email, "ADDRESS"))

    organisation(page, "Kas en Co", number)
    expect(page).to_have_url(re.compile("/aanmelden/samen/$"))
    see()
    wishes(page)
    expect(page).to_have_url(re.compile("/aanmelden/jij/$"))
    page.locator("main summary").click()
    see()
    you(page, "Kim Kers", email)
    see()
    mails = [re.sub(r"/confirm-email/\S+", "", body) for body in letters(email)]
    page.context.close()
    return Shown(texts, [body.replace(email, "ADDRESS") for body in mails])


def the_number_of_a_prospect_reveals_nothing(visit, prospect: Partner) -> None:
    known = shown(visit, KVK_OF_A_PROSPECT, "kim@kas.example")
    unknown = shown(visit, KVK_OF_NOBODY, "kim@glas.example")
    assert known == unknown
    assert (len(known.pages), len(known.mails)) == (3, 1)
    assert prospect.name not in "".join(known.pages + known.mails)
