"""The filters of the board, each choice with how many it would leave."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import django_filters
from django import forms
from django.db.models import Case, Count, F, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assignments import matching
from assignments.filter_words import LABELS, labels_of, month_in_words
from assignments.matching import ONLINE
from assignments.models import Assignment, SchoolPeriod, Slot
from assignments.permissions import Person, schools_of
from assignments.querysets import AssignmentQuerySet, open_rule
from civportal.lib.text import fold
from civportal.ui.filters import Chip, chosen_filters
from programme_lines.models import ProgrammeLine
from sessions_log.filters import FilterForm, one_of

SORTS = [
    ("deadline", pgettext_lazy("order of assignments", "Deadline")),
    ("start", pgettext_lazy("order of assignments", "Begins first")),
]
LOOSER = 3
"""How many ways out of an empty board are offered."""


class Option(NamedTuple):
    """One choice of a filter: its value in the address, its words, and how many it leaves."""

    value: str
    label: str
    number: int
    group: str = ""


class BoardForm(FilterForm):
    """The filters of the board; some stand under "more"."""

    more_fields = ("hours", "sector", "partner", "mixed", "language", "open")


class BoardFilter(django_filters.FilterSet):
    """What is on the board, by everything that someone may look for.

    A choice is offered when it leaves something, given the other filters in force; the one in
    force is always there. Counting takes one query for all filters with fixed choices, one for
    each with choices out of the rows, and one more for each filter in force.
    """

    q = django_filters.CharFilter(
        label=gettext_lazy("Search"), method="by_rule", widget=forms.SearchInput
    )
    form = one_of(  # declared filters leave the class, so ``form`` stays what it is
        gettext_lazy("Form of cooperation"), gettext_lazy("All forms"), method="by_rule"
    )
    level = one_of(gettext_lazy("Level"), gettext_lazy("All levels"), method="by_rule")
    line = one_of(
        gettext_lazy("Programme line"), gettext_lazy("All programme lines"), method="by_rule"
    )
    period = one_of(gettext_lazy("Begins in"), gettext_lazy("Any time"), method="by_rule")
    hours = one_of(gettext_lazy("Hours a week"), gettext_lazy("Any number"), method="by_rule")
    place = one_of(gettext_lazy("Place"), gettext_lazy("Everywhere"), method="by_rule")
    sector = one_of(gettext_lazy("Sector"), gettext_lazy("All sectors"), method="by_rule")
    partner = one_of(
        gettext_lazy("Organisation"), gettext_lazy("All organisations"), method="by_rule"
    )
    mixed = one_of(gettext_lazy("Team"), gettext_lazy("All teams"), method="by_rule")
    language = one_of(gettext_lazy("Language"), gettext_lazy("All languages"), method="by_rule")
    open = one_of(
        pgettext_lazy("assignments", "Still open"),
        gettext_lazy("Open and earlier ones"),
        method="by_rule",
    )
    sort = one_of(
        gettext_lazy("Order"),
        None,
        choices=SORTS,
        method="as_it_is",
        widget=forms.HiddenInput,
        required=False,
    )

    class Meta:
        model = Assignment
        fields: list[str] = []
        form = BoardForm

    def __init__(self, data: QueryDict, *, viewer: Person) -> None:
        super().__init__(data, queryset=Assignment.objects.public())
        self.viewer = viewer
        asked = matching.active(data)
        known = labels_of([asked])
        self.active = {name: value for name, value in asked.items() if (name, value) in known}
        offered = {**self._fixed(), **{name: give(self) for name, give in OUT_OF_ROWS.items()}}
        for name, options in offered.items():
            chosen = self.active.get(name)
            if chosen and chosen not in {option.value for option in options}:
                options.append(Option(chosen, known[name, chosen], 0))
            self.filters[name].extra["choices"] = [(each.value, each.label) for each in options]
        for name, options in offered.items():
            self._count_aloud(name, options)

    # --- what holds ---------------------------------------------------------------------------

    def by_rule(self, rows: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        """The rows that meet the rule of this filter."""
        return rows.filter(matching.RULES[name](value))

    def as_it_is(self, rows: AssignmentQuerySet, name: str, value: str) -> AssignmentQuerySet:
        """All rows: their order is no filter."""
        return rows

    @property
    def order(self) -> str:
        """The order that was asked for; empty for the newest first."""
        self.form.is_valid()
        return self.form.cleaned_data.get("sort") or ""

    def ordered(self) -> AssignmentQuerySet:
        """The rows, what is open first; what is not, the newest first in any order."""
        found: AssignmentQuerySet = self.qs
        begins = Coalesce("starts_on", "next_date")
        key = {"deadline": F("apply_by"), "start": begins}.get(self.order)
        found = found.for_cards()
        if key is None:
            return found.open_first()
        when_open = Case(When(open_rule(), then=key))
        return found.open_first(when_open.asc(nulls_last=True))

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in force, in words."""
        return chosen_filters(self.form, self.data)

    @property
    def query(self) -> str:
        """The filters in force as a saved search keeps them."""
        return matching.canonical(self.active)

    def looser(self) -> list[tuple[Chip, int]]:
        """Filters whose going away would leave something, with how much, the most first."""
        without = {chip.name: matching.rule_of(self._without(chip.name)) for chip in self.chips}
        left = matching.counts(Assignment.objects.public(), without)
        ways = [(chip, left[chip.name]) for chip in self.chips if left[chip.name]]
        return sorted(ways, key=lambda way: -way[1])[:LOOSER]

    # --- what is offered ----------------------------------------------------------------------

    def _without(self, name: str) -> dict[str, str]:
        return {other: value for other, value in self.active.items() if other != name}

    def others(self, name: str) -> AssignmentQuerySet:
        """What meets all filters in force but this one, in no order."""
        rows = Assignment.objects.public().order_by()
        return rows.filter(matching.rule_of(self._without(name)))

    def _fixed(self) -> dict[str, list[Option]]:
        """Options of the filters with fixed choices; those not in force are counted together."""
        together = [name for name in LABELS if name not in self.active]
        groups = [together, *([name] for name in LABELS if name in self.active)]
        offered: dict[str, list[Option]] = {}
        for names in groups:
            rules = {
                f"{name}:{value}": matching.RULES[name](value)
                for name in names
                for value, _label in LABELS[name]
            }
            numbers = matching.counts(self.others(names[0]), rules) if names else {}
            for name in names:
                offered[name] = [
                    Option(value, str(label), numbers[f"{name}:{value}"])
                    for value, label in LABELS[name]
                    if numbers[f"{name}:{value}"]
                ]
        return offered

    def lines(self) -> list[Option]:
        """The programme lines of the rows, in their own order."""
        lines = ProgrammeLine.objects.filter(assignments__in=self.others("line"))
        counted = lines.annotate(number=Count("assignments"))
        return [Option(line.slug, line.title, line.number) for line in counted]

    def sectors(self) -> list[Option]:
        """The sectors of the organisations."""
        found = (
            self.others("sector")
            .filter(partner__sectors__isnull=False)
            .values_list("partner__sectors__slug", "partner__sectors__name")
            .annotate(number=Count("pk", distinct=True))
        )
        return _by_name(Option(slug, name, number) for slug, name, number in found)

    def partners(self) -> list[Option]:
        """The organisations."""
        found = (
            self.others("partner")
            .values_list("partner__slug", "partner__name")
            .annotate(number=Count("pk"))
        )
        return _by_name(Option(slug, name, number) for slug, name, number in found)

    def places(self) -> list[Option]:
        """Where it is, and online; a place goes by what stands before its first comma."""
        rows = self.others("place")
        dates = Slot.objects.upcoming().order_by().filter(assignment__in=rows)
        is_online = Case(When(online_url="", then=False), default=True)
        where = rows.values_list("pk", "place", "online").union(
            dates.values_list("assignment", "place", is_online)
        )
        towns: dict[str, str] = {}
        there: dict[str, set[int]] = defaultdict(set)
        for pk, place, online in where:
            town = matching.town_of(place)
            if town:
                towns.setdefault(town.lower(), town)
                there[town.lower()].add(pk)
            if online:
                there[ONLINE].add(pk)
        options = _by_name(Option(key, towns[key], len(there[key])) for key in towns)
        if there[ONLINE]:
            options.insert(0, Option(ONLINE, _("Online"), len(there[ONLINE])))
        return options

    def periods(self) -> list[Option]:
        """The months to come, and the periods of schools; one's own school first."""
        rows = self.others("period")
        dates = Slot.objects.filter(assignment__in=rows, cancelled_at__isnull=True).order_by()
        days = rows.values_list("pk", "starts_on").union(dates.values_list("assignment", "date"))
        begins = [(pk, day) for pk, day in days if day]
        today = timezone.localdate()
        months: dict[str, set[int]] = defaultdict(set)
        for pk, day in begins:
            if (day.year, day.month) >= (today.year, today.month):
                months[f"{day:%Y-%m}"].add(pk)
        options = [
            Option(month, month_in_words(month), len(months[month])) for month in sorted(months)
        ]
        own = {school.pk for school in schools_of(self.viewer)}
        periods = SchoolPeriod.objects.filter(ends_on__gte=today).select_related("school")
        for period in sorted(periods, key=lambda period: period.school_id not in own):
            inside = {pk for pk, day in begins if period.starts_on <= day <= period.ends_on}
            if inside:
                label = f"{period.name}, {period.school.name}"
                options.append(Option(f"p{period.pk}", label, len(inside), period.school.name))
        return options

    def _count_aloud(self, name: str, options: list[Option]) -> None:
        """Let the choices say how many each leaves; the chips keep the bare words."""
        field = self.form.fields[name]
        plain = [
            (each.value, f"{each.label} ({each.number})") for each in options if not each.group
        ]
        groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for each in options:
            if each.group:
                short = each.label.removesuffix(f", {each.group}")
                groups[each.group].append((each.value, f"{short} ({each.number})"))
        field.widget.choices = [("", field.empty_label), *plain, *groups.items()]


def _by_name(options: Iterable[Option]) -> list[Option]:
    return sorted(options, key=lambda option: fold(option.label))


OUT_OF_ROWS = {
    "line": BoardFilter.lines,
    "sector": BoardFilter.sectors,
    "partner": BoardFilter.partners,
    "place": BoardFilter.places,
    "period": BoardFilter.periods,
}
