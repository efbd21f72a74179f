"""What the filters of the board mean, each as a ``Q``: for the board, its counts, its feed, and
for the searches that people keep.

A filter is a name and a value as they stand in an address, such as ``level`` and ``4``.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict

from assignments.choices import Form
from assignments.models import Assignment, SchoolPeriod, Slot
from assignments.querysets import open_rule
from civportal.accounts.models import Language
from civportal.lib.text import seen_line
from partners.models import Partner
from programme_lines.choices import Level

YES, NO = "ja", "nee"
ONLINE = "online"
MOST_WORDS = 6
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
PERIOD = re.compile(r"p([1-9]\d{0,8})")

BANDS = {"4": (0, 4), "8": (4, 8), "16": (8, 16), "40": (16, 40)}
"""Hours a week by the key in the address: more than the first, up to and with the second."""

Rule = Callable[[str], Q]


def month_of(value: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and last day of ``2021-02``; None for anything else."""
    found = MONTH.fullmatch(value)
    if found is None:
        return None
    first = datetime.date(int(found[1]), int(found[2]), 1)
    following = (first + datetime.timedelta(days=31)).replace(day=1)
    return first, following - datetime.timedelta(days=1)


def _by_period(value: str) -> Q:
    """Begins, or is offered on a date, in a month (``2021-02``) or a school's period (``p12``)."""
    dates = Slot.objects.filter(assignment=OuterRef("pk"), cancelled_at__isnull=True)
    month = month_of(value)
    if month:
        return Q(starts_on__range=month) | Q(Exists(dates.filter(date__range=month)))
    period = SchoolPeriod.objects.filter(pk=value[1:])

    def within(day: str) -> Exists:
        return Exists(period.filter(starts_on__lte=OuterRef(day), ends_on__gte=OuterRef(day)))

    return Q(within("starts_on")) | Q(Exists(dates.filter(within("date"))))


def _by_line(value: str) -> Q:
    lines = Assignment.lines.through.objects
    return Q(Exists(lines.filter(assignment=OuterRef("pk"), programmeline__slug=value)))


def _by_sector(value: str) -> Q:
    sectors = Partner.sectors.through.objects
    return Q(Exists(sectors.filter(partner=OuterRef("partner"), sector__slug=value)))


def _by_hours(value: str) -> Q:
    more_than, up_to = BANDS[value]
    return Q(hours_per_week__gt=more_than, hours_per_week__lte=up_to)


def town_of(place: str) -> str:
    """What stands before the first comma: where people would say it is."""
    return place.split(",", maxsplit=1)[0].strip()


def _by_place(value: str) -> Q:
    """At this place, or on a date that is offered there; or online."""
    dates = Slot.objects.upcoming().filter(assignment=OuterRef("pk"))
    if value == ONLINE:
        return Q(online=True) | Q(Exists(dates.exclude(online_url="")))
    there = Q(place__iexact=value) | Q(place__istartswith=f"{value},")
    return there | Q(Exists(dates.filter(there)))


def _by_words(value: str) -> Q:
    """Every word somewhere: in the texts, the disciplines or the organisation's name."""
    found = Q()
    for word in seen_line(value).split()[:MOST_WORDS]:
        somewhere = Q()
        for field in ("title", "summary", "description", "disciplines", "partner__name"):
            somewhere |= Q(**{f"{field}__icontains": word})
        found &= somewhere
    return found


def _by_mixed(value: str) -> Q:
    return Q(mixed=True)


def _by_open(value: str) -> Q:
    return open_rule() if value == YES else ~open_rule()


RULES: dict[str, Rule] = {
    "q": _by_words,
    "open": _by_open,
    "form": lambda value: Q(form=value),
    "level": lambda value: Q(level_min__lte=int(value), level_max__gte=int(value)),
    "line": _by_line,
    "sector": _by_sector,
    "partner": lambda value: Q(partner__slug=value),
    "period": _by_period,
    "hours": _by_hours,
    "place": _by_place,
    "language": lambda value: Q(language=value),
    "mixed": _by_mixed,
}
"""By name, in the order in which a saved search writes them down."""

FIXED: dict[str, list[str]] = {
    "open": [YES, NO],
    "form": list(Form.values),
    "level": [str(level) for level in Level.values],
    "hours": list(BANDS),
    "language": list(Language.values),
    "mixed": [YES],
}
"""Filters of which every value is known beforehand."""

LONGEST = 120
"""Characters of a value; nothing that can be filtered by is longer."""


def active(parameters: QueryDict) -> dict[str, str]:
    """The filters that hold, in the order of ``RULES``; what is no value of a filter is none."""
    found = {}
    for name in RULES:
        value = seen_line(str(parameters.get(name) or ""))
        if not value or len(value) > LONGEST:
            continue
        if name in FIXED and value not in FIXED[name]:
            continue
        if name == "period" and not (MONTH.fullmatch(value) or PERIOD.fullmatch(value)):
            continue
        found[name] = value
    return found


def canonical(filters: Mapping[str, str]) -> str:
    """These filters as a query string, the same for the same filters in whatever order."""
    query = QueryDict(mutable=True)
    for name in RULES:
        if name in filters:
            query[name] = filters[name]
    return query.urlencode()


def parsed(query: str) -> dict[str, str]:
    """The filters that a query string names."""
    return active(QueryDict(query))


def rule_of(filters: Mapping[str, str]) -> Q:
    """All of these filters together; without any, everything."""
    together = Q()
    for name, value in filters.items():
        together &= RULES[name](value)
    return together


def counts(rows: Any, queries: Mapping[str, Q]) -> dict[str, int]:
    """How many of the rows meet each rule, by its key, in one query."""
    if not queries:
        return {}
    names = {f"n{number}": key for number, key in enumerate(queries)}
    found = rows.order_by().aggregate(
        **{alias: Count("pk", filter=queries[key]) for alias, key in names.items()}
    )
    return {names[alias]: number for alias, number in found.items()}
