"""Programme lines: the catalogue, one line, and its activity plan."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from civportal.accounts.viewers import Viewer
from civportal.ui.sections import sections_for
from partners.models import Partner
from programme_lines.models import (
    EducationProgramme,
    Initiative,
    LineLeader,
    Milestone,
    ProgrammeLine,
)
from programme_lines.route import route


def leaders_as_seen_by(viewer: Viewer) -> "Prefetch[str]":
    """Who leads a line; ``partner`` is None where the viewer may not know of it."""
    known = Prefetch("partner", Partner.objects.visible_to(viewer))
    return Prefetch("leaders", LineLeader.objects.prefetch_related(known))


def initiatives_as_seen_by(viewer: Viewer) -> "Prefetch[str]":
    """Initiatives with their partners and schools as far as the viewer may know of them.

    A programme of another school has no ``institution`` then: nothing in a template, and
    ``RelatedObjectDoesNotExist`` in Python.
    """
    partners = Partner.objects.visible_to(viewer)
    schools = Prefetch("institution", partners)
    return Prefetch(
        "initiatives",
        Initiative.objects.prefetch_related(
            Prefetch("partners", partners),
            Prefetch("education_programmes", EducationProgramme.objects.prefetch_related(schools)),
        ),
    )


@login_not_required
@require_safe
def line_list(request: HttpRequest) -> HttpResponse:
    lines = ProgrammeLine.objects.prefetch_related(leaders_as_seen_by(request.user))
    milestones = Milestone.objects.filter(line=None)
    return render(
        request, "programme_lines/list.html", {"lines": lines, "route": route(milestones)}
    )


@login_not_required
@require_safe
def line_detail(request: HttpRequest, slug: str) -> HttpResponse:
    line = get_object_or_404(
        ProgrammeLine.objects.prefetch_related(
            leaders_as_seen_by(request.user), initiatives_as_seen_by(request.user)
        ),
        slug=slug,
    )
    programmes = {
        programme.pk: programme
        for initiative in line.initiatives.all()
        for programme in initiative.education_programmes.all()
    }
    return render(
        request,
        "programme_lines/detail.html",
        {
            "line": line,
            "chapters": line.chapters.visible_to(request.user),
            "education_programmes": sorted(
                programmes.values(), key=lambda programme: (programme.name, programme.level)
            ),
            "route": route(line.milestones.all()),
            "actions": sections_for("programme_line_head", request, line),
            "sections": sections_for("programme_line", request, line),
        },
    )


@login_not_required
@require_safe
def line_plan(request: HttpRequest, slug: str) -> HttpResponse:
    line = get_object_or_404(ProgrammeLine, slug=slug)
    chapters = list(line.chapters.visible_to(request.user))
    if not chapters:
        raise Http404
    return render(
        request,
        "programme_lines/plan.html",
        {
            "line": line,
            "chapters": chapters,
            "entries": [(f"hoofdstuk-{chapter.pk}", chapter.title) for chapter in chapters],
        },
    )
