"""What the figures of assignments are asked for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.choices import Form
from assignments.figures import Scope, span
from partners.models import Partner
from programme_lines.choices import Level
from programme_lines.models import ProgrammeLine
from sessions_log.filters import FilterForm

CALENDAR = "kalender"
BY_ASSIGNMENT = ("line", "partner", "level", "form")


class FiguresForm(FilterForm):
    """Years from and to, and the filters of the board that make sense for figures."""

    years = forms.ChoiceField(
        label=gettext_lazy("Years"),
        choices=[
            ("", gettext_lazy("School years (from August)")),
            (CALENDAR, gettext_lazy("Calendar years")),
        ],
        required=False,
    )
    since = forms.ChoiceField(label=gettext_lazy("From"), required=False)
    until = forms.ChoiceField(label=gettext_lazy("Up to and with"), required=False)
    line = forms.ChoiceField(label=gettext_lazy("Programme line"), required=False)
    partner = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=[("", gettext_lazy("All levels")), *((str(n), text) for n, text in Level.choices)],
        required=False,
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.is_empty = self._span is None
        kind = Scope(school_years=data.get("years") != CALENDAR)
        numbers: list[int] = []
        if self._span:
            first, last = (kind.year_of(day) for day in self._span)
            numbers = [*range(first, last + 1)]
        years = [(str(number), kind.label_of(number)) for number in numbers]
        partners = Partner.objects.filter(assignments__published_at__isnull=False)
        self._choose("since", [("", _("The beginning")), *years])
        self._choose("until", [("", _("Now and after")), *years])
        self._choose("line", self._named(_("All programme lines"), ProgrammeLine.objects, "title"))
        self._choose("partner", self._named(_("All organisations"), partners.distinct(), "name"))
        # A form has no attribute of this name to stand beside its fields.
        self.fields["form"] = forms.ChoiceField(
            label=_("Form of cooperation"),
            choices=[("", _("All forms")), *Form.choices],
            required=False,
        )

    @cached_property
    def _span(self) -> Any:
        return span()

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    @staticmethod
    def _named(everything: str, rows: Any, name: str) -> list[tuple[str, str]]:
        return [("", everything), *rows.values_list("slug", name)]

    def clean(self) -> dict[str, Any]:
        """Years in order."""
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and int(since) > int(until):
            self.add_error("until", _("This comes before the first year."))
        return data

    @property
    def scope(self) -> Scope:
        """What is asked for; a value that is no choice is none."""
        self.is_valid()
        data = self.cleaned_data
        return Scope(
            school_years=data.get("years") != CALENDAR,
            first=int(data["since"]) if data.get("since") else None,
            last=int(data["until"]) if data.get("until") else None,
            filters={name: data[name] for name in BY_ASSIGNMENT if data.get(name)},
        )
