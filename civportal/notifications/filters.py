"""The filters of the ledger; they live in the address."""

import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from civportal.notifications.choices import State
from civportal.notifications.ledger import kind_choices
from civportal.ui.widgets import DateInput

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from civportal.notifications.models import Notification


class MyFilter(forms.Form):
    """What became of it, and what sort of thing it is."""

    all_optional = True

    state = forms.ChoiceField(
        label=_("What became of it"),
        required=False,
        choices=[("", _("Everything")), *State.choices],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", _("All kinds")), *kind_choices()]

    def narrow(self, rows: "QuerySet[Notification]") -> "QuerySet[Notification]":
        """The rows that fit; what was refused is no filter."""
        self.is_valid()
        for name in ("state", "kind"):
            if self.cleaned_data.get(name):
                rows = rows.filter(**{name: self.cleaned_data[name]})
        return rows


class DayFilter(MyFilter):
    """Of one day, and of whom."""

    day = forms.DateField(label=_("Day"), required=False, widget=DateInput)
    q = forms.CharField(
        label=_("Name or e-mail address"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    field_order = ["day", "q", "state", "kind"]

    def chosen_day(self, today: datetime.date) -> datetime.date:
        """The day, or else today."""
        self.is_valid()
        day: datetime.date | None = self.cleaned_data.get("day")
        return day or today

    def narrow(self, rows: "QuerySet[Notification]") -> "QuerySet[Notification]":
        rows = super().narrow(rows)
        words = self.cleaned_data.get("q")
        if words:
            rows = rows.filter(
                Q(recipient__name__icontains=words)
                | Q(recipient__email__icontains=words)
                | Q(address__icontains=words)
            )
        return rows

    def without_day(self) -> "DayFilter":
        """The other filters, for the chips: the page's heading tells the day."""
        others = DayFilter(self.data)
        del others.fields["day"]
        return others
