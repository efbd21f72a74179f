"""Agreements: who sees and does what, making them, signing them, and the proof."""

import datetime
import html
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civportal.notifications.models import Notification
from partners.models import Agreement, Signature, SignatureRequest
from partners.notifications.telling import agreements_that_expire
from tests import factories
from tests.reading import Reading, read

pytestmark = pytest.mark.django_db

PASSWORD = "een heel lang wachtwoord"
TITLE = "Deelakkoord"
LIST = "/partners/overeenkomsten/"


@pytest.fixture(autouse=True)
def fresh(media):
    cache.clear()


@pytest.fixture
def agreement():
    return factories.AgreementFactory(title=TITLE, kind="partial")


@pytest.fixture
def here(agreement):
    return agreement.get_absolute_url()


def signatory(partner, name: str = "Naima Baas", **fields):
    """A representative with a mandate and a password."""
    user = factories.UserFactory(name=name)
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    factories.MembershipFactory(
        partner=partner,
        user=user,
        role="representative",
        **({"mandate": "directeur", "function": "Baas"} | fields),
    )
    return user


@pytest.fixture
def gistwerk(agreement):
    partner = factories.PartnerFactory(name="Gistwerk")
    factories.SignatureRequestFactory(agreement=agreement, partner=partner)
    return partner


@pytest.fixture
def naima(gistwerk):
    return signatory(gistwerk)


@pytest.fixture
def everyone(gistwerk, naima, office, steering, charlie):
    """By what they are to the agreement; ``rival`` represents a partner that was not asked."""
    return {
        "visitor": None,
        "stranger": charlie,
        "rival": signatory(factories.PartnerFactory(), "Rik Rivaal"),
        "member": factories.MembershipFactory(partner=gistwerk, role="member").user,
        "no mandate": signatory(gistwerk, "Sem Zonder", mandate=""),
        "signatory": naima,
        "steering": steering,
        "office": office,
    }


def row(*statuses: int) -> dict[str, int]:
    names = [
        "visitor", "stranger", "rival", "member", "no mandate", "signatory", "steering", "office",
    ]  # fmt: skip
    return dict(zip(names, statuses, strict=True))


OFFICE = row(302, 404, 404, 403, 403, 403, 403, 200)
OFFICE_LIST = row(302, 403, 403, 403, 403, 403, 403, 200)
READERS = row(302, 404, 404, 200, 200, 200, 200, 200)


def test_who_opens_what(everyone, logged_in, agreement, gistwerk, here):
    signature = factories.SignatureFactory(
        agreement=agreement, partner=factories.PartnerFactory(name="Ander")
    )
    own = factories.SignatureFactory(
        agreement=factories.AgreementFactory(), partner=gistwerk, address="192.0.2.1"
    )
    draft = factories.AgreementFactory(state="draft")
    only_insiders = row(302, 404, 404, 404, 404, 404, 200, 200)
    table = {
        LIST: row(302, 404, 200, 200, 200, 200, 200, 200),
        f"{LIST}register/": only_insiders,
        f"{LIST}nieuw/": OFFICE_LIST,
        here: READERS,
        f"{here}document/": READERS,
        f"{here}tekenen/": row(302, 404, 404, 403, 403, 200, 403, 403),
        f"{here}vragen/": OFFICE,
        f"{here}openen/": OFFICE,
        f"{here}sluiten/": OFFICE,
        f"{here}papier/": OFFICE,
        f"{here}samen/": OFFICE,
        draft.get_absolute_url(): only_insiders,
        f"{draft.get_absolute_url()}bewerken/": row(302, 404, 404, 404, 404, 404, 403, 200),
        f"{draft.get_absolute_url()}weggooien/": row(302, 404, 404, 404, 404, 404, 403, 200),
        signature.get_absolute_url(): only_insiders,
        own.get_absolute_url(): READERS,
    }
    assert {
        address: {
            name: logged_in(person).get(address).status_code for name, person in everyone.items()
        }
        for address in table
    } == table


