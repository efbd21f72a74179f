"""Rows as a spreadsheet: CSV and XLSX, sent while they are made or from a file, never from memory.

Every cell goes through ``harmless`` here, so that no caller can forget it.
"""

import csv
import datetime
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from openpyxl import Workbook

from civportal.lib.text import without_controls

Cell = str | int | Decimal | datetime.date | None
Rows = Iterable[list[Cell]]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
"""Beginnings that spreadsheets take for a formula, or once did (OWASP, CSV injection)."""


def harmless(value: Cell) -> Cell:
    """A cell that no spreadsheet computes: text that looks like a formula gets a ``'`` before it.

    Numbers and dates stay what they are; control characters, which XLSX refuses, are gone.
    """
    if not isinstance(value, str):
        return value
    text = without_controls(value)
    return f"'{text}" if text.lstrip(" \u00a0\u200b").startswith(FORMULA) else text


class _Echo:
    """Gives back what is written to it, for a writer whose lines are sent one by one."""

    def write(self, value: str) -> str:
        """The value itself."""
        return value


def _csv(rows: Rows) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that a spreadsheet reads it as UTF-8
    for row in rows:
        yield writer.writerow(["" if cell is None else str(harmless(cell)) for cell in row])


def as_csv(rows: Rows, name: str) -> HttpResponseBase:
    """Sent while it is made, in the language and time zone of the page, which is over by then."""
    language, zone = get_language() or "nl", timezone.get_current_timezone()

    def told() -> Iterator[str]:
        made = _csv(rows)
        while True:
            with override(language), timezone.override(zone):
                part = next(made, None)
            if part is None:
                return
            yield part

    response = StreamingHttpResponse(told(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return _private(response)


def as_xlsx(pages: Iterable[tuple[str, Rows]], name: str) -> HttpResponseBase:
    """Made row by row in a file of its own: what is in memory does not grow with the rows.

    Each page has a title of at most 31 letters, and its first row and column stay in view.
    """
    book = Workbook(write_only=True)
    for title, rows in pages:
        page = book.create_sheet(title)
        page.freeze_panes = "B2"
        for row in rows:
            page.append([harmless(cell) for cell in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return _private(
        FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    )


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Nobody on the way may keep it, or take it for a page."""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
