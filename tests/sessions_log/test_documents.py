"""Documents: who gets the file, and under which name and type."""

import pytest
from django.core.files.base import ContentFile

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_each_gets_the_documents_that_are_theirs(log, everyone, logged_in):
    documents = {
        f"{session.visibility} {own}": factories.DocumentFactory(session=session, visibility=own)
        for session in (log["held public"], log["held partners"], log["held body"])
        for own in ("public", "partners", "body")
    }
    confidential = log["held public"].items.get(confidential=True)
    documents["confidential item"] = factories.DocumentFactory(
        session=log["held public"], item=confidential, visibility="public"
    )
    given = {
        role: {
            name
            for name, document in documents.items()
            if logged_in(user).get(document.get_absolute_url()).status_code == 200
        }
        for role, user in everyone.items()
    }
    partner = {"public public", "public partners", "partners public", "partners partners"}
    assert given == {
        "visitor": {"public public"},
        "charlie": {"public public"},
        "company": partner,
        "steering": set(documents),
        "office": set(documents),
    }


@pytest.mark.parametrize(
    ("title", "stored", "name", "kind"),
    [
        ("Verslag", "a.pdf", 'filename="Verslag.pdf"', "application/pdf"),
        (
            "Één € voor/na",
            "a.PDF",
            "filename*=utf-8''%C3%89%C3%A9n%20%E2%82%AC%20voor-na.pdf",
            "application/pdf",
        ),
        ("Pagina", "a.html", 'filename="Pagina.html"', "application/octet-stream"),
        ("Plaatje", "a.svg", 'filename="Plaatje.svg"', "application/octet-stream"),
        ("Stuk.txt", "a.txt", 'filename="Stuk.txt"', "text/plain; charset=utf-8"),
        ('Met "quotes"\r\nX: y', "a.txt", r'filename="Met \"quotes\" X: y.txt"', None),
        ("...", "a.txt", None, None),
    ],
)
def test_a_file_is_kept_not_shown(client, title, stored, name, kind):
    document = factories.DocumentFactory(title=title, file=ContentFile(b"inhoud", name=stored))
    response = client.get(document.get_absolute_url())
    assert b"".join(response.streaming_content) == b"inhoud"
    name = name or f'filename="document-{document.pk}.txt"'
    assert {
        header: response[header]
        for header in (
            "Content-Disposition",
            "Content-Type",
            "X-Content-Type-Options",
            "Cache-Control",
            "Content-Length",
        )
    } == {
        "Content-Disposition": f"attachment; {name}",
        "Content-Type": kind or "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
        "Content-Length": "6",
    }


def test_a_file_that_went_missing_is_not_there(client):
    document = factories.DocumentFactory()
    document.file.storage.delete(document.file.name)
    assert client.get(document.get_absolute_url()).status_code == 404


def test_there_is_no_other_way_to_a_file(client):
    document = factories.DocumentFactory()
    assert client.get(document.file.url).status_code == 404
