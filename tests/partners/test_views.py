"""The wall of partners and the page of each."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


def logo() -> ContentFile:
    file = io.BytesIO()
    Image.new("RGB", (3, 2), "teal").save(file, "PNG")
    return ContentFile(file.getvalue(), "logo.png")


@pytest.fixture
def applicant():
    """Someone of an organisation that talks with the centre and has not signed."""
    user = factories.UserFactory(name="Anna Applicant")
    factories.MembershipFactory(
        user=user, partner__name="In talks BV", partner__status="in_talks", role="contact"
    )
    return user


@pytest.fixture
def viewers(viewers, applicant):
    return viewers | {"applicant": applicant}


def names(page) -> list[str]:
    """The names on the wall, in order."""
    others = {"/partners/", "/partners/aanmelden/", "/partners/pijplijn/"}
    return [
        text
        for text, address in page.links.items()
        if address.startswith("/partners/") and address not in others
    ]


def test_wall_by_viewer(viewers, logged_in):
    factories.PartnerFactory(name="mboRijn", kind="mbo_school")
    factories.PartnerFactory(name="Zon", founding=True)
    factories.PartnerFactory(name="Declined BV", status="declined")
    seen = {name: names(read(logged_in(viewer), "/partners/")) for name, viewer in viewers.items()}
    signed = ["Zon", "Bedrijf BV", "mboRijn"]
    assert seen == {
        "visitor": signed,
        "charlie": signed,
        "company": signed,
        "steering": signed,
        "applicant": signed,
        "office": signed,
    }


def test_wall_marks_who_founded(client):
    factories.PartnerFactory(name="Zon", founding=True, summary="Makes light.")
    factories.PartnerFactory(name="Maan")
    text = read(client, "/partners/").text
    wall = text[text.index("2 partners") :]
    assert wall.startswith("2 partners Zon Makes light. Company Founding partner Maan Company")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=startup", ["Algen"]),
        ("sector=voeding", ["Algen", "Kas"]),
        ("kind=company&sector=voeding", ["Kas"]),
        ("kind=government", ["Algen", "Kas", "Lab"]),  # no such choice: as if it were not there
        ("sector=nothing", ["Algen", "Kas", "Lab"]),
        ("status=applied", ["Algen", "Kas", "Lab"]),
    ],
)
def test_wall_filters_by_kind_and_sector(query, expected, client):
    voeding = factories.SectorFactory(name="Voeding", slug="voeding")
    factories.PartnerFactory(name="Algen", kind="startup").sectors.add(voeding)
    factories.PartnerFactory(name="Kas").sectors.add(voeding)
    factories.PartnerFactory(name="Lab").sectors.add(factories.SectorFactory())
    factories.PartnerFactory(name="Hidden", kind="government", status="applied")
    page = read(client, f"/partners/?{query}")
    assert [name for name in names(page) if not name.startswith("Remove")] == expected


def test_wall_says_what_will_come_and_what_does_not_fit(client):
    pages = [read(client, "/partners/")]
    factories.PartnerFactory(kind="startup").sectors.add(factories.SectorFactory(slug="a"))
    factories.PartnerFactory(kind="company").sectors.add(factories.SectorFactory(slug="b"))
    pages += [read(client, "/partners/?kind=startup&sector=b")]
    assert [page.headings[1] for page in pages] == [
        "The partners will stand here",
        "No partner fits these filters",
    ]


def test_invitation_needs_an_address_to_write_to(client):
    from civportal.centre.models import CentreProfile

    without = read(client, "/partners/")
    CentreProfile.objects.create(pk=1, email="office@example.org")
    page = read(client, "/partners/")
    write = "Write to office@example.org"
    assert (write in without.links, page.links[write]) == (
        False,
        "mailto:office@example.org",
    )


def test_page_tells_who_the_partner_is(client):
    partner = factories.PartnerFactory(
        name="Zilt",
        founding=True,
        summary="Grows algae.",
        description="In salt water.\n\nOn the roof.",
        website="https://www.zilt.example/about?x=1",
        language="en",
    )
    partner.sectors.add(factories.SectorFactory(name="Voeding", slug="voeding"))
    response = client.get(partner.get_absolute_url())
    page = read(client, partner.get_absolute_url())
    assert page.text == (
        "Home Partners Zilt Company Zilt Grows algae. Log in to follow In salt water. On the "
        "roof. Kind Company In the centre Founding partner Sectors Voeding Website www.zilt.example"
    )
    assert (page.links["Voeding"], page.links["www.zilt.example"]) == (
        "/partners/?sector=voeding",
        "https://www.zilt.example/about?x=1",
    )
    assert 'rel="noopener">www.zilt.example' in response.content.decode()


def test_page_before_signing_is_for_its_people_and_insiders(viewers, logged_in, applicant):
    address = applicant.partners.get().get_absolute_url()
    pages = {name: read(logged_in(viewer), address) for name, viewer in viewers.items()}
    notice = "This page is not public Status: In talks . Only the people of In talks BV"
    assert {name: (page.status, notice in page.text) for name, page in pages.items()} == (
        dict.fromkeys(pages, (404, False))
        | dict.fromkeys(["applicant", "office", "steering"], (200, True))
    )


@pytest.mark.parametrize(("status", "coming"), [("applied", True), ("ended", False)])
def test_page_promises_to_become_public_only_when_it_may(status, coming, office, logged_in):
    partner = factories.PartnerFactory(status=status)
    text = read(logged_in(office), partner.get_absolute_url()).text
    assert ("It becomes public once" in text) == coming


def test_people_are_named_to_colleagues_and_the_office_alone(viewers, logged_in, company):
    address = company.partners.get().get_absolute_url()
    pages = {name: read(logged_in(viewer), address) for name, viewer in viewers.items()}
    assert {name for name, page in pages.items() if "Carla Company" in page.text} == {
        "company",
        "office",
    }


def test_logo_is_served_to_whoever_may_know_the_partner(viewers, logged_in, applicant):
    signed = factories.PartnerFactory(name="Zon", logo=logo())
    secret = applicant.partners.get()
    secret.logo.save("logo.png", logo())
    without = factories.PartnerFactory(name="No logo")
    seen = {
        name: tuple(
            logged_in(viewer).get(f"/partners/{partner.slug}/logo/").status_code
            for partner in (signed, secret, without)
        )
        for name, viewer in viewers.items()
    }
    assert seen == dict.fromkeys(viewers, (200, 404, 404)) | dict.fromkeys(
        ["applicant", "office", "steering"], (200, 200, 404)
    )


def test_logo_says_what_it_is_and_how_long_it_keeps(client, office, logged_in):
    signed = factories.PartnerFactory(name="Zon", logo=logo())
    secret = factories.PartnerFactory(name="Secret", status="applied", logo=logo())
    answers = [client.get(signed.logo_url), logged_in(office).get(secret.logo_url)]
    assert [
        (answer.headers["Content-Type"], answer.headers["Cache-Control"]) for answer in answers
    ] == [
        ("image/png", "public, max-age=31536000, immutable"),
        ("image/png", "private, no-store"),
    ]
    assert read(client, "/partners/").images == [signed.logo_url]


@pytest.mark.parametrize("number", [1, 3])
def test_wall_asks_the_same_number_of_questions(number, client, django_assert_num_queries):
    for _each in range(number):
        factories.PartnerFactory(logo="partners/x.png").sectors.add(factories.SectorFactory())
    with django_assert_num_queries(5):  # kinds and statuses, sectors, count, partners, centre
        client.get("/partners/")


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_questions(
    number, office, logged_in, django_assert_num_queries
):
    partner = factories.PartnerFactory()
    line = factories.LineFactory()
    for _each in range(number):
        partner.sectors.add(factories.SectorFactory())
        factories.MembershipFactory(partner=partner)
        initiative = factories.InitiativeFactory(line=factories.LineFactory())
        initiative.partners.add(partner, factories.PartnerFactory())
        factories.LeaderFactory(line=line, partner=partner)
        factories.ProgrammeFactory(institution=partner)
        news = factories.NewsFactory()
        news.partners.add(partner)
        news.lines.add(line)
        session = factories.SessionFactory()
        session.lines.add(line)
        factories.ParticipationFactory(session=session, partner=partner, attended=True)
    browser = logged_in(office)
    browser.get("/")
    with django_assert_num_queries(PAGE_QUERIES):
        browser.get(partner.get_absolute_url())


PAGE_QUERIES = 20
"""Login, insider, partner and sectors, people, the centre; cooperation 4, sessions 2, news 2."""
