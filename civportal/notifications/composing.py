"""From rows of the outbox to letters, asking at that moment who may still see what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from civportal.accounts.models import User
from civportal.lib.mail import Letter
from civportal.notifications.choices import Reason
from civportal.notifications.kinds import Composer, Message, Withheld, in_language_of
from civportal.notifications.models import Notification

MakeLetter = Callable[[Any, Notification], "Letter | None"]
"""From the thing and the row, whose recipient reads it, to a letter; None for what no longer holds.
"""


def composer(rows_of: Callable[[], QuerySet[Any]], letter: MakeLetter) -> Composer:
    """A composer for notifications about ``rows_of()``, with a constant number of queries.

    Who may no longer see the thing does not get the letter.
    """

    def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
        keys = {_key(row) for row in rows}
        things = rows_of().in_bulk(keys)
        allowed = rows_of().model._default_manager.visible_to(OuterRef("pk")).filter(pk__in=keys)
        people = User.objects.filter(pk__in={row.recipient_id for row in rows}).order_by()
        visible = dict(
            people.annotate(seen=ArraySubquery(allowed.order_by().values("pk"))).values_list(
                "pk", "seen"
            )
        )
        made: dict[int, Message | Withheld] = {}
        for row in rows:
            key = _key(row)
            if key not in things:
                made[row.pk] = Withheld(Reason.OUTDATED)
            elif key not in visible[row.recipient_id]:
                made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
            else:
                with in_language_of(row.recipient):
                    text = letter(things[key], row)
                made[row.pk] = Message(letter=text) if text else Withheld(Reason.OUTDATED)
        return made

    return compose


def _key(row: Notification) -> int:
    return int(row.subject.rpartition(":")[2])
