"""Mails about one's account: in the outbox like all mail, but sealed.

Such a mail holds a link that lets its reader in, so nobody may read it on the way: the letter lies
encrypted in its row, and is thrown away as soon as the row is settled or the link has ended. What
stays is that it was sent, when, and its subject line.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civportal.accounts.emails import choose_password
from civportal.accounts.models import User
from civportal.accounts.post import AccountMail, take_over
from civportal.notifications.choices import ACCOUNT, Reason, State
from civportal.notifications.kinds import Kind, Message, Withheld, register_kind
from civportal.notifications.models import Notification, StrangerMail
from civportal.notifications.outbox import nudge
from civportal.notifications.sealed import seal, unseal


def put_in_outbox(mail: AccountMail) -> None:
    """Keep a mail until it is sent, for a person or for an address that belongs to nobody.

    The same work for both: how long a page takes tells nothing about an address.
    """
    sealed = seal(Message(letter=mail.letter, language=mail.language))
    if mail.person is None:
        StrangerMail.objects.create(
            address=mail.to,
            sealed=sealed,
            expires_at=mail.ends_at or timezone.now() + datetime.timedelta(days=1),
        )
    else:
        Notification.objects.create(
            recipient=mail.person,
            address=mail.to,
            kind=ACCOUNT,
            dedupe_key=f"{ACCOUNT}:{uuid.uuid4()}",
            data={"sealed": sealed, "proves_address": mail.proves_address},
            title=mail.letter.subject_line[:200],
            expires_at=mail.ends_at,
        )
    # Robust: without a queue the mail waits, and the clock delivers.
    transaction.on_commit(nudge, robust=True)


def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """Open what was written beforehand."""
    return {row.pk: unseal(row.data["sealed"]) for row in rows}


def drop_ended(now: datetime.datetime) -> None:
    """Throw away letters of which the time is over, also while all mail is stopped."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    Notification.objects.filter(
        free, kind=ACCOUNT, state=State.PENDING, expires_at__lte=now
    ).update(
        state=State.WITHHELD,
        reason=Reason.TOO_OLD,
        settled_at=now,
        data={},
        lease=None,
        leased_until=None,
    )
    StrangerMail.objects.filter(expires_at__lte=now).delete()


def preview() -> Message:
    """One of them as an example; the style guide shows each."""
    reader = User(name="Yara Pinas")
    return Message(
        letter=choose_password(
            {"user": reader, "password_reset_url": "/account/password/reset/key/voorbeeld/"}
        )
    )


def register() -> None:
    """Make the kind known, and take the mails of accounts over."""
    register_kind(
        Kind(
            name=ACCOUNT,
            label=_("Account and logging in"),
            group=_("Account"),
            compose=compose,
            preview=preview,
            required=True,
            help_text=_(
                "Confirming your e-mail address, a new password, changes in how you log in. You "
                "cannot turn these off: without them you could not log in, or not know that "
                "someone else did."
            ),
        )
    )
    take_over(put_in_outbox)
