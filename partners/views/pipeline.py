"""The pipeline: every organisation by status, as a board, as a list and as a spreadsheet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners import sheet
from partners.actions.pipeline import add_prospect
from partners.board import (
    ON_THE_WAY,
    cards,
    columns,
    days_since,
    most_urgent_first,
    organisations,
)
from partners.doubles import Wanted, known_like, waiting_like
from partners.errors import KvkTaken
from partners.filters import PipelineFilter
from partners.forms.pipeline import ProspectForm
from partners.permissions import can_move, can_review, can_see_pipeline
from partners.views.viewer import posted, viewer_of

PER_PAGE = 50


def _filtered(request: HttpRequest) -> PipelineFilter:
    """The filter over all organisations, for who follows the pipeline; else there is no page."""
    viewer = viewer_of(request)
    if not can_see_pipeline(viewer):
        raise Http404
    return PipelineFilter(request.GET, organisations(viewer))


@require_safe
def pipeline(request: HttpRequest) -> HttpResponse:
    """Columns by status; with one status chosen, all that have it."""
    filterset = _filtered(request)
    shown = {
        "form": filterset.form,
        "moves": can_move(request.user),
        "reviews": can_review(request.user),
        "query": sheet.query_of(request.GET),
    }
    if "status" in filterset.chosen:
        return _one_status(request, filterset, shown)
    board = columns(filterset)
    shown |= {
        "columns": board,
        "on_the_way": [column for column in board if column.status in ON_THE_WAY],
        "others": [column for column in board if column.status not in ON_THE_WAY],
        "total": sum(column.total for column in board),
    }
    return render(request, "partners/pipeline/board.html", shown)


def _one_status(
    request: HttpRequest, filterset: PipelineFilter, shown: dict[str, object]
) -> HttpResponse:
    rows = most_urgent_first(filterset.qs)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    waiting = list(filterset.applications()[:PER_PAGE]) if page.number == 1 else []
    for application in waiting:
        application.days = days_since(application.submitted_at)  # type: ignore[attr-defined]
    return render(
        request,
        "partners/pipeline/status.html",
        {
            **shown,
            "page": page,
            "cards": list(cards(page)),
            "applications": waiting,
            "status_label": dict(filterset.form.fields["status"].choices)[
                filterset.chosen["status"]
            ],
        },
    )


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same organisations as a spreadsheet, by the filters of the address."""
    filterset = _filtered(request)
    return sheet.response(filterset, kind)


@require_http_methods(["GET", "HEAD", "POST"])
def prospect_new(request: HttpRequest) -> HttpResponse:
    """Add an organisation to talk with; one that looks like another is asked about first."""
    viewer = viewer_of(request)
    if not can_see_pipeline(viewer):
        raise Http404
    if not can_move(viewer):
        raise PermissionDenied
    form = ProspectForm(posted(request), initial={"owner": viewer.pk})
    doubles, waiting = [], []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = Wanted(name=data["name"], kvk_number=data["kvk_number"], website=data["website"])
        doubles, waiting = known_like(wanted), waiting_like(wanted)
        sure = request.POST.get("then") == "sure"
        if sure or not (doubles or waiting):
            try:
                partner = add_prospect(by=viewer, **data)
            except KvkTaken as error:
                form.add_error(
                    "kvk_number", _("%(name)s has this number.") % {"name": error.partner.name}
                )
            else:
                messages.success(request, _("%(name)s is added.") % {"name": partner.name})
                return redirect("partners:contact", partner.slug)
    return render(
        request,
        "partners/pipeline/new.html",
        {"form": form, "doubles": doubles, "waiting": waiting, "reviews": can_review(viewer)},
    )
