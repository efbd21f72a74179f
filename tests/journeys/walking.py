"""What journeys do on every page, and how they read the mail that was really sent."""

import re

from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page

from civportal.notifications import delivery, strangers
from civportal.notifications.judging import end_of_quiet

PHONE = {"width": 360, "height": 740}


def letters(address: str) -> list[str]:
    """What was sent to this address and not read yet; at night, what comes in the morning."""
    morning = end_of_quiet(timezone.now(), "Europe/Amsterdam")
    while delivery.deliver_batch(now=morning) or strangers.deliver(morning or timezone.now()):
        pass
    mine = [message for message in mail.outbox if message.to == [address]]
    mail.outbox[:] = [message for message in mail.outbox if message not in mine]
    return [str(message.body) for message in mine]


def link(address: str, pattern: str) -> str:
    """The path of the only link of this kind in the mail to this address."""
    sent = "\n".join(letters(address))
    found = set(re.findall(rf"https?://[^/\s]+({pattern})(?=[\s)>#?])", sent))
    assert len(found) == 1, (found, sent)
    return found.pop()


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], page.url


def press(page: Page, name: str) -> None:
    """The button of this name, of the page itself."""
    page.locator("main").get_by_role("button", name=name, exact=True).click()
