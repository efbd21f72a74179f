"""Reminders of dates: to who booked, and to who offers them."""

import datetime
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from assignments.choices import PUBLIC_STATES
from assignments.models import Booking, Slot
from assignments.notifications import bookings_letters as letters
from assignments.notifications.bookings_composing import (
    Made,
    Rows,
    bookings,
    key_of,
    readers,
    seen_slots,
    slots,
    to_of,
)
from assignments.notifications.bookings_letters import To
from assignments.notifications.bookings_telling import SLOT, subject_of
from assignments.querysets import SPEAKS
from civportal.centre.models import CentreProfile
from civportal.notifications import kinds
from civportal.notifications.choices import Reason
from civportal.notifications.kinds import Message, Reminder, Withheld


def _window(after: datetime.datetime, before: datetime.datetime) -> dict[str, Any]:
    first, last = (timezone.localtime(moment).date() for moment in (after, before))
    return {"date__gte": first, "date__lte": last, "cancelled_at__isnull": True}


def _reminders(rows: Any) -> Iterator[Reminder]:
    """From rows of date, person, day, hour and since; each person once for each date."""
    ordered = rows.order_by("pk", "person").iterator(chunk_size=2000)
    for (pk, person), same in itertools.groupby(ordered, key=lambda row: (row[0], row[1])):
        found = list(same)
        slot = Slot(date=found[0][2], start=found[0][3])
        yield Reminder(
            user_id=person,
            subject=subject_of(SLOT, pk),
            starts_at=slot.starts_at,
            since=min(row[4] for row in found),
        )


def _asked(
    after: datetime.datetime, before: datetime.datetime, subject: str
) -> QuerySet[Slot] | None:
    prefix, _colon, key = subject.partition(":")
    if subject and prefix != SLOT:
        return None
    found = Slot.objects.filter(
        **_window(after, before), assignment__state__in=PUBLIC_STATES
    ).order_by()
    return found.filter(pk=int(key)) if subject else found


COLUMNS = ("pk", "person", "date", "start", "since")


def for_who_booked(
    after: datetime.datetime,
    before: datetime.datetime,
    *,
    user_id: int | None = None,
    subject: str = "",
) -> Iterator[Reminder]:
    """Who booked a date of that time; see ``ReminderSource``."""
    asked = _asked(after, before, subject)
    if asked is None:
        return
    rows = (
        asked.filter(
            # One filter: each of these conditions is about the same booking.
            Q(bookings__teacher=user_id) if user_id else Q(),
            bookings__cancelled_at__isnull=True,
            bookings__teacher__is_active=True,
        )
        .values("pk", "date", "start", person=F("bookings__teacher"))
        .annotate(since=Min("bookings__booked_at"))
        .values_list(*COLUMNS)
    )
    yield from _reminders(rows)


def for_hosts(
    after: datetime.datetime,
    before: datetime.datetime,
    *,
    user_id: int | None = None,
    subject: str = "",
) -> Iterator[Reminder]:
    """Who offers a date of that time for which somebody comes; see ``bookings_telling.hosts``."""
    asked = _asked(after, before, subject)
    if asked is None:
        return
    first = Booking.objects.standing().filter(slot=OuterRef("pk")).order_by("booked_at")
    asked = asked.annotate(since=Subquery(first.values("booked_at")[:1])).filter(
        since__isnull=False
    )

    def reached_by(path: str, *conditions: Q) -> QuerySet[Any, Any]:
        wanted = Q(**{path: user_id}) if user_id else Q()
        active = Q(**{f"{path}__is_active": True})
        # One filter: each of these conditions is about the same person.
        found = asked.filter(wanted, active, *conditions)
        return found.annotate(person=F(path)).values_list(*COLUMNS)

    speakers = "assignment__partner__memberships__"
    rows = reached_by("assignment__contact").union(
        reached_by("assignment__teacher"),
        reached_by(
            f"{speakers}user",
            Q(**{f"{speakers}role__in": SPEAKS}),
            Q(assignment__contact__isnull=True) | Q(assignment__contact__is_active=False),
        ),
    )
    yield from _reminders(rows)


def _compose_reminders(
    rows: Rows,
    seen: QuerySet[Any],
    write: Callable[[To, Slot, list[Booking]], Message],
    *,
    own: bool,
) -> Made:
    there = slots().in_bulk({key_of(row) for row in rows})
    visible = readers(rows, seen)
    coming: dict[tuple[int, int | None], list[Booking]] = defaultdict(list)
    for booking in bookings().standing().filter(slot__in=there):
        coming[booking.slot_id, booking.teacher_id if own else None].append(booking)
    centre_name = CentreProfile.current().name
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        slot = there.get(key_of(row))
        theirs = coming[key_of(row), row.recipient_id if own else None]
        begins = datetime.datetime.fromisoformat(row.data["starts_at"])
        if slot is None or not theirs or not slot.is_to_come or slot.starts_at != begins:
            made[row.pk] = Withheld(Reason.OUTDATED)
        elif slot.pk not in visible[row.recipient_id]:
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
        else:
            with kinds.in_language_of(row.recipient):
                made[row.pk] = write(to_of(row, centre_name), slot, theirs)
    return made


def compose_reminders(rows: Rows) -> Made:
    """For who booked."""
    seen = Slot.objects.visible_to(OuterRef("pk"))
    return _compose_reminders(rows, seen, letters.reminder, own=True)


def compose_host_reminders(rows: Rows) -> Made:
    """For who offers it."""
    return _compose_reminders(rows, seen_slots(), letters.host_reminder, own=False)
