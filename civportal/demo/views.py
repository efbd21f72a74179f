"""The mailbox of the demonstration."""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from civportal.demo import mail
from civportal.lib.http import LETTER_POLICY

PER_PAGE = 25


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def for_the_demonstrator(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Open to who sits at the computer of the demonstration, else to its administrator.

    In these mails stand links that choose a password, so whoever reads them can become anyone.
    On a demonstration that only its own computer can reach that is the point; on one that others
    can reach, the random passwords would be worth nothing if this page stood open.
    """

    @login_not_required
    @never_cache
    @require_safe
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        own_computer = _is_loopback(urlsplit(settings.BASE_URL).hostname) and _is_loopback(
            request.META.get("REMOTE_ADDR")
        )
        if not own_computer and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not own_computer and not request.user.is_superuser:
            raise Http404
        return view(request, **kwargs)

    return guarded


def _mail_or_404(name: str) -> mail.Mail:
    found = mail.read(name)
    if found is None:
        raise Http404
    return found


@for_the_demonstrator
def mailbox(request: HttpRequest) -> HttpResponse:
    """All mail, newest first."""
    page = Paginator(mail.names(), PER_PAGE).get_page(request.GET.get("page"))
    letters = [letter for letter in map(mail.read, page.object_list) if letter]
    return render(request, "demo/mailbox.html", {"page": page, "letters": letters})


@csp_update({"frame-src": [SELF]})
@for_the_demonstrator
def mailbox_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text, and below it how it looks in a mail program."""
    return render(request, "demo/letter.html", {"letter": _mail_or_404(name)})


@csp(LETTER_POLICY)
@for_the_demonstrator
@xframe_options_sameorigin
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of a mail as a page of its own, shut in: it is not the portal's."""
    html = _mail_or_404(name).html
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
