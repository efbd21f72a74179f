"""From the outbox to the mail server: claim by a lease, send, mark after the server's yes.

No transaction is open while mail is made or sent. A worker that dies leaves a lease that ends by
itself; the next one sends the row again under the same Message-ID, so that a mail program shows
a repeat (possible only between the server's yes and our mark) as one.

Times are the workers' own clocks: a lease is far longer than these may differ.
"""

import datetime
import hashlib
import logging
import random
import smtplib
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from civportal.centre.models import CentreProfile
from civportal.lib.mail import compose as compose_mail
from civportal.notifications.choices import ACCOUNT, AddressState, Reason, State
from civportal.notifications.judging import Later, judge
from civportal.notifications.kinds import Message, Withheld, in_language_of
from civportal.notifications.kinds import kind as kind_named
from civportal.notifications.models import DeadAddress, MailPolicy, Notification
from civportal.notifications.unsubscribe import foot_links, unsubscribe_headers

log = logging.getLogger(__name__)

BATCH = 50
SMTP_TIMEOUT = 30
"""Seconds for one answer of the mail server: it may look long at a mail before it says yes."""
PAUSES = [datetime.timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 720)]
"""Between tries: about a day and a half in all, as long as mail servers themselves try."""
CLOSING = 421
"""What a mail server says as it ends a connection (RFC 5321, 3.8)."""
MARKING_PAUSES = (0.5, 2, 5)
"""Seconds between tries to write down that a mail was sent, while the database restarts."""
SUSPECT = 2
"""Claims that ended without a word after which a row is taken alone: it may kill its worker."""


def lease_length() -> datetime.timedelta:
    """How long a worker has a batch for itself, unless it asks for more time."""
    return datetime.timedelta(seconds=settings.NOTIFICATION_LEASE)


def claim(
    size: int = BATCH,
    *,
    due: datetime.datetime | None = None,
    among: Sequence[int] | None = None,
) -> list[Notification]:
    """Take up to ``size`` rows that are due, for this worker alone, until the lease ends.

    ``due`` is a moment to go by instead of now; ``among`` names the only rows to take. A row that
    workers died with before is taken alone, lest it take down others with it. Mail about an
    account goes first: someone waits for it, and ten thousand digests may be due.
    """
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    lease = uuid.uuid4()
    rows = Notification.objects.filter(free, state=State.PENDING, next_try_at__lte=due or now)
    if among is not None:
        rows = rows.filter(pk__in=among)
    rows = rows.select_for_update(skip_locked=True).order_by("next_try_at", "pk")
    rows_to_take = rows.values_list("pk", "lease", "attempts")
    with transaction.atomic():
        found = list(rows_to_take.filter(kind=ACCOUNT)[:size]) or list(rows_to_take[:size])
        suspects = [pk for pk, left, attempts in found if left and attempts >= SUSPECT]
        Notification.objects.filter(pk__in=suspects[:1] or [pk for pk, _, _ in found]).update(
            lease=lease, leased_until=now + lease_length(), attempts=F("attempts") + 1
        )
    return list(
        Notification.objects.filter(lease=lease)
        .select_related("recipient")
        .order_by("next_try_at", "pk")
    )


def _still_ours(row: Notification) -> bool:
    """Whether the lease holds long enough to send; half spent, it is asked for anew.

    A mail server that takes its time must not let the rest of a batch be sent by two.
    """
    now, length = timezone.now(), lease_length()
    if row.leased_until and row.leased_until - now > length / 2:
        return True
    return bool(
        Notification.objects.filter(pk=row.pk, lease=row.lease, state=State.PENDING).update(
            leased_until=now + length
        )
    )


def settle(
    row: Notification,
    state: State,
    reason: Reason = Reason.NONE,
    *,
    detail: str = "",
    title: str = "",
) -> bool:
    """Write down what became of a row; False when the lease was taken over meanwhile."""
    changes: dict[str, Any] = {"title": title[:200]} if title else {}
    if row.kind == ACCOUNT:
        changes["data"] = {}  # with the letter, and the link in it
    return bool(
        Notification.objects.filter(pk=row.pk, lease=row.lease, state=State.PENDING).update(
            state=state,
            reason=reason,
            detail=detail[:300],
            settled_at=timezone.now(),
            lease=None,
            leased_until=None,
            **changes,
        )
    )