def test_who_changes_what(everyone, logged_in, agreement, gistwerk, here):
    asked = SignatureRequest.objects.get()
    draft = factories.AgreementFactory(state="draft")
    statuses = {
        f"{here}vragen/": {"partners": factories.PartnerFactory().pk},
        f"{here}sluiten/": {},
        f"{here}laatste-dag/": {"sign_by": "2050-01-01"},
        f"{here}papier/": {"signed_on": "2021-01-01"},
        f"{draft.get_absolute_url()}openen/": {},
        f"{draft.get_absolute_url()}weggooien/": {},
        f"{LIST}nieuw/": {"title": "Vals"},
        f"/partners/verzoeken/{asked.pk}/intrekken/": {},
    }
    kept_out = {name: person for name, person in everyone.items() if name != "office"}
    found = {
        logged_in(person).post(address, data).status_code
        for person in kept_out.values()
        for address, data in statuses.items()
    }
    agreement.refresh_from_db()
    draft.refresh_from_db()
    asked.refresh_from_db()
    assert found <= {302, 403, 404}
    assert all("/account/login/" in logged_in(None).post(address).url for address in statuses)
    assert (agreement.state, agreement.sign_by, draft.state, asked.withdrawn_at) == (
        "open", None, "draft", None,
    )  # fmt: skip
    assert (Agreement.objects.count(), SignatureRequest.objects.count()) == (2, 1)


def test_a_partner_sees_only_its_own_line(everyone, logged_in, agreement, here):
    other = factories.PartnerFactory(name="In gesprek", status="in_talks")
    factories.SignatureRequestFactory(agreement=agreement, partner=other)
    pages = {name: read(logged_in(everyone[name]), here) for name in ("member", "steering")}
    assert "In gesprek" not in pages["member"].text
    assert "Gistwerk Not answered yet" in pages["member"].text
    assert "In gesprek Not answered yet" in pages["steering"].text
    assert "Read and sign" not in pages["member"].links
    assert "For the programme office" not in pages["steering"].headings
    listed = read(logged_in(everyone["member"]), LIST)
    assert ("To be signed" in listed.text, "have signed" in listed.text.lower()) == (True, False)


# --- making --------------------------------------------------------------------------------------


