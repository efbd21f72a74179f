"""An action item is done, taken back and put off where it stands, without loading the page."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sessions_log.models import ActionItem
from tests import factories

DONE = re.compile("^Done.*Ask for a quote")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner():
    user = factories.UserFactory(name="Thijs Wennekes", language="en")
    session = factories.SessionFactory()
    factories.MinutesFactory(session=session)
    item = factories.ItemFactory(session=session)
    factories.ActionFactory(item=item, text="Ask for a quote", owner=user)
    return user


def kept():
    return ActionItem.objects.values_list("state", "snoozed_until").get()


def test_done_undone_and_put_off(visit, owner):
    page = visit("/mijn/", user=owner, language="en")
    page.evaluate("window.stillHere = true")
    actions = page.locator("#acties")
    actions.get_by_role("button", name=DONE).click()
    expect(actions.get_by_role("button", name="Not done after all")).to_be_visible()
    messages = page.locator("#messages")
    expect(messages).to_contain_text("Well done!")
    assert (kept()[0], page.evaluate("window.stillHere")) == ("done", True)

    messages.get_by_role("button", name="Undo").click()
    expect(actions.get_by_role("button", name=DONE)).to_be_visible()
    assert kept()[0] == "open"

    actions.get_by_text("Later", exact=False).first.click()
    actions.get_by_role("button", name="A week").click()
    expect(actions).to_contain_text("Put off until")
    assert kept() == ("open", timezone.localdate() + datetime.timedelta(days=7))


def test_the_same_without_script_on_a_phone(visit, owner):
    page = visit("/actiepunten/?wie=ik", user=owner, language="en", script=False, width=360)
    page.get_by_role("button", name=DONE).click()
    expect(page.locator("#messages")).to_contain_text("Well done!")
    expect(page.get_by_role("button", name="Not done after all")).to_be_visible()
    assert page.url.endswith("/actiepunten/?wie=ik")
