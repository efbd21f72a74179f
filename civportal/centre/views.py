"""The centre's colours and logo, for the base template of every page."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from civportal.centre.models import CentreProfile
from civportal.centre.stylesheet import digest, stylesheet

FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300"


@login_not_required
@require_safe
def centre_stylesheet(request: HttpRequest, name: str) -> HttpResponse:
    """The colours; kept for ever under their own name, shortly under an earlier one."""
    css = stylesheet(CentreProfile.current())
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = FOREVER if name == digest(css) else SHORTLY
    return response


@login_not_required
@require_safe
def centre_logo(request: HttpRequest) -> HttpResponseBase:
    """The logo; the base template asks for it with the name of its file as the version."""
    logo = CentreProfile.current().logo
    if not logo:
        raise Http404
    try:
        response = FileResponse(logo.open("rb"))
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = SHORTLY
    response["X-Content-Type-Options"] = "nosniff"
    return response
