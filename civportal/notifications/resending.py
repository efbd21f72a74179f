"""Sending something again because the office asks so."""

from django.db import transaction
from django.utils import timezone

from civportal.accounts.models import User
from civportal.notifications.choices import ACCOUNT, Reason, State
from civportal.notifications.digests import KIND as DIGEST
from civportal.notifications.judging import judge
from civportal.notifications.kinds import Withheld
from civportal.notifications.models import MailPolicy, Notification
from civportal.notifications.outbox import nudge


class NotSentAgainError(Exception):
    """It would not be sent, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.label)
        self.reason = reason


class NotKeptError(NotSentAgainError):
    """A mail about an account: its link was for one person and one time, and is not kept."""

    def __init__(self) -> None:
        super().__init__(Reason.NONE)


def times_sent_again(row: Notification) -> int:
    """How often the office has sent this again."""
    return Notification.objects.filter(dedupe_key__startswith=f"{row.kind}:again:{row.pk}:").count()


@transaction.atomic
def send_again(row: Notification, *, by: User, number: int) -> Notification:
    """Put a settled notification in the outbox once more, as a new row with a key of its own.

    ``number`` tells how often it was sent again before, as the one who asks saw it: asking twice
    for the same sends one mail. All that decides about sending is asked first, so that nothing is
    promised that would be withheld: ``NotSentAgainError`` says why. A digest is sent again only
    while it is the person's latest, since the next one goes on from where the latest ended. Mail
    about an account cannot be sent again: ``NotKeptError``.
    """
    if row.kind == ACCOUNT:
        raise NotKeptError
    if row.state == State.PENDING:
        raise NotSentAgainError(Reason.NONE)
    later = Notification.objects.filter(kind=DIGEST, recipient=row.recipient_id, pk__gt=row.pk)
    if row.kind == DIGEST and later.exists():
        raise NotSentAgainError(Reason.OVERTAKEN)
    key = f"{row.kind}:again:{row.pk}:{number}"
    now = timezone.now()
    again = Notification(
        recipient=row.recipient,
        kind=row.kind,
        subject=row.subject,
        dedupe_key=key,
        data={**row.data, "again": row.pk, "by": by.pk},
        due_at=now,
        next_try_at=now,
        expires_at=row.expires_at,
    )
    Notification.objects.bulk_create([again], ignore_conflicts=True)
    found = Notification.objects.select_related("recipient").get(dedupe_key=key)
    if found.state == State.PENDING and found.attempts == 0:
        verdict = judge([found], MailPolicy.current())[found.pk]
        if isinstance(verdict, Withheld):
            raise NotSentAgainError(verdict.reason)
        transaction.on_commit(nudge, robust=True)
    return found
