"""What an assignment says, as far as people say yes to it, and what changed in that."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Assignment
from civportal.accounts.models import Language
from civportal.lib.difference import Piece, difference
from civportal.ui import words
from programme_lines.choices import Level

Said = dict[str, Any]
"""By name: text, number, yes or no, a list; as JSON holds it, without a language of its own."""

PLAIN = (
    "title", "summary", "description", "result", "language", "disciplines", "level_min",
    "level_max", "mixed", "teams_wanted", "team_size_min", "team_size_max", "hours_per_week",
    "weeks", "starts_on", "apply_by", "place", "online", "guidance", "guidance_hours",
    "compensation", "names_needed", "names_reason", "names_kept_days",
)  # fmt: skip

LABELS: dict[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("In one sentence"),
    "description": gettext_lazy("What it is about"),
    "result": gettext_lazy("What there should be at the end"),
    "language": gettext_lazy("Language of the text"),
    "lines": gettext_lazy("Programme lines"),
    "disciplines": gettext_lazy("Disciplines"),
    "level_min": gettext_lazy("Lowest level"),
    "level_max": gettext_lazy("Highest level"),
    "mixed": gettext_lazy("Mixed team"),
    "teams_wanted": gettext_lazy("Number of teams"),
    "team_size_min": gettext_lazy("Students in a team, at least"),
    "team_size_max": gettext_lazy("Students in a team, at most"),
    "hours_per_week": gettext_lazy("Hours a week for each student"),
    "weeks": gettext_lazy("Number of weeks"),
    "starts_on": gettext_lazy("Begins on"),
    "apply_by": gettext_lazy("Teams apply until"),
    "place": gettext_lazy("Place"),
    "online": gettext_lazy("Can be done online"),
    "guidance": gettext_lazy("Guidance"),
    "guidance_hours": gettext_lazy("Hours of guidance a week"),
    "compensation": gettext_lazy("Compensation"),
    "names_needed": gettext_lazy("Names of students are needed"),
    "names_reason": gettext_lazy("Why names are needed"),
    "names_kept_days": gettext_lazy("Days that names are kept after the end"),
}

LONG = 80
"""Characters from which on a text is compared word by word instead of as a whole."""


def said(assignment: Assignment) -> Said:
    """What it says now."""
    found: Said = {}
    for name in PLAIN:
        value = getattr(assignment, name)
        if isinstance(value, Decimal):
            value = str(value.normalize())
        elif isinstance(value, datetime.date):
            value = value.isoformat()
        found[name] = value
    found["lines"] = list(assignment.lines.order_by("pk").values_list("title", flat=True))
    for goal in assignment.goals.order_by("level"):
        found[f"learns_{goal.level}"] = goal.learns
        found[f"delivers_{goal.level}"] = goal.delivers
    return found


@dataclass(frozen=True)
class Change:
    """One thing that says something else than it did; both as a person reads them."""

    name: str
    before: str
    after: str

    @property
    def label(self) -> str:
        """What it is."""
        return label_of(self.name)

    @property
    def is_long(self) -> bool:
        """Whether it is better read word by word."""
        return max(len(self.before), len(self.after)) > LONG

    @property
    def pieces(self) -> list[Piece]:
        """Word by word."""
        return difference(self.before, self.after)


def label_of(name: str) -> str:
    """What a part of it is called; of a level's goals with the level."""
    what, _underscore, level = name.rpartition("_")
    if what in {"learns", "delivers"}:
        words_of = {
            "learns": _("What %(level)s learns"),
            "delivers": _("What %(level)s delivers"),
        }
        return words_of[what] % {"level": Level(int(level)).label}
    return str(LABELS.get(name, name))


def shown(name: str, value: Any) -> str:  # noqa: PLR0911 - one sort of value each
    """A value as a person reads it; empty where there is none."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if name in {"starts_on", "apply_by"}:
        return words.long_date(datetime.date.fromisoformat(value))
    if name in {"level_min", "level_max"}:
        return str(Level(value).label)
    if name in {"hours_per_week", "guidance_hours"}:
        return number_format(f"{Decimal(value):f}")
    if name == "language":
        return str(Language(value).label)
    return str(value)


def changes(before: Said, after: Said) -> list[Change]:
    """What says something else, in the order in which it is asked."""
    names = [*LABELS, *sorted({*before, *after} - set(LABELS))]
    return [
        Change(name, shown(name, before.get(name)), shown(name, after.get(name)))
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def changes_since(assignment: Assignment, side: str) -> list[Change]:
    """What changed since this side last said yes; nothing where it never did."""
    before = assignment.agreed.get(side)
    return changes(before, said(assignment)) if before else []


def as_data(before: Said, after: Said) -> list[list[Any]]:
    """The same for a notification, which is read later and in another language.

    Long texts are cut: a mail only tells that they changed.
    """

    def cut(value: Any) -> Any:
        return value[: LONG + 1] if isinstance(value, str) else value

    names = [change.name for change in changes(before, after)]
    return [[name, cut(before.get(name)), cut(after.get(name))] for name in names]


def from_data(rows: Iterable[Any]) -> list[Change]:
    """What ``as_data`` kept, in the language in force."""
    return [Change(name, shown(name, before), shown(name, after)) for name, before, after in rows]


def in_short(change: Change) -> tuple[str, str]:
    """For a mail: what it is, and what became of it."""
    if change.is_long:
        return change.label, _("the text was changed")
    if not change.after:
        return change.label, _("“%(before)s” was taken out") % {"before": change.before}
    if not change.before:
        return change.label, change.after
    return change.label, f"{change.before} → {change.after}"