def pdf(content: bytes = factories.PDF, name: str = "x.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def terms(**changes):
    return {
        "kind": "cooperation",
        "title": "Samenwerking",
        "version": "1.0",
        "language": "nl",
        "valid_from": "2050-01-01",
        "document": pdf(),
        **changes,
    }


def test_from_a_draft_to_closed(office, logged_in, naima, gistwerk):
    client = logged_in(office)
    here = client.post(f"{LIST}nieuw/", terms()).url
    made = Agreement.objects.get(title="Samenwerking")
    assert (here, made.state, made.made_by, len(made.sha256)) == (
        made.get_absolute_url(), "draft", office, 64,
    )  # fmt: skip
    changed = b"%PDF-1.7\nanders\n%%EOF\n"
    client.post(f"{here}bewerken/", terms(version="1.1", document=pdf(changed)))
    talks = factories.PartnerFactory(status="in_talks")
    client.post(f"{here}vragen/", {"partners": [gistwerk.pk, talks.pk]})
    assert not Notification.objects.filter(kind="partners.to_sign").exists()
    assert "2 partners get a mail that asks to sign." in read(client, f"{here}openen/").text
    made.refresh_from_db()
    assert (made.version, made.state, made.document.read()) == ("1.1", "draft", changed)
    client.post(f"{here}openen/")
    assert list(
        Notification.objects.filter(kind="partners.to_sign").values_list("recipient", flat=True)
    ) == [naima.pk]
    assert client.get(f"{here}bewerken/").url == here
    assert client.post(f"{here}bewerken/", terms(title="Anders")).url == here
    client.post(f"{here}weggooien/")
    client.post(f"{here}laatste-dag/", {"sign_by": "2050-01-31"})
    client.post(f"{here}sluiten/")
    made.refresh_from_db()
    assert (made.title, made.state, made.sign_by) == (
        "Samenwerking", "closed", datetime.date(2050, 1, 31),
    )  # fmt: skip


def test_a_new_version_takes_the_place_of_the_old(office, logged_in, agreement, gistwerk, here):
    client = logged_in(office)
    page = client.get(f"{LIST}nieuw/?vervangt={agreement.pk}")
    assert page.context["form"].initial["title"] == TITLE
    new = client.post(
        f"{LIST}nieuw/?vervangt={agreement.pk}", terms(title=TITLE, version="2.0")
    ).url
    ticked = client.get(f"{new}vragen/").context["form"].initial["partners"]
    assert ticked == [gistwerk.pk]
    client.post(f"{new}openen/")
    agreement.refresh_from_db()
    assert agreement.state == "closed"
    assert "There is a newer version" not in read(logged_in(None), here).text
    assert read(client, here).links[f"{TITLE} 2.0"] == new


HOSTILE = {
    "no pdf": (b"<script>alert(1)</script>", "x.pdf", "document"),
    "a page before it": (b"<html>" + factories.PDF, "x.pdf", "document"),
    "another suffix": (factories.PDF, "x.pdf.html", "document"),
    "too large": (factories.PDF + b" " * (20 * 1024 * 1024) + b"%%EOF", "x.pdf", "document"),
    "nothing": (b"", "x.pdf", "document"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_agreement_is_refused(office, logged_in, media, name):
    content, filename, field = HOSTILE[name]
    page = logged_in(office).post(f"{LIST}nieuw/", terms(document=pdf(content, filename)))
    assert list(page.context["form"].errors) == [field]
    assert (Agreement.objects.count(), [f for f in media.rglob("*") if f.is_file()]) == (0, [])


def test_terms_in_a_wrong_order_are_refused(office, logged_in):
    client = logged_in(office)
    for changes, message in (
        ({"valid_until": "2049-01-01"}, "__all__"),
        ({"sign_by": "2020-01-01"}, "sign_by"),
    ):
        assert list(client.post(f"{LIST}nieuw/", terms(**changes)).context["form"].errors) == [
            message
        ]


def test_asking_no_more(office, logged_in, agreement, gistwerk, naima, here):
    asked = SignatureRequest.objects.get()
    client = logged_in(office)
    client.post(f"/partners/verzoeken/{asked.pk}/intrekken/")
    assert logged_in(naima).get(here).status_code == 404
    factories.SignatureFactory(agreement=agreement, partner=gistwerk)
    client.post(f"{here}vragen/", {"partners": gistwerk.pk})
    page = client.post(
        f"/partners/verzoeken/{asked.pk}/intrekken/",
        follow=True,
        headers={"accept-language": "en"},
    )
    assert "This organisation has signed this agreement already." in Reading(page).text


# --- signing -------------------------------------------------------------------------------------


def hand(agreement, **changes):
    """What the page of a partner sends, the one that was asked first."""
    return {
        "partners": [agreement.signature_requests.order_by("pk")[0].partner_id],
        "stated": "on",
        "document_sha256": agreement.sha256,
        "password": PASSWORD,
        "credential": "",
        **changes,
    }


def test_signing_leaves_its_proof(agreement, naima, gistwerk, here, logged_in):
    client = logged_in(naima)
    assert read(client, here).links["Read and sign"] == f"{here}tekenen/"
    page = read(client, f"{here}tekenen/")
    assert "I have read the document, and I may sign for Gistwerk: directeur." in page.text
    response = client.post(f"{here}tekenen/", hand(agreement), headers={"user-agent": "Lynx/2.9"})
    signature = Signature.objects.get()
    assert response.url == signature.get_absolute_url()
    assert (
        signature.user, signature.name, signature.function, signature.mandate, signature.method,
        signature.document_sha256, signature.address, signature.user_agent,
    ) == (
        naima, "Naima Baas", "Baas", "directeur", "password", agreement.sha256, "127.0.0.1",
        "Lynx/2.9",
    )  # fmt: skip
    proof = read(client, response.url)
    assert proof.headings == ["Gistwerk has signed"]
    assert "Mandate directeur Signed on" in proof.text
    assert f"(SHA-256) {agreement.sha256} Network address 127.0.0.1 Browser Lynx/2.9" in proof.text
    assert proof.links["Download the PDF"] == f"{here}document/"


def test_signing_twice_makes_one_signature(agreement, naima, here, logged_in):
    client = logged_in(naima)
    answers = [client.post(f"{here}tekenen/", hand(agreement)).url for _ in range(3)]
    assert answers == [Signature.objects.get().get_absolute_url()] * 3
    assert client.get(f"{here}tekenen/").url == answers[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "een ander wachtwoord"}, "password"),
        ({"password": ""}, "password"),
        ({"stated": ""}, "stated"),
        ({"password": "", "credential": '{"id": "vals"}'}, "password"),
        ({"password": "", "credential": "geen json"}, "password"),
    ],
)
def test_without_proof_or_statement_nothing_is_signed(
    agreement, naima, here, logged_in, changes, field
):
    page = logged_in(naima).post(f"{here}tekenen/", hand(agreement, **changes))
    assert (list(page.context["form"].errors), Signature.objects.count()) == ([field], 0)
    assert PASSWORD not in page.content.decode()


