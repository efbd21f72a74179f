"""What each form of cooperation asks for: only the fields that make sense for it."""

from dataclasses import dataclass

from assignments.choices import BOOKED, Form


@dataclass(frozen=True)
class Shape:
    """``fields`` are those of ``Assignment`` that a form asks beside what all forms ask."""

    form: Form
    fields: frozenset[str]

    @property
    def is_booked(self) -> bool:
        """Offered on dates (``Slot``) and booked for a class; otherwise teams apply."""
        return self.form in BOOKED

    @property
    def needs_teacher(self) -> bool:
        """Whether a teacher has to stand for it before it is public.

        For what is booked none has to: each booking is made by a teacher.
        """
        return not self.is_booked

    @property
    def has_goals(self) -> bool:
        """Whether it says per level what is learned and delivered."""
        return not self.is_booked


ALL = ("title", "summary", "description", "lines", "language", "level_min", "level_max")
"""What every form asks for."""

_TEAMS = frozenset({
    "result", "disciplines", "mixed", "teams_wanted", "team_size_min", "team_size_max",
    "hours_per_week", "weeks", "starts_on", "apply_by", "place", "online", "guidance",
    "guidance_hours", "compensation", "names_needed", "names_reason", "names_kept_days",
})  # fmt: skip

SHAPES: dict[str, Shape] = {
    form: Shape(form, frozenset(fields))
    for form, fields in (
        (Form.ASSIGNMENT, _TEAMS),
        (Form.RESEARCH, _TEAMS),
        (Form.PLACEMENT, _TEAMS - {"online"}),
        (Form.DATASET, _TEAMS - {"place", "online", "guidance_hours", "compensation"}),
        (Form.GUEST_LECTURE, {"disciplines", "guidance"}),
        (Form.EXCURSION, {"guidance"}),
        (Form.SHARED_LAB, {"disciplines", "guidance", "compensation"}),
        (Form.TRAINING, {"disciplines", "guidance", "compensation"}),
    )
}


def shape_of(form: str) -> Shape:
    """What this form of cooperation asks for."""
    return SHAPES[form]
