"""A partner keeps its own page: what visitors will see comes before it is kept."""

import base64
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from partners.actions.page import page_version
from tests import factories
from tests.reading import Reading, read

pytestmark = pytest.mark.django_db

EDIT = "/partners/gistwerk/bewerken/"


@pytest.fixture(autouse=True)
def own_media(media):
    return media


def stored(media) -> list[str]:
    return sorted(file.name for file in media.rglob("*") if file.is_file())


def picture(kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(file, kind)
    return file.getvalue()


def upload(content: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def gistwerk():
    return factories.PartnerFactory(name="Gistwerk", summary="Bier en brood.")


@pytest.fixture
def naima(gistwerk):
    return factories.MembershipFactory(partner=gistwerk, role="representative").user


@pytest.fixture
def browser(logged_in, naima):
    client = logged_in(naima)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def said(partner, **changes) -> dict[str, object]:
    return {
        "summary": "Wij gisten.",
        "description": "Al tien jaar.",
        "offers": "Een ketel.",
        "seeks": "Proevers.",
        "website": "https://www.gistwerk.example",
        "language": "nl",
        "version": page_version(partner),
        "then": "save",
        **changes,
    }


def test_who_edits(gistwerk, naima, logged_in, charlie, steering, office):
    member = factories.MembershipFactory(partner=gistwerk, role="contact").user
    rival = factories.MembershipFactory(role="representative").user
    prospect = factories.PartnerFactory(name="Geheim", status="prospect")
    people = {
        "visitor": None,
        "stranger": charlie,
        "rival": rival,
        "member": member,
        "steering": steering,
        "representative": naima,
        "office": office,
    }
    opened = {name: logged_in(one).get(EDIT).status_code for name, one in people.items()}
    saved = {
        name: logged_in(one).post(EDIT, said(gistwerk, then="preview")).status_code
        for name, one in people.items()
    }
    kept_out = dict.fromkeys(["stranger", "rival", "member", "steering"], 403)
    expected = {"visitor": 302, **kept_out, "representative": 200, "office": 200}
    hidden = [
        logged_in(one).get(f"/partners/{prospect.slug}/bewerken/").status_code
        for one in (charlie, rival)
    ]
    assert (opened, saved, hidden) == (expected, expected, [404, 404])


def test_the_preview_is_the_page_that_visitors_get(gistwerk, browser, client, media):
    preview = Reading(
        browser.post(EDIT, said(gistwerk, then="preview", logo_file=upload(picture())))
    )
    gistwerk.refresh_from_db()
    assert (gistwerk.summary, stored(media)) == ("Bier en brood.", [])
    form = preview.response.context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "logo_file"}
    assert browser.post(EDIT, {**sent, "then": "save"}).url == "/partners/gistwerk/"
    page = read(client, "/partners/gistwerk/")

    def shown(reading):
        text = reading.text.replace("Log in to follow ", "")
        return text[text.index("Company Gistwerk") :].split("www.gistwerk.example")[0]

    assert shown(preview) == shown(page)
    assert preview.images == [f"data:image/png;base64,{base64.b64encode(picture()).decode()}"]
    logo = client.get(page.images[0])
    assert (logo["Content-Type"], b"".join(logo.streaming_content)) == ("image/png", picture())


def test_offers_and_needs_stand_on_the_page(gistwerk, browser, client):
    browser.post(EDIT, said(gistwerk))
    page = read(client, "/partners/gistwerk/")
    assert page.headings[:3] == ["Gistwerk", "What we offer", "What we are looking for"]
    assert "Een ketel." in page.text


def test_a_mistake_elsewhere_does_not_lose_the_logo(gistwerk, browser, media):
    page = browser.post(EDIT, said(gistwerk, website="geen adres", logo_file=upload(picture())))
    form = page.context["form"]
    assert (list(form.errors), stored(media)) == (["website"], [])
    browser.post(EDIT, said(gistwerk, carried_logo=form.data["carried_logo"]))
    gistwerk.refresh_from_db()
    assert (stored(media), gistwerk.logo.read()) == (["gistwerk.png"], picture())


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE = {
    "svg": (SVG, "logo.svg"),
    "svg that says it is png": (SVG, "logo.png"),
    "png with a page behind it": (picture() + b"<script>alert(1)</script>", "logo.png"),
    "jpeg with an archive behind it": (picture("JPEG") + b"PK\x03\x04", "logo.jpg"),
    "webp with a page behind it": (picture("WEBP") + b"<html></html>", "logo.webp"),
    "png that says it is a program": (picture(), "logo.png.exe"),
    "gif": (picture("GIF"), "logo.png"),
    "too large": (picture() + b"\0" * 1024 * 1024, "logo.png"),
    "half a picture": (picture()[:40], "logo.png"),
    "nothing": (b"", "logo.png"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_logo_is_refused(gistwerk, browser, media, name):
    content, filename = HOSTILE[name]
    page = browser.post(EDIT, said(gistwerk, logo_file=upload(content, filename)))
    assert list(page.context["form"].errors) == ["logo_file"]
    carried = base64.b64encode(content).decode()
    if name not in {"png that says it is a program", "nothing"}:
        page = browser.post(EDIT, said(gistwerk, carried_logo=carried))
        assert list(page.context["form"].errors) == ["carried_logo"]
    gistwerk.refresh_from_db()
    assert (gistwerk.summary, stored(media)) == ("Bier en brood.", [])


def test_a_carried_logo_that_is_no_base64(gistwerk, browser):
    page = browser.post(EDIT, said(gistwerk, carried_logo="<script>"))
    assert "Choose the logo again." in Reading(page).text


def test_a_file_gets_a_name_of_ours(gistwerk, browser, media):
    browser.post(EDIT, said(gistwerk, logo_file=upload(picture(), "../../etc/passwd.PNG")))
    assert stored(media) == ["gistwerk.png"]


def test_taking_the_logo_away(gistwerk, browser, client):
    gistwerk.logo.save("oud.png", upload(picture()))
    browser.post(EDIT, said(gistwerk, remove_logo="on"))
    assert read(client, "/partners/gistwerk/").images == []


def test_somebody_else_saved_meanwhile(gistwerk, browser):
    old = said(gistwerk)
    gistwerk.summary = "Van een collega."
    gistwerk.save()
    page = browser.post(EDIT, old)
    assert "Somebody else has saved this page" in Reading(page).text
    assert page.context["form"]["summary"].value() == "Wij gisten."
    gistwerk.refresh_from_db()
    assert gistwerk.summary == "Van een collega."
    again = old | {"version": page.context["form"]["version"].value()}
    assert browser.post(EDIT, again).url == "/partners/gistwerk/"
    assert browser.post(EDIT, again).url == "/partners/gistwerk/"  # twice is harmless
    gistwerk.refresh_from_db()
    assert gistwerk.summary == "Wij gisten."


def test_script_in_a_field_is_text(gistwerk, browser, client):
    bad = "<script>alert(1)</script>"
    fields = dict.fromkeys(["summary", "description", "offers", "seeks"], bad)
    for then in ("preview", "save"):
        page = browser.post(EDIT, said(gistwerk, then=then, **fields), follow=True)
        assert bad not in page.content.decode()
    assert read(client, "/partners/gistwerk/").text.count(bad) == 4
    page = browser.post(EDIT, said(gistwerk, website="javascript:alert(1)"))
    assert list(page.context["form"].errors) == ["website"]
