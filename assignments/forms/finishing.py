"""Forms of the end: hours, feedback, and the outcome."""

from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.actions.feedback import version_of
from assignments.actions.outcomes import TEXTS
from assignments.models import Feedback, Outcome, Team
from assignments.models.fields import validate_quarters
from civportal.accounts.models import Language
from civportal.lib.fields import LineField, SeenTextField

MOST_HOURS = 99_999


class HoursField(forms.DecimalField):
    """Hours in quarters."""

    def __init__(self, **kwargs: Any) -> None:
        # Bounds and quarters are said in our own words; the browser's own would come in others.
        kwargs.setdefault("widget", forms.NumberInput(attrs={"step": "0.25", "min": "0"}))
        kwargs.setdefault("decimal_places", 2)
        super().__init__(
            validators=[
                MinValueValidator(Decimal(0)), MaxValueValidator(MOST_HOURS), validate_quarters,
            ],
            **kwargs,
        )  # fmt: skip


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    return helper


class _Remembering(forms.Form):
    """A form that goes back with something else than came in."""

    def put(self, name: str, value: str) -> None:
        """Let the form that goes back hold this."""
        data: Any = self.data
        self.data = data.copy()
        self.data[name] = value  # type: ignore[index]  # a QueryDict


class HoursForm(forms.Form):
    """How many hours the students of a team made together."""

    hours_made = HoursField(
        label=gettext_lazy("Hours that the students made together"),
        help_text=gettext_lazy(
            "All students added up, in quarters of an hour. An honest guess is fine."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()


class AllHoursForm(forms.Form):
    """The hours of each team that is still at it."""

    def __init__(
        self, *args: Any, teams: list[Team], expected: dict[int, Decimal | None], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for team in teams:
            self.fields[f"hours_{team.pk}"] = HoursField(
                label=_("Hours of %(team)s") % {"team": team.name},
                initial=expected[team.pk],
                required=False,
                help_text=_("Leave empty if you do not know; the coach can fill it in later."),
            )
        self.keys = [team.pk for team in teams]
        self.helper = _helper()

    def hours(self) -> dict[int, Decimal | None]:
        """By the keys of the teams."""
        return {key: self.cleaned_data[f"hours_{key}"] for key in self.keys}


AGAIN = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("", gettext_lazy("No answer"))]


class FeedbackForm(_Remembering):
    """What went well, what could be better, and whether one would do it again."""

    went_well = SeenTextField(
        rows=5,
        label=gettext_lazy("What went well?"),
        max_length=3000,
        help_text=gettext_lazy(
            "Such as: “The students asked good questions and kept to what we agreed.”"
        ),
    )
    better = SeenTextField(
        rows=5,
        label=gettext_lazy("What could be better next time?"),
        max_length=3000,
        required=False,
        help_text=gettext_lazy(
            "Such as: “Give us the data before the first week, so that we can begin at once.”"
        ),
    )
    again = forms.ChoiceField(
        label=gettext_lazy("Would you do it again?"),
        choices=AGAIN,
        required=False,
        widget=forms.RadioSelect,
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, feedback: Feedback | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "went_well": feedback.went_well if feedback else "",
            "better": feedback.better if feedback else "",
            "again": _as_choice(feedback.again if feedback else None),
            "version": version_of(feedback),
        }
        super().__init__(*args, **kwargs)
        self.helper = _helper()

    def said(self) -> dict[str, Any]:
        """What ``give_feedback`` takes."""
        again = {"yes": True, "no": False}.get(self.cleaned_data["again"])
        texts = {name: self.cleaned_data[name] for name in ("went_well", "better", "version")}
        return {**texts, "again": again}


def _as_choice(again: bool | None) -> str:  # noqa: FBT001 - three values of a field
    return "" if again is None else ("yes" if again else "no")


class OutcomeForm(_Remembering):
    """What came out of a team's work, in words that may be public."""

    title = LineField(
        label=gettext_lazy("Title"),
        max_length=120,
        help_text=gettext_lazy("Such as: “Measuring in the greenhouse, twice as fast”."),
    )
    summary = LineField(
        label=gettext_lazy("In one sentence"),
        max_length=200,
        help_text=gettext_lazy(
            "Such as: “Students of three levels built a sensor that measures each hour by itself.”"
        ),
    )
    result = SeenTextField(
        rows=7,
        label=gettext_lazy("What came out of it"),
        max_length=5000,
        help_text=gettext_lazy(
            "What is there now that was not there before? Numbers help, such as: “A measurement "
            "takes 10 minutes instead of 25.”"
        ),
    )
    learned = SeenTextField(
        rows=5,
        label=gettext_lazy("What was learned"),
        max_length=5000,
        help_text=gettext_lazy(
            "By the students, the school and the company. Such as: “That a protocol for the lab "
            "does not work in a greenhouse at 40 degrees.”"
        ),
    )
    lasts = SeenTextField(
        rows=4,
        label=gettext_lazy("What lasts"),
        max_length=3000,
        required=False,
        help_text=gettext_lazy(
            "What goes on when the team has left? Such as: “The sensors stay, and next year's "
            "first-years learn to use them.”"
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"), choices=Language.choices
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self, *args: Any, outcome: Outcome | None = None, language: str = "nl", **kwargs: Any
    ) -> None:
        start: dict[str, Any] = {"language": language, "revision": 0}
        if outcome is not None:
            start = {name: getattr(outcome, name) for name in (*TEXTS, "revision")}
        kwargs["initial"] = start
        super().__init__(*args, **kwargs)
        self.helper = _helper()
        self.helper.layout = Layout(
            Fieldset(_("For the list"), "title", "summary"),
            Fieldset(_("The whole story"), "result", "learned", "lasts", "language"),
            "revision",
        )

    def texts(self) -> dict[str, str]:
        """What the outcome will say."""
        return {name: self.cleaned_data[name] for name in TEXTS}
