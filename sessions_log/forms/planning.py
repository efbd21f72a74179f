"""Planning a session: its facts, when it moves, why it is cancelled."""

import uuid
from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from civportal.ui import widgets
from sessions_log.actions.planning import SETTLED_FREE, WhenAndWhere
from sessions_log.choices import SessionKind, SessionStatus
from sessions_log.models import AgendaItem, WorkSession
from sessions_log.permissions import bodies_to_plan

WHEN_AND_WHERE = ("date", "start", "end", "place", "online_url")
HOURS_HELP = gettext_lazy(
    "Leave the hours empty while they are not known. They are those of the centre’s clock."
)


def _online_link() -> forms.URLField:
    """A link that may be typed without its ``https://``."""
    return forms.URLField(
        label=gettext_lazy("Online link"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Shown only to those who read everything."),
    )


class FactsForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """What a session is about and for whom."""

    class Meta:
        model = WorkSession
        fields = (
            "title", "kind", "body", "lines", "introduction", "language",
            "visibility", "sign_up", "capacity",
        )  # fmt: skip
        widgets = {
            "lines": forms.CheckboxSelectMultiple,
            "visibility": forms.RadioSelect,
            "introduction": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, by: User, is_settled: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_bodies(by)
        if is_settled:
            for name in {*self.fields} - SETTLED_FREE - {"lines"}:
                self.fields[name].disabled = True
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.parts())

    def _offer_bodies(self, by: User) -> None:
        """The office plans for all bodies and for none; others for the bodies they lead."""
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is a foreign key
        if in_office(by):
            field.empty_label = _("None")
        elif self.instance.pk:
            # A session does not change hands by who plans it: its readers would change with it.
            field.disabled = True
        else:
            field.queryset = bodies_to_plan(by)
            field.required = True
            field.empty_label = None

    def parts(self) -> Iterable[Any]:
        """The fields in the order of the page."""
        return [
            Fieldset(
                _("What it is about"),
                "title",
                Row("kind", "body"),
                "lines",
                "introduction",
                "language",
            ),
            Fieldset(_("Who may see it, and come"), "visibility", "sign_up", "capacity"),
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """The fields of the session itself."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in FactsForm.Meta.fields and name != "lines"
        }

    @property
    def lines(self) -> Any:
        """The programme lines that were chosen."""
        return self.cleaned_data["lines"]


class _DayToCome(forms.Form):
    def clean_date(self) -> Any:
        """A session moves to a day to come."""
        date = self.cleaned_data["date"]
        if date < timezone.localdate():
            raise ValidationError(_("That day is over. Choose a day that is still to come."))
        return date


class PlanForm(FactsForm):
    """A new session. Its ``uid`` is chosen with the form, so that sending twice is once."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    online_url = _online_link()

    class Meta(FactsForm.Meta):
        fields = (*FactsForm.Meta.fields, *WHEN_AND_WHERE)  # type: ignore[assignment]
        widgets = {
            **FactsForm.Meta.widgets,
            "date": widgets.DateInput,
            "start": widgets.TimeInput,
            "end": widgets.TimeInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uid"].initial = uuid.uuid4()
        self.fields["kind"].initial = SessionKind.WORK_SESSION
        self.fields["date"].help_text = HOURS_HELP

    def parts(self) -> Iterable[Any]:
        about, readers = super().parts()
        return [
            "uid",
            about,
            Fieldset(_("When and where"), "date", Row("start", "end"), "place", "online_url"),
            readers,
        ]

    def session(self) -> WorkSession:
        """The session, not stored yet."""
        session: WorkSession = self.save(commit=False)
        session.uid = self.cleaned_data["uid"]
        session.status = SessionStatus.PLANNED
        return session


class CopyForm(PlanForm):
    """A new session after an earlier one: which agenda items, and whether the same people."""

    items = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Agenda items that come along"),
        queryset=AgendaItem.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Ticked are those that came back before. What was said under them stays behind."
        ),
    )
    with_people = forms.BooleanField(
        label=gettext_lazy("Put the people who were invited then on the list"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "The members of the body come on it in any case. Nobody gets a mail of it yet."
        ),
    )

    def __init__(self, *args: Any, items: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["items"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - see above
        field.queryset = items
        if not items:
            del self.fields["items"]

    def parts(self) -> Iterable[Any]:
        hidden, about, when, readers = super().parts()
        along = [name for name in ("items", "with_people") if name in self.fields]
        return [hidden, when, Fieldset(_("What comes along"), *along), about, readers]


class MoveForm(_DayToCome, forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """When and where a session will be instead."""

    online_url = _online_link()
    note = forms.CharField(
        label=gettext_lazy("A note with it"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as why. It stands in the mail to those who were invited."),
    )

    class Meta:
        model = WorkSession
        fields = WHEN_AND_WHERE
        widgets = PlanForm.Meta.widgets

    def __init__(self, *args: Any, tells: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date"].help_text = HOURS_HELP
        if not tells:
            del self.fields["note"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "date", Row("start", "end"), "place", "online_url", *(["note"] if tells else [])
        )

    @property
    def to(self) -> WhenAndWhere:
        """The new moment."""
        return WhenAndWhere(**{name: self.cleaned_data[name] for name in WHEN_AND_WHERE})


class CancelForm(forms.Form):
    """Why a session does not take place."""

    reason = forms.CharField(
        label=gettext_lazy("Why it does not take place"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Whoever may see the session reads this, in a sentence or two."),
    )
