"""Writing an assignment in a browser: it saves itself, and two windows lose no word."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from assignments.models import Assignment
from tests import factories
from tests.assignments.making import draft_of

pytestmark = pytest.mark.django_db(transaction=True)


def violations(page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def is_saved(page) -> None:
    expect(page.locator("[data-autosave-state]")).to_have_attribute(
        "data-autosave-state", "saved", timeout=15_000
    )


@pytest.mark.parametrize(
    "window",
    [
        {"language": "nl", "scheme": "light", "width": 1280},
        {"language": "en", "scheme": "dark", "width": 360},
        {"language": "nl", "scheme": "light", "width": 360, "script": False},
    ],
    ids=["desktop", "phone", "without script"],
)
def test_from_a_card_to_the_preview(visit, teacher, window):
    factories.PartnerFactory(name="Zilt BV")
    script = window.get("script", True)
    page = visit("/opdrachten/nieuw/", user=teacher, **window)
    if script:
        assert violations(page) == []
    page.click("button[value=assignment]")
    expect(page.locator("#posting")).to_be_visible()
    expect(page.locator(".goal:visible")).to_have_count(0 if script else 5)
    page.select_option("#id_partner", label="Zilt BV")
    page.select_option("#id_level_min", "4")
    page.select_option("#id_level_max", "6")
    expect(page.locator(".goal:visible")).to_have_count(3 if script else 5)
    page.fill("#id_title", "Een sensor")
    page.fill("#id_learns_4", "Meten")
    page.fill("#id_hours_per_week", "2.5" if window["language"] == "en" else "2,5")
    if script:
        is_saved(page)
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]
    page.click("button[value=preview]")
    expect(page.locator("h1")).to_have_text("Een sensor")
    draft = Assignment.objects.get()
    assert (draft.title, str(draft.hours_per_week), draft.goals.get().learns) == (
        "Een sensor", "2.50", "Meten",
    )  # fmt: skip
    if script:
        assert violations(page) == []


def test_two_windows_lose_no_word(visit, teacher):
    draft = draft_of(teacher)
    address = f"/opdrachten/{draft.pk}/bewerken/"
    one = visit(address, user=teacher)
    other = visit(address, user=teacher)
    other.fill("#id_title", "Van de ander")
    other.fill("#id_place", "Delft")
    is_saved(other)
    one.fill("#id_title", "Van mij")
    asks = one.locator("[data-posting-asks=title]")
    expect(asks).to_contain_text("Van de ander", timeout=15_000)
    # What the other wrote in a field that was not touched here is shown here, and stays.
    expect(one.locator("#id_place")).to_have_value("Delft")
    draft.refresh_from_db()
    assert (draft.title, draft.place) == ("Van de ander", "Delft")
    asks.locator("[data-keep]").click()
    expect(asks).to_have_count(0)
    is_saved(one)
    one.reload()
    expect(one.locator("#id_title")).to_have_value("Van mij")
    expect(one.locator("#id_place")).to_have_value("Delft")


def test_what_could_not_be_saved_is_offered_again(visit, teacher):
    draft = draft_of(teacher)
    page = visit(f"/opdrachten/{draft.pk}/bewerken/", user=teacher)
    page.evaluate("""() => {
        document.querySelector('[name=summary]').value = 'Onderweg getypt.';
        window.fetch = () => new Promise(() => {});
        document.querySelector('[name=summary]').dispatchEvent(
            new Event('input', { bubbles: true }));
    }""")
    page.reload()
    offer = page.locator("[data-autosave-notice]")
    expect(offer).to_contain_text("Onderweg getypt.")
    offer.locator("[data-autosave-restore]").click()
    expect(page.locator("#id_summary")).to_have_value("Onderweg getypt.")
    is_saved(page)
    draft.refresh_from_db()
    assert draft.summary == "Onderweg getypt."
