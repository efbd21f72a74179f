"""Pages that only show something answer to nothing but reading."""

import pytest

from tests import factories


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete", "options", "trace"])
def test_pages_to_read_refuse_every_other_method(client, method):
    factories.NewsFactory(title="Open dag", slug="open-dag")
    factories.PartnerFactory(name="Zon BV", slug="zon-bv")
    factories.LineFactory(title="Leren", slug="leren")
    addresses = [
        "/", "/nieuws/", "/nieuws/open-dag/", "/nieuws.atom", "/programmalijnen/",
        "/programmalijnen/leren/", "/programmalijnen/leren/activiteitenplan/", "/partners/",
        "/partners/zon-bv/", "/werksessies/", "/werksessies.atom", "/werksessies.ics",
        "/overleggen/", "/toegankelijkheid/", "/privacy/", "/healthz", "/readyz",
    ]  # fmt: skip
    answers = {address: getattr(client, method)(address) for address in addresses}
    found = {address: (one.status_code, one.get("Allow")) for address, one in answers.items()}
    assert found == dict.fromkeys(addresses, (405, "GET, HEAD"))
