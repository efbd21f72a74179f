"""Asking to join a partner that has signed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from civportal.accounts.models import User
from partners.actions.people import ask_to_join, withdraw_request
from partners.draft import Draft
from partners.errors import Refused
from partners.forms.applications import JoinForm
from partners.models import Partner
from partners.permissions import membership_of
from partners.views.viewer import viewer_of


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the representatives to be let in; who applied for a partner is led here too."""
    partner = get_object_or_404(Partner.objects.signed(), slug=slug)
    user = request.user if isinstance(request.user, User) else None
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_join(partner, by=viewer_of(request), message=form.cleaned_data["message"])
        except Refused as error:
            messages.info(request, str(error))
        else:
            messages.success(request, _("Your request is on its way."))
        return redirect("partners:join", slug)
    draft = Draft(request)
    asked = user and partner.membership_requests.pending().filter(user=user).first()
    return render(
        request,
        "partners/apply/join.html",
        {
            "partner": partner,
            "form": form,
            "asked": asked,
            "member": user is not None and membership_of(user, partner) is not None,
            "applied": draft.like == partner.pk,
            "certain": draft.certain,
            "here": request.path,
        },
    )


@require_POST
def stop_asking(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one's own request back."""
    viewer = viewer_of(request)
    partner = get_object_or_404(Partner.objects.signed(), slug=slug)
    asked = get_object_or_404(partner.membership_requests.filter(user=viewer).pending())
    try:
        withdraw_request(asked, by=viewer)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your request is withdrawn."))
    return redirect("partners:join", slug)
