"""Assignments in figures, for the office and the steering group: a page and spreadsheets."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments import figures, figures_sheet
from assignments.forms.figures import FiguresForm
from assignments.permissions import can_see_figures
from civportal.ui.filters import chosen_filters
from programme_lines.choices import Level


def _asked(request: HttpRequest) -> FiguresForm:
    """What is asked for, by who may know; else there is no page."""
    if not can_see_figures(request.user):
        raise Http404
    return FiguresForm(request.GET)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The figures by each dimension, with the whole in front."""
    form = _asked(request)
    tables = figures.tables(form.scope)
    by_year = tables[0]
    return render(
        request,
        "assignments/figures/overview.html",
        {
            "form": form,
            "tables": tables,
            "bars": figures.bars(by_year),
            "total": by_year.total,
            "levels": list(Level),
            "notes": figures_sheet.notes(),
            "query": request.GET.urlencode(),
        },
    )


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The same figures as a spreadsheet, by the filters of the address."""
    form = _asked(request)
    chosen = [(chip.label, chip.text) for chip in chosen_filters(form, request.GET)]
    return figures_sheet.response(figures.tables(form.scope), kind, chosen)
