"""Pages that belong to no single app: errors, and what every public site owes."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

STATEMENT_DATE = date(2026, 11, 22)
"""The day the accessibility and privacy statements were last held against the site."""


# --- errors ----------------------------------------------------------------------------------


def _plain_error(template: str, status: int) -> HttpResponse:
    """An error page that asks nothing of the database, the session or the request."""
    return HttpResponse(render_to_string(template), status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain_error("400.html", 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Says the same whether something does not exist or may not be seen by this reader."""
    return render(request, "404.html", status=404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    return _plain_error("500.html", 500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


# --- what a public site owes -----------------------------------------------------------------


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement, after the Dutch model.

    Source: Besluit digitale toegankelijkheid overheid; Implementing Decision (EU) 2018/1523.
    """
    return render(request, "pages/accessibility.html", {"statement_date": STATEMENT_DATE})


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What the portal keeps about people, why and for how long.

    Source: GDPR, articles 12 to 14.
    """
    return render(request, "pages/privacy.html", {"statement_date": STATEMENT_DATE})
