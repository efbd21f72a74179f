"""Numbers for whoever watches the portal, in the text format of Prometheus."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from civportal.notifications.metrics import as_text


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For staff, and for a program that shows ``METRICS_TOKEN`` (RFC 6750)."""
    if not _has_token(request):
        if not request.user.is_authenticated:
            answer = HttpResponse("a token is needed\n", content_type="text/plain", status=401)
            answer["WWW-Authenticate"] = "Bearer"
            return answer
        if not request.user.is_staff:
            raise PermissionDenied
    return HttpResponse(as_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _has_token(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return (
        bool(settings.METRICS_TOKEN)
        and scheme.lower() == "bearer"
        and constant_time_compare(token, settings.METRICS_TOKEN)
    )