def test_being_logged_in_a_moment_ago_is_no_proof(agreement, naima, here, logged_in, client):
    client.post("/account/login/", {"login": naima.email, "password": PASSWORD})
    page = client.post(f"{here}tekenen/", hand(agreement, password=""))
    assert (list(page.context["form"].errors), Signature.objects.count()) == (["password"], 0)


def test_guessing_the_password_is_limited(agreement, naima, here, logged_in):
    client = logged_in(naima)
    wrong = hand(agreement, password="een ander wachtwoord")
    statuses = [client.post(f"{here}tekenen/", wrong).status_code for _ in range(12)]
    assert (statuses[0], statuses[-1]) == (200, 429)
    assert client.post(f"{here}tekenen/", hand(agreement)).status_code == 429
    assert not Signature.objects.exists()


def test_who_has_neither_password_nor_passkey_gets_one_first(agreement, gistwerk, here, logged_in):
    user = factories.MembershipFactory(
        partner=gistwerk, role="representative", mandate="directeur"
    ).user
    user.set_unusable_password()
    user.save()
    page = read(logged_in(user), f"{here}tekenen/")
    assert page.links["Choose a password"] == f"/account/password/set/?next={here}tekenen/"
    logged_in(user).post(f"{here}tekenen/", hand(agreement, password=""))
    assert not Signature.objects.exists()


def test_what_was_read_is_what_is_signed(agreement, naima, here, logged_in):
    answer = logged_in(naima).post(f"{here}tekenen/", hand(agreement, document_sha256="0" * 64))
    assert (answer.url, Signature.objects.count()) == (f"{here}tekenen/", 0)


def test_one_person_signs_for_two_organisations_at_once(
    agreement, naima, gistwerk, here, logged_in
):
    second = factories.PartnerFactory(name="Zilt", status="in_talks")
    third = factories.PartnerFactory(name="Niet nu")
    for partner in (second, third):
        factories.SignatureRequestFactory(agreement=agreement, partner=partner)
        factories.MembershipFactory(
            partner=partner, user=naima, role="representative", mandate="bestuurder"
        )
    client = logged_in(naima)
    page = client.post(f"{here}tekenen/", hand(agreement, partners=[]))
    assert list(page.context["form"].errors) == ["partners"]
    client.post(f"{here}tekenen/", hand(agreement, partners=[gistwerk.pk, second.pk]))
    assert sorted(Signature.objects.values_list("partner__name", "mandate")) == [
        ("Gistwerk", "directeur"), ("Zilt", "bestuurder"),
    ]  # fmt: skip
    # A page that was opened before names others than are left: it signs for nobody.
    for stale in (gistwerk, factories.PartnerFactory()):
        page = client.post(f"{here}tekenen/", hand(agreement, partners=[stale.pk]))
        assert list(page.context["form"].errors) == ["partners"]
    assert Signature.objects.count() == 2


def test_after_the_last_day_nobody_signs(agreement, naima, here, logged_in):
    Agreement.objects.update(sign_by=timezone.localdate() - datetime.timedelta(days=1))
    client = logged_in(naima)
    assert client.get(f"{here}tekenen/").url == here
    assert client.post(f"{here}tekenen/", hand(agreement)).url == here
    assert ("Read and sign" in read(client, here).links, Signature.objects.count()) == (False, 0)


def test_a_document_that_was_tampered_with(agreement, naima, gistwerk, here, logged_in, office):
    signature = factories.SignatureFactory(agreement=agreement, partner=gistwerk)
    other = signatory(factories.PartnerFactory(), "Wim Wacht")
    factories.SignatureRequestFactory(agreement=agreement, partner=other.memberships.get().partner)
    with agreement.document.storage.open(agreement.document.name, "wb") as file:
        file.write(b"%PDF-1.7\nvervalst\n%%EOF\n")
    pages = {
        address: logged_in(person).get(address, headers={"accept-language": "en"})
        for person, address in (
            (naima, f"{here}document/"),
            (office, f"{here}document/?lezen"),
            (other, f"{here}tekenen/"),
            (naima, signature.get_absolute_url()),
        )
    }
    assert [page.status_code for page in pages.values()] == [409, 409, 409, 200]
    assert "vervalst" not in "".join(page.content.decode() for page in pages.values())
    assert (
        "The document is not the one that was signed"
        in Reading(pages[signature.get_absolute_url()]).text
    )
    logged_in(other).post(f"{here}tekenen/", hand(agreement))
    assert Signature.objects.count() == 1


