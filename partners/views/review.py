"""The office handles applications: asks, links, accepts, declines."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, F, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.applications import link_partner
from partners.choices import ApplicationState
from partners.deciding import carry_out, form_for
from partners.doubles import other_applications, possible_doubles
from partners.errors import AlreadyDecided, Refused
from partners.filters import ApplicationFilter
from partners.forms.review import LinkForm
from partners.models import PartnerApplication
from partners.permissions import can_review
from partners.timeline import LATE_AFTER, days_waiting, steps_for_office
from partners.views.viewer import viewer_of

PER_PAGE = 30
OPEN_FIRST = Case(
    When(state=ApplicationState.SUBMITTED, then=Value(0)),
    When(state=ApplicationState.QUESTION, then=Value(1)),
    default=Value(2),
)


def _applications(request: HttpRequest) -> Any:
    """The applications that the office handles; anyone else is refused."""
    if not can_review(request.user):
        raise PermissionDenied
    return (
        PartnerApplication.objects.visible_to(request.user)
        .exclude(submitted_at=None)
        .select_related("partner", "decided_by", "user")
    )


def _one(request: HttpRequest, key: uuid.UUID) -> PartnerApplication:
    found: PartnerApplication = get_object_or_404(_applications(request), key=key)
    return found


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits for the office first, the oldest on top; then what was decided."""
    filterset = ApplicationFilter(request.GET, _applications(request))
    rows = filterset.qs.annotate(place=OPEN_FIRST).order_by(
        # Nobody has decided on the open ones, so these come by age.
        "place", F("decided_at").desc(nulls_first=True), "submitted_at", "pk"
    )  # fmt: skip
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.days = days_waiting(row)
        row.late = row.state == ApplicationState.SUBMITTED and row.days > LATE_AFTER
    return render(request, "partners/review/list.html", {"form": filterset.form, "page": page})


@require_safe
def review(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Everything as it came in, what looks alike, and what to do."""
    found = _one(request, key)
    doubles = possible_doubles(found) if found.is_open else []
    return render(
        request,
        "partners/review/detail.html",
        {
            "application": found,
            "sectors": list(found.sectors.all()),
            "together": found.together,
            "doubles": doubles,
            "others": other_applications(found) if found.is_open else [],
            "steps": steps_for_office(found, viewer=viewer_of(request)),
            "days": days_waiting(found),
            "late": found.state == ApplicationState.SUBMITTED and days_waiting(found) > LATE_AFTER,
            "link_form": LinkForm() if found.is_open else None,
        },
    )


def _decided(request: HttpRequest, found: PartnerApplication) -> HttpResponse:
    """A page for who came second: who decided, when, and what."""
    fresh = _one(request, found.key)
    return render(
        request,
        "partners/review/decided.html",
        {"application": fresh, "steps": steps_for_office(fresh, viewer=viewer_of(request))},
        status=409,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: uuid.UUID, step: str) -> HttpResponse:
    """Ask something, accept or decline: a page that says what it does, and does it once."""
    found = _one(request, key)
    if not found.is_open:
        return _decided(request, found)
    form = form_for(step, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = carry_out(form, by=viewer_of(request))
        except AlreadyDecided:
            return _decided(request, found)
        except Refused as error:  # a colleague added an organisation with this number just now
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            return redirect("partners:review", key)
    return render(request, f"partners/review/{step}.html", {"application": found, "form": form})


@require_POST
def link(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Say which organisation it is about, or take that back."""
    found = _one(request, key)
    undo = request.POST.get("then") == "undo"
    form = LinkForm(request.POST)
    if not undo and not form.is_valid():
        messages.error(request, _("Choose an organisation."))
        return redirect("partners:review", key)
    partner = None if undo else form.cleaned_data["partner"]
    try:
        link_partner(found, partner, by=viewer_of(request))
    except AlreadyDecided:
        return _decided(request, found)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Linked to %(name)s.") % {"name": partner.name}
            if partner
            else _("The link is gone."),
        )
    return redirect("partners:review", key)
