"""One's desk: per role only what there is, brought by the apps that know it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from civportal.ui.sections import sections_for


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    return render(
        request, "pages/desk.html", {"sections": sections_for("desk", request, request.user)}
    )