def postpone(
    row: Notification, moment: datetime.datetime, *, detail: str = "", counts: bool
) -> None:
    """Try a row again later; ``counts`` tells whether this was one of its tries."""
    Notification.objects.filter(pk=row.pk, lease=row.lease, state=State.PENDING).update(
        next_try_at=moment,
        detail=detail[:300],
        attempts=F("attempts") - (0 if counts else 1),
        lease=None,
        leased_until=None,
    )


def retry(row: Notification, reason: Reason, detail: str) -> None:
    """Pause before the next try, or give up after the last, saying why."""
    if row.attempts > len(PAUSES):
        settle(row, State.FAILED, reason, detail=detail)
        return
    pause = PAUSES[row.attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads the load
    postpone(row, timezone.now() + pause, detail=detail, counts=True)


def message_id(row: Notification) -> str:
    """The Message-ID of a row: the same at every try (RFC 5322, 3.6.4)."""
    token = hashlib.sha256(row.dedupe_key.encode()).hexdigest()[:16]
    return f"<n{row.pk}.{token}@{urlsplit(settings.BASE_URL).hostname}>"


def deliver_batch(
    *, now: datetime.datetime | None = None, among: Sequence[int] | None = None
) -> int:
    """Claim and settle one batch; how many rows it took. 0 means that nothing is due.

    ``now`` is a moment to go by instead of the present one, ``among`` the only rows to take.
    """
    policy = MailPolicy.current()
    if policy.stopped:
        return 0
    claimed = claim(due=now, among=among)
    rows = [row for row in claimed if row.attempts <= len(PAUSES) + 1]
    for row in claimed:
        if row not in rows:  # its maker took the worker down each time
            settle(row, State.FAILED, Reason.BROKEN)
    if not rows:
        return len(claimed)
    verdicts = judge(rows, policy, now)
    mails = []
    for row in rows:
        verdict = verdicts[row.pk]
        if isinstance(verdict, Message):
            mails.append((row, verdict))
        elif isinstance(verdict, Withheld):
            settle(row, State.WITHHELD, verdict.reason)
        elif isinstance(verdict, Later):
            postpone(row, verdict.moment, counts=False)
        else:
            retry(row, Reason.BROKEN, verdict.detail)
    _send(mails)
    return len(claimed)


def mail_for(row: Notification, message: Message, *, centre_name: str) -> EmailMultiAlternatives:
    """The mail of a row, with all its headers, the links in its foot and its calendar part."""
    kind = kind_named(row.kind)
    letter = message.letter
    if row.kind != ACCOUNT:  # written for its reader alone, who may be someone else yet
        with in_language_of(row.recipient):
            letter = replace(letter, links=[*letter.links, *foot_links(row.recipient, kind)])
    mail = compose_mail(
        letter,
        to=row.to,
        centre_name=centre_name,
        language=message.language or row.recipient.language or settings.LANGUAGE_CODE,
    )
    mail.extra_headers["Message-ID"] = message_id(row)
    if not kind.required:
        mail.extra_headers |= unsubscribe_headers(row.recipient, row.kind)
    return with_calendar(mail, message)


def with_calendar(mail: EmailMultiAlternatives, message: Message) -> EmailMultiAlternatives:
    """The mail with the message's calendar part, if it has one.

    What asks, moves or cancels comes a second time, as a file: some programs look for it among
    the alternatives only (Outlook, Gmail), others only at what is attached (RFC 6047, 2.4 leaves
    both open). As ``application/ics`` nobody takes the second for another message.
    """
    if message.calendar:
        mail.attach_alternative(
            message.calendar.decode(), f"text/calendar; method={message.method}"
        )
        if message.method != "PUBLISH":
            mail.attach("invite.ics", message.calendar, "application/ics")
    return mail


@contextmanager
def mail_server() -> Iterator[BaseEmailBackend]:
    """A connection to the mail server, opened with the first mail and closed at the end."""
    server = get_connection(fail_silently=False, timeout=SMTP_TIMEOUT)
    try:
        yield server
    finally:
        _hang_up(server)


def _hang_up(server: BaseEmailBackend) -> None:
    with suppress(OSError, smtplib.SMTPException):  # it may have hung up itself
        server.close()


def _send(mails: Sequence[tuple[Notification, Message]]) -> None:
    """Send over one connection; each row is marked as soon as the server took its mail.

    A server that cannot be reached, or fails two rows running, makes the rest wait as well; after
    one failure the next row gets a new connection, since that row may be the cause.
    """
    if not mails:
        return
    centre_name = CentreProfile.current().name
    failures, trouble = 0, ""
    with mail_server() as server:
        for row, message in mails:
            if not _still_ours(row):
                continue
            if failures > 1:
                retry(row, Reason.NO_ANSWER, trouble)
                continue
            try:
                mail = mail_for(row, message, centre_name=centre_name)
                mail.connection = server
                hand_over(mail, server)
            except RefusedError as error:
                _refused(row, error.code, error.answer)
            except UnreachableError as error:
                failures, trouble = 2, str(error)
                retry(row, Reason.NO_ANSWER, trouble)
            except (OSError, smtplib.SMTPException) as error:
                failures, trouble = failures + 1, _told(error)
                retry(row, Reason.NO_ANSWER, trouble)
                _hang_up(server)
            except Exception as error:  # such as an address that is none
                log.exception("Notification %s could not be sent", row.pk)
                retry(row, Reason.BROKEN, _told(error))
            else:
                failures = 0
                _mark_sent(row, str(mail.subject))


class UnreachableError(Exception):
    """There is no connection to be had, or no permission to send: of no use to try more."""


class RefusedError(Exception):
    """The server does not take this one mail."""

    def __init__(self, code: int, words: bytes | str) -> None:
        super().__init__(code, words)
        self.code, self.answer = code, _answer(code, words)


def hand_over(mail: EmailMultiAlternatives, server: BaseEmailBackend) -> None:
    """Send a mail; over a new connection when the server ended the one of the mail before.

    Servers do so after a number of mails, or when they restart.
    """
    is_new = _connect(server)
    try:
        _submit(mail)
    except smtplib.SMTPServerDisconnected:
        if is_new:
            raise
    except smtplib.SMTPSenderRefused as error:  # our own address: the same for all
        if is_new or error.smtp_code != CLOSING:
            raise UnreachableError(_told(error)) from error
    else:
        return
    _hang_up(server)
    _connect(server)
    _submit(mail)


def _submit(mail: EmailMultiAlternatives) -> None:
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise RefusedError(*next(iter(error.recipients.values()))) from error
    except smtplib.SMTPDataError as error:
        raise RefusedError(error.smtp_code, error.smtp_error) from error


def _connect(server: BaseEmailBackend) -> bool:
    """Open the connection unless it is; Django would close one that ``send`` opens."""
    try:
        return bool(server.open())
    except (OSError, smtplib.SMTPException) as error:
        raise UnreachableError(_told(error)) from error


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"


def _answer(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"


def _mark_sent(row: Notification, title: str) -> None:
    """Write down that a mail was sent, also when the database restarts at this moment."""
    for pause in (*MARKING_PAUSES, None):
        try:
            marked = settle(row, State.SENT, title=title)
        except (OperationalError, InterfaceError):
            if pause is None or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
        else:
            if not marked:
                log.warning("Notification %s was sent after its lease had ended", row.pk)
            return


def _refused(row: Notification, code: int, answer: str) -> None:
    """The server said no: for good (5xx), for this address (5.1.x), or for now (4xx)."""
    if code < 500:
        retry(row, Reason.NO_ANSWER, answer)
        return
    settle(row, State.FAILED, Reason.REFUSED, detail=answer)
    note_dead(row.to, answer)


def note_dead(address: str, answer: str) -> None:
    """Send nothing more to an address that the server says is none (RFC 3463: 5.1.x)."""
    if answer[4:].startswith("5.1."):
        DeadAddress.objects.get_or_create(
            email=address,
            defaults={"state": AddressState.BOUNCED, "detail": answer[:300]},
        )
