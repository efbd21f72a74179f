"""Names of students, each with the day on which that student agreed."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from assignments.applying import centre_day
from civportal.lib.fields import LineField
from civportal.ui.widgets import DateInput

MOST_ROWS = 20
"""Names in one go; more follow when these are saved."""

LONG_AGO = datetime.timedelta(days=366)
"""A yes that is older than this was about something else."""


class NamesForm(forms.Form):
    """So many rows: a name, that this student agreed, and on which day.

    Names that were saved already may come again: a form can be sent twice.
    """

    all_optional = True

    def __init__(self, data: Any = None, *, rows: int) -> None:
        super().__init__(data)
        if self.is_bound:
            sent = str(self.data.get("rows", ""))
            rows = int(sent) if sent.isdecimal() else rows
        self.rows = max(1, min(rows, MOST_ROWS))
        today = centre_day()
        for place in range(self.rows):
            self.fields[f"name_{place}"] = LineField(
                label=_("Name of the student"),
                max_length=120,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"agreed_{place}"] = forms.BooleanField(
                label=_("This student agreed"), required=False
            )
            self.fields[f"on_{place}"] = forms.DateField(
                label=_("Agreed on"),
                required=False,
                initial=today,
                widget=DateInput(attrs={"max": today.isoformat()}),
            )

    @property
    def row_fields(self) -> Iterator[list[BoundField]]:
        """The fields of each row."""
        for place in range(self.rows):
            yield [self[f"{name}_{place}"] for name in ("name", "on", "agreed")]

    def clean(self) -> dict[str, Any]:
        """A name counts only with a yes and its day."""
        data = super().clean() or {}
        found: dict[str, datetime.date] = {}
        for place in range(self.rows):
            name, agreed, on = (data.get(f"{each}_{place}") for each in ("name", "agreed", "on"))
            if not name:
                if agreed and f"name_{place}" not in self.errors:
                    self.add_error(f"name_{place}", _("Fill in the name."))
                continue
            if not agreed:
                self.add_error(
                    f"agreed_{place}", _("Ask this student first, or leave the name out.")
                )
            self._check_day(place, on)
            if name in found:
                self.add_error(f"name_{place}", _("This name stands in the list already."))
            if on is not None:
                found[name] = on
        if not self.errors and not found:
            raise forms.ValidationError(_("Fill in a name."))
        data["names"] = list(found.items())
        return data

    def _check_day(self, place: int, on: datetime.date | None) -> None:
        field, today = f"on_{place}", centre_day()
        if field in self.errors:
            return
        if on is None:
            self.add_error(field, _("Fill in the day on which this student agreed."))
        elif on > today:
            self.add_error(field, _("This day has yet to come."))
        elif on < today - LONG_AGO:
            self.add_error(field, _("That is more than a year ago: ask this student again."))
