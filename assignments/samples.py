"""Made-up assignments for the style guide, of which nothing is stored."""

import datetime
from typing import Any

from django.utils import timezone

from assignments.choices import Form, State
from assignments.models import Assignment
from partners.models import Partner
from programme_lines.choices import Level, LineColour
from programme_lines.models import ProgrammeLine


def sample_cards() -> list[Assignment]:
    """One that is open, one that is booked, one that teams are at work on."""
    today = timezone.localdate()
    level: dict[str, Any] = {"level_min": Level.MBO_3, "level_max": Level.BACHELOR}
    return [
        _sample(
            1,
            LineColour.PETROL,
            title="Hoe warm is het in een kas?",
            summary="Meet tien weken mee, en laat zien waar de warmte blijft.",
            state=State.PUBLISHED,
            weeks=10,
            hours_per_week=8,
            starts_on=today + datetime.timedelta(days=40),
            apply_by=today + datetime.timedelta(days=5),
            teams_wanted=2,
            team_size_min=3,
            team_size_max=5,
            mixed=True,
            place="Leskas",
            online=True,
            **level,
        ),
        _sample(
            2,
            LineColour.PLUM,
            title="Gastles: een dag in het lab",
            summary="Iemand die elke dag met cellen werkt, komt erover vertellen.",
            form=Form.GUEST_LECTURE,
            state=State.PUBLISHED,
            next_date=today + datetime.timedelta(days=12),
            **level,
        ),
        _sample(
            3,
            None,
            title="Tel de bijen op het dak",
            summary="Ga vier keer kijken, en maak er een kaart van.",
            state=State.RUNNING,
            weeks=6,
            level_min=Level.MBO_2,
            level_max=Level.MBO_2,
        ),
    ]


def _sample(
    pk: int, colour: LineColour | None, *, next_date: datetime.date | None = None, **fields: Any
) -> Assignment:
    row = Assignment(
        pk=pk, slug="voorbeeld", partner=Partner(name="Voorbeeld BV", slug="voorbeeld"), **fields
    )
    row.form = row.form or Form.ASSIGNMENT
    lines = [ProgrammeLine(title="Lijn", slug="lijn", colour=colour)] if colour else []
    cache: Any = row
    cache._prefetched_objects_cache = {"lines": lines}
    cache.next_date = next_date
    return row
