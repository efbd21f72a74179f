"""The secretary writes: two windows, no connection, no login, and not a word lost."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile(r"^(Opgeslagen|Saved at)")
STATE = "[data-autosave-state]"
expect.set_options(timeout=20_000)


@pytest.fixture
def secretary(steering_group):
    user = factories.UserFactory(name="Sara Secretaris")
    factories.SeatFactory(body=steering_group, user=user, role="secretary")
    return user


@pytest.fixture
def item(steering_group):
    session = factories.SessionFactory(body=steering_group, visibility="body")
    factories.MinutesFactory(session=session, state="draft", approved_at=None, published_at=None)
    factories.ItemFactory(session=session, order=2, title="Tweede punt")
    factories.ParticipationFactory(session=session, name="Gast")
    return factories.ItemFactory(
        session=session, order=1, title="Eerste punt", text="<p>Begin.</p>"
    )


def at(item) -> str:
    return f"/werksessies/{item.session_id}/notuleren/{item.pk}/"


def area(page: Page):
    """Where one writes; there once the editor is ready."""
    found = page.locator("#writing .ProseMirror[role=textbox]")
    expect(found).to_be_visible()
    return found


def write(page: Page, words: str) -> None:
    """Type at the end of the text."""
    found = area(page)
    found.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    expect(found).to_contain_text(words.strip())


def drafts(page: Page) -> list[str]:
    return page.evaluate(
        "() => Object.keys(localStorage).filter((key) => key.startsWith('draft:'))"
        ".map((key) => JSON.parse(localStorage.getItem(key)).text)"
    )


def log_in(page: Page, user) -> None:
    """As if in another tab."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    origin = page.evaluate("() => location.origin")
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}]
    )


def violations(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def stored(item) -> str:
    item.refresh_from_db()
    return item.text


# --- the ordinary day ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "window",
    [
        {"language": "nl", "scheme": "light", "width": 1280},
        {"language": "en", "scheme": "dark", "width": 360},
    ],
    ids=["desktop", "phone"],
)
def test_it_saves_by_itself_and_leaves_nothing_behind(visit, item, secretary, window):
    page = visit(at(item), user=secretary, **window)
    write(page, " En meer.")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    assert stored(item) == "<p>Begin. En meer.</p>"
    assert drafts(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= window["width"]
    assert violations(page) == []
    page.goto(f"/werksessies/{item.session_id}/notuleren/")
    expect(page.locator("#attendance")).to_be_visible()
    assert violations(page) == []


def test_going_to_the_next_item_saves_first(visit, item, secretary):
    page = visit(at(item), user=secretary)
    write(page, " Snel door.")
    page.get_by_role("link", name="Tweede punt").first.click()
    expect(page.locator("h1")).to_have_text("Tweede punt")
    assert stored(item) == "<p>Begin. Snel door.</p>"


def test_what_comes_out_is_noted_while_writing(visit, item, secretary):
    page = visit(at(item), user=secretary)
    write(page, " Ongestoord.")
    line = page.locator("#id_decision-text")
    line.fill("We doen het.")
    line.press("Enter")
    expect(page.locator(".noting__said").first).to_contain_text("We doen het.")
    expect(page.locator("#id_decision-text")).to_be_focused()
    expect(page.locator("#id_decision-text")).to_have_value("")
    expect(area(page)).to_contain_text("Ongestoord.")
    page.fill("#id_action-text", "Bellen")
    page.select_option("#id_action-owner", label="Sara Secretaris")
    page.click("button[data-enter=action]")
    expect(page.locator(".noting__said").nth(1)).to_contain_text("Sara Secretaris")
    page.locator("[id^=edit-decision-]").click()
    page.fill("#id_edit-text", "We doen het samen.")
    page.click("button[data-enter=edit]")
    expect(page.locator(".noting__said").first).to_contain_text("We doen het samen.")
    assert violations(page) == []
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    assert list(item.decisions.values_list("text", flat=True)) == ["We doen het samen."]
    assert list(item.actions.values_list("text", "owner")) == [("Bellen", secretary.pk)]


def test_a_tick_is_saved_at_once(visit, item, secretary):
    page = visit(f"/werksessies/{item.session_id}/notuleren/", user=secretary)
    page.get_by_label("Gast").check()
    expect(page.locator("#attendance input[name=was]")).to_have_count(1)
    assert item.session.participations.get().attended is True


def test_without_script_there_is_a_form(visit, item, secretary):
    page = visit(at(item), user=secretary, script=False)
    page.fill("#id_text", "Los getypt.")
    page.fill("#id_decision-text", "We doen het.")
    page.click("#writing > .buttons button")
    expect(page.locator(".noting__said")).to_have_text("We doen het.")
    assert stored(item) == "<p>Los getypt.</p>"


# --- two windows ---------------------------------------------------------------------------------


def test_two_windows_lose_nothing(visit, item, secretary, office):
    hers = visit(at(item), user=secretary)
    theirs = visit(at(item), user=office)
    area(hers), area(theirs)
    write(hers, " Van haar.")
    expect(hers.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    write(theirs, " Van hen.")
    expect(theirs.locator(".conflict")).to_be_visible()
    expect(theirs.locator(".conflict mark[data-kind=theirs]")).to_contain_text("haar")
    expect(theirs.locator(".conflict mark[data-kind=mine]")).to_contain_text("hen")
    assert stored(item) == "<p>Begin. Van haar.</p>"
    assert violations(theirs) == []
    write(theirs, " Nog meer.")
    theirs.locator(".conflict button[value=merge]").click()
    both = theirs.locator("#id_merged")
    expect(theirs.locator(".ProseMirror[role=textbox]")).to_be_visible()
    assert both.input_value() == "<p>Begin. Van haar.</p><p>Begin. Van hen. Nog meer.</p>"
    assert violations(theirs) == []
    theirs.locator("button[value=merged]").click()
    expect(area(theirs)).to_contain_text("Nog meer.")
    assert stored(item) == "<p>Begin. Van haar.</p><p>Begin. Van hen. Nog meer.</p>"
    expect(theirs.locator("[data-autosave-notice]")).to_be_empty()
    assert drafts(theirs) == []


# --- no connection, no login ---------------------------------------------------------------------


def test_without_connection_it_is_kept_and_saved_later(visit, item, secretary):
    page = visit(at(item), user=secretary)
    area(page)
    page.context.set_offline(True)
    write(page, " Zonder verbinding.")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "offline")
    assert drafts(page) == ["<p>Begin. Zonder verbinding.</p>"]
    assert stored(item) == "<p>Begin.</p>"
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    assert stored(item) == "<p>Begin. Zonder verbinding.</p>"
    assert drafts(page) == []


def test_after_a_crash_the_text_is_offered_again(visit, item, secretary):
    page = visit(at(item), user=secretary)
    area(page)
    page.context.set_offline(True)
    write(page, " Voor de klap.")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "offline")
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    again.goto(at(item))
    expect(again.locator("[data-autosave-preview]")).to_have_text("Begin. Voor de klap.")
    assert violations(again) == []
    again.locator("[data-autosave-restore]").click()
    expect(again.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    assert stored(item) == "<p>Begin. Voor de klap.</p>"
    assert drafts(again) == []


def test_a_lost_session_keeps_the_text_until_one_logs_in_elsewhere(visit, item, secretary):
    page = visit(at(item), user=secretary)
    area(page)
    Session.objects.all().delete()
    cache.clear()
    write(page, " Uitgelogd.")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "signed_out")
    assert drafts(page) == ["<p>Begin. Uitgelogd.</p>"]
    assert violations(page) == []
    log_in(page, secretary)
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    assert stored(item) == "<p>Begin. Uitgelogd.</p>"


