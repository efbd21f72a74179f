"""Mail to addresses without an account: sent, and forgotten.

Such as an invitation to a guest, or "there is no account with this address" to someone who asked
for a new password. The same rules decide about it as about all mail, so that nobody can tell by
them who has an account.
"""

import datetime
import logging
import smtplib
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from civportal.centre.models import CentreProfile
from civportal.lib.mail import compose
from civportal.notifications.delivery import (
    PAUSES,
    RefusedError,
    UnreachableError,
    hand_over,
    lease_length,
    mail_server,
    note_dead,
    with_calendar,
)
from civportal.notifications.models import DeadAddress, MailPolicy, StrangerMail
from civportal.notifications.sealed import unseal

log = logging.getLogger(__name__)


AT_ONCE = 20
"""Mails per call, so that others get their turn between."""


def deliver(now: datetime.datetime) -> int:
    """Send some of what is due; how many it dealt with. 0 means that nothing is due.

    What the server has no answer to is tried again after a pause, until it is too old.
    """
    policy = MailPolicy.current()
    count = 0
    while not policy.stopped and count < AT_ONCE and (row := _take(now)):
        count += 1
        if not _may_go(row, policy, now) or _is_settled(row):
            row.delete()
    return count


def _is_settled(row: StrangerMail) -> bool:
    """Try to send: whether it was sent or refused, and need not be tried again."""
    try:
        with mail_server() as server:
            mail = _mail(row)
            mail.connection = server
            hand_over(mail, server)
    except RefusedError as error:
        if error.code >= 500:
            note_dead(row.address, error.answer)
        return error.code >= 500
    except (UnreachableError, OSError, smtplib.SMTPException):
        return False
    except Exception:  # one that cannot be made holds up no others
        log.exception("Mail %s to a stranger could not be sent", row.pk)
        return False
    return True


def _take(now: datetime.datetime) -> StrangerMail | None:
    """The next one, which no other worker gets before this try must be over."""
    with transaction.atomic():
        due = StrangerMail.objects.select_for_update(skip_locked=True).filter(next_try_at__lte=now)
        row = due.order_by("next_try_at", "pk").first()
        if row is not None:
            pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
            row.next_try_at = now + max(pause, lease_length())
            row.attempts += 1
            row.save(update_fields=["next_try_at", "attempts"])
    return row


def _may_go(row: StrangerMail, policy: MailPolicy, now: datetime.datetime) -> bool:
    return (
        row.expires_at > now
        and policy.allows(row.address)
        and not DeadAddress.objects.filter(email=row.address).exists()
    )


def _mail(row: StrangerMail) -> EmailMultiAlternatives:
    message = unseal(row.sealed)
    mail = compose(
        message.letter,
        to=row.address,
        centre_name=CentreProfile.current().name,
        language=message.language,
    )
    # The same at every try.
    mail.extra_headers["Message-ID"] = f"<{row.key}@{urlsplit(settings.BASE_URL).hostname}>"
    return with_calendar(mail, message)