def test_the_document_is_a_pdf_to_read_or_keep(agreement, naima, here, logged_in):
    client = logged_in(naima)
    kept, shown = client.get(f"{here}document/"), client.get(f"{here}document/?lezen")
    assert kept["Content-Disposition"] == 'attachment; filename="deelakkoord-10.pdf"'
    assert shown["Content-Disposition"] == 'inline; filename="deelakkoord-10.pdf"'
    for response in (kept, shown):
        assert (
            response.content, response["Content-Type"], response["X-Content-Type-Options"],
            response["Cache-Control"], response["X-Frame-Options"],
        ) == (factories.PDF, "application/pdf", "nosniff", "private, no-store", "DENY")  # fmt: skip
        assert "default-src 'none'" in response["Content-Security-Policy"]


def test_address_and_browser_are_for_the_signatory_and_the_office(everyone, logged_in, gistwerk):
    signature = factories.SignatureFactory(
        partner=gistwerk, user=everyone["signatory"], address="192.0.2.9", user_agent="Lynx"
    )
    shown = {
        name: "192.0.2.9"
        in logged_in(everyone[name]).get(signature.get_absolute_url()).content.decode()
        for name in ("member", "no mandate", "signatory", "steering", "office")
    }
    assert shown == {
        "member": False, "no mandate": False, "signatory": True, "steering": False, "office": True,
    }  # fmt: skip


# --- together and on paper -----------------------------------------------------------------------


def test_the_screen_at_a_conference(office, logged_in, agreement, naima, gistwerk, here, settings):
    settings.BASE_URL = "https://portaal.example.org"
    client = logged_in(office)
    page = read(client, f"{here}samen/")
    address = f"https://portaal.example.org{here}tekenen/"
    assert page.links[address] == address
    assert page.images[0].startswith("data:image/svg+xml;base64,")
    assert "0 of 1 have signed" in page.text
    logged_in(naima).post(f"{here}tekenen/", hand(agreement))
    part = client.get(
        f"{here}samen/", headers={"hx-request": "true", "accept-language": "en"}
    ).content.decode()
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())
    assert "<html" not in part
    assert "Everyone has signed" in text
    assert "Gistwerk Signed Naima Baas" in text


def sheet(**changes):
    return {
        "signed_on": timezone.localdate().isoformat(),
        "scan": pdf(name="scan.pdf"),
        "p-TOTAL_FORMS": "2",
        "p-INITIAL_FORMS": "0",
        "p-0-name": "Dirk Directeur",
        "p-0-mandate": "directeur",
        "p-1-partner": "",
        **changes,
    }


def test_recording_paper_of_two_partners(office, logged_in, agreement, gistwerk, here):
    unasked = factories.PartnerFactory(name="Kwam mee", status="in_talks")
    two = {
        "p-0-partner": gistwerk.pk,
        "p-1-partner": unasked.pk,
        "p-1-name": "Eva Eigenaar",
        "p-1-mandate": "eigenaar",
    }
    client = logged_in(office)
    assert "p-1-name" in client.get(f"{here}papier/?regels=2").content.decode()
    assert client.post(f"{here}papier/", sheet(**two)).url == here
    found = Signature.objects.order_by("name").values_list(
        "partner__name", "name", "method", "recorded_by", "scan"
    )
    [first, second] = found
    assert first[:4] == ("Gistwerk", "Dirk Directeur", "paper", office.pk)
    assert second[:4] == ("Kwam mee", "Eva Eigenaar", "paper", office.pk)
    assert first[4] == second[4] != ""
    page = client.post(f"{here}papier/", sheet(**two))
    assert (page.status_code, Signature.objects.count()) == (200, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"p-0-partner": "gistwerk", "p-1-partner": "gistwerk", "p-1-name": "X", "p-1-mandate": "x"},
        {"p-0-partner": "gistwerk", "signed_on": "2999-01-01"},
        {"p-0-partner": "gistwerk", "scan": pdf(b"GIF89a", "scan.pdf")},
        {"p-0-partner": "gistwerk", "p-0-mandate": ""},
    ],
)
def test_paper_that_is_not_right(office, logged_in, gistwerk, here, media, changes):
    data = {key: gistwerk.pk if value == "gistwerk" else value for key, value in changes.items()}
    before = sorted(media.rglob("*"))
    page = logged_in(office).post(f"{here}papier/", sheet(**data))
    assert (page.status_code, Signature.objects.count(), sorted(media.rglob("*"))) == (
        200, 0, before,
    )  # fmt: skip


