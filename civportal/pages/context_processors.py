"""What the base template needs on every page."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


class Entry(NamedTuple):
    """A link of the navigation; ``current`` is the value of ``aria-current``, or empty."""

    label: str
    url: str
    current: str


def _entries(path: str, *links: tuple[str, str]) -> list[Entry]:
    """Links with the one marked that ``path`` is at, or below."""
    prefix = get_script_prefix()
    found = []
    for address, label in links:
        url = prefix + address
        current = "page" if path == url else "true" if path.startswith(url) else ""
        found.append(Entry(label, url, current))
    return found


def _navigation(request: HttpRequest) -> dict[str, list[Entry]]:
    path = request.path
    user = getattr(request, "user", None)
    account: list[tuple[str, str]] = [("mijn/", _("My desk"))]
    if user is not None and user.is_staff:
        account += [("beheer/", _("Admin")), ("stijlgids/", _("Style guide"))]
    account += [("account/password/change/", _("Change password"))]
    return {
        "main": _entries(
            path,
            ("werksessies/", _("Work sessions")),
            ("nieuws/", _("News")),
            ("programmalijnen/", _("Programme lines")),
            ("partners/", _("Partners")),
            ("overleggen/", pgettext("navigation", "Bodies")),
        ),
        "account": _entries(path, *account),
        "follow": _entries(
            path,
            ("nieuws.atom", _("News (Atom)")),
            ("werksessies.atom", _("Reports (Atom)")),
            ("werksessies.ics", _("Calendar (iCalendar)")),
        ),
        "about": _entries(
            path,
            ("toegankelijkheid/", _("Accessibility")),
            ("privacy/", _("Privacy")),
        ),
    }


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The links of header, account menu and footer; made where a template asks for them."""
    return {"navigation": SimpleLazyObject(lambda: _navigation(request))}
