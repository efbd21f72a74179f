"""Who would work on an assignment: how many, from where, of which level; counted, never named."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment, TeamCount
from partners.choices import PartnerKind
from partners.models import Partner
from programme_lines.choices import Level


@dataclass(frozen=True)
class Composition:
    """The students of a team, beside what the assignment asks for.

    ``counts`` have their schools loaded; those without students count for nothing.
    """

    assignment: Assignment
    counts: tuple[TeamCount, ...]

    @cached_property
    def total(self) -> int:
        """All students."""
        return sum(count.number for count in self.counts)

    @cached_property
    def schools(self) -> list[Partner]:
        """The schools they come from, by name."""
        found = {count.school_id: count.school for count in self.counts}
        return sorted(found.values(), key=lambda school: school.sort_name)

    @cached_property
    def levels(self) -> list[Level]:
        """The levels in the team, the lowest first."""
        return sorted({Level(count.level) for count in self.counts})

    @property
    def is_mixed(self) -> bool:
        """Whether students of different levels or schools work together."""
        return len(self.levels) > 1 or len(self.schools) > 1

    @property
    def misses_mixed(self) -> bool:
        """Whether a mixed team is asked for and this is none; a wish, nothing more."""
        return self.assignment.mixed and not self.is_mixed

    @cached_property
    def levels_outside(self) -> list[Level]:
        """Levels that the assignment did not ask for; told, not refused."""
        asked = self.assignment.levels
        return [level for level in self.levels if asked and level not in asked]

    @property
    def size_problem(self) -> str:
        """What is wrong with the number of students, as a sentence; empty when nothing is."""
        least, most = self.assignment.team_size_min, self.assignment.team_size_max
        if not self.total:
            return _("There are no students in the team yet: say how many, of which school.")
        if least and self.total < least:
            return _(
                "The team has %(total)d students; at least %(least)d are asked for. "
                "Add students, or ask a colleague of another school to join you."
            ) % {"total": self.total, "least": least}
        if most and self.total > most:
            return _(
                "The team has %(total)d students; at most %(most)d are asked for. "
                "Make the team smaller, or form two teams."
            ) % {"total": self.total, "most": most}
        return ""

    @property
    def in_words(self) -> str:
        """``7 students: 4 × Mbo level 4, 3 × Hbo bachelor``."""
        if not self.total:
            return _("no students yet")
        numbers = dict.fromkeys(self.levels, 0)
        for count in self.counts:
            numbers[Level(count.level)] += count.number
        said = ", ".join(f"{number} × {level.label}" for level, number in numbers.items())
        return ngettext(
            "%(total)d student: %(levels)s", "%(total)d students: %(levels)s", self.total
        ) % {"total": self.total, "levels": said}

    @property
    def by_kind_and_level(self) -> list[tuple[str, str, int]]:
        """Kind of school, level and number, without saying which school: for everyone to read."""
        numbers: dict[tuple[str, int], int] = {}
        for count in self.counts:
            key = (count.school.kind, count.level)
            numbers[key] = numbers.get(key, 0) + count.number
        return [
            (str(PartnerKind(kind).label), str(Level(level).label), number)
            for (kind, level), number in sorted(numbers.items(), key=lambda each: each[0][1])
        ]


def composition_of(assignment: Assignment, counts: Iterable[TeamCount]) -> Composition:
    """The composition of these rows, which have their schools loaded."""
    return Composition(assignment, tuple(counts))
