"""What comes back in the meetings of a body: the rhythm of its days, and its agenda items."""

import datetime
import itertools
import statistics
from collections.abc import Iterable

from django.utils import timezone

from civportal.lib.text import fold
from sessions_log.choices import SessionStatus
from sessions_log.models import AgendaItem, WorkSession
from sessions_log.querysets import WorkSessionQuerySet

LOOK_BACK = 5
"""Sessions that tell the rhythm of a body."""

USUAL_WEEKS = 4
"""Between two sessions of a body that met once."""

WEEK = datetime.timedelta(weeks=1)


def _of_the_body(session: WorkSession) -> WorkSessionQuerySet:
    """The sessions of the same body, newest first; without a body, this one."""
    sessions = WorkSession.objects.filter(pk=session.pk)
    if session.body_id is not None:
        sessions = WorkSession.objects.filter(body=session.body_id).exclude(
            status=SessionStatus.CANCELLED
        )
    return sessions.order_by("-date", "-pk")


def next_date(previous: WorkSession) -> datetime.date:
    """The day on which the body most likely meets next: the same weekday, in its usual rhythm.

    Counted from its last session that is planned; always a day to come.
    """
    days = list(_of_the_body(previous).values_list("date", flat=True)[:LOOK_BACK])
    gaps = [(later - earlier).days for later, earlier in itertools.pairwise(days)]
    weeks = max(1, round(statistics.median(gaps) / 7)) if gaps else USUAL_WEEKS
    date = (days[0] if days else previous.date) + weeks * WEEK
    while date < timezone.localdate():
        date += weeks * WEEK
    return date


def recurring_items(previous: WorkSession, items: Iterable[AgendaItem]) -> list[int]:
    """The keys of the items that came back: their title stood on an agenda before.

    Of a body's first agenda all are; what was put there once, such as an action item to come
    back to, never is.
    """
    own = [
        item
        for item in items
        if not (item.about_minutes_id or item.about_action_id or item.about_point_id)
    ]
    before = _of_the_body(previous).filter(date__lt=previous.date)
    others = list(before.values_list("pk", flat=True)[: LOOK_BACK - 1])
    if not others:
        return [item.pk for item in own]
    titles = AgendaItem.objects.filter(session__in=others).values_list("title", flat=True)
    known = {fold(title) for title in titles}
    return [item.pk for item in own if fold(item.title) in known]


def start_of_copy(previous: WorkSession) -> dict[str, object]:
    """The facts that a new session takes over."""
    return {
        "title": previous.title,
        "kind": previous.kind,
        "body": previous.body_id,
        "lines": [line.pk for line in previous.lines.all()],
        "start": previous.start,
        "end": previous.end,
        "place": previous.place,
        "online_url": previous.online_url,
        "language": previous.language,
        "visibility": previous.visibility,
        "sign_up": previous.sign_up,
        "capacity": previous.capacity,
    }
