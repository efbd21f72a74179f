"""Errors with a way on, the language switch, and what a public site owes."""

import re

import pytest
from django.test import RequestFactory
from django.utils import translation

from civportal.centre.models import CentreProfile
from civportal.pages import views
from tests import factories


@pytest.fixture
def centre(db):
    centre = CentreProfile.current()
    centre.name, centre.email = "Testcentrum", "info@centrum.example"
    centre.save()
    return centre


def heading(response) -> str:
    return re.search(r"<h1[^>]*>([^<]+)", response.content.decode())[1]


@pytest.mark.django_db
def test_a_404_is_the_same_for_what_is_hidden_and_what_is_not_there(client):
    hidden = factories.SessionFactory(visibility="body")
    addresses = [hidden.get_absolute_url(), "/werksessies/999999-niets/"]
    responses = [client.get(address) for address in addresses]
    pages = {
        re.sub(r'nonce="[^"]+"|csrf[^>]+>|X-CSRFToken[^>]+>', "", page.content.decode())
        .replace(address, "ADDRESS")
        .replace(address.replace("/", "%2F"), "ADDRESS")
        for page, address in zip(responses, addresses, strict=True)
    }
    assert ([page.status_code for page in responses], len(pages)) == ([404, 404], 1)


@pytest.mark.django_db
def test_a_404_offers_to_log_in_and_come_back(client, charlie, logged_in):
    offer = '/account/login/?next=/niets/%3Fa%3D1"'
    visitor = client.get("/niets/?a=1").content.decode()
    someone = logged_in(charlie).get("/niets/?a=1").content.decode()
    assert (offer in visitor, "/account/login/" in someone) == (True, False)


def test_pages_for_broken_requests_and_servers_need_no_database():
    request = RequestFactory().get("/")
    with translation.override("en"):
        answers = [views.bad_request(request), views.server_error(request)]
    assert [(answer.status_code, heading(answer)) for answer in answers] == [
        (400, "This request cannot be read"),
        (500, "Something went wrong on our side"),
    ]


@pytest.mark.django_db
def test_an_expired_form_is_explained(charlie):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = browser.post("/taal/", {"language": "nl"})
    assert (response.status_code, heading(response)) == (403, "This form has expired")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "contact", "field"),
    [
        ("/toegankelijkheid/", "toegang@centrum.example", "accessibility_email"),
        ("/privacy/", "privacy@centrum.example", "privacy_email"),
    ],
)
def test_statements_name_the_centre_and_whom_to_write(client, centre, address, contact, field):
    general = client.get(address).content.decode()
    setattr(centre, field, contact)
    centre.save()
    own = client.get(address).content.decode()
    main = [page.split("<main")[1].split("</main>")[0] for page in (general, own)]
    assert [
        ("Testcentrum" in page, "mailto:info@centrum.example" in page, f"mailto:{contact}" in page)
        for page in main
    ] == [(True, True, False), (True, False, True)]


@pytest.mark.django_db
def test_a_visitor_keeps_the_language_in_a_cookie(client):
    response = client.post("/taal/", {"language": "en", "next": "/privacy/"})
    page = client.get(response.url).content.decode()
    assert (response.url, re.search(r'<html lang="(\w+)"', page)[1]) == ("/privacy/", "en")


@pytest.mark.django_db
def test_someone_signed_in_takes_the_language_along(logged_in, charlie):
    logged_in(charlie).post("/taal/", {"language": "en"})
    charlie.refresh_from_db()
    elsewhere = logged_in(charlie).get("/privacy/", headers={"accept-language": "nl"})
    assert (charlie.language, 'lang="en"' in elsewhere.content.decode()) == ("en", True)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["de", "", "<script>"])
def test_a_language_that_the_portal_does_not_speak_changes_nothing(logged_in, charlie, language):
    logged_in(charlie).post("/taal/", {"language": language})
    charlie.refresh_from_db()
    assert charlie.language == ""


@pytest.mark.django_db
def test_switching_leads_to_no_other_site(client):
    response = client.post("/taal/", {"language": "en", "next": "https://evil.example/"})
    assert response.url == "/"


@pytest.mark.django_db
def test_the_navigation_marks_where_one_is(client):
    page = client.get("/privacy/").content.decode()
    marked = re.findall(r'<a href="([^"]+)" aria-current="(\w+)"', page)
    sessions = re.findall(
        r'<a href="([^"]+)" aria-current="(\w+)"', client.get("/werksessies/").content.decode()
    )
    assert (marked, set(sessions)) == ([], {("/werksessies/", "page")})
