"""The route of a line or of the centre: its milestones, each with the word for where it stands."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from programme_lines.models import Milestone


class StepState(TextChoices):
    """Where a milestone stands today; worked out, not stored."""

    DONE = "done", pgettext_lazy("state of a milestone", "Done")
    LATE = "late", pgettext_lazy("state of a milestone", "Late")
    NEXT = "next", pgettext_lazy("state of a milestone", "Next")
    LATER = "later", pgettext_lazy("state of a milestone", "Later")


class Step(NamedTuple):
    """A milestone on the route."""

    milestone: Milestone
    state: StepState


def route(milestones: Iterable[Milestone]) -> list[Step]:
    """The milestones in order of date; the first one ahead is next, an open one behind is late."""
    today = timezone.localdate()
    steps = []
    is_next = StepState.NEXT
    for milestone in sorted(milestones, key=lambda each: (each.date, each.pk)):
        if milestone.done:
            state = StepState.DONE
        elif milestone.date < today:
            state = StepState.LATE
        else:
            state, is_next = is_next, StepState.LATER
        steps.append(Step(milestone, state))
    return steps
