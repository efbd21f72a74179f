"""Signatures that do not come one by one: at a conference, and on paper."""

import base64
from io import BytesIO
from typing import Any

import qrcode
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from qrcode.image.svg import SvgPathImage

from partners.actions.signing import record_paper
from partners.errors import Refused
from partners.forms.agreements import MOST_ON_A_SHEET, Papers, SheetForm, papers_formset
from partners.models import Agreement
from partners.views.agreements import office_agreement
from partners.views.viewer import posted, viewer_of


def qr_code(text: str) -> str:
    """A text as a square to point a camera at: an SVG in a data address."""
    drawn = BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=2).save(drawn)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode()}"


@require_safe
def together(request: HttpRequest, pk: int) -> HttpResponse:
    """The screen at a conference: who is there signs on one's own phone, and all see it happen.

    Nobody types a password on a device of somebody else: each signatory logs in, reads and signs
    with what is their own, and the proof tells their own address and browser. The list renews
    itself; without script there is a link for that.
    """
    found = office_agreement(request, pk)
    rows: list[Any] = list(
        found.signature_requests.filter(withdrawn_at__isnull=True)
        .with_signature()
        .select_related("partner")
    )
    signed = sum(row.signature_id is not None for row in rows)
    shown = {"agreement": found, "rows": rows, "signed": signed, "asked": len(rows)}
    if request.htmx:  # type: ignore[attr-defined]  # of HtmxMiddleware
        return render(request, "partners/agreements/together_progress.html", shown)
    address = settings.BASE_URL + reverse("partners:sign", args=[found.pk])
    shown |= {"address": address, "qr": qr_code(address)}
    return render(request, "partners/agreements/together.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a sheet that one or several partners signed."""
    found = office_agreement(request, pk)
    asked = request.GET.get("regels", "")
    number = min(int(asked), MOST_ON_A_SHEET) if asked.isdecimal() else 1
    sheet = SheetForm(posted(request), request.FILES or None)
    formset = papers_formset(max(number, 1))(
        posted(request), prefix="p", form_kwargs={"agreement": found}
    )
    if request.method == "POST" and _record(request, found, sheet, formset):
        return redirect(found)
    return render(
        request,
        "partners/agreements/paper.html",
        {
            "agreement": found,
            "sheet": sheet,
            "formset": formset,
            "more": min(number + 1, MOST_ON_A_SHEET) if request.method != "POST" else 0,
        },
    )


def _record(request: HttpRequest, agreement: Agreement, sheet: SheetForm, formset: Papers) -> bool:
    """Whether the sheet is recorded; if not, the forms say why."""
    if not (sheet.is_valid() & formset.is_valid()):
        return False
    papers = formset.papers()
    if not papers:
        sheet.add_error(None, _("Say who has signed."))
        return False
    try:
        record_paper(
            agreement,
            papers,
            signed_at=sheet.moment(),
            scan=sheet.cleaned_data["scan"],
            by=viewer_of(request),
        )
    except Refused as error:
        sheet.add_error(None, str(error))
        return False
    number = len(papers)
    messages.success(
        request,
        ngettext(
            "One signature on paper is recorded.",
            "%(count)s signatures on paper are recorded.",
            number,
        )
        % {"count": number},
    )
    return True
