"""Where the milestones of a route stand."""

import datetime

import pytest
import time_machine

from programme_lines.models import Milestone
from programme_lines.route import route

DAY = datetime.date(2026, 6, 15)


def milestone(pk: int, days: int, *, done: bool = False) -> Milestone:
    return Milestone(pk=pk, date=DAY + datetime.timedelta(days=days), done=done)


@time_machine.travel(datetime.datetime(2026, 6, 15, 12, tzinfo=datetime.UTC))
@pytest.mark.parametrize(
    ("milestones", "expected"),
    [
        ([], []),
        ([milestone(1, -9, done=True)], [(1, "done")]),
        # Out of order; one behind and open; today counts as still ahead; one next only.
        (
            [milestone(4, 9), milestone(3, 0), milestone(1, -9, done=True), milestone(2, -1)],
            [(1, "done"), (2, "late"), (3, "next"), (4, "later")],
        ),
        # What is done before its date is done, and the next one is the first that is not.
        ([milestone(1, 3, done=True), milestone(2, 5)], [(1, "done"), (2, "next")]),
        # Two on one day keep the order in which they were made.
        ([milestone(2, 5), milestone(1, 5)], [(1, "next"), (2, "later")]),
    ],
)
def test_each_milestone_has_its_word(milestones, expected):
    assert [(step.milestone.pk, step.state.value) for step in route(milestones)] == expected
