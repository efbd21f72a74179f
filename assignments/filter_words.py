"""The filters of the board in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments import matching
from assignments.choices import PUBLIC_STATES, Form
from assignments.matching import NO, ONLINE, YES
from assignments.models import SchoolPeriod
from civportal.accounts.models import Language
from partners.models import Partner, Sector
from programme_lines.choices import Level
from programme_lines.models import ProgrammeLine

LABELS: dict[str, list[tuple[str, Any]]] = {
    "open": [(YES, gettext_lazy("Open now")), (NO, gettext_lazy("Earlier ones"))],
    "form": list(Form.choices),
    "level": [(str(level), label) for level, label in Level.choices],
    "hours": [
        ("4", gettext_lazy("Up to 4 hours")),
        ("8", gettext_lazy("More than 4, up to 8 hours")),
        ("16", gettext_lazy("More than 8, up to 16 hours")),
        ("40", gettext_lazy("More than 16 hours")),
    ],
    "language": list(Language.choices),
    "mixed": [(YES, gettext_lazy("For mixed teams"))],
}
Pair = tuple[str, str]
"""A filter and its value."""


def month_in_words(value: str) -> str:
    """``februari 2021`` for ``2021-02``; the value itself where it is no month."""
    month = matching.month_of(value)
    return date_format(month[0], "F Y") if month else value


def labels_of(searches: Iterable[Mapping[str, str]]) -> dict[Pair, str]:
    """The words of every filter in these; what does not exist has none.

    At most four queries, however many filters.
    """
    pairs = {pair for filters in searches for pair in filters.items()}
    found = {pair: words for pair in pairs if (words := _known(*pair))}
    # Only of whom something is public: a guess tells nothing of other organisations.
    partners = Partner.objects.filter(assignments__state__in=PUBLIC_STATES).distinct()
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "line": (ProgrammeLine.objects.all(), "title"),
        "sector": (Sector.objects.all(), "name"),
        "partner": (partners, "name"),
    }
    for name, (there, field) in rows.items():
        slugs = [value for other, value in pairs if other == name]
        if slugs:
            named = there.order_by().filter(slug__in=slugs).values_list("slug", field)
            found |= {(name, slug): words for slug, words in named}
    periods = [value[1:] for name, value in pairs if name == "period" and value[0] == "p"]
    if periods:
        for period in SchoolPeriod.objects.filter(pk__in=periods).select_related("school"):
            found["period", f"p{period.pk}"] = f"{period.name}, {period.school.name}"
    return found


def _known(name: str, value: str) -> str | None:
    """The words of what needs no look-up."""
    if name in LABELS:
        return str(dict(LABELS[name])[value])
    if name == "period" and matching.month_of(value):
        return month_in_words(value)
    if name == "place":
        return _("Online") if value == ONLINE else value
    return value if name == "q" else None


def in_words(queries: Iterable[str]) -> dict[str, str]:
    """Query strings of the board in words: ``Mbo level 4, For mixed teams``."""
    parsed = {query: matching.parsed(query) for query in queries}
    labels = labels_of(parsed.values())
    return {
        query: ", ".join(labels[pair] for pair in filters.items() if pair in labels)
        for query, filters in parsed.items()
    }
