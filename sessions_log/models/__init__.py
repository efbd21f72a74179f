"""Meetings, what was said in them, and what became of it."""

from sessions_log.models.bodies import Body, BodyMembership
from sessions_log.models.calendars import CalendarToken
from sessions_log.models.imports import ReportImport
from sessions_log.models.links import SessionLine
from sessions_log.models.minutes import ActionItem, AttentionPoint, Decision, Minutes
from sessions_log.models.sessions import AgendaItem, Document, Participation, WorkSession
from sessions_log.models.versions import MinutesRemark, MinutesVersion

__all__ = [
    "ActionItem",
    "AgendaItem",
    "AttentionPoint",
    "Body",
    "BodyMembership",
    "CalendarToken",
    "Decision",
    "Document",
    "Minutes",
    "MinutesRemark",
    "MinutesVersion",
    "Participation",
    "ReportImport",
    "SessionLine",
    "WorkSession",
]
