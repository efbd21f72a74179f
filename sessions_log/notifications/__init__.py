"""What sessions have to tell: one module for each kind of news.

Here stands what other apps use; a module for a new noun adds its ``register`` below.
"""

from civportal.notifications import kinds
from sessions_log.models import WorkSession
from sessions_log.notifications import (
    actions,
    invitations,
    minutes,
    outcomes,
    reminders,
    reports,
    topics,
)
from sessions_log.notifications.common import (
    PREFIX,
    begins_at,
    named,
    subject_of,
    topics_of,
    when,
)
from sessions_log.notifications.invitations import (
    CANCELLED,
    INVITATION,
    MOVED,
    REPLY_OPEN,
    TAKEN_OFF,
    session_cancelled,
    session_moved,
)
from sessions_log.notifications.outcomes import outcomes_readable
from sessions_log.notifications.reminders import REMINDER, compose_reminders, subject_line
from sessions_log.notifications.reports import REPORT, SECTION, report_published

__all__ = [
    "CANCELLED",
    "INVITATION",
    "MOVED",
    "PREFIX",
    "REMINDER",
    "REPLY_OPEN",
    "REPORT",
    "SECTION",
    "TAKEN_OFF",
    "begins_at",
    "compose_reminders",
    "named",
    "outcomes_readable",
    "register",
    "report_published",
    "session_cancelled",
    "session_moved",
    "subject_line",
    "subject_of",
    "topics_of",
    "when",
]


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    kinds.register_subjects(PREFIX, WorkSession.objects.visible_to, name=named)
    reminders.register()
    invitations.register()
    reports.register()
    minutes.register()
    actions.register()
    outcomes.register()
    topics.register()
