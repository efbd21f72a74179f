"""What the people of the demo follow and chose, and the mails that they got in the weeks before.

So that preferences, the list of one's own mails and the office's ledger have something to show.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import translation

from civportal.accounts.models import User
from civportal.notifications import actions, digests
from civportal.notifications.choices import Frequency, Mode, Reason, State
from civportal.notifications.models import Notification, Preference
from civportal.notifications.reminders import due_moment
from partners.models import Partner
from programme_lines.models import ProgrammeLine
from sessions_log.models import Body, WorkSession
from sessions_log.notifications import REMINDER, REPORT, begins_at, subject_line, subject_of

DAY, WEEK = 24, 7 * 24

FOLLOWS: dict[str, list[str]] = {
    "noor": ["news"],
    "samira": ["news", "body:stuurgroep", "body:werkgroep"],
    "thijs": ["news", "body:stuurgroep", "line:vraaggericht-excellent-onderwijs"],
    "yara": ["line:practoraat", "line:vraaggericht-excellent-onderwijs", "body:werkgroep"],
    "emre": ["line:practoraat", "partner:gistwerk"],
    "lotte": ["line:practoraat", "line:leven-lang-ontwikkelen", "body:schrijvers"],
}
"""By the keys of the story: what each login follows."""

SCHEDULES: dict[str, dict[str, Any]] = {
    "samira": {"frequency": Frequency.DAILY, "hour": 7},
    "emre": {"frequency": Frequency.MONTHLY, "reminder_hours": [DAY]},
    "lotte": {"weekday": 4, "hour": 16, "reminder_hours": [WEEK, 2 * DAY, 3]},
}

REMINDED = ("werkgroep-2", "docenten", "stuurgroep-4")
"""The sessions that were reminded of, the latest first."""


class DemoMails:
    """Adds all of it to the rows of the story."""

    def __init__(
        self,
        *,
        people: Mapping[str, User],
        lines: Mapping[str, ProgrammeLine],
        bodies: Mapping[str, Body],
        partners: Mapping[str, Partner],
        sessions: Mapping[str, WorkSession],
        now: datetime.datetime,
    ) -> None:
        self.people = people
        self.known: Mapping[str, Mapping[str, Any]] = {
            "line": lines,
            "body": bodies,
            "partner": partners,
        }
        self.sessions = sessions
        self.now = now

    def add(self) -> int:
        """Everything; how many mails."""
        for key, topics in FOLLOWS.items():
            self._wish(self.people[key], topics, SCHEDULES.get(key, {}))
        Preference.objects.create(user=self.people["yara"], kind=REPORT, mode=Mode.AT_ONCE)
        rows = [*self._reminders(), *self._digests()]
        Notification.objects.bulk_create(rows)
        return len(rows)

    def _wish(self, user: User, topics: list[str], wanted: Mapping[str, Any]) -> None:
        actions.follow(user, [self._topic(topic) for topic in topics])
        setting = digests.setting_of(user)
        chosen = {
            name: wanted.get(name, getattr(setting, name))
            for name in ("frequency", "weekday", "hour", "reminder_hours", "paused_until")
        }
        actions.set_schedule(user, actions.Schedule(**chosen))

    def _topic(self, name: str) -> str:
        kind, _colon, key = name.partition(":")
        return f"{kind}:{self.known[kind][key].pk}" if key else name

    def _reminders(self) -> list[Notification]:
        rows = []
        for name in REMINDED:
            session = self.sessions[name]
            starts_at = begins_at(session.date, session.start)
            took = list(session.participations.filter(user__isnull=False).select_related("user"))
            for place, participation in enumerate(took):
                user = participation.user
                assert user is not None  # noqa: S101 - the query asked for persons
                for hours in (WEEK, DAY):
                    due = due_moment(starts_at, hours, user.time_zone)
                    row = self._row(user, REMINDER, f"{name}:{hours}", due)
                    row.subject = subject_of(session.pk)
                    row.data = {"starts_at": starts_at.isoformat(), "hours": hours}
                    row.expires_at = starts_at
                    row.title = self._line(session, due)
                    self._fate(row, place, hours)
                    rows.append(row)
        return rows

    def _fate(self, row: Notification, place: int, hours: int) -> None:
        """Nearly all arrive; some tell why not."""
        if place == 1 and hours == WEEK:
            row.state, row.reason, row.title = State.WITHHELD, Reason.OVERTAKEN, ""
        elif place == 2:
            row.state, row.reason, row.title = State.WITHHELD, Reason.PAUSED, ""
        elif place == 3 and hours == WEEK:
            row.state, row.reason = State.FAILED, Reason.REFUSED
            row.detail, row.attempts, row.title = "552 5.2.2 Mailbox full", 1, ""

    def _digests(self) -> list[Notification]:
        rows = []
        for key in ("samira", "thijs", "yara", "lotte"):
            for weeks in (1, 2, 3):
                due = self.now - datetime.timedelta(weeks=weeks)
                due = due.replace(hour=8, minute=0, second=0, microsecond=0)
                row = self._row(self.people[key], digests.KIND, f"{weeks}", due)
                row.data = {"from": 0, "to": 0, "told": []}
                row.title = "2 nieuwe berichten over Practoraat"
                if weeks == 2:
                    row.state, row.reason, row.title = State.WITHHELD, Reason.NOTHING_NEW, ""
                rows.append(row)
        return rows

    def _row(self, user: User, kind: str, key: str, due: datetime.datetime) -> Notification:
        settled = due + datetime.timedelta(seconds=20)
        return Notification(
            recipient=user,
            kind=kind,
            dedupe_key=f"demo:{kind}:{key}:{user.pk}",
            state=State.SENT,
            attempts=1,
            created_at=due,
            due_at=due,
            next_try_at=due,
            settled_at=settled,
        )

    def _line(self, session: WorkSession, sent_at: datetime.datetime) -> str:
        with translation.override("nl"):
            return subject_line(session, sent_at.date(), with_agenda=True)
