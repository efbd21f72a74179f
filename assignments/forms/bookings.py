"""Dates on offer, and bookings of them."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assignments.actions.bookings import Party
from assignments.actions.slots import Facts
from assignments.choices import Form
from assignments.models import Assignment, Booking, Slot
from civportal.accounts.models import User
from civportal.lib.fields import LineField, SeenTextField
from civportal.ui.widgets import DateInput, TimeInput
from partners.forms.people import fields_only
from partners.models import Partner
from programme_lines.choices import Level
from sessions_log.models.sessions import check_day

MOST_WEEKS = 20
"""Dates that are added in one go: half a year of school weeks."""

MOST_PEOPLE = 2000
"""As ``Slot.capacity`` and ``Booking.number`` have it."""


class SlotForm(forms.Form):
    """A date on offer."""

    date = forms.DateField(label=gettext_lazy("Date"), widget=DateInput, validators=[check_day])
    start = forms.TimeField(label=gettext_lazy("Begins at"), widget=TimeInput)
    end = forms.TimeField(label=gettext_lazy("Ends at"), widget=TimeInput)
    place = LineField(
        label=gettext_lazy("Place"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("With the street, so that a class finds it."),
    )
    online_url = forms.URLField(
        label=gettext_lazy("Online link"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Only those who booked see it."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("How many people can come, teachers not counted."),
    )
    book_by = forms.DateField(
        label=gettext_lazy("Book until"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Leave it empty, and it can be booked until it begins."),
    )

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if assignment.form == Form.TRAINING:
            self.fields["capacity"].help_text = _("How many people can take part.")
        self.helper = fields_only()
        self.helper.layout = self.arranged()

    def arranged(self) -> Layout:
        """The fields in the order of the page."""
        return Layout(
            "date", Row("start", "end"), "place", "online_url", Row("capacity", "book_by")
        )

    def clean(self) -> dict[str, Any]:
        """Hours and days in their order, ahead of us, and somewhere to be."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        date, start, end = (cleaned.get(name) for name in ("date", "start", "end"))
        if start and end and end <= start:
            self.add_error("end", _("It ends after it begins."))
        if date and start:
            begins = datetime.datetime.combine(date, start, tzinfo=timezone.get_default_timezone())
            if begins <= timezone.now():
                self.add_error("date", _("That moment is over. Choose one that is still to come."))
        book_by = cleaned.get("book_by")
        if book_by and date and book_by > date:
            self.add_error("book_by", _("The last day to book comes before the day itself."))
        if book_by and book_by < timezone.localdate():
            self.add_error("book_by", _("That day is over. Choose a day that is still to come."))
        if not (cleaned.get("place") or cleaned.get("online_url") or self.errors):
            self.add_error("place", _("Say where it is, or give the online link."))
        return cleaned

    @property
    def facts(self) -> Facts:
        """What was filled in."""
        names = ("date", "start", "end", "capacity", "place", "online_url", "book_by")
        return Facts(**{name: self.cleaned_data[name] for name in names})


