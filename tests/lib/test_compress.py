"""Text travels compressed, and what is compressed by nature stays as it is."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from civportal.lib.compress import CompressTextMiddleware

BODY = b"veel van hetzelfde " * 100


@pytest.mark.parametrize(
    ("kind", "compressed"),
    [
        ("text/html; charset=utf-8", True),
        ("text/calendar; charset=utf-8", True),
        ("application/atom+xml; charset=utf-8", True),
        ("image/png", False),
        ("application/pdf", False),
    ],
)
def test_by_kind(kind, compressed):
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip, br"})
    middleware = CompressTextMiddleware(lambda _: HttpResponse(BODY, content_type=kind))
    response = middleware(request)
    body = gzip.decompress(response.content) if compressed else response.content
    assert (response.get("Content-Encoding"), body) == ("gzip" if compressed else None, BODY)


def test_who_does_not_ask_gets_it_plain():
    middleware = CompressTextMiddleware(lambda _: HttpResponse(BODY))
    assert middleware(RequestFactory().get("/")).content == BODY


@pytest.mark.django_db
def test_pages_are_compressed(client):
    response = client.get("/privacy/", headers={"accept-encoding": "gzip"})
    assert b"<h1" in gzip.decompress(response.content)
