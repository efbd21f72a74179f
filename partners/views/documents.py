"""Agreements, scans and letters: given to whoever may read them, after a look at their hash."""

from collections.abc import Callable

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from civportal.lib.text import slug_for
from partners.documents import verified_document, verified_scan
from partners.errors import DocumentChanged
from partners.models import Agreement, Signature, StatusChange

HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    # Room for the browser's own PDF viewer, which shows the file in a page with a style of its
    # own; for nothing that a file could bring along.
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'",
}


def _pdf(request: HttpRequest, read: Callable[[], bytes], name: str) -> HttpResponse:
    """The verified document to keep, or with ``?lezen`` to read; else a page that says why not."""
    try:
        content = read()
    except DocumentChanged as error:
        return render(request, "partners/document_changed.html", {"error": error}, status=409)
    response = HttpResponse(content, content_type="application/pdf", headers=HEADERS)
    # Read in the browser where that is asked for. It is a PDF and nothing else: its first bytes
    # say so, the type is told, and nothing may guess another.
    how = "inline" if "lezen" in request.GET else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{name}.pdf"'
    return response


@require_safe
def agreement_document(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    name = slug_for(str(agreement), fallback=f"agreement-{pk}")
    return _pdf(request, lambda: verified_document(agreement), name)


@require_safe
def signature_scan(request: HttpRequest, pk: int) -> HttpResponse:
    signatures = Signature.objects.visible_to(request.user).exclude(scan="")
    signature = get_object_or_404(signatures.select_related("agreement", "partner"), pk=pk)
    name = slug_for(str(signature), fallback=f"signature-{pk}")
    return _pdf(request, lambda: verified_scan(signature), name)


@require_safe
def letter(request: HttpRequest, pk: int) -> FileResponse:
    changes = StatusChange.objects.visible_to(request.user).exclude(document="")
    change = get_object_or_404(changes.select_related("partner"), pk=pk)
    try:
        content = change.document.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    name = slug_for(f"{change.partner} {change.at:%Y-%m-%d}", fallback=f"letter-{pk}")
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"{name}.pdf",
        content_type="application/pdf",
        headers=HEADERS,
    )