def test_nobody_else_is_offered_ones_text_and_logging_out_clears_it(visit, item, secretary, office):
    page = visit(at(item), user=secretary)
    area(page)
    page.context.set_offline(True)
    write(page, " Van Sara.")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "offline")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/toegankelijkheid/")
    log_in(page, office)
    page.goto(at(item))
    area(page)
    expect(page.locator("[data-autosave-notice]")).to_be_empty()
    assert drafts(page) == ["<p>Begin. Van Sara.</p>"]
    page.goto("/account/logout/")
    page.locator("main form[data-forget-drafts] button[type=submit]").click()
    expect(page.locator("form[data-forget-drafts]")).to_have_count(0)
    assert drafts(page) == []


def test_who_may_no_longer_write_keeps_the_words_on_the_screen(visit, item, secretary):
    page = visit(at(item), user=secretary)
    area(page)
    secretary.body_memberships.update(role="member")
    write(page, " Te laat.")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "stopped")
    expect(area(page)).to_contain_text("Te laat.")
    assert drafts(page) == ["<p>Begin. Te laat.</p>"]
    assert stored(item) == "<p>Begin.</p>"


# --- pasting -------------------------------------------------------------------------------------

FROM_WORD = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><title>Verslag</title>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {mso-style-unhide:no; font-family:"Calibri"} --></style></head>
<body lang=NL style='tab-interval:35.4pt'><!--StartFragment-->
<p class=MsoNormal style='margin-bottom:0cm'><b style='mso-bidi-font-weight:normal'>Opening<o:p></o:p></b></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Een<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span><span style='mso-list:Ignore'>o<span>&nbsp;&nbsp; </span></span></span><![endif]>Daaronder</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span><span style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span></span><![endif]>Twee&nbsp;woorden</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span></span><![endif]>Eerst</p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=10 style='width:1pt'><p class=MsoNormal>Cel<o:p></o:p></p></td></tr></table>
<!--EndFragment--></body></html>
"""  # noqa: E501 - as Word writes it
CLEAN = (
    "<p><strong>Opening</strong></p>"
    "<ul><li><p>Een</p><ul><li><p>Daaronder</p></li></ul></li><li><p>Twee woorden</p></li></ul>"
    "<ol><li><p>Eerst</p></li></ol>"
    "<table><tbody><tr><td><p>Cel</p></td></tr></tbody></table>"
)
PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const target = document.querySelector("#writing .ProseMirror");
  target.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
  );
}"""


FROM_DOCS = """
<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"
style="line-height:1.38"><span style="font-weight:700;font-style:normal">Vet</span><span
style="font-weight:400;font-style:italic"> schuin</span></p></b>
"""


def test_what_comes_from_google_docs_is_clean(visit, item, secretary):
    page = visit(at(item), user=secretary)
    area(page).click()
    page.keyboard.press("Control+A")
    page.evaluate(PASTE, FROM_DOCS)
    expect(page.locator("#writing .ProseMirror")).to_contain_text("Vet schuin")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    assert stored(item) == "<p><strong>Vet</strong><em> schuin</em></p>"


def test_what_comes_from_word_is_clean(visit, item, secretary):
    page = visit(at(item), user=secretary)
    area(page).click()
    page.keyboard.press("Control+A")
    page.evaluate(PASTE, FROM_WORD)
    expect(page.locator("#writing .ProseMirror")).to_contain_text("Cel")
    expect(page.locator(STATE)).to_have_attribute("data-autosave-state", "saved")
    assert re.sub(r"<p></p>$", "", stored(item)) == CLEAN
