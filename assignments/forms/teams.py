"""What a coach says about a team, and what those who posted say to it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assignments.actions.teams import Details
from assignments.choices import TeamState
from assignments.models import Assignment, Team
from assignments.permissions import schools_of
from assignments.querysets import SCHOOLS
from civportal.accounts.models import Language, User
from civportal.lib.fields import LineField, SeenTextField
from partners.choices import PartnerStatus
from partners.models import Partner
from programme_lines.choices import Level

ROWS = 3
MORE_ROWS = 2
MOST_ROWS = 20
MOST_STUDENTS = 200
"""Of one school and level; as ``TeamCount`` has it."""


class TeamForm(forms.Form):
    """A team: its name, its students by school and level, and why it would like to.

    The rows of students are fields of this form, so that what is wrong with one is said on top
    with the rest. A team that was accepted has the rows only.
    """

    all_optional = True

    name = LineField(
        label=gettext_lazy("Name of the team"),
        max_length=80,
        help_text=gettext_lazy("Such as the class or the subject. No names of students."),
    )
    motivation = SeenTextField(
        label=gettext_lazy("Why this team?"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "What your students can do, what they want to learn, and when they have time. Those "
            "who posted the assignment choose by this."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of your text"), choices=Language)

    def __init__(
        self, data: Any = None, *, assignment: Assignment, by: User, team: Team | None = None
    ) -> None:
        self.assignment, self.team = assignment, team
        counts = list(team.counts.select_related("school")) if team is not None else []
        initial: dict[str, Any] = {"language": assignment.language}
        if team is not None:
            initial |= {
                "name": team.name,
                "motivation": team.motivation,
                "language": team.language,
            }
        super().__init__(data, initial=initial)
        if team is not None and team.state == TeamState.ACCEPTED:
            for name in ("name", "motivation", "language"):
                del self.fields[name]
        self.rows = self._number_of_rows(len(counts))
        own = schools_of(by)
        schools = self._schools(own, [count.school for count in counts])
        for place in range(self.rows):
            self._add_row(place, schools)
            if place < len(counts):
                count = counts[place]
                self.initial[f"school_{place}"] = str(count.school_id)
                self.initial[f"level_{place}"] = str(count.level)
                self.initial[f"number_{place}"] = count.number
        if not counts and len(own) == 1:
            self.initial["school_0"] = str(own[0].pk)

    def _number_of_rows(self, counts: int) -> int:
        if not self.is_bound:
            return min(max(counts + 1, ROWS), MOST_ROWS)
        asked = str(self.data.get("rows", ""))
        rows = int(asked) if asked.isdecimal() else ROWS
        if "more" in self.data:
            rows += MORE_ROWS
        return min(max(rows, 1), MOST_ROWS)

    @staticmethod
    def _schools(own: list[Partner], known: list[Partner]) -> list[Any]:
        mine = {school.pk for school in own}
        others = {
            school.pk: school
            for school in Partner.objects.filter(
                kind__in=SCHOOLS, status=PartnerStatus.SIGNED
            ).exclude(pk__in=mine)
        } | {school.pk: school for school in known if school.pk not in mine}
        groups = [
            (_("Where you teach"), own),
            (_("Other schools"), sorted(others.values(), key=lambda school: school.sort_name)),
        ]
        return [
            ("", _("Choose a school")),
            *(
                (label, [(str(school.pk), school.name) for school in schools])
                for label, schools in groups
                if schools
            ),
        ]

    def _levels(self) -> list[Any]:
        asked = self.assignment.levels
        if not asked:
            return [("", _("Choose a level")), *Level.choices]
        rest = [level for level in Level if level not in asked]
        groups = [(_("Asked for"), asked), (_("Other levels"), rest)]
        return [
            ("", _("Choose a level")),
            *(
                (label, [(str(level.value), level.label) for level in levels])
                for label, levels in groups
                if levels
            ),
        ]

    def _add_row(self, place: int, schools: list[Any]) -> None:
        self.fields[f"school_{place}"] = forms.ChoiceField(
            label=_("School"), choices=schools, required=False
        )
        self.fields[f"level_{place}"] = forms.ChoiceField(
            label=_("Level"), choices=self._levels(), required=False
        )
        self.fields[f"number_{place}"] = forms.IntegerField(
            label=_("Students"),
            required=False,
            validators=[MinValueValidator(1), MaxValueValidator(MOST_STUDENTS)],
            widget=forms.NumberInput(
                attrs={"min": 1, "max": MOST_STUDENTS, "inputmode": "numeric"}
            ),
        )

    @property
    def row_fields(self) -> Iterator[list[BoundField]]:
        """The fields of each row."""
        for place in range(self.rows):
            yield [self[f"{name}_{place}"] for name in ("school", "level", "number")]

    def clean(self) -> dict[str, Any]:
        """Read the rows; one without level and number is left out."""
        data = super().clean() or {}
        counts: dict[tuple[int, int], int] = {}
        for place in range(self.rows):
            school, level, number = (
                data.get(f"{name}_{place}") for name in ("school", "level", "number")
            )
            wrong = any(f"{name}_{place}" in self.errors for name in ("school", "level", "number"))
            if wrong or not (level or number):
                continue
            if not school:
                self.add_error(f"school_{place}", _("Choose the school."))
            if not level:
                self.add_error(f"level_{place}", _("Choose the level."))
            if not number:
                self.add_error(f"number_{place}", _("Fill in how many students."))
            if school and level and number:
                key = (int(school), int(level))
                if key in counts:
                    self.add_error(
                        f"level_{place}", _("This school and level stand in the list already.")
                    )
                counts[key] = number
        data["counts"] = counts
        return data

    @property
    def details(self) -> Details:
        """What the form says; of an accepted team the words stay as they were."""
        data = self.cleaned_data
        if self.team is not None and self.team.state == TeamState.ACCEPTED:
            return Details(
                name=self.team.name,
                motivation=self.team.motivation,
                language=self.team.language,
                counts=data["counts"],
            )
        return Details(
            name=data["name"],
            motivation=data["motivation"],
            language=data["language"],
            counts=data["counts"],
        )


class DeclineForm(forms.Form):
    """A no, with the reason."""

    reason = SeenTextField(
        label=pgettext_lazy("about a team", "Why not this team?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.widget.attrs |= {"lang": team.language}
        field.help_text = _(
            "The coach reads this in a mail and tells the students. Write it in %(language)s."
        ) % {"language": team.get_language_display()}


class MoreTeamsForm(forms.Form):
    """How many teams in all, from now on."""

    number = forms.IntegerField(
        label=gettext_lazy("Teams in all"), validators=[MaxValueValidator(50)]
    )

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        least = assignment.teams_wanted + 1
        self.fields["number"].initial = least
        self.fields["number"].validators.append(MinValueValidator(least))
        self.fields["number"].widget.attrs |= {"min": least, "max": 50, "inputmode": "numeric"}
