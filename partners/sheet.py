"""The pipeline as a spreadsheet: CSV and XLSX, with the same columns."""

import csv
import datetime
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from django.http import FileResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from openpyxl import Workbook

from civportal.lib.text import without_controls
from partners.board import days_since, most_urgent_first
from partners.choices import PartnerStatus
from partners.filters import PipelineFilter
from partners.models import Partner, PartnerApplication

Cell = str | int | datetime.date | None

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

CHUNK = 500
"""Organisations that are in memory at once."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
"""Beginnings that spreadsheets take for a formula, or once did (OWASP, CSV injection)."""


def query_of(parameters: QueryDict) -> str:
    """The filters of an address, without the page number."""
    kept = parameters.copy()
    kept.pop("page", None)
    return kept.urlencode()


def harmless(value: Cell) -> Cell:
    """A cell that no spreadsheet computes: text that looks like a formula gets a ``'`` before it.

    Numbers and dates stay what they are; control characters, which XLSX refuses, are gone.
    """
    if not isinstance(value, str):
        return value
    text = without_controls(value)
    return f"'{text}" if text.lstrip(" \u00a0\u200b").startswith(FORMULA) else text


def headings() -> list[str]:
    """The columns, in the language in force."""
    return [
        _("Organisation"), _("What it is"), _("Kind"), _("Sectors"), _("Status"),
        _("In this status since"), _("Days"), _("Contact at the office"), _("Next step"),
        _("Due on"), _("Overdue"), _("Who takes the step"), _("Last contact"), _("KvK number"),
        _("Website"), _("Founding partner"),
    ]  # fmt: skip


def _yes(value: object) -> str:
    return _("yes") if value else ""


def _sectors(row: Partner | PartnerApplication) -> str:
    return ", ".join(str(sector) for sector in row.sectors.all())


def partner_cells(row: Any) -> list[Cell]:
    """A partner of ``with_pipeline`` with ``owner_name``."""
    return [
        row.name, _("organisation"), row.get_kind_display(), _sectors(row),
        row.get_status_display(), timezone.localtime(row.status_since).date(),
        days_since(row.status_since), row.owner_name or "", row.next_step or "", row.due,
        _yes(row.due and row.due < timezone.localdate()), row.step_owner_name or "",
        row.last_contact, row.kvk_number or "", row.website, _yes(row.founding),
    ]  # fmt: skip


def application_cells(row: PartnerApplication) -> list[Cell]:
    """An open application; it stands in the column *applied*."""
    assert row.submitted_at is not None  # noqa: S101 - open ones are confirmed
    return [
        row.name, _("application"), row.get_kind_display(), _sectors(row),
        str(PartnerStatus.APPLIED.label), timezone.localtime(row.submitted_at).date(),
        days_since(row.submitted_at), "", "", None, "", "", None, row.kvk_number, row.website, "",
    ]  # fmt: skip


def lines(filterset: PipelineFilter) -> Iterator[list[Cell]]:
    """Headings and rows: by status, the most urgent first; applications before organisations."""
    yield [*headings()]
    waiting = filterset.applications().prefetch_related("sectors")
    for application in waiting.iterator(chunk_size=CHUNK):
        yield [harmless(cell) for cell in application_cells(application)]
    rows = most_urgent_first(filterset.qs)
    for partner in rows.prefetch_related("sectors").iterator(chunk_size=CHUNK):
        yield [harmless(cell) for cell in partner_cells(partner)]


class _Echo:
    """Gives back what is written to it, for a writer whose lines are sent one by one."""

    def write(self, value: str) -> str:
        """The value itself."""
        return value


def _csv(rows: Iterator[list[Cell]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that a spreadsheet reads it as UTF-8
    for row in rows:
        yield writer.writerow(["" if cell is None else str(cell) for cell in row])


def as_csv(filterset: PipelineFilter, name: str) -> StreamingHttpResponse:
    """Sent while it is made, in the language and time zone of the page, which is over by then."""
    language, zone = get_language() or "nl", timezone.get_current_timezone()

    def told() -> Iterator[str]:
        made = _csv(lines(filterset))
        while True:
            with override(language), timezone.override(zone):
                part = next(made, None)
            if part is None:
                return
            yield part

    response = StreamingHttpResponse(told(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def as_xlsx(filterset: PipelineFilter, name: str) -> FileResponse:
    """Made row by row in a file of its own: what is in memory does not grow with the rows."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_("Pipeline"))
    page.freeze_panes = "B2"
    for row in lines(filterset):
        page.append(row)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


KINDS: dict[str, Callable[[PipelineFilter, str], HttpResponseBase]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
}


def response(filterset: PipelineFilter, kind: str) -> HttpResponseBase:
    """The spreadsheet as a file; nobody on the way may keep it."""
    name = f"{_('pipeline')}-{timezone.localdate():%Y-%m-%d}"
    made = KINDS[kind](filterset, name)
    made["Cache-Control"] = "private, no-store"
    made["X-Content-Type-Options"] = "nosniff"
    return made
