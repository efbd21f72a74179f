"""The board in a browser: filters that count anew in place, and a search that is kept."""

import pytest
from playwright.sync_api import expect

from assignments.models import SavedSearch
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def assignments():
    factories.AssignmentFactory(title="Algen kweken", level_min=2, level_max=2, mixed=True)
    factories.AssignmentFactory(title="Data lezen", level_min=6, level_max=6, form="dataset")


def cards(page):
    return page.locator("#results .card__title")


def options(page, name):
    return page.locator(f"select[name={name}] option")


def test_choosing_renews_the_rows_the_counts_and_the_address_in_place(visit, assignments):
    page = visit("/opdrachten/", language="en")
    page.evaluate("window.stillHere = true")
    expect(options(page, "form")).to_have_count(3)
    level = page.locator("select[name=level]")
    level.focus()
    level.select_option("2")
    expect(cards(page)).to_have_text(["Algen kweken"])
    expect(options(page, "form")).to_have_count(2)
    expect(options(page, "level")).to_have_count(3)
    expect(level).to_be_focused()
    expect(level).to_have_value("2")
    assert page.url.endswith("/opdrachten/?level=2")
    page.locator("#results .chip").first.click()
    expect(cards(page)).to_have_count(2)
    expect(level).to_have_value("")
    expect(options(page, "form")).to_have_count(3)
    page.go_back()
    expect(cards(page)).to_have_text(["Algen kweken"])
    assert page.evaluate("window.stillHere") is None  # a page gone back to is asked for anew


def test_who_types_on_keeps_every_letter(visit, assignments):
    page = visit("/opdrachten/", language="en")
    search = page.locator("input[name=q]")
    expect(search).to_be_visible()
    search.press_sequentially("data", delay=20)
    expect(cards(page)).to_have_text(["Data lezen"])
    search.press_sequentially(" lez", delay=20)
    page.wait_for_url("**q=data%20lez")
    expect(search).to_have_value("data lez")
    expect(search).to_be_focused()


def test_a_search_is_kept_and_taken_away_again(visit, assignments, charlie):
    page = visit("/opdrachten/?mixed=ja", user=charlie, language="en")
    page.locator("#results details summary").click()
    page.locator("#results input[name=name]").fill("Samen")
    page.locator("#results details button").click()
    expect(page.locator("#results")).to_contain_text("“Samen”")
    page.goto("/opdrachten/zoekopdrachten/")
    expect(page.locator(".row__title")).to_have_text(["Samen"])
    page.locator("button[value=remove]").click()
    expect(page.locator(".row__title")).to_have_count(0)
    page.locator("#messages button").click()
    expect(page.locator("#results")).to_contain_text("“Samen”")
    assert SavedSearch.objects.get().query == "mixed=ja"


def test_without_script(visit, assignments):
    page = visit("/opdrachten/", language="en", script=False)
    page.locator("select[name=level]").select_option("6")
    page.locator("#filter button[type=submit]").click()
    expect(cards(page)).to_have_text(["Data lezen"])
    expect(page.locator("select[name=level]")).to_have_value("6")


def test_on_a_phone_the_filters_fold_and_the_search_stays(visit, assignments):
    page = visit("/opdrachten/", language="en", width=360)
    expect(page.locator("input[name=q]")).to_be_visible()
    expect(page.locator("select[name=level]")).to_be_hidden()
    page.locator(".filter__fold > summary").click()
    expect(page.locator("select[name=level]")).to_be_visible()
    expect(page.locator("select[name=sector]")).to_be_hidden()
    page.locator(".filter__more > summary").click()
    page.locator("select[name=mixed]").select_option("ja")
    expect(cards(page)).to_have_text(["Algen kweken"])
    expect(page.locator("select[name=mixed]")).to_be_visible()
