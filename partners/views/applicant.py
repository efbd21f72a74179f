"""An application as the applicant sees it: the state, questions, answering, withdrawing."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions.applications import (
    answer_question,
    confirm_application,
    withdraw_application,
)
from partners.choices import ApplicationState
from partners.errors import NotConfirmed, Refused
from partners.forms.applications import AnswerForm, WithdrawForm
from partners.models import PartnerApplication
from partners.notifications.letters import DAYS_UNTIL_ANSWER
from partners.permissions import can_answer, can_review
from partners.timeline import steps_for_applicant
from partners.views.viewer import viewer_of


def _application(request: HttpRequest, key: uuid.UUID) -> PartnerApplication:
    """The application, for who may read it, or has the address in it; nobody else knows of it."""
    viewer = viewer_of(request)
    rows = PartnerApplication.objects.select_related("partner").prefetch_related("sectors")
    found = rows.visible_to(viewer).filter(key=key).first()
    found = found or rows.claimable_by(viewer).filter(key=key).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How far it is; the applicant answers questions here."""
    viewer, found = viewer_of(request), _application(request, key)
    own = can_answer(viewer, found)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not own:
            raise PermissionDenied
        if form.is_valid():
            try:
                answer_question(found, text=form.cleaned_data["text"], by=viewer)
            except Refused as error:
                messages.error(request, str(error))
            else:
                messages.success(request, _("Thank you. Your answer is with the programme office."))
            return redirect(found)
    return render(
        request,
        "partners/apply/application.html",
        {
            "application": found,
            "own": own,
            "claims": found.user_id is None,
            "reviews": can_review(viewer) and not own,
            "form": form,
            "asks": own and found.state == ApplicationState.QUESTION,
            "steps": steps_for_applicant(found, viewer=viewer),
            "days": DAYS_UNTIL_ANSWER,
        },
    )


@require_POST
def confirm(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Whose address it is sends the application to the office."""
    viewer, found = viewer_of(request), _application(request, key)
    try:
        confirm_application(found, by=viewer)
    except NotConfirmed as error:
        messages.error(request, str(error))
        return redirect("account_email")
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your application is with the programme office."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take it back, after asking once."""
    viewer = viewer_of(request)
    found = get_object_or_404(PartnerApplication.objects.visible_to(viewer), key=key)
    if not can_answer(viewer, found):
        raise PermissionDenied
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_application(found, by=viewer, reason=form.cleaned_data["reason"])
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your application is withdrawn."))
        return redirect(found)
    return render(request, "partners/apply/withdraw.html", {"application": found, "form": form})
