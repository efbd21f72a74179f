"""The office at work in the admin: on any screen, with the editor, without a barrier."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from civportal.accounts.models import User
from civportal.admin.history import events_of
from civportal.demo.seed import seed_demo
from civportal.editor.widgets import STYLE_HASH
from sessions_log.models import AgendaItem, WorkSession
from tests.journeys.test_every_page import WCAG, policy_of


@pytest.fixture(autouse=True)
def demo(settings):
    """The people of the demo have no second step at login; without one the admin is closed."""
    settings.DEMO = True


def address(obj, page="change"):
    return f"/beheer/sessions_log/{obj._meta.model_name}/{obj.pk}/{page}/"


def two_versions(item):
    item.text = "<p>Eerste versie.</p>"
    item.save()
    item.text = "<p>Tweede versie.</p>"
    item.save()


def barriers(page) -> list[str]:
    """What axe finds; without its copying of style sheets, which the policy rightly stops."""
    found = Axe().run(page, options=WCAG | {"preload": False}).response["violations"]
    return [
        f"{page.url} {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_in_the_admin(visit, scheme):
    seed_demo()
    office = User.objects.get(email="bureau@demo.example")
    draft = WorkSession.objects.filter(minutes__state="draft").first()
    item = draft.items.first()
    two_versions(item)
    earlier = events_of(AgendaItem).objects.filter(pgh_obj_id=item.pk).earliest("pgh_id")
    addresses = [
        "/beheer/",
        "/beheer/sessions_log/worksession/",
        address(draft),
        address(item),
        address(item, "history"),
        address(item, f"history/{earlier.pgh_id}/restore"),
    ]
    found, wide = [], []
    for width, one in itertools.product((360, 1280), addresses):
        page = visit(one, user=office, scheme=scheme, width=width)
        if page.locator("textarea[data-editor-words]").count():
            page.wait_for_selector(".prose-menubar button")
        found += barriers(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append((width, one))
        page.close()
    assert (found, wide) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_minutes_are_written_and_put_back(visit):
    """Typing, a table, an action with its owner; saved clean, told in the history, put back."""
    seed_demo()
    office = User.objects.get(email="bureau@demo.example")
    item = WorkSession.objects.filter(minutes__state="draft").first().items.first()
    two_versions(item)

    page = visit(address(item), user=office)
    area = page.get_by_role("textbox", name="Verslag", exact=True)
    area.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("Een woord ")
    expect(area).to_contain_text("Een woord")
    page.get_by_role("button", name="Vet").click()
    expect(area).to_be_focused()
    page.keyboard.type("vet")
    expect(area.locator("strong")).to_have_text("vet")
    page.get_by_role("button", name="Tabel invoegen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.locator("select option").evaluate_all("all => all.map(one => one.label)") == [
        "Ja",
        "Nee",
    ]
    dialog.get_by_role("button", name="Tabel invoegen").click()
    expect(dialog).to_be_hidden()
    expect(area).to_be_focused()
    page.keyboard.type("cel")
    expect(area.locator("tr").first.locator("td, th").first).to_have_text("cel")
    page.click("#actions-group .add-row a")
    page.fill("textarea[name$='-text']:visible >> nth=-1", "Formulieren rondsturen")
    owner = page.locator("#actions-group .select2-selection:visible").last
    owner.click()
    sought = page.locator(".select2-container--open .select2-search__field")
    expect(sought).to_be_focused()
    sought.press_sequentially("samira")
    page.locator(".select2-results__option", has_text="Samira").click()
    expect(owner).to_contain_text("Samira")
    page.click("input[name=_continue]")
    page.wait_for_selector(".messagelist .success")
    item.refresh_from_db()
    # Where the caret stood is the editor's business: on a slow machine at the beginning.
    assert "<p>Een woord <strong>vet</strong></p><table><tbody><tr><td><p>cel</p>" in item.text
    assert "<p>Tweede versie.</p>" in item.text
    assert "style" not in item.text
    action = item.actions.order_by("-pk").first()
    assert (action.text, str(action.owner)) == ("Formulieren rondsturen", str(office))

    page.goto(address(item, "history"))
    assert page.locator(".entry").first.inner_text().startswith("Gewijzigd")
    page.locator(".entry__back a").last.click()
    page.get_by_role("button", name="Deze versie terugzetten").click()
    page.wait_for_selector(".messagelist .success")
    assert AgendaItem.objects.get(pk=item.pk).text != item.text


@pytest.mark.django_db(transaction=True)
def test_without_script_the_editor_is_a_textarea(visit):
    seed_demo()
    office = User.objects.get(email="bureau@demo.example")
    item = WorkSession.objects.filter(minutes__state="draft").first().items.first()
    page = visit(address(item), user=office, script=False)
    page.fill("textarea[name=text]", "<p>Met de hand.</p><script>alert(1)</script>")
    page.click("input[name=_continue]")
    item.refresh_from_db()
    assert item.text == "<p>Met de hand.</p>"


@pytest.mark.django_db(transaction=True)
def test_the_policy_of_a_page_with_an_editor(visit):
    """Nothing inline but the import map, by its nonce, and one style, by its hash."""
    seed_demo()
    office = User.objects.get(email="bureau@demo.example")
    item = WorkSession.objects.filter(minutes__state="draft").first().items.first()
    page = visit("/beheer/", user=office)
    plain = policy_of(page.goto("/beheer/"))
    editor = policy_of(page.goto(address(item)))
    assert plain["style-src"] == ["'self'"]
    assert editor["style-src"] == ["'self'", STYLE_HASH]
    assert [word.partition("-")[0] for word in editor["script-src"]] == ["'self'", "'nonce"]
