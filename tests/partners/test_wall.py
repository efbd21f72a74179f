"""The wall has signed partners alone; a page has its people for themselves."""

import pytest

from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db

STATUSES = ["prospect", "applied", "in_talks", "letter_of_intent", "ended", "declined"]


@pytest.fixture
def everyone(viewers):
    """Everyone, and a plain member of an organisation that has not signed."""
    for status in STATUSES:
        factories.PartnerFactory(name=f"Niet {status}", kind="startup", status=status)
    member = factories.UserFactory()
    factories.MembershipFactory(user=member, role="member", partner__name="Nog niet",
                                partner__status="in_talks")  # fmt: skip
    return viewers | {"member": member}


def test_only_signed_partners_for_whoever_looks(everyone, logged_in):
    factories.PartnerFactory(name="Zon", founding=True)
    seen = {}
    for name, viewer in everyone.items():
        page = read(logged_in(viewer), "/partners/")
        hints = [word for word in ("Niet", "Nog niet", "Startup", "Every status") if
                 word in page.text]  # fmt: skip
        wall = [text for text in page.links if text.startswith(("Zon", "Bedrijf"))]
        seen[name] = (wall, hints, page.links.get("Pipeline", ""))
    wall = ["Zon", "Bedrijf BV"]
    assert seen == {
        "visitor": (wall, [], ""),
        "charlie": (wall, [], ""),
        "company": (wall, [], ""),
        "member": (wall, [], ""),
        "steering": (wall, [], "/partners/pijplijn/"),
        "office": (wall, [], "/partners/pijplijn/"),
    }


@pytest.mark.parametrize(
    "query",
    ["kind=startup", "status=prospect", "sector=geheim", "kind=%00", "sector=%00", "page=-1",
     "page=999999999999", "page=abc", "kind=company&kind=startup", "sector='%20OR%201=1--",
     "kind=<script>", "%FF=%FE", "sector[]=x", "q=" + "a" * 5000, "page=٣", "kind=" + "é" * 300],
)  # fmt: skip
def test_a_guess_in_the_address_tells_nothing(query, everyone, client):
    factories.SectorFactory(name="Geheim", slug="geheim").partners.add(
        factories.PartnerFactory(name="Niet sector", status="prospect")
    )
    page = read(client, f"/partners/?{query}")
    assert (page.status, "Bedrijf BV" in page.links, "Niet" in page.text) == (200, True, False)


def test_a_partner_that_ends_leaves_the_wall(office, company, logged_in, client):
    from partners.actions.pipeline import move_partner

    partner = company.partners.get()
    move_partner(partner, to="ended", by=office, reason="Gestopt.")
    assert "Bedrijf BV" not in read(client, "/partners/").text
    assert client.get(partner.get_absolute_url()).status_code == 404
    assert logged_in(company).get(partner.get_absolute_url()).status_code == 200


def test_its_people_are_for_its_people(everyone, company, logged_in):
    partner = company.partners.get()
    factories.MembershipFactory(user__name="Piet Personeel", partner=partner, role="member")
    address = partner.get_absolute_url()
    seen = {
        name: "Piet Personeel" in read(logged_in(viewer), address).text
        for name, viewer in everyone.items()
    }
    assert seen == dict.fromkeys(everyone, False) | {"company": True, "office": True}


def test_a_page_leads_insiders_to_the_talks(everyone, company, logged_in):
    address = company.partners.get().get_absolute_url()
    links = {
        name: read(logged_in(viewer), address).links.get("Talks and steps")
        for name, viewer in everyone.items()
    }
    talks = "/partners/pijplijn/bedrijf-bv/"
    assert links == dict.fromkeys(everyone) | {"steering": talks, "office": talks}