class NewSlotsForm(SlotForm):
    """A date, and maybe the same again in the weeks after it.

    Its ``key`` is chosen with the form, so that sending it twice is once.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    times = forms.IntegerField(
        label=gettext_lazy("How many weeks in a row"),
        initial=1,
        min_value=1,
        max_value=MOST_WEEKS,
        help_text=gettext_lazy(
            "1 is this date alone; 3 is this date and the same day in the two weeks after it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid.uuid4()

    def arranged(self) -> Layout:
        return Layout(
            "key",
            "date",
            Row("start", "end"),
            "times",
            "place",
            "online_url",
            Row("capacity", "book_by"),
        )

    @property
    def all_facts(self) -> list[Facts]:
        """Each of the dates."""
        return self.facts.weekly(self.cleaned_data["times"])


class ChangeSlotForm(SlotForm):
    """A date that stands; with a note where somebody hears of the change."""

    note = SeenTextField(
        label=gettext_lazy("A note with it"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as why. It stands in the mail to those who booked."),
    )

    def __init__(self, *args: Any, slot: Slot, tells: bool, **kwargs: Any) -> None:
        names = ("date", "start", "end", "place", "online_url", "capacity", "book_by")
        initial = {name: getattr(slot, name) for name in names}
        super().__init__(*args, assignment=slot.assignment, initial=initial, **kwargs)
        if tells:
            self.helper.layout.append("note")
        else:
            del self.fields["note"]

    @property
    def note_text(self) -> str:
        """The note, empty where there is none to give."""
        return str(self.cleaned_data.get("note", ""))


class CancelSlotForm(forms.Form):
    """Why a date is called off."""

    reason = LineField(
        label=gettext_lazy("Why this date does not take place"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Whoever booked reads this in the mail, and others on the page."),
    )


class BookingForm(forms.Form):
    """Who comes: a class, or for training oneself and colleagues."""

    all_optional = False

    school = forms.ModelChoiceField(label=gettext_lazy("School"), queryset=Partner.objects.none())
    group = LineField(
        label=gettext_lazy("Class"),
        max_length=80,
        help_text=gettext_lazy("As you call it, such as “Analist 2A”."),
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"), required=False, coerce=int, empty_value=None
    )
    number = forms.IntegerField(
        label=gettext_lazy("How many come"),
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("Students; you need not count yourself."),
    )
    note = SeenTextField(
        label=gettext_lazy("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as what they know already, or who needs a lift."),
    )

    def __init__(
        self,
        *args: Any,
        slot: Slot,
        schools: Sequence[Partner],
        by: User,
        booking: Booking | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.slot = slot
        self._offer(schools, slot.assignment)
        if slot.assignment.form == Form.TRAINING:
            self._for_colleagues(by)
        if booking is not None:
            for name in ("group", "number", "note", "level"):
                self.initial[name] = getattr(booking, name)
            self.initial["school"] = booking.school_id
        names = [name for name in ("school", "group", "level", "number") if name in self.fields]
        self.helper = fields_only()
        self.helper.layout = Layout(Fieldset(_("Who comes"), *names), "note")

    def _offer(self, schools: Sequence[Partner], assignment: Assignment) -> None:
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as above
        field.queryset = Partner.objects.filter(pk__in=[school.pk for school in schools])
        if len(schools) == 1:
            field.initial = schools[0].pk
            field.empty_label = None
        levels = assignment.levels or list(Level)
        level = self.fields["level"]
        assert isinstance(level, forms.TypedChoiceField)  # noqa: S101 - as above
        level.choices = [
            ("", pgettext_lazy("level of a class", "Mixed, or not sure")),
            *((each.value, each.label) for each in levels),
        ]

    def _for_colleagues(self, by: User) -> None:
        """Training is booked for oneself, and for who comes along."""
        del self.fields["level"]
        self.fields["school"].label = _("Organisation")
        group = self.fields["group"]
        group.label, group.initial = _("For whom"), by.get_full_name()
        group.help_text = _("Such as your own name, or “team Laboratory”.")
        number = self.fields["number"]
        number.initial = 1
        number.help_text = _("Count yourself too, if you come along.")
        note = self.fields["note"]
        note.help_text = _("Such as what you know already, or hope to learn.")

    def clean_number(self) -> int:
        """Not more than there are places in all; how many are left, the action knows."""
        number: int = self.cleaned_data["number"]
        if number > self.slot.capacity:
            raise ValidationError(
                _("There are %(count)d places in all.") % {"count": self.slot.capacity}
            )
        return number

    @property
    def party(self) -> Party:
        """What was filled in."""
        filled = self.cleaned_data
        return Party(
            school=filled["school"],
            group=filled["group"],
            number=filled["number"],
            level=filled.get("level"),
            note=filled["note"],
        )
