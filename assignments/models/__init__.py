"""Assignments: who does what for whom."""

from assignments.models.assignments import Assignment, AssignmentLine, LevelGoal, SchoolPeriod
from assignments.models.returns import AgendaReturn
from assignments.models.running import Feedback, HandIn, Outcome, Step
from assignments.models.searches import SavedSearch
from assignments.models.slots import Booking, Slot
from assignments.models.teams import Team, TeamCount, TeamMember, TeamMessage
from assignments.models.terms import Acceptance, AssignmentDocument, Download, Terms

__all__ = [
    "Acceptance",
    "AgendaReturn",
    "Assignment",
    "AssignmentDocument",
    "AssignmentLine",
    "Booking",
    "Download",
    "Feedback",
    "HandIn",
    "LevelGoal",
    "Outcome",
    "SavedSearch",
    "SchoolPeriod",
    "Slot",
    "Step",
    "Team",
    "TeamCount",
    "TeamMember",
    "TeamMessage",
    "Terms",
]
