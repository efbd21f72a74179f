"""Signing an agreement, and the proof of it afterwards."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from civportal.accounts.viewers import in_office
from partners.actions.signing import Hand, sign_together
from partners.choices import SigningMethod
from partners.documents import verified_document
from partners.errors import AlreadySigned, DocumentChanged, NotOpen, OtherDocument, Refused
from partners.forms.signing import SignForm
from partners.models import Agreement, Membership, Signature
from partners.permissions import signs_for
from partners.views.proof import address_of, passkey_question, prove, too_often, ways_of
from partners.views.viewer import posted, viewer_of


@sensitive_post_parameters("password", "credential")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Read, state the mandate, prove who one is: then it is signed."""
    viewer = viewer_of(request)
    agreement = get_object_or_404(Agreement.objects.visible_to(viewer), pk=pk)
    memberships = list(signs_for(viewer, agreement))
    if not memberships:
        return render(
            request, "partners/agreements/no_mandate.html", {"agreement": agreement}, status=403
        )
    there = list(agreement.signatures.filter(partner__in=[one.partner_id for one in memberships]))
    signed = {signature.partner_id for signature in there}
    waiting = [one for one in memberships if one.partner_id not in signed]
    if not waiting:
        return redirect(there[0])
    return _sign_page(request, agreement, waiting)


def _sign_page(
    request: HttpRequest, agreement: Agreement, waiting: list[Membership]
) -> HttpResponse:
    viewer = viewer_of(request)
    if not agreement.is_open:
        messages.error(request, str(NotOpen()))
        return redirect(agreement)
    try:
        verified_document(agreement)
    except DocumentChanged as error:
        return render(request, "partners/document_changed.html", {"error": error}, status=409)
    ways = ways_of(viewer)
    form = SignForm(
        posted(request),
        agreement=agreement,
        memberships=waiting,
        with_password=ways.password,
    )
    if request.method == "POST" and form.is_valid():
        refused = too_often(request)
        if refused is not None:
            return refused
        proof = prove(request, viewer)
        if isinstance(proof, SigningMethod):
            return _signed(request, agreement, form, proof)
        form.add_error("password" if ways.password else None, proof)
    return render(
        request,
        "partners/agreements/sign.html",
        {
            "agreement": agreement,
            "form": form,
            "memberships": waiting,
            "ways": ways,
            "js_data": passkey_question(viewer) if ways.passkey else None,
        },
    )


def _signed(
    request: HttpRequest, agreement: Agreement, form: SignForm, method: SigningMethod
) -> HttpResponse:
    viewer = viewer_of(request)
    try:
        signatures = sign_together(
            agreement,
            [
                Hand(
                    partner=one.partner,
                    user=viewer,
                    method=method,
                    document_sha256=form.cleaned_data["document_sha256"],
                    address=address_of(request),
                    user_agent=request.headers.get("User-Agent", ""),
                )
                for one in form.chosen()
            ],
        )
    except AlreadySigned as error:
        messages.info(request, str(error))
        return redirect(error.signature)
    except OtherDocument as error:
        messages.error(request, str(error))
        return redirect("partners:sign", agreement.pk)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(agreement)
    names = ", ".join(signature.partner.name for signature in signatures)
    messages.success(request, _("Signed for %(names)s. The proof is below.") % {"names": names})
    if len(signatures) > 1:
        rest = len(signatures) - 1
        messages.info(
            request,
            ngettext(
                "The proof of one other organisation stands with the agreement.",
                "The proof of %(count)s other organisations stands with the agreement.",
                rest,
            )
            % {"count": rest},
        )
    return redirect(signatures[0])


@never_cache
@require_safe
def signature(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof: who signed what, when, and by which right.

    The network address and the browser are personal; the signatory and the office see them.
    """
    viewer = viewer_of(request)
    signatures = Signature.objects.visible_to(viewer).select_related(
        "agreement", "partner", "recorded_by"
    )
    found = get_object_or_404(signatures, pk=pk)
    try:
        verified_document(found.agreement)
    except DocumentChanged:
        unchanged = False
    else:
        unchanged = True
    return render(
        request,
        "partners/agreements/signature.html",
        {
            "signature": found,
            "agreement": found.agreement,
            "unchanged": unchanged,
            "personal": found.user_id == viewer.pk or in_office(viewer),
        },
    )
