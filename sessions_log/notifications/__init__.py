"""What sessions have to tell: one module for each kind of news.

Here stands what other apps use; a module for a new noun adds its ``register`` below.
"""

from civportal.notifications import kinds
from sessions_log.models import WorkSession
from sessions_log.notifications import reminders, reports, topics
from sessions_log.notifications.common import PREFIX, begins_at, named, subject_of, when
from sessions_log.notifications.reminders import REMINDER, compose_reminders, subject_line
from sessions_log.notifications.reports import REPORT, SECTION, report_published, topics_of

__all__ = [
    "PREFIX",
    "REMINDER",
    "REPORT",
    "SECTION",
    "begins_at",
    "compose_reminders",
    "named",
    "register",
    "report_published",
    "subject_line",
    "subject_of",
    "topics_of",
    "when",
]


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    kinds.register_subjects(PREFIX, WorkSession.objects.visible_to, name=named)
    reminders.register()
    reports.register()
    topics.register()
