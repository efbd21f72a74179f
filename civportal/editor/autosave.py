"""The server's half of ``static/js/autosave.js``: what it asks, and what it is answered.

The script sends the form as it is, with ``Accept: application/json``:

| answer | means |
|---|---|
| 200 ``{revision, saved}`` | it is stored; ``saved`` says so to a person |
| 409 ``{revision, html}`` | someone else stored another text; ``html`` shows both and asks |
| 422 ``{reason}`` | it cannot be stored any more; ``reason`` says why |
| 401, 403, 404, a redirect | logged out, or the right is gone: the script asks again with GET |

With the text come, as ``sent``, earlier texts of which the script never heard whether they were
stored: a lost answer is no conflict with oneself. GET answers ``{user, csrf, revision}``, so that
a page that was logged out in the meantime goes on after logging in elsewhere, and only for the
same person. Without script the same form is posted, and the same troubles are answered with pages
that hold the text.
"""

import json
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms.utils import flatatt
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from civportal.editor.conflict import TextConflict

P = ParamSpec("P")
TEXTS = ("merged", "mine", "text")
"""The fields that hold what someone wrote, the most worked on first."""


def wants_json(request: HttpRequest) -> bool:
    """Whether the script asks, not a person."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def hooks(request: HttpRequest, *, part: str, settled: bool = False) -> SafeString:
    """The attributes of a form that saves by itself.

    ``part`` names the text within this site: what a browser keeps is kept under that name and
    the person's. ``settled`` says that a conflict about it has just been decided.
    """
    words = {
        "saving": _("Saving…"),
        "unsaved": _("Not saved yet"),
        "offline": _("No connection. Your text is kept in this browser; we keep trying."),
        "trouble": _(
            "Saving does not work now. Your text is kept in this browser; we keep trying."
        ),
        "signed_out": _("Not saved: you are logged out."),
        "stopped": _("Not saved. Your text is still here."),
    }
    return flatatt(
        {
            "data-autosave": part,
            "data-autosave-user": str(request.user.pk),
            "data-autosave-words": json.dumps(words),
            "data-autosave-settled": settled,
            "autocomplete": "off",  # a browser must not put an old revision back
        }
    )


def state(request: HttpRequest, revision: int) -> JsonResponse:
    """Who is logged in here, with what a form needs to be accepted."""
    return JsonResponse(
        {"user": str(request.user.pk), "csrf": get_token(request), "revision": revision}
    )


def saved(revision: int) -> JsonResponse:
    """The text is stored, as this revision."""
    clock = time_format(timezone.localtime().time(), "TIME_FORMAT")
    return JsonResponse({"revision": revision, "saved": _("Saved at %(time)s") % {"time": clock}})


def conflict(
    request: HttpRequest, found: TextConflict, *, part: str, language: str, action: str
) -> JsonResponse:
    """Both texts as a piece of the page, with the question which is to stay.

    ``action`` is the address that takes the answer.
    """
    html = render_to_string(
        "editor/conflict_here.html",
        {"conflict": found, "part": part, "language": language, "action": action},
        request=request,
    )
    return JsonResponse({"revision": found.revision, "html": html}, status=409)


def refused(reason: str) -> JsonResponse:
    """The text cannot be stored any more."""
    return JsonResponse({"reason": reason}, status=422)


def kept(request: HttpRequest, *, reason: str, status: int) -> HttpResponse:
    """A page that says why a text is not stored, and holds it to be copied."""
    text = next((request.POST[name] for name in TEXTS if request.POST.get(name)), "")
    return render(request, "editor/kept.html", {"reason": reason, "text": text}, status=status)


def keeps_text(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let a page that needs a login give back the text of whoever may no longer save it.

    Being sent to the login page would throw away what was posted; so would a bare 403 or 404.
    Asking (GET) is as anywhere.
    """

    @login_not_required  # sent to log in below, unless there is a text to give back
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        posted = request.method == "POST"
        if not request.user.is_authenticated:
            if not posted:
                return redirect_to_login(request.get_full_path())
            return kept(
                request,
                reason=_("You are logged out. Log in again in another tab, then go on there."),
                status=401,
            )
        try:
            return view(request, *args, **kwargs)
        except (PermissionDenied, Http404) as error:
            if not posted:
                raise
            return kept(
                request,
                reason=_("You may no longer write here, or it is not there any more."),
                status=403 if isinstance(error, PermissionDenied) else 404,
            )

    return guarded  # type: ignore[return-value]  # its first argument has no name here
