"""A real browser on a real server: Chromium, driven by Playwright.

Every page that a test opens is watched: an error in the console, a request to another host or
something that the Content-Security-Policy stopped fails the test, whatever the test is about.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from civportal.accounts.models import User

# Playwright's synchronous interface runs an event loop in the thread of the test, which makes
# Django refuse the database there; no query of ours runs inside that loop.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a journey again that ran out of time: a busy machine starves a browser now and then.

    Nothing else is tried again, and a page that is really broken is so three times.
    """
    again = pytest.mark.flaky(reruns=2, only_rerun=["TimeoutError", "Locator expected"])
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(again)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "No Chromium: run script/test, or put the path of one in CHROMIUM."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-gpu"],
        )
        yield browser
        browser.close()
        # Inside Playwright's loop Django has other connections than outside it, and whatever test
        # comes after a journey uses those: nobody else closes them.
        connections.close_all()


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Opens a browser window: ``visit(user=…, language="nl", scheme="light", width=1280)``.

    Give it an address to start at; the window's own complaints fail the test at its end.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(
        address: str = "/",
        *,
        user: User | None = None,
        language: str = "nl",
        scheme: str = "light",
        width: int = 1280,
        height: int = 900,
        script: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale={"nl": "nl-NL", "en": "en-GB"}[language],
            color_scheme=scheme,
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [
                    {
                        "name": settings.SESSION_COOKIE_NAME,
                        "value": cookie,
                        "url": live_server.url,
                    }
                ]
            )
        page = context.new_page()
        own = urlsplit(live_server.url).netloc

        def hear(message) -> None:
            told = message.location.get("url") == page.url  # the status of the page itself
            if message.type == "error" and not told:
                complaints.append(f"console on {page.url}: {message.text}")

        def see(request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https"} and parts.netloc != own:
                complaints.append(f"request to another host on {page.url}: {request.url}")

        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(f"script on {page.url}: {error}"))
        page.on("request", see)
        page.goto(address)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []
