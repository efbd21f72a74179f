"""Posting an assignment: choosing the form, writing it, and what is asked on the way."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Row
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.choices import State
from assignments.forms.examples import EXAMPLES
from assignments.models import Assignment
from assignments.models.fields import validate_quarters
from assignments.querysets import SPEAKS
from assignments.voices import Part
from civportal.accounts.models import Language, User
from civportal.lib.fields import LineField, SeenTextField
from civportal.ui.widgets import DateInput
from partners.models import Membership, Partner
from programme_lines.choices import Level
from programme_lines.models import ProgrammeLine

Stored = dict[str, Any]

TOGETHER = [
    ("level_min", "level_max"),
    ("team_size_min", "team_size_max"),
    ("starts_on", "apply_by"),
]
"""Fields that only fit together: when one of them cannot be kept, neither is the other."""


class QuarterField(forms.DecimalField):
    """Hours in quarters, with a comma or a point: ``1,5`` and ``1.5`` are an hour and a half."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
            validators=[MinValueValidator(0), MaxValueValidator(most), validate_quarters],
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """As it is written in the language in force, without zeros that say nothing."""
        if not isinstance(value, Decimal):
            return value
        return number_format(f"{value.normalize():f}")


class NumberField(forms.IntegerField):
    """A small whole number, in a small box."""

    def __init__(self, *, most: int, least: int = 1, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.NumberInput(attrs={"min": least, "max": most, "class": "short"}),
            min_value=least,
            max_value=most,
            **kwargs,
        )


