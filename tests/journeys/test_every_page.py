"""The pages that everyone meets, as browsers, eyes and screen readers meet them."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe

from assignments.models import Assignment
from civportal.accounts.models import User
from civportal.demo.seed import seed_demo
from sessions_log.models import AttentionPoint, WorkSession

WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def violations(page) -> list[str]:
    """What axe finds on a page, a line each."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{page.url} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_on_any_screen(visit, language, scheme):
    """No axe violation, nothing wider than a phone, no complaint of the browser."""
    seed_demo()
    report = WorkSession.objects.filter(visibility="public", minutes__state="published").first()
    point = AttentionPoint.objects.filter(item__session=report).first()
    office = User.objects.get(email="bureau@demo.example")
    teacher = User.objects.get(email="docent@demo.example")
    for user in (office, teacher):
        user.language = language
        user.save(update_fields=["language"])
    assignment = Assignment.objects.open().filter(mixed=True).first()
    addresses = [
        (None, "/"),
        (None, "/werksessies/?kind=work_session"),
        (None, report.get_absolute_url()),
        (None, "/opdrachten/?level=4&mixed=ja"),
        (teacher, assignment.get_absolute_url()),
        (teacher, "/opdrachten/zoekopdrachten/"),
        (None, "/account/login/"),
        (None, "/bestaat-niet/"),
        (office, "/werksessies/inlezen/"),
        (office, "/mijn/"),
        (office, "/actiepunten/?state=open"),
        (office, point.get_absolute_url()),
    ]

    found, wide, languages = [], [], set()
    for width, (user, address) in itertools.product((360, 1280), addresses):
        page = visit(address, user=user, language=language, scheme=scheme, width=width)
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append((width, address))
        languages.add(page.get_attribute("html", "lang"))
        page.close()

    assert (found, wide, languages) == ([], [], {language})


def policy_of(response) -> dict[str, list[str]]:
    header = response.headers["content-security-policy"]
    return {part.split()[0]: part.split()[1:] for part in header.split(";") if part.strip()}


@pytest.mark.django_db(transaction=True)
def test_policy_allows_nothing_inline_and_no_other_host(visit):
    page = visit("/")
    policy = policy_of(page.goto("/werksessies/"))
    allowed = {word for words in policy.values() for word in words}
    assert policy["default-src"] == ["'none'"]
    assert {word for word in allowed if not word.startswith("'nonce-")} <= {
        "'none'",
        "'self'",
        "data:",
    }
