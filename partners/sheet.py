"""The pipeline as a spreadsheet: CSV and XLSX, with the same columns."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.lib.sheet import Cell, as_csv, as_xlsx
from partners.board import days_since, most_urgent_first
from partners.choices import PartnerStatus
from partners.filters import PipelineFilter
from partners.models import Partner, PartnerApplication

CHUNK = 500
"""Organisations that are in memory at once."""


def query_of(parameters: QueryDict) -> str:
    """The filters of an address, without the page number."""
    kept = parameters.copy()
    kept.pop("page", None)
    return kept.urlencode()


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
        yield application_cells(application)
    rows = most_urgent_first(filterset.qs)
    for partner in rows.prefetch_related("sectors").iterator(chunk_size=CHUNK):
        yield partner_cells(partner)


def response(filterset: PipelineFilter, kind: str) -> HttpResponseBase:
    """The spreadsheet as a file: ``csv`` or ``xlsx``."""
    name = f"{_('pipeline')}-{timezone.localdate():%Y-%m-%d}"
    if kind == "csv":
        return as_csv(lines(filterset), name)
    return as_xlsx([(_("Pipeline"), lines(filterset))], name)
