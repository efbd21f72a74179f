"""Teams as they are compared: composition and periods, with a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from assignments.composition import Composition, composition_of
from assignments.models import Assignment, Team, TeamCount
from assignments.periods import Clash, clashes


@dataclass(frozen=True)
class Shown:
    """What a page tells of one team beside what stands in its row.

    ``clashes`` are the periods of its schools in which the assignment does not fall.
    """

    composition: Composition
    clashes: Sequence[Clash]


def explain(assignment: Assignment, teams: Sequence[Team]) -> dict[int, Shown]:
    """By key, for teams of this assignment; two queries."""
    counts: dict[int, list[TeamCount]] = {team.pk: [] for team in teams}
    for count in TeamCount.objects.filter(team__in=counts).select_related("school"):
        counts[count.team_id].append(count)
    found = {key: composition_of(assignment, rows) for key, rows in counts.items()}
    schools = [school for composition in found.values() for school in composition.schools]
    said = clashes(assignment.starts_on, assignment.ends_on, schools)
    return {
        key: Shown(
            composition,
            [clash for clash in said if clash.school in composition.schools],
        )
        for key, composition in found.items()
    }
