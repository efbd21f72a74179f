"""What a visitor's first page weighs on the wire, without pictures."""

import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

from assignments.models import Assignment
from civportal.demo.seed import seed_demo
from sessions_log.models import WorkSession

FIRST_VISIT, AFTER_THAT = 65_000, 15_000
READY_COMPRESSED = {".woff2"}


def weight(name: str) -> int:
    """Bytes of a static file as WhiteNoise sends it."""
    data = Path(finders.find(name)).read_bytes()
    return len(data if Path(name).suffix in READY_COMPRESSED else brotli.compress(data))


def reading_pages() -> list[str]:
    seed_demo()
    report = WorkSession.objects.filter(visibility="public", minutes__state="published").first()
    assignment = Assignment.objects.open().filter(mixed=True).first()
    return [
        "/",
        "/werksessies/",
        report.get_absolute_url(),
        "/opdrachten/",
        assignment.get_absolute_url(),
        "/partners/",
        "/privacy/",
    ]


@pytest.mark.django_db
def test_reading_pages_are_light(client):
    heavy = {}
    for address in reading_pages():
        response = client.get(address, headers={"accept-encoding": "gzip"})
        page = len(response.content)
        plain = client.get(address).content.decode()
        files = set(re.findall(r'(?:href|src)="/static/([^"?]+)', plain)) - {"icons/favicon.svg"}
        assert {"fonts/public-sans.woff2", "css/tokens.css", "js/site.js"} <= files
        files = {name for name in files if Path(name).suffix in {".css", ".js", ".woff2"}}
        total = page + sum(weight(name) for name in files)
        if total > FIRST_VISIT or page > AFTER_THAT:
            heavy[address] = (total, page)
    assert heavy == {}
