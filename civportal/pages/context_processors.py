"""What the base template needs on every page."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


class Entry(NamedTuple):
    """A link of the navigation; ``current`` is the value of ``aria-current``, or empty."""

    label: str
    url: str
    current: str


def _entries(path: str, *links: tuple[str, str]) -> list[Entry]:
    """Links to routes, with the one marked that ``path`` is at, or is below."""
    urls = [reverse(route) for route, _label in links]
    nearest = max((url for url in urls if path.startswith(url)), key=len, default="")
    return [
        Entry(label, url, "" if url != nearest else "page" if url == path else "true")
        for url, (_route, label) in zip(urls, links, strict=True)
    ]


def _navigation(request: HttpRequest) -> dict[str, list[Entry]]:
    path = request.path
    user = getattr(request, "user", None)
    account: list[tuple[str, str]] = [
        ("desk", _("My desk")),
        ("my_data", _("My details")),
        ("my_notifications", _("My notifications")),
        ("preferences", _("Mail and reminders")),
    ]
    if user is not None and user.is_staff:
        account += [("admin:index", _("Admin")), ("style_guide", _("Style guide"))]
    about = [("accessibility", _("Accessibility")), ("privacy", _("Privacy"))]
    if settings.DEMO:
        about += [("mailbox", _("Mailbox of the demonstration"))]
    return {
        "main": _entries(
            path,
            ("sessions_log:list", _("Work sessions")),
            ("news:list", _("News")),
            ("programme_lines:list", _("Programme lines")),
            ("assignments:list", _("Assignments")),
            ("partners:list", _("Partners")),
            ("sessions_log:body_list", pgettext("navigation", "Bodies")),
        ),
        "account": _entries(path, *account),
        "follow": _entries(
            path,
            ("news:feed", _("News (Atom)")),
            ("sessions_log:feed", _("Reports (Atom)")),
            ("assignments:feed", _("Assignments (Atom)")),
            ("sessions_log:calendar", _("Calendar (iCalendar)")),
        ),
        "about": _entries(path, *about),
    }


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The links of header, account menu and footer; made where a template asks for them."""
    return {"navigation": SimpleLazyObject(lambda: _navigation(request))}
