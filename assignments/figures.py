"""Assignments in figures: what was posted, matched and finished, by how many students and hours.

Everything is counted in the year in which it happened: posted, teams found, finished and withdrawn
on their own day; students and hours in the year in which the work of their team begins; people in
bookings on the day that they come. Days are in the centre's time zone.

The database adds up; the number of queries does not depend on the number of rows.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, ExtractMonth, ExtractYear, TruncDate
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments import matching
from assignments.choices import Form, State, TeamState
from assignments.models import Assignment, Booking, TeamCount
from assignments.models.fields import QUARTER
from partners.models import Partner
from programme_lines.choices import Level
from programme_lines.models import ProgrammeLine

SCHOOL_YEAR_BEGINS = 8
"""August, as for Dutch schools (Wet educatie en beroepsonderwijs, article 1.1.1)."""

MOMENTS = {
    "posted": "published_at",
    "matched": "matched_at",
    "finished": "finished_at",
    "withdrawn": "withdrawn_at",
}

Key = int | str | None


@dataclass(frozen=True)
class Scope:
    """What is asked for: years by the one in which they begin, and filters as on the board."""

    school_years: bool = True
    first: int | None = None
    last: int | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    def begin_of(self, year: int) -> datetime.date:
        """The first day of a year of this kind."""
        return datetime.date(year, SCHOOL_YEAR_BEGINS if self.school_years else 1, 1)

    def year_of(self, day: datetime.date) -> int:
        """The year of this kind in which a day falls."""
        return day.year if day >= self.begin_of(day.year) else day.year - 1

    def label_of(self, year: int) -> str:
        """As people write it: 2020–2021, or 2021."""
        return f"{year}–{year + 1}" if self.school_years else str(year)

    @property
    def level(self) -> int | None:
        """The one level that is asked for."""
        return int(self.filters["level"]) if "level" in self.filters else None


@dataclass
class Numbers:
    """The figures of one row; hours are exact, in quarters."""

    posted: int = 0
    matched: int = 0
    finished: int = 0
    withdrawn: int = 0
    students: dict[int, int] = field(default_factory=lambda: dict.fromkeys(Level.values, 0))
    made: Decimal = Decimal(0)
    planned: Decimal = Decimal(0)
    people: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(
            **{
                name: getattr(self, name) + getattr(other, name)
                for name in (*MOMENTS, "made", "planned", "people")
            },
            students={level: self.students[level] + other.students[level] for level in Level},
        )

    @property
    def all_students(self) -> int:
        """Students of all levels."""
        return sum(self.students.values())

    @property
    def hours(self) -> Decimal:
        """Hours that were made, and planned ones of teams that have not told theirs."""
        return self.made + self.planned

    @property
    def columns(self) -> list[int | Decimal]:
        """The row of a table, from what was posted to who comes."""
        return [
            *(getattr(self, name) for name in MOMENTS),
            *self.students.values(),
            self.all_students,
            self.made,
            self.planned,
            self.people,
        ]

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return self == Numbers()


@dataclass(frozen=True)
class Row:
    """One part of a table; ``query`` are the filters of the board that lead to it."""

    key: Key
    label: str
    numbers: Numbers
    query: str = ""


@dataclass(frozen=True)
class Table:
    """The figures by one dimension.

    An assignment of several lines or levels stands in the row of each, and once in the total.
    """

    dimension: str
    title: str
    part: str
    rows: list[Row]
    total: Numbers


def span() -> tuple[datetime.date, datetime.date] | None:
    """The first and last day about which there is something to count; None for nothing."""
    # The past comes by what is published, what lies ahead by when it begins.
    found = Assignment.objects.aggregate(
        first=Min("published_at"), begins=Max("starts_on"), comes=Max("slots__date")
    )
    if found["first"] is None:
        return None
    first = found["first"].astimezone(timezone.get_default_timezone()).date()
    ahead = [day for day in (found["begins"], found["comes"]) if day]
    return first, max([timezone.localdate(), *ahead])


# --- what is counted -------------------------------------------------------------------------


def _day(moment: str) -> TruncDate:
    return TruncDate(moment, tzinfo=timezone.get_default_timezone())


def _year(day: Any, scope: Scope) -> Any:
    if not scope.school_years:
        return ExtractYear(day)
    early = LessThan(ExtractMonth(day), SCHOOL_YEAR_BEGINS)
    return ExtractYear(day) - Case(When(early, then=1), default=0, output_field=IntegerField())


def _within(name: str, scope: Scope) -> Q:
    """A rule for a day (or the day of a moment) in the years that are asked for."""
    rule = Q()
    if scope.first is not None:
        rule &= Q(**{f"{name}__gte": scope.begin_of(scope.first)})
    if scope.last is not None:
        rule &= Q(**{f"{name}__lt": scope.begin_of(scope.last + 1)})
    return rule


def _public(scope: Scope) -> Any:
    """What was on the board, also if it was withdrawn after that."""
    wanted = matching.rule_of(scope.filters)
    return (
        Assignment.objects.filter(wanted, published_at__isnull=False)
        .annotate(**{f"{name}_on": _day(moment) for name, moment in MOMENTS.items()})
        .order_by()
    )


def _happened(name: str, scope: Scope) -> Q:
    return Q(**{f"{name}_on__isnull": False}) & _within(f"{name}_on", scope)


def _counts(rows: Any, scope: Scope) -> Any:
    return rows.annotate(
        **{name: Count("pk", filter=_happened(name, scope)) for name in MOMENTS},
    )


def _students(scope: Scope) -> Any:
    """Students of the accepted teams, by school and level, with the hours that fall to them.

    What a team made is shared out in whole quarters by number of students: each level gets the
    quarters up to and with it, less those before it, so that the parts are the whole.
    """
    rows = TeamCount.objects.filter(
        team__state=TeamState.ACCEPTED, team__assignment__in=_public(scope).values("pk")
    ).exclude(team__assignment__state=State.WITHDRAWN)
    if scope.level is not None:
        rows = rows.filter(level=scope.level)
    same_team = TeamCount.objects.filter(team=OuterRef("team")).order_by()
    up_to_here = same_team.filter(
        Q(level__lt=OuterRef("level")) | Q(level=OuterRef("level"), pk__lte=OuterRef("pk"))
    )

    def added_up(counts: QuerySet[TeamCount]) -> Subquery:
        per_team = counts.values("team").annotate(together=Sum("number"))
        return Subquery(per_team.values("together"), output_field=BigIntegerField())

    quarters = Cast(F("team__hours_made") / QUARTER, BigIntegerField())
    return (
        rows.annotate(
            begins=Coalesce(F("team__assignment__starts_on"), _day("team__decided_at")),
            together=added_up(same_team),
            so_far=added_up(up_to_here),
            quarters=quarters,
        )
        .annotate(
            share=F("quarters") * F("so_far") / F("together")
            - F("quarters") * (F("so_far") - F("number")) / F("together"),
        )
        .filter(_within("begins", scope))
        .order_by()
    )


def _work(rows: Any) -> Any:
    told = Q(team__hours_made__isnull=False)
    planned = F("number") * F("team__assignment__hours_per_week") * F("team__assignment__weeks")
    return rows.annotate(
        students=Sum("number"),
        quarters_made=Sum("share", filter=told),
        hours_planned=Sum(planned, filter=~told),
    )


def _people(scope: Scope) -> Any:
    """Who comes, or came, by bookings that stand."""
    rows = Booking.objects.standing().filter(
        _within("slot__date", scope),
        slot__cancelled_at__isnull=True,
        slot__assignment__in=_public(scope).values("pk"),
    )
    if scope.level is not None:
        rows = rows.filter(level=scope.level)
    return rows.order_by()


# --- by dimension ----------------------------------------------------------------------------

PATHS = {"line": "lines", "partner": "partner", "form": "form"}


def _by(dimension: str, scope: Scope) -> dict[Key, Numbers]:
    """The figures by year, line, partner or form: three queries."""
    found: dict[Key, Numbers] = defaultdict(Numbers)
    if dimension == "year":
        parts = [
            _public(scope)
            .filter(_happened(name, scope))
            .annotate(part=_year(F(f"{name}_on"), scope), what=Value(name))
            .values("part", "what")
            .annotate(number=Count("pk"))
            for name in MOMENTS
        ]
        for row in parts[0].union(*parts[1:], all=True):
            setattr(found[row["part"]], row["what"], row["number"])
        begins, comes = _year(F("begins"), scope), _year(F("slot__date"), scope)
    else:
        path = PATHS[dimension]
        for row in _counts(_public(scope).values(part=F(path)), scope):
            for name in MOMENTS:
                setattr(found[row["part"]], name, row[name])
        begins, comes = F(f"team__assignment__{path}"), F(f"slot__assignment__{path}")
    work = _work(_students(scope).annotate(part=begins).values("part", "level"))
    for row in work:
        _add_work(found[row["part"]], row)
    bookings = _people(scope).annotate(part=comes).values("part").annotate(people=Sum("number"))
    for row in bookings:
        found[row["part"]].people = row["people"]
    return found


def _add_work(numbers: Numbers, row: dict[str, Any]) -> None:
    numbers.students[row["level"]] += row["students"]
    numbers.made += (row["quarters_made"] or 0) * QUARTER
    numbers.planned += row["hours_planned"] or 0


def _by_level(scope: Scope) -> dict[Key, Numbers]:
    """The figures by level: three queries. What names no level stands under None."""
    found: dict[Key, Numbers] = defaultdict(Numbers)
    rules: dict[Key, Q] = {
        level: matching.rule_of({"level": str(level)}) for level in Level.values
    } | {None: Q(level_min__isnull=True) | Q(level_max__isnull=True)}
    counted = _public(scope).aggregate(
        **{
            f"{name}_{level or 0}": Count("pk", filter=rule & _happened(name, scope))
            for level, rule in rules.items()
            for name in MOMENTS
        }
    )
    for level in rules:
        for name in MOMENTS:
            setattr(found[level], name, counted[f"{name}_{level or 0}"])
    for row in _work(_students(scope).values("level")):
        _add_work(found[row["level"]], row)
    for row in _people(scope).values("level").annotate(people=Sum("number")):
        found[row["level"]].people = row["people"]
    return found


@dataclass(frozen=True)
class Bar:
    """One number of a year as a part of the largest, in hundredths."""

    name: str
    number: int
    share: int


def bars(table: Table) -> list[tuple[str, list[Bar]]]:
    """The years with what was posted, matched and finished, to draw."""
    names = ("posted", "matched", "finished")
    numbers = [
        (row.label, {name: getattr(row.numbers, name) for name in names}) for row in table.rows
    ]
    most = max((number for _label, each in numbers for number in each.values()), default=0) or 1
    return [
        (label, [Bar(name, number, round(100 * number / most)) for name, number in each.items()])
        for label, each in numbers
    ]


def _sum(parts: Iterable[Numbers]) -> Numbers:
    return sum(parts, start=Numbers())


def totals(scope: Scope) -> Numbers:
    """All of it together."""
    return _sum(_by("form", scope).values())


def tables(scope: Scope) -> list[Table]:
    """The figures by each dimension of which not one part is asked for."""
    by_form = _by("form", scope)
    total = _sum(by_form.values())
    makers: dict[str, tuple[str, str, Callable[[], list[Row]]]] = {
        "year": (_("By year"), _("Year"), lambda: _years(scope)),
        "line": (_("By programme line"), _("Programme line"), lambda: _lines(scope)),
        "partner": (_("By organisation"), _("Organisation"), lambda: _partners(scope)),
        "form": (
            _("By form of cooperation"),
            _("Form of cooperation"),
            lambda: _forms(scope, by_form),
        ),
        "level": (_("By level"), _("Level"), lambda: _levels(scope)),
    }
    return [
        Table(name, title, part, rows(), total)
        for name, (title, part, rows) in makers.items()
        if name not in scope.filters
    ]


def _on_board(scope: Scope, name: str, value: str) -> str:
    return matching.canonical({**scope.filters, name: value})


def _years(scope: Scope) -> list[Row]:
    found = _by("year", scope)
    known = [year for year in found if isinstance(year, int)]
    if not known:
        return []
    years = range(min(known), max(known) + 1)
    return [Row(year, scope.label_of(year), found[year]) for year in years]


def _lines(scope: Scope) -> list[Row]:
    found = _by("line", scope)
    rows = [
        Row(pk, title, found[pk], _on_board(scope, "line", slug))
        for pk, title, slug in ProgrammeLine.objects.values_list("pk", "title", "slug")
    ]
    none = Row(None, _("No programme line"), found[None])
    return [*rows, *([] if none.numbers.is_nothing else [none])]


def _partners(scope: Scope) -> list[Row]:
    found = _by("partner", scope)
    partners = [pk for pk in found if isinstance(pk, int)]
    known = Partner.objects.filter(pk__in=partners).order_by("sort_name", "pk")
    return [
        Row(pk, name, found[pk], _on_board(scope, "partner", slug))
        for pk, name, slug in known.values_list("pk", "name", "slug")
        if not found[pk].is_nothing
    ]


def _forms(scope: Scope, found: Mapping[Key, Numbers]) -> list[Row]:
    return [
        Row(
            form.value,
            str(form.label),
            found.get(form.value, Numbers()),
            _on_board(scope, "form", form.value),
        )
        for form in Form
    ]


def _levels(scope: Scope) -> list[Row]:
    found = _by_level(scope)
    rows = [
        Row(
            level.value,
            str(level.label),
            found[level.value],
            _on_board(scope, "level", str(level.value)),
        )
        for level in Level
    ]
    none = Row(None, _("No level named"), found[None])
    return [*rows, *([] if none.numbers.is_nothing else [none])]
