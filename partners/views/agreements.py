"""Agreements: the list, one agreement, and what the office does with it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.agreements import (
    ask_to_sign,
    change_draft,
    close_agreement,
    delete_draft,
    make_agreement,
    open_agreement,
    set_last_day,
    withdraw_signature_request,
)
from partners.choices import AgreementState
from partners.errors import Refused
from partners.filters import AgreementFilter, RegisterFilter
from partners.forms.agreements import AgreementForm, AskForm, LastDayForm
from partners.models import Agreement, SignatureRequest
from partners.permissions import (
    can_make_agreements,
    can_see_agreements,
    can_see_pipeline,
    signs_for,
)
from partners.views.viewer import posted, viewer_of

PER_PAGE = 30
ROWS_PER_PAGE = 100


def office_agreement(request: HttpRequest, pk: int) -> Agreement:
    """The agreement, for who makes them; others that see it are refused."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    if not can_make_agreements(request.user):
        raise PermissionDenied
    return agreement


@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """The agreements that one may read, with how many signed of those that were asked."""
    viewer = viewer_of(request)
    if not can_see_agreements(viewer):
        raise Http404
    agreements = Agreement.objects.visible_to(viewer)
    filterset = AgreementFilter(request.GET, agreements)
    page = Paginator(filterset.qs.with_counts(viewer), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "partners/agreements/list.html",
        {
            "page": page,
            "form": filterset.form,
            "makes": can_make_agreements(viewer),
            "insider": can_see_pipeline(viewer),
        },
    )


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Who signed which version, what runs out when, and who has not answered."""
    viewer = viewer_of(request)
    if not can_see_pipeline(viewer):
        raise Http404
    rows = SignatureRequest.objects.visible_to(viewer).with_signature()
    filterset = RegisterFilter(request.GET, rows)
    found = filterset.qs.select_related("agreement", "partner").order_by(
        "partner__sort_name", "-agreement__valid_from", "pk"
    )
    page = Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "partners/agreements/register.html", {"page": page, "form": filterset.form}
    )


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement: its terms, the document, and who has signed."""
    viewer = viewer_of(request)
    found = get_object_or_404(
        Agreement.objects.visible_to(viewer).select_related("replaces", "made_by"), pk=pk
    )
    rows: list[Any] = list(
        found.signature_requests.visible_to(viewer).with_signature().select_related("partner")
    )
    signed = {row.partner_id for row in rows if row.signature_id}
    hands = list(signs_for(viewer, found))
    makes = can_make_agreements(viewer)
    return render(
        request,
        "partners/agreements/detail.html",
        {
            "agreement": found,
            "rows": rows,
            "asked": sum(row.withdrawn_at is None for row in rows),
            "signed": len(signed),
            "newer": found.replaced_by.visible_to(viewer).first(),
            "to_sign": [one for one in hands if one.partner_id not in signed],
            "insider": can_see_pipeline(viewer),
            "makes": makes,
            "last_day": LastDayForm(initial={"sign_by": found.sign_by}) if makes else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_new(request: HttpRequest) -> HttpResponse:
    """Make a draft; ``?vervangt=`` is the version that it replaces."""
    viewer = viewer_of(request)
    if not can_make_agreements(viewer):
        raise PermissionDenied
    key = request.GET.get("vervangt", "")
    before = None
    if key:
        older = Agreement.objects.visible_to(viewer).exclude(state=AgreementState.DRAFT)
        before = get_object_or_404(older, pk=key if key.isdecimal() else 0)
    blank = Agreement(replaces=before)
    initial = (
        {"kind": before.kind, "title": before.title, "language": before.language} if before else {}
    )
    form = AgreementForm(posted(request), request.FILES or None, instance=blank, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = make_agreement(form.save(commit=False), by=viewer)
        messages.success(request, _("The draft is there. Read it through before you open it."))
        return redirect(made)
    return render(
        request,
        "partners/agreements/edit.html",
        {"form": form, "agreement": None, "before": before},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft; what was opened is fixed."""
    found = office_agreement(request, pk)
    if found.state != AgreementState.DRAFT:
        messages.error(request, _("This agreement is no draft any more."))
        return redirect(found)
    title = str(found)
    form = AgreementForm(posted(request), request.FILES or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_draft(form.save(commit=False), by=viewer_of(request))
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The draft is saved."))
        return redirect(found)
    return render(
        request,
        "partners/agreements/edit.html",
        {"form": form, "agreement": found, "title": title, "before": found.replaces},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose which partners are asked to sign."""
    found = office_agreement(request, pk)
    form = AskForm(posted(request), agreement=found)
    if request.method == "POST" and form.is_valid():
        try:
            new = ask_to_sign(found, form.cleaned_data["partners"], by=viewer_of(request))
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _asked_sentence(found, len(new)))
        return redirect(found)
    return render(request, "partners/agreements/ask.html", {"agreement": found, "form": form})


def _asked_sentence(agreement: Agreement, number: int) -> str:
    if agreement.state == AgreementState.DRAFT:
        words = ngettext(
            "One partner is on the list, and hears of it when you open the agreement.",
            "%(count)s partners are on the list, and hear of it when you open the agreement.",
            number,
        )
    else:
        words = ngettext(
            "One partner is asked to sign.", "%(count)s partners are asked to sign.", number
        )
    return words % {"count": number}


STEPS: dict[str, Any] = {
    "open": open_agreement,
    "close": close_agreement,
    "delete": delete_draft,
}


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Open, close or delete: the page says what cannot be undone, its button does it."""
    found = office_agreement(request, pk)
    if request.method == "POST":
        try:
            STEPS[name](found, by=viewer_of(request))
        except Refused as error:
            messages.error(request, str(error))
            return redirect(found)
        if name == "delete":
            messages.success(request, _("The draft is thrown away."))
            return redirect("partners:agreement_list")
        messages.success(
            request,
            _("The agreement is open: partners can sign it.")
            if name == "open"
            else _("The agreement is closed: nobody can sign it any more."),
        )
        return redirect(found)
    asked = found.signature_requests.filter(withdrawn_at__isnull=True).count()
    return render(
        request,
        "partners/agreements/step.html",
        {"agreement": found, "step": name, "asked": asked},
    )


@require_POST
def last_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Give more or less time to sign."""
    found = office_agreement(request, pk)
    form = LastDayForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["sign_by"]))
        return redirect(found)
    try:
        set_last_day(found, sign_by=form.cleaned_data["sign_by"], by=viewer_of(request))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The last day to sign is saved."))
    return redirect(found)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a partner no more."""
    rows = SignatureRequest.objects.visible_to(request.user).select_related("agreement", "partner")
    asked = get_object_or_404(rows, pk=pk)
    if not can_make_agreements(request.user):
        raise PermissionDenied
    try:
        withdraw_signature_request(asked, by=viewer_of(request))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s is asked no more.") % {"name": asked.partner.name})
    return redirect(asked.agreement)
