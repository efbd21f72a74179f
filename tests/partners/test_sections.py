"""One's organisations on one's desk."""

import pytest

from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db


def test_desk_has_ones_own_organisations_and_how_far_they_are(charlie, company, logged_in):
    factories.MembershipFactory(
        user=charlie, partner__name="In talks BV", partner__status="in_talks", role="teacher"
    )
    pages = [read(logged_in(person), "/mijn/") for person in (charlie, company)]
    assert [page.under("Your organisations") for page in pages] == [["In talks BV"], ["Bedrijf BV"]]
    assert "In talks BV Teacher Company In talks" in pages[0].text
    assert pages[0].links["In talks BV"] == "/partners/in-talks-bv/"
