"""Forms of the pipeline: talks, steps, moves, and organisations to talk with."""

import datetime
from typing import Any

from crispy_forms.layout import Layout, Row
from django import forms
from django.core.validators import FileExtensionValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.accounts.models import User
from civportal.lib.dutch import validate_kvk_number
from civportal.lib.pdf import validate_pdf
from civportal.lib.text import seen_line, seen_text
from civportal.ui.widgets import DateInput
from partners.actions.pipeline import needs_letter, needs_reason
from partners.choices import PartnerKind, PartnerStatus
from partners.forms.people import fields_only
from partners.models import Sector
from partners.notifications.telling import office


def colleagues() -> QuerySet[User]:
    """Who can own an organisation or a step: the programme office, by name."""
    return office().order_by("name", "pk")


class _Person(forms.ModelChoiceField):  # type: ignore[type-arg]  # no subscript at run time
    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj.get_full_name())


class _Line(forms.CharField):
    """One line, without what nobody sees."""

    def to_python(self, value: Any) -> Any:
        return seen_line(super().to_python(value) or "")


class _Text(forms.CharField):
    """Several lines, without what nobody sees."""

    def to_python(self, value: Any) -> Any:
        return seen_text(super().to_python(value) or "").strip()


class ContactForm(forms.Form):
    """A talk that was had, and the step that follows from it."""

    date = forms.DateField(label=gettext_lazy("Date of the talk"), widget=DateInput)
    with_whom = _Line(
        label=gettext_lazy("With whom"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as “Sem Okafor, director, by phone”."),
    )
    summary = _Text(
        label=gettext_lazy("What was said"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("The office and the steering group read this."),
    )
    next_step = _Line(
        label=gettext_lazy("Next step"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Such as “send the draft of the agreement”."),
    )
    due = forms.DateField(label=gettext_lazy("Due on"), required=False, widget=DateInput)
    owner = _Person(
        label=gettext_lazy("Who takes the step"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("The contact at the office"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]
        self.helper = fields_only()
        self.helper.layout = Layout(
            Row("date", "with_whom"), "summary", "next_step", Row("due", "owner")
        )

    def clean_date(self) -> datetime.date:
        """Nobody has talked tomorrow."""
        day: datetime.date = self.cleaned_data["date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has yet to come."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        """A day belongs to a step, and comes after the talk."""
        data = super().clean() or {}
        due, date = data.get("due"), data.get("date")
        if due and "next_step" in data and not data["next_step"]:
            self.add_error("next_step", _("Say what is due on that day."))
        if due and date and due < date:
            self.add_error("due", _("This day lies before the talk."))
        return data


class ReplanForm(forms.Form):
    """Another day for a step, or another person."""

    due = forms.DateField(
        label=gettext_lazy("Due on"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Empty: no day, and no reminder."),
    )
    owner = _Person(label=gettext_lazy("Who takes the step"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]
        self.helper = fields_only()

    def clean_due(self) -> datetime.date | None:
        """It lies ahead."""
        day: datetime.date | None = self.cleaned_data["due"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."), code="past")
        return day


class OwnerForm(forms.Form):
    """Who of the office keeps in touch."""

    owner = _Person(
        label=gettext_lazy("Contact at the office"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]
        self.helper = fields_only()


class MoveForm(forms.Form):
    """What a move asks: a reason, the letter of intent, or nothing but the button.

    ``seen`` is the status on the mover's screen.
    """

    seen = forms.ChoiceField(choices=PartnerStatus, widget=forms.HiddenInput)
    reason = _Text(
        label=gettext_lazy("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    document = forms.FileField(
        label=gettext_lazy("Letter of intent"),
        validators=[FileExtensionValidator(["pdf"]), validate_pdf],
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
        help_text=gettext_lazy("A PDF of at most 20 MB."),
    )

    def __init__(self, *args: Any, before: str, after: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason(before, after)
        if not self.fields["reason"].required:
            self.fields["reason"].label = _("A word about it")
        if not needs_letter(after):
            del self.fields["document"]
        self.helper = fields_only()


class ProspectForm(forms.Form):
    """An organisation that the office would like to talk with."""

    name = _Line(label=gettext_lazy("Name of the organisation"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=PartnerKind)
    sectors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Sectors"),
        queryset=Sector.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kvk_number = _Line(
        label=gettext_lazy("KvK number"),
        max_length=8,
        required=False,
        validators=[validate_kvk_number],
        help_text=gettext_lazy("8 digits, from the register of the Chamber of Commerce."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    website = forms.URLField(
        label=gettext_lazy("Website"), required=False, max_length=200, assume_scheme="https"
    )
    owner = _Person(
        label=gettext_lazy("Contact at the office"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
    )
    reason = _Text(
        label=gettext_lazy("Where the idea comes from"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]
        self.fields["sectors"].queryset = Sector.objects.all()  # type: ignore[attr-defined]
        self.helper = fields_only()
        self.helper.layout = Layout(
            "name", "kind", "sectors", Row("kvk_number", "website"), "owner", "reason"
        )

    def clean_name(self) -> str:
        """A name of which something is left in the address."""
        name: str = self.cleaned_data["name"]
        if not any(letter.isalnum() for letter in name):
            raise forms.ValidationError(_("This is no name."), code="name")
        return name
