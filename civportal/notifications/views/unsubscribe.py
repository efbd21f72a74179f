"""Stopping mails of a kind by the link in one of them, without logging in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from civportal.accounts.models import User
from civportal.notifications import kinds
from civportal.notifications.links import preferences_url
from civportal.notifications.stopping import has_stopped, resume, stop
from civportal.notifications.unsubscribe import read_token


@csrf_exempt  # a mail program has no cookie; the signed token tells who asks (RFC 8058, 3.1)
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One button on GET, which scanners of mail may open; POST stops the mails of this kind.

    A mail program posts ``List-Unsubscribe=One-Click`` by itself and wants 200 without a detour
    (RFC 8058, 3.2). A POST with ``back`` undoes the stop.
    """
    user, kind = _read(token)
    if user is None or kind is None:
        return _page(request, "notifications/unsubscribe_unknown.html", {}, status=404)
    language = user.language or settings.LANGUAGE_CODE
    with translation.override(language):
        context: dict[str, object] = {
            "kind": kind,
            "state": "asked",
            "preferences_url": preferences_url(user),
        }
        if kind.required:
            context["state"] = "required"
        elif request.method == "POST" and "back" in request.POST:
            is_back = resume(user, kind, request.POST["back"])
            context["state"] = "resumed" if is_back else "too_late"
        elif request.method == "POST":
            context |= {"state": "stopped", "back": stop(user, kind)}
        elif has_stopped(user, kind):
            context["state"] = "stopped"
        return _page(request, "notifications/unsubscribe.html", context)


def _read(token: str) -> tuple[User | None, kinds.Kind | None]:
    """Whose mails of which kind; None for what is not there (any more)."""
    found = read_token(token)
    if found is None:
        return None, None
    key, name = found
    known = {kind.name: kind for kind in kinds.kinds()}
    return User.objects.filter(pk=key, is_active=True).first(), known.get(name)


def _page(
    request: HttpRequest, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    response["X-Robots-Tag"] = "noindex"
    return response
