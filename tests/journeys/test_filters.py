"""Filters change the list and the address without loading the page again, and without script."""

import datetime

import pytest
from playwright.sync_api import expect

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sessions():
    factories.SessionFactory(title="Werksessie over lijnen", kind="work_session")
    factories.SessionFactory(
        title="Conferentie", kind="conference", date=datetime.date(2022, 5, 26)
    )


def titles(page) -> list[str]:
    return page.locator("#results h3").all_inner_texts()


def test_choosing_a_kind_changes_list_and_address_in_place(visit, sessions):
    page = visit("/werksessies/")
    page.evaluate("window.stillHere = true")
    before = titles(page)
    page.get_by_label("Soort").select_option("conference")
    page.wait_for_url("**kind=conference**")
    expect(page.locator("#results h3")).to_have_count(1)
    assert (before, titles(page), page.evaluate("window.stillHere")) == (
        ["Conferentie", "Werksessie over lijnen"],
        ["Conferentie"],
        True,
    )
    page.go_back()
    expect(page.locator("#results h3")).to_have_count(2)


def test_the_same_without_script(visit, sessions):
    page = visit("/werksessies/", script=False)
    page.get_by_label("Soort").select_option("conference")
    page.locator("form[method=get] button[type=submit]").first.click()
    assert titles(page) == ["Conferentie"]