# --- lists and mails -----------------------------------------------------------------------------


def test_the_register_by_answer_and_end(office, logged_in, agreement, gistwerk):
    today = timezone.localdate()
    soon = factories.AgreementFactory(
        title="Bijna om", valid_until=today + datetime.timedelta(days=30)
    )
    late = factories.AgreementFactory(title="Te laat", sign_by=today - datetime.timedelta(days=1))
    for other, partner in ((soon, "Ziltbedrijf"), (late, "Traagbedrijf")):
        factories.SignatureRequestFactory(agreement=other, partner__name=partner)
    factories.SignatureFactory(
        agreement=soon, partner=soon.signature_requests.get().partner, name="Dirk"
    )
    client = logged_in(office)

    def partners(query: str) -> list[str]:
        page = client.get(f"{LIST}register/?{query}").context["page"]
        return [one.partner.name for one in page]

    assert {
        query: partners(query)
        for query in (
            "", "answer=signed", "answer=waiting", "answer=late", "ends=3", "ends=0",
            f"agreement={late.pk}", "partner=gistwerk",
        )
    } == {
        "": ["Gistwerk", "Traagbedrijf", "Ziltbedrijf"],
        "answer=signed": ["Ziltbedrijf"],
        "answer=waiting": ["Gistwerk"],
        "answer=late": ["Traagbedrijf"],
        "ends=3": ["Ziltbedrijf"],
        "ends=0": [],
        f"agreement={late.pk}": ["Traagbedrijf"],
        "partner=gistwerk": ["Gistwerk"],
    }  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_pages_cost_the_same_for_more_rows(office, logged_in, agreement, here, number):
    for _ in range(number):
        factories.SignatureRequestFactory(agreement=agreement)
        factories.SignatureRequestFactory(agreement=factories.AgreementFactory())
    client = logged_in(office)
    costs = []
    for address in (LIST, f"{LIST}register/", here, f"{here}samen/", f"{here}vragen/"):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    assert costs == [7, 7, 8, 5, 6]


def test_empty_lists_say_what_will_come(office, company, logged_in):
    pages = [read(logged_in(person), LIST) for person in (office, company)]
    assert [page.headings for page in pages] == [
        ["Agreements", "There are no agreements here yet"]
    ] * 2
    assert ["New agreement" in page.links for page in pages] == [True, False]
    assert read(logged_in(office), f"{LIST}register/").headings[-1] == "Nothing stands here"


def test_the_desk_tells_what_to_sign(everyone, logged_in, here):
    names = ("signatory", "no mandate", "member", "rival")
    pages = {name: read(logged_in(everyone[name]), "/mijn/") for name in names}
    assert {name: "To sign" in page.headings for name, page in pages.items()} == {
        "signatory": True, "no mandate": False, "member": False, "rival": False,
    }  # fmt: skip
    assert f"{here}tekenen/" in pages["signatory"].links.values()


def test_who_hears_that_an_agreement_runs_out(office, naima, gistwerk, agreement):
    today = datetime.date(2026, 6, 3)
    old = factories.AgreementFactory(
        title="Oud", valid_from=today, valid_until=today + datetime.timedelta(days=80)
    )
    renewed = signatory(factories.PartnerFactory(), "Rens Vernieuwd")
    for user in (naima, renewed):
        factories.SignatureFactory(agreement=old, partner=user.memberships.get().partner)
    new = factories.AgreementFactory(title="Oud", version="2.0", replaces=old)
    factories.SignatureFactory(agreement=new, partner=renewed.memberships.get().partner)

    def told() -> list[str]:
        rows = Notification.objects.filter(kind="partners.agreement_expires")
        return sorted(rows.values_list("recipient__email", flat=True))

    agreements_that_expire(today=today - datetime.timedelta(days=11))
    assert told() == []
    for _ in range(2):
        agreements_that_expire(today=today)
    assert told() == sorted([naima.email, office.email])
    agreements_that_expire(today=today + datetime.timedelta(days=51))
    assert told() == sorted([naima.email, office.email] * 2)
