"""From rows of the outbox to mails about dates and bookings, asking then who may see what."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from assignments.models import Booking, Slot
from assignments.notifications.bookings_letters import To
from assignments.querysets import BookingQuerySet
from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.notifications import kinds
from civportal.notifications.choices import Reason
from civportal.notifications.kinds import Message, Withheld
from civportal.notifications.models import Notification

Made = Mapping[int, "Message | Withheld"]
Rows = Sequence[Notification]


def key_of(row: Notification) -> int:
    """The key of what it is about."""
    return int(row.subject.rpartition(":")[2])


def readers(
    rows: Rows, seen: QuerySet[Any], keys: Iterable[int] | None = None
) -> dict[int, set[int]]:
    """By recipient the keys of what they may see; ``seen`` is for ``OuterRef("pk")``.

    Of what the rows are about, or of ``keys``.
    """
    wanted = {key_of(row) for row in rows} if keys is None else set(keys)
    people = User.objects.filter(pk__in={row.recipient_id for row in rows}).order_by()
    found = seen.filter(pk__in=wanted).order_by().values("pk")
    return {
        user: set(theirs)
        for user, theirs in people.annotate(seen=ArraySubquery(found)).values_list("pk", "seen")
    }


def to_of(row: Notification, centre_name: str) -> To:
    """Who reads it."""
    return To(
        name=row.recipient.name,
        email=row.recipient.email,
        centre_name=centre_name,
        zone_name=row.recipient.time_zone,
    )


Write = Callable[[To, Any, dict[str, Any]], Message]
Judge = Callable[[Any, dict[str, Any]], bool]


def composer(
    things: Callable[[], QuerySet[Any]],
    seen: Callable[[], QuerySet[Any]],
    write: Write,
    holds: Judge,
) -> kinds.Composer:
    """Make a kind's ``compose``: ``holds`` says whether a mail still tells the truth."""

    def compose(rows: Rows) -> Made:
        found = things().in_bulk({key_of(row) for row in rows})
        visible = readers(rows, seen())
        centre_name = CentreProfile.current().name
        made: dict[int, Message | Withheld] = {}
        for row in rows:
            thing = found.get(key_of(row))
            if thing is None or not holds(thing, row.data):
                made[row.pk] = Withheld(Reason.OUTDATED)
            elif thing.pk not in visible[row.recipient_id]:
                made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
            else:
                with kinds.in_language_of(row.recipient):
                    made[row.pk] = write(to_of(row, centre_name), thing, row.data)
        return made

    return compose


def bookings() -> BookingQuerySet:
    """With all that a letter tells."""
    return Booking.objects.select_related("slot__assignment", "school", "teacher")


def seen_bookings() -> QuerySet[Booking]:
    """Those that the reader may see."""
    return Booking.objects.visible_to(OuterRef("pk"))


def slots() -> QuerySet[Slot]:
    """With the assignment."""
    return Slot.objects.select_related("assignment")


def seen_slots() -> QuerySet[Slot]:
    """Those that the reader offers."""
    return Slot.objects.visible_to(OuterRef("pk")).hosted_by(OuterRef("pk"))