class CommasField(LineField):
    """Words with commas in between; a list of them, each once."""

    def __init__(self, *, each: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.each = each

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        parts = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if any(len(part) > self.each for part in parts):
            raise forms.ValidationError(
                _("One of these is longer than %(number)s characters. Is a comma missing?")
                % {"number": self.each}
            )
        return parts


def _level_choices() -> list[tuple[str, Any]]:
    return [
        ("", gettext_lazy("Choose a level")),
        *((str(key), name) for key, name in Level.choices),
    ]


def _level(text: str) -> int | None:
    return int(text) if text else None


class PostingForm(forms.Form):
    """Everything that can be asked; what a form of cooperation does not ask is taken away.

    Nothing is required: a draft may be half. What is missing when it is sent, the action says
    (``completeness``).
    """

    partner = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose an organisation"),
        help_text=gettext_lazy(
            "Whose question it is. Is it not in the list? Then it first becomes a partner."
        ),
    )
    contact = forms.ChoiceField(
        label=gettext_lazy("Who says yes for the organisation?"),
        required=False,
        help_text=gettext_lazy("We mail this person a link to say yes, change it, or say no."),
    )
    contact_name = LineField(
        label=gettext_lazy("Name of the contact person"), required=False, max_length=120
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("E-mail address of the contact person"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("An account is not needed. Others do not see the address."),
    )
    title = LineField(label=gettext_lazy("Title"), required=False, max_length=120)
    summary = LineField(label=gettext_lazy("In one sentence"), required=False, max_length=200)
    description = SeenTextField(
        label=gettext_lazy("What is it about?"), required=False, max_length=8000, rows=8
    )
    result = SeenTextField(
        label=gettext_lazy("What would you like to have at the end?"),
        required=False,
        max_length=3000,
        rows=3,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language in which you write this"), choices=Language, required=False
    )
    level_min = forms.TypedChoiceField(
        label=gettext_lazy("From"),
        choices=_level_choices,
        coerce=_level,
        empty_value=None,
        required=False,
    )
    level_max = forms.TypedChoiceField(
        label=gettext_lazy("Up to and including"),
        choices=_level_choices,
        coerce=_level,
        empty_value=None,
        required=False,
    )
    mixed = forms.BooleanField(
        label=gettext_lazy("Students of different levels or schools work in one team"),
        required=False,
        help_text=gettext_lazy("That is what a centre like this is for. Off: each its own team."),
    )
    disciplines = CommasField(
        label=gettext_lazy("Disciplines"),
        required=False,
        max_length=600,
        each=60,
        help_text=gettext_lazy("With commas. Such as: laboratory technology, ICT, horticulture."),
    )
    lines = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Programme lines"),
        queryset=ProgrammeLine.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("People who follow such a line hear of it."),
    )
    teams_wanted = NumberField(
        label=gettext_lazy("How many teams?"),
        most=50,
        required=False,
        help_text=gettext_lazy("More than one team can work on the same question."),
    )
    team_size_min = NumberField(
        label=gettext_lazy("Students in a team, at least"), most=200, required=False
    )
    team_size_max = NumberField(label=gettext_lazy("At most"), most=200, required=False)
    hours_per_week = QuarterField(
        label=gettext_lazy("Hours a week"),
        most=40,
        required=False,
        help_text=gettext_lazy("For each student, in quarters. Such as 4 or 2.5."),
    )
    weeks = NumberField(
        label=gettext_lazy("Number of weeks"),
        most=104,
        required=False,
        help_text=gettext_lazy("Ten is about a school period."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Begins on"),
        widget=DateInput,
        required=False,
        help_text=gettext_lazy("A Monday at the start of a school period suits most schools."),
    )
    apply_by = forms.DateField(
        label=gettext_lazy("Teams apply until"),
        widget=DateInput,
        required=False,
        help_text=gettext_lazy("Two weeks before the begin is usual; then you can still choose."),
    )
    place = LineField(
        label=gettext_lazy("Where?"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Such as: at school and two days at our laboratory in Leiden."),
    )
    online = forms.BooleanField(label=gettext_lazy("It can be done online"), required=False)
    guidance = SeenTextField(
        label=gettext_lazy("Who helps, and what is there to work with?"),
        required=False,
        max_length=2000,
        rows=3,
        help_text=gettext_lazy(
            "Such as: an analyst looks along each week; you use our microscope."
        ),
    )
    guidance_hours = QuarterField(
        label=gettext_lazy("Hours of guidance a week"),
        most=40,
        required=False,
        help_text=gettext_lazy("By the organisation. Such as 1 or 0.5."),
    )
    compensation = LineField(
        label=gettext_lazy("Compensation"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Such as: travel costs and materials. Empty: none."),
    )
    names_needed = forms.BooleanField(
        label=gettext_lazy("We need the names of the students"),
        required=False,
        help_text=gettext_lazy(
            "Only where it cannot do without. Each student is asked first, and the names go after "
            "the end."
        ),
    )
    names_reason = LineField(
        label=gettext_lazy("Why are names needed?"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Students read this. Such as: for a pass to the laboratory."),
    )
    names_kept_days = NumberField(
        label=gettext_lazy("Days that the names are kept after the end"),
        most=365,
        least=0,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        assignment: Assignment,
        side: Part,
        by_link: bool = False,
        **kwargs: Any,
    ) -> None:
        self.assignment, self.side, self.by_link = assignment, side, by_link
        kwargs.setdefault("initial", stored_values(assignment))
        super().__init__(*args, **kwargs)
        self._add_goals()
        for name in self._not_asked():
            del self.fields[name]
        self.all_optional = True  # every field would say so, and sending says what is missing
        self._choices()
        self._hints()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = _layout(self)

    # --- what is asked ------------------------------------------------------------------------

    def _not_asked(self) -> set[str]:
        shape = self.assignment.shape
        unless = {"partner", "contact", "contact_name", "contact_email"}
        always = {"title", "summary", "description", "language", "level_min", "level_max", "lines"}
        asked = always | shape.fields
        if self.by_link:
            pass  # the link is for one contact person; another would end it
        elif self.side == "company":
            asked |= {"contact"}
        else:
            asked |= unless
        if self.assignment.state != State.DRAFT:
            asked -= {"partner"}
        if self.assignment.is_public and self.side != "company":
            asked -= unless
        goals = {name for name in self.fields if name.partition("_")[0] in {"learns", "delivers"}}
        return set(self.fields) - asked - (goals if shape.has_goals else set())

    def _add_goals(self) -> None:
        for level in Level:
            self.fields[f"learns_{level}"] = SeenTextField(
                label=_("What do they learn?"), required=False, max_length=1000, rows=2
            )
            self.fields[f"delivers_{level}"] = SeenTextField(
                label=_("What do they deliver?"), required=False, max_length=1000, rows=2
            )

    @property
    def posted_partner(self) -> Partner | None:
        """The organisation as it is in the form, which may not be saved yet."""
        if "partner" not in self.fields:
            return self.assignment.partner
        value = self["partner"].value()
        try:
            return self.fields["partner"].clean(value)  # type: ignore[no-any-return]
        except forms.ValidationError:
            return None

    def _choices(self) -> None:
        if "partner" in self.fields:
            current = Q(pk=self.assignment.partner_id)
            known = Partner.objects.filter(Q(pk__in=Partner.objects.signed()) | current)
            self._field("partner").queryset = known.order_by("sort_name", "pk")
        self._field("lines").queryset = ProgrammeLine.objects.order_by("order", "pk")
        if "contact" in self.fields:
            people = contacts_of(self.posted_partner, self.assignment.contact)
            other = [("", _("Somebody else: fill in below"))]
            if self.side == "company":
                # Who has no account stays it, until somebody else is chosen.
                name = self.assignment.contact_name or _("Nobody yet")
                other = [] if self.assignment.contact_id else [("", name)]
            self._field("contact").choices = [*other, *people]

    def _hints(self) -> None:
        example = EXAMPLES[self.assignment.form]
        for name in ("title", "summary", "description", "result"):
            said = getattr(example, name)
            if name in self.fields and said:
                self.fields[name].help_text = format_lazy("{} {}", _("Such as:"), said)
        if self.side == "company" and "contact" in self.fields:
            self.fields["contact"].label = _("Contact person")
            self.fields["contact"].help_text = _("Who answers questions and hears what happens.")

    def _field(self, name: str) -> Any:
        return self.fields[name]

    # --- what is typed --------------------------------------------------------------------------

    def clean_contact(self) -> User | None:
        """The account that was chosen."""
        chosen = self.cleaned_data["contact"]
        return User.objects.filter(pk=int(chosen)).first() if chosen else None

    def clean_contact_email(self) -> str:
        return str(self.cleaned_data["contact_email"]).lower()

    def clean(self) -> dict[str, Any]:
        """What fits together only."""
        data = super().clean() or {}
        for low, high, sentence in (
            ("level_min", "level_max", _("The highest level is below the lowest.")),
            (
                "team_size_min",
                "team_size_max",
                _("The largest team is smaller than the smallest."),
            ),
        ):
            one, other = data.get(low), data.get(high)
            if one is not None and other is not None and other < one:
                self.add_error(high, sentence)
        starts, apply_by = data.get("starts_on"), data.get("apply_by")
        if starts and apply_by and apply_by > starts:
            self.add_error("apply_by", _("Teams apply before it begins."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What can be kept, for the action: of fields that are all right, and as it stores them."""
        data = dict(self.cleaned_data)
        for group in TOGETHER:
            if any(name in self.errors for name in group):
                for name in group:
                    data.pop(name, None)
        goals: dict[int, tuple[str, str]] = {}
        for level in Level:
            pair = (f"learns_{level}", f"delivers_{level}")
            if all(name in data for name in pair):
                goals[int(level)] = (data[pair[0]], data[pair[1]])
            for name in pair:
                data.pop(name, None)
        values = {name: _as_stored(name, value) for name, value in data.items()}
        if values.get("contact") is None:
            self._known_address(values)
        return values | ({"goals": goals} if goals else {})

    def _known_address(self, values: dict[str, Any]) -> None:
        """An address of somebody who speaks for the organisation is that person's account."""
        address = values.get("contact_email")
        partner = values.get("partner") or self.assignment.partner
        if not address or partner is None:
            return
        known = Membership.objects.filter(
            partner=partner, role__in=SPEAKS, user__email=address, user__is_active=True
        ).first()
        if known is not None:
            values["contact"] = known.user


def _as_stored(name: str, value: Any) -> Any:
    if name == "lines":
        return list(value)
    if name == "teams_wanted":
        return value or 1
    if name == "names_kept_days":
        return 30 if value is None else value
    if name == "language":
        return value or Language.DUTCH
    return value


def contacts_of(partner: Partner | None, current: User | None) -> list[tuple[str, str]]:
    """Who speaks for a partner, by key; with whoever it is now."""
    if partner is None:
        return []
    speaking = Membership.objects.filter(
        partner=partner, role__in=SPEAKS, user__is_active=True
    ).select_related("user")
    people = {each.user_id: each.user for each in speaking.order_by("user__name", "user")}
    if current is not None:
        people.setdefault(current.pk, current)
    return [(str(key), person.get_full_name()) for key, person in people.items()]


def stored_values(assignment: Assignment) -> Stored:
    """What the form shows of what is stored."""
    plain = (
        "partner_id", "contact_id", "contact_name", "contact_email", "title", "summary",
        "description", "result", "language", "level_min", "level_max", "mixed", "disciplines",
        "teams_wanted", "team_size_min", "team_size_max", "hours_per_week", "weeks", "starts_on",
        "apply_by", "place", "online", "guidance", "guidance_hours", "compensation",
        "names_needed", "names_reason", "names_kept_days",
    )  # fmt: skip
    values = {name.removesuffix("_id"): getattr(assignment, name) for name in plain}
    if assignment.pk:
        values["lines"] = list(assignment.lines.order_by("pk").values_list("pk", flat=True))
        for goal in assignment.goals.all():
            values[f"learns_{goal.level}"] = goal.learns
            values[f"delivers_{goal.level}"] = goal.delivers
    return values


def _layout(form: PostingForm) -> Layout:
    there = form.fields

    def part(legend: Any, *names: Any) -> list[Any]:
        shown = [
            each
            for each in names
            if (isinstance(each, str) and each in there) or not isinstance(each, str)
        ]
        return [Fieldset(legend, *shown)] if shown else []

    def row(*names: str) -> Any:
        shown = [name for name in names if name in there]
        return [Row(*shown)] if shown else []

    where = _("Where, and with what help?") if "place" in there else _("With what help?")
    who = ("partner", "contact", "contact_name", "contact_email")
    return Layout(
        *part(_("For which organisation?") if "partner" in there else _("Contact"), *who),
        *part(_("What is it?"), "title", "summary", "description", "result", "language"),
        *part(_("For whom?"), Row("level_min", "level_max"), *_goal_rows(there), "mixed",
              "disciplines", "lines"),
        *part(_("The team"), "teams_wanted", *row("team_size_min", "team_size_max")),
        *part(_("When, and how much?"), *row("hours_per_week", "weeks"),
              *row("starts_on", "apply_by")),
        *part(where, "place", "online", "guidance", "guidance_hours",
              "compensation"),
        *part(_("Names of students"), "names_needed",
              *([Div("names_reason", "names_kept_days", data_when="names_needed")]
                if "names_needed" in there else [])),
    )  # fmt: skip


def _goal_rows(there: Iterable[str]) -> list[Any]:
    """Per level what it learns and delivers; the module shows those of the levels chosen."""
    if "learns_2" not in there:
        return []
    return [
        Fieldset(
            level.label,
            Row(f"learns_{level}", f"delivers_{level}"),
            css_class="goal",
            data_level=str(int(level)),
        )
        for level in Level
    ]


class ReasonForm(forms.Form):
    """Why: for withdrawing, saying no, and asking for changes."""

    reason = SeenTextField(label=gettext_lazy("Why?"), max_length=500, rows=3)

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label
        self.fields["reason"].help_text = help_text
        self.helper = FormHelper()
        self.helper.form_tag = False
