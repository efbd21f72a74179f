"""The language of the pages: the person's choice, then the browser's, then Dutch."""

import pytest
from django.test import Client

from tests.accounts.conftest import log_in


def lang(response) -> str:
    return response.content.decode().split('<html lang="')[1][:2]


@pytest.mark.parametrize(
    ("accept", "cookie", "person", "seen"),
    [
        ("", None, None, "nl"),
        ("fr", None, None, "nl"),
        ("en-GB,en", None, None, "en"),
        ("en", "nl", None, "nl"),
        ("nl", "en", None, "en"),
        ("en", None, "", "en"),
        ("en", None, "nl", "nl"),
        ("en", "en", "nl", "nl"),
        ("nl", None, "en", "en"),
    ],
)
def test_who_decides(alice, accept, cookie, person, seen):
    client = Client(headers={"accept-language": accept})
    if cookie:
        client.post("/taal/", {"language": cookie})
    if person is not None:
        alice.language = person
        alice.save(update_fields=["language"])
        client.force_login(alice)
    response = client.get("/privacy/")
    assert (lang(response), response.headers["Content-Language"]) == (seen, seen)


def test_a_visitor_chooses(db):
    client = Client()
    response = client.post("/taal/", {"language": "en", "next": "/privacy/?a=1"})
    assert (response.status_code, response.url) == (302, "/privacy/?a=1")
    cookie = response.cookies["django_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("en", True, "Lax")
    assert lang(client.get("/privacy/")) == "en"


def test_a_person_chooses_for_every_machine(alice):
    here, there = Client(), Client()
    log_in(here, alice.email)
    here.post("/taal/", {"language": "en", "next": "/privacy/"})
    alice.refresh_from_db()
    assert alice.language == "en"
    log_in(there, alice.email)
    assert lang(there.get("/privacy/")) == "en"
    here.post("/account/logout/")
    assert lang(here.get("/privacy/")) == "en"  # the browser remembers


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "", "javascript:1"])
def test_it_leads_nowhere_else(db, back):
    response = Client().post("/taal/", {"language": "en", "next": back})
    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize("language", ["", "de", "xx", "nl-be"])
def test_other_languages_there_are_none(alice, language):
    client = Client()
    client.force_login(alice)
    response = client.post("/taal/", {"language": language})
    assert (response.status_code, "django_language" in response.cookies) == (400, False)
    alice.refresh_from_db()
    assert alice.language == ""


def test_a_link_changes_no_language(db):
    assert Client().get("/taal/?language=en").status_code == 405
