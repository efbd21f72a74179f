"""The board of assignments and the page of each."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments import words
from assignments.choices import UNDER_WAY, State
from assignments.filters import SORTS, BoardFilter
from assignments.models import Assignment
from assignments.permissions import can_post
from assignments.searches import look_at, proposed_name
from civportal.ui.sections import sections_for

PER_PAGE = 24
RELATED = 3


@login_not_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """What is open comes first; what was done stays readable as an example."""
    filters = BoardFilter(request.GET, viewer=request.user)
    pages = Paginator(filters.ordered(), PER_PAGE)
    wanted = request.GET.get("page", "1")
    page = pages.get_page(wanted)
    rows = list(page)
    return render(
        request,
        "assignments/board.html",
        {
            "filters": filters,
            "form": filters.form,
            "open_rows": [row for row in rows if words.is_open(row)],
            "closed_rows": [row for row in rows if not words.is_open(row)],
            "page": page,
            "missing_page": wanted if wanted != str(page.number) else "",
            "sorts": [("", _("Newest")), *SORTS],
            "looser": [] if rows else filters.looser(),
            "saved": look_at(request.user, filters.query),
            "proposed_name": proposed_name(filters.chips),
            "can_post": can_post(request.user),
        },
    )


@login_not_required
@require_safe
def detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One assignment, and what this viewer can do with it."""
    rows = Assignment.objects.visible_to(request.user).for_cards()
    assignment = get_object_or_404(rows.select_related("school").prefetch_related("goals"), pk=pk)
    if slug != assignment.slug:
        answer = redirect(assignment, permanent=True)
        # Kept by a browser, it would go round in circles once the title is changed back.
        answer["Cache-Control"] = "no-cache"
        return answer
    related = list(Assignment.objects.public().like(assignment).for_cards()[:RELATED])
    address = f"{settings.BASE_URL}{assignment.get_absolute_url()}"
    return render(
        request,
        "assignments/detail.html",
        {
            "assignment": assignment,
            "main_line": next(iter(assignment.lines.all()), None),
            "address": address,
            "mail_link": mail_link(assignment.title, f"{assignment.summary}\n\n{address}"),
            "is_closed": assignment.is_public and not words.is_open(assignment),
            "closed_title": closed_title(assignment),
            "related": related,
            "similar": [other for other in related if words.is_open(other)],
            "sections": sections_for("assignment", request, assignment),
            "side": sections_for("assignment_side", request, assignment),
        },
    )


def mail_link(subject: str, text: str) -> str:
    """A link that opens the reader's own mail program (RFC 6068)."""
    return f"mailto:?{urlencode({'subject': subject, 'body': text}, quote_via=quote)}"


def closed_title(assignment: Assignment) -> str:
    """Why one can no longer take part."""
    if assignment.state == State.PUBLISHED:
        return _("The day to apply has passed")
    if assignment.state in UNDER_WAY:
        return _("Teams are at work on it")
    return _("This has been done")
