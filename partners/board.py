"""The pipeline as a board: which organisations stand in which status, with what comes next."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from civportal.accounts.viewers import Viewer
from partners.choices import PartnerStatus
from partners.filters import PipelineFilter
from partners.models import Partner, PartnerApplication

Rows = QuerySet[Any]
"""Partners with what ``with_pipeline`` adds, of which the type of the model knows nothing."""

CAP = 12
"""Cards of a column; a link leads to the others."""

ON_THE_WAY = [
    PartnerStatus.PROSPECT,
    PartnerStatus.APPLIED,
    PartnerStatus.IN_TALKS,
    PartnerStatus.LETTER_OF_INTENT,
]


def organisations(viewer: Viewer) -> Rows:
    """Every organisation, with what the board shows of it; for who follows the pipeline."""
    rows = Partner.objects.visible_to(viewer).with_pipeline()
    return rows.annotate(owner_name=F("owner__name"))


def most_urgent_first(rows: Rows) -> Rows:
    """By the day on which the next step is due, then by how long they have their status."""
    return rows.order_by(F("due").asc(nulls_last=True), "status_since", "sort_name", "pk")


def days_since(moment: Any) -> int:
    """Whole days from a moment or a day until today, on the clock in force."""
    if isinstance(moment, datetime.datetime):
        moment = timezone.localtime(moment).date()
    days: int = (timezone.localdate() - moment).days
    return days


@dataclass
class Card:
    """One organisation, or one application, in a column."""

    row: Any
    days: int

    @property
    def is_late(self) -> bool:
        """Whether its next step should have been taken before today."""
        due = getattr(self.row, "due", None)
        return due is not None and due < timezone.localdate()


@dataclass
class Column:
    """A status, with how many organisations have it and the most urgent of them."""

    status: PartnerStatus
    number: int = 0
    late: int = 0
    longest: int = 0
    share: int = 0
    waiting: int = 0
    cards: list[Card] = field(default_factory=list)
    applications: list[Card] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Organisations and open applications together."""
        return self.number + self.waiting

    @property
    def more(self) -> int:
        """How many organisations are not among the cards."""
        return self.number - len(self.cards)

    @property
    def more_waiting(self) -> int:
        """How many applications are not among the cards."""
        return self.waiting - len(self.applications)


def _in_window(rows: Rows) -> Rows:
    """The ``CAP`` most urgent of each status, each with the numbers of its status."""
    by_status: dict[str, Any] = {"partition_by": F("status")}
    found: Rows = (
        rows.annotate(
            number_in=Window(Count("pk"), **by_status),
            late_in=Window(Count("pk", filter=Q(due__lt=timezone.localdate())), **by_status),
            oldest_in=Window(Min("status_since"), **by_status),
            place=Window(
                RowNumber(),
                order_by=[
                    F("due").asc(nulls_last=True),
                    F("status_since").asc(),
                    F("sort_name").asc(),
                    F("pk").asc(),
                ],
                **by_status,
            ),
        )
        .filter(place__lte=CAP)
        .order_by("place")
    )
    return found


def columns(filterset: PipelineFilter) -> list[Column]:
    """Every status in order, with its numbers and its most urgent organisations.

    In two queries, however many organisations there are.
    """
    found = {status: Column(PartnerStatus(status)) for status in PartnerStatus.values}
    for row in _in_window(filterset.qs):
        column = found[row.status]
        column.number, column.late = row.number_in, row.late_in
        column.longest = days_since(row.oldest_in)
        column.cards.append(Card(row, days_since(row.status_since)))
    applied = found[PartnerStatus.APPLIED]
    waiting = filterset.applications().annotate(number_in=Window(Count("pk")))[:CAP]
    for application in waiting:
        applied.waiting = application.number_in
        days = days_since(application.submitted_at)
        applied.longest = max(applied.longest, days)
        applied.applications.append(Card(application, days))
    most = max(column.total for column in found.values()) or 1
    for column in found.values():
        column.share = round(100 * column.total / most)
    return list(found.values())


def cards(rows: Any) -> Iterator[Card]:
    """A card of each row."""
    return (Card(row, days_since(row.status_since)) for row in rows)


def counts(rows: Rows, applications: QuerySet[PartnerApplication]) -> list[Column]:
    """The statuses that lead to partnership, and *signed*, with their numbers alone."""
    today = timezone.localdate()
    found = [Column(status) for status in [*ON_THE_WAY, PartnerStatus.SIGNED]]
    by_status: dict[str, list[datetime.date | None]] = {}
    for status, due in rows.order_by().values_list("status", "due"):
        by_status.setdefault(status, []).append(due)
    for column in found:
        dues = by_status.get(column.status, [])
        column.number = len(dues)
        column.late = sum(due is not None and due < today for due in dues)
        if column.status == PartnerStatus.APPLIED:
            column.waiting = applications.count()
    return found
