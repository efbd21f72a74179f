"""One's desk."""

import pytest

from civportal.centre.models import CentreProfile
from tests.reading import read

pytestmark = pytest.mark.django_db


def test_desk_is_for_who_is_logged_in(client):
    response = client.get("/mijn/")
    assert (response.status_code, response.headers["Location"]) == (
        302,
        "/account/login/?next=/mijn/",
    )


def test_desk_greets_by_first_name(company, logged_in):
    assert read(logged_in(company), "/mijn/").headings[0] == "Welcome, Carla"


def test_desk_of_a_newcomer_says_what_comes_and_how_to_begin(charlie, logged_in):
    CentreProfile.objects.create(pk=1, email="office@example.org")
    page = read(logged_in(charlie), "/mijn/")
    assert (page.links["office@example.org"], page.links["Look at the sessions"]) == (
        "mailto:office@example.org",
        "/werksessies/",
    )
    assert "Nothing waits for you" in page.headings
