"""A report goes in: the office uploads it, checks it beside the original, and confirms."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from sessions_log.models import WorkSession
from tests import factories
from tests.sessions_log.reports.conftest import DEMO_REPORT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lines():
    return [
        factories.LineFactory(title=title)
        for title in ("Vraaggericht excellent onderwijs", "Practoraat")
    ]


def violations(page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    "window",
    [
        {"language": "nl", "scheme": "light", "width": 1280},
        {"language": "en", "scheme": "dark", "width": 360},
        {"language": "nl", "scheme": "light", "width": 360, "script": False},
    ],
    ids=["desktop", "phone", "without script"],
)
@pytest.mark.usefixtures("steering_group", "lines")
def test_from_file_to_drafts(visit, office, window):
    page = visit("/werksessies/inlezen/", user=office, **window)
    script = window.get("script", True)
    page.set_input_files("[name=file]", DEMO_REPORT)
    page.click("main form button[type=submit]")
    assert page.locator(".import-meeting").count() == 3
    assert "Wie iets komt halen" in page.locator(".import-original").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]
    if script:
        assert violations(page) == []
    page.fill("[name=m0-title]", "Over vraaggericht onderwijs")
    page.select_option("[name=m1-what]", "leave_out")
    page.fill("[name=m2-date]", "")
    page.click("button[value=confirm]")
    assert page.locator("#div_id_m2-date .field__error, #div_id_m2-date.field--error").count()
    page.fill("[name=m2-date]", "2023-12-15")
    page.click("button[value=confirm]")
    assert sorted(WorkSession.objects.values_list("title", "date__day")) == [
        ("Over vraaggericht onderwijs", 9),
        ("Werksessie practoraat", 15),
    ]
    assert page.locator("#sessions .row, #sessions li").count() >= 2
    if script:
        assert violations(page) == []


def test_a_bad_file_is_explained(visit, office):
    page = visit("/werksessies/inlezen/", user=office)
    page.set_input_files(
        "[name=file]", {"name": "verslag.docx", "mimeType": "text/plain", "buffer": b"%PDF-1.7"}
    )
    page.click("main form button[type=submit]")
    assert ".docx" in page.locator("[data-error-summary]").inner_text()
    assert violations(page) == []
