"""Documents and datasets: put down by those who posted, given to teams that accepted the terms."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assignments.actions import documents as actions
from assignments.actions.terms import OVER, waiting_terms
from assignments.choices import TeamState
from assignments.errors import (
    DocumentGone,
    DownloadsClosed,
    NotOfSides,
    NotTheCoach,
    Refused,
    TermsNotAccepted,
)
from assignments.forms.running import DescribeForm, DocumentForm
from assignments.models import Assignment, AssignmentDocument, Download, Team
from assignments.permissions import on_a_side, own_teams
from assignments.views.terms import assignment_of_side
from civportal.lib.streaming import Busy, Place, asks_for_the_rest, stream
from civportal.lib.text import file_name
from partners.views.viewer import posted, viewer_of

DOWNLOADS_PER_PAGE = 50
WAIT_A_MINUTE = "60"


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """What is there, who took it, and a form to add to it."""
    assignment = assignment_of_side(request, pk)
    form = DocumentForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_document(assignment, by=viewer_of(request), **form.cleaned_data)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(assignment)
        messages.success(request, _("“%(title)s” is there.") % {"title": added.title})
        return redirect("assignments:documents", assignment.pk)
    downloads = Download.objects.visible_to(request.user).filter(document__assignment=assignment)
    rows = downloads.select_related("document", "team", "user")
    context = {
        "assignment": assignment,
        "documents": assignment.documents.there(),
        "form": form,
        "is_over": assignment.state in OVER,
        "page": Paginator(rows, DOWNLOADS_PER_PAGE).get_page(request.GET.get("page")),
        "has_terms": assignment.terms.current().exists(),
    }
    return render(request, "assignments/documents/list.html", context)


def _document_of_side(request: HttpRequest, pk: int) -> AssignmentDocument:
    rows = AssignmentDocument.objects.visible_to(request.user).there()
    document = get_object_or_404(rows.select_related("assignment"), pk=pk)
    if not on_a_side(request.user, document.assignment):
        raise PermissionDenied
    return document


@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another title or description."""
    document = _document_of_side(request, pk)
    form = DescribeForm(posted(request), instance=document)
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_document(document, by=viewer_of(request), **form.cleaned_data)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
        return redirect("assignments:documents", document.assignment_id)
    context = {"document": document, "assignment": document.assignment, "form": form}
    return render(request, "assignments/documents/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def document_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away, after a question."""
    document = _document_of_side(request, pk)
    if request.method == "POST":
        actions.remove_document(document, by=viewer_of(request))
        messages.success(request, _("“%(title)s” was removed.") % {"title": document.title})
        return redirect("assignments:documents", document.assignment_id)
    context = {"document": document, "assignment": document.assignment}
    return render(request, "assignments/documents/remove.html", context)


@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, on record, for who may have it; to a stranger there is none.

    A GET that writes something down, because people follow a link to a file: nothing changes for
    anyone but that it says who took it, and nobody gets here without logging in.
    """
    viewer = viewer_of(request)
    rows = AssignmentDocument.objects.visible_to(viewer).select_related("assignment")
    found = get_object_or_404(rows, pk=pk)
    team = _taker(request, found.assignment)
    try:
        place = Place()
    except Busy:
        return busy(request)
    try:
        given = actions.hand_out(found, team=team, by=viewer, goes_on=asks_for_the_rest(request))
    except (NotOfSides, NotTheCoach):
        place.close()
        raise Http404 from None
    except Refused as error:
        place.close()
        return _refused(request, found, team, error)
    name = file_name(found.title, found.file.name or "", fallback=f"document-{found.pk}")
    return stream(
        request, given.file, place, name=name, size=found.size, mark=f"{found.pk}-{found.size}"
    )


def busy(request: HttpRequest) -> HttpResponse:
    """Come back in a minute; the pages of the portal go on meanwhile."""
    answer = render(request, "assignments/documents/busy.html", status=503)
    answer["Retry-After"] = WAIT_A_MINUTE
    return answer


def _taker(request: HttpRequest, assignment: Assignment) -> Team | None:
    """For which team somebody takes something; None for those who posted.

    ``?team=`` says it where a coach has more than one; else the one that is furthest. Who posted
    the assignment and coaches a team that was accepted takes it for that team.
    """
    viewer = viewer_of(request)
    wanted = request.GET.get("team", "")
    teams = sorted(own_teams(viewer, assignment), key=lambda team: _how_far(team, wanted))
    first = next(iter(teams), None)
    if on_a_side(viewer, assignment) and (first is None or first.state != TeamState.ACCEPTED):
        return None
    return first


def _how_far(team: Team, wanted: str) -> tuple[bool, bool, bool, bool, int]:
    is_accepted = team.state == TeamState.ACCEPTED
    return (
        str(team.pk) != wanted,
        not is_accepted,
        team.finished_at is not None,
        is_accepted and bool(waiting_terms(team)),
        team.pk,
    )


def _refused(
    request: HttpRequest, document: AssignmentDocument, team: Team | None, error: Refused
) -> HttpResponse:
    over = isinstance(error, DownloadsClosed | DocumentGone)
    context = {
        "document": document,
        "assignment": document.assignment,
        "team": team,
        "error": error,
        "must_accept": isinstance(error, TermsNotAccepted),
    }
    status = 410 if over else 403
    return render(request, "assignments/documents/refused.html", context, status=status)
