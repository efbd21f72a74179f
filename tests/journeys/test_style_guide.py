"""Every component in a real browser: no barrier, no overflow, and the hooks of site.js work."""

import itertools

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.journeys.test_every_page import violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff():
    return factories.UserFactory(is_staff=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_in_any_component(visit, staff, scheme):
    found, wide = [], []
    addresses = ["/stijlgids/?kind=conference&year=2021", "/toegankelijkheid/", "/privacy/"]
    for width, address in itertools.product((320, 1280), addresses):
        page = visit(address, user=staff, scheme=scheme, width=width)
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append((width, address))
        page.close()
    assert (found, wide) == ([], [])


def test_errors_take_the_focus_and_lead_to_their_field(visit, staff):
    page = visit("/stijlgids/", user=staff)
    focused = "document.activeElement"
    assert page.evaluate(f"{focused}.hasAttribute('data-error-summary')")
    page.locator("[data-error-summary] a[href='#refused_visibility_0']").click()
    assert page.evaluate(f"{focused}.id") == "refused_visibility_0"


def test_menu_opens_and_closes_with_the_keyboard(visit, staff):
    page = visit("/stijlgids/", user=staff, width=360)
    menu = page.locator(".masthead__phone")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_by_role("link").first.is_visible()
    page.keyboard.press("Escape")
    assert (menu.get_attribute("open"), page.evaluate("document.activeElement.tagName")) == (
        None,
        "SUMMARY",
    )


def test_the_phone_menu_works_without_script(visit):
    page = visit("/privacy/", width=360, script=False)
    page.locator(".masthead__phone summary").click()
    page.locator(".masthead__phone a[href='/partners/']").click()
    assert page.url.endswith("/partners/")


def test_a_dialog_holds_the_focus_until_it_is_closed(visit, staff):
    page = visit("/stijlgids/", user=staff)
    page.locator("[data-dialog-open]").click()
    assert page.locator("dialog").evaluate("dialog => dialog.matches(':modal')")
    page.locator("dialog [data-dialog-close]").first.click()
    assert not page.locator("dialog").is_visible()


def test_a_chip_takes_its_filter_away_from_list_form_and_address(visit, staff):
    page = visit("/stijlgids/?q=vraag&kind=conference&year=2021", user=staff)
    page.evaluate("window.stillHere = true")
    page.locator(".chip").first.click()
    page.wait_for_url("**/stijlgids/?kind=conference&year=2021")
    expect(page.locator("#id_q")).to_have_value("")
    assert (
        page.locator(".chip").count(),
        page.evaluate("window.stillHere"),
        page.evaluate("document.activeElement.hasAttribute('data-result-count')"),
        page.locator("[data-live]").inner_text() != "",
    ) == (3, True, True, True)


def test_empty_fields_stay_out_of_the_address_and_back_brings_back_what_was_typed(visit, staff):
    page = visit("/stijlgids/", user=staff)
    page.locator("#id_q").press_sequentially("vraag")
    page.wait_for_url("**/stijlgids/?q=vraag")
    page.locator("#id_year").select_option("2021")
    page.wait_for_url("**/stijlgids/?q=vraag&year=2021")
    page.go_back()
    page.wait_for_url("**/stijlgids/?q=vraag")
    page.wait_for_load_state()
    assert (page.locator("#id_q").input_value(), page.locator("#id_year").input_value()) == (
        "vraag",
        "",
    )


def test_on_paper_a_page_is_a_document(visit):
    page = visit("/privacy/", scheme="dark")
    page.emulate_media(media="print")
    ink, paper = page.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
    )
    seen = {
        name: page.locator(selector).first.is_visible()
        for name, selector in {
            "centre": ".masthead__name",
            "heading": "h1",
            "address": ".print-source",
            "navigation": ".masthead__nav",
            "account": ".masthead__tools",
            "crumbs": ".crumbs",
            "contents": ".toc",
            "footer": ".footer",
        }.items()
    }
    assert (ink, paper, [name for name, visible in seen.items() if visible]) == (
        "rgb(0, 0, 0)",
        "rgb(255, 255, 255)",
        ["centre", "heading", "address"],
    )
    assert page.locator(".print-source").inner_text().endswith("/privacy/")
