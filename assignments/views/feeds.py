"""The Atom feed of assignments, of all or by the filters of the board."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments import matching, words
from assignments.models import Assignment
from civportal.centre.models import CentreProfile
from civportal.lib.atom import Entry, atom_response

IN_FEED = 30


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The newest on the board, or of those by the board's filters; the same for everyone."""
    filters = matching.active(request.GET)
    found = Assignment.objects.public().filter(matching.rule_of(filters))
    found = found.for_cards().order_by("-published_at", "-pk")
    query = matching.canonical(filters)
    board = reverse("assignments:list")
    centre = CentreProfile.current()
    return atom_response(
        request,
        title=_("Assignments of %(centre)s") % {"centre": centre.name},
        subtitle=_("What companies and schools ask of students, and offer them."),
        page_url=f"{board}?{query}" if query else board,
        author=centre.name,
        entries=[_entry(assignment) for assignment in found[:IN_FEED]],
    )


def _entry(assignment: Assignment) -> Entry:
    published = assignment.published_at or assignment.changed_at  # public(), so the first
    return Entry(
        key=f"assignments/{assignment.pk}",
        url=assignment.get_absolute_url(),
        title=assignment.title,
        summary=assignment.summary,
        language=assignment.language,
        published=published,
        updated=max(published, assignment.changed_at),
        categories=[
            assignment.get_form_display(),
            *(line.title for line in assignment.lines.all()),
            *filter(None, [words.level_range(assignment.level_min, assignment.level_max)]),
        ],
    )
