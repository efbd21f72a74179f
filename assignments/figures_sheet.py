"""The figures of assignments as a spreadsheet: a page for each dimension, or all in one CSV."""

from collections.abc import Iterator

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assignments.figures import Table
from civportal.lib.sheet import Cell, Rows, as_csv, as_xlsx
from programme_lines.choices import Level


def headings() -> list[Cell]:
    """The columns behind the name of the part, in the language in force."""
    return [
        pgettext("number of assignments", "Posted"),
        pgettext("number of assignments", "Teams found"),
        pgettext("number of assignments", "Finished"),
        pgettext("number of assignments", "Withdrawn"),
        *(f"{_('Students')}, {level.label}" for level in Level),
        _("Students together"),
        _("Hours made"),
        _("Hours planned"),
        _("People in bookings"),
    ]


def notes() -> list[str]:
    """How the figures were counted, for who reads them without the page."""
    return [
        _(
            "Posted, teams found, finished and withdrawn count in the year in which they happened; "
            "withdrawn ones were public before."
        ),
        _(
            "Students and hours count in the year in which the work of their team begins, and "
            "people in bookings in the year of the date."
        ),
        _(
            "An assignment for more than one programme line or level counts in each of them, and "
            "once in the total."
        ),
        _(
            "Hours are what teams told at the end. Where they have not told yet, hours are planned:"
            " students, times hours a week, times weeks. The hours of a mixed team are shared out "
            "over its levels by number of students."
        ),
    ]


def _page(table: Table) -> Iterator[list[Cell]]:
    yield [table.part, *headings()]
    for row in table.rows:
        yield [row.label, *row.numbers.columns]
    yield [_("Total"), *table.total.columns]


def _all(tables: list[Table]) -> Iterator[list[Cell]]:
    yield [_("Figures"), _("Part"), *headings()]
    for table in tables:
        for row in table.rows:
            yield [table.title, row.label, *row.numbers.columns]
    if tables:
        yield [_("Total"), "", *tables[0].total.columns]


def _about(chosen: list[tuple[str, str]]) -> Iterator[list[Cell]]:
    yield [_("About these figures"), f"{timezone.localdate():%Y-%m-%d}"]
    for label, value in chosen:
        yield [label, value]
    for note in notes():
        yield [note]


def response(tables: list[Table], kind: str, chosen: list[tuple[str, str]]) -> HttpResponseBase:
    """The figures as a file: ``csv`` or ``xlsx``; ``chosen`` are the filters in words."""
    name = f"{_('figures')}-{timezone.localdate():%Y-%m-%d}"
    if kind == "csv":
        return as_csv(_all(tables), name)
    pages: list[tuple[str, Rows]] = [(table.title, _page(table)) for table in tables]
    return as_xlsx([*pages, (_("About"), _about(chosen))], name)
