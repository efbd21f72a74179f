"""From the outbox to the mail server: claim by a lease, send, mark after the server's yes.

No transaction is open while mail is made or sent. A worker that dies leaves a lease that ends by
itself; the next one sends the row again under the same Message-ID, so that a mail program shows
a repeat (possible only between the server's yes and our mark) as one.
"""

import datetime
import hashlib
import logging
import random
import smtplib
import uuid
import zoneinfo
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from civportal.centre.models import CentreProfile
from civportal.lib.mail import compose as compose_mail
from civportal.notifications.choices import AddressState, Mode, Reason, State
from civportal.notifications.kinds import Kind, Message, Withheld
from civportal.notifications.kinds import kind as kind_named
from civportal.notifications.models import (
    DeadAddress,
    DigestSetting,
    MailPolicy,
    Notification,
    Preference,
)
from civportal.notifications.unsubscribe import unsubscribe_headers

log = logging.getLogger(__name__)

BATCH = 50
LEASE = datetime.timedelta(minutes=3)
"""Longer than a batch takes; an SMTP server that stalls is dropped well before (EMAIL_TIMEOUT)."""
PAUSES = [datetime.timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 720)]
"""Between tries: about a day and a half in all, as long as mail servers themselves try."""
QUIET_FROM, QUIET_UNTIL = datetime.time(21), datetime.time(7)


@dataclass(frozen=True)
class _Later:
    """Not now: try again at this moment."""

    moment: datetime.datetime


Verdict = Message | Withheld | _Later


def claim(size: int = BATCH) -> list[Notification]:
    """Take up to ``size`` rows that are due, for this worker alone, until the lease ends."""
    now = timezone.now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    lease = uuid.uuid4()
    with transaction.atomic():
        keys = list(
            Notification.objects.select_for_update(skip_locked=True)
            .filter(free, state=State.PENDING, next_try_at__lte=now)
            .order_by("next_try_at", "pk")
            .values_list("pk", flat=True)[:size]
        )
        Notification.objects.filter(pk__in=keys).update(
            lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1
        )
    return list(Notification.objects.filter(lease=lease).select_related("recipient").order_by("pk"))


def release(rows: Sequence[Notification]) -> None:
    """Give rows back untouched, as after a stop of all mail."""
    Notification.objects.filter(pk__in=[row.pk for row in rows], lease=rows[0].lease).update(
        lease=None, leased_until=None, attempts=F("attempts") - 1
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
    return bool(
        Notification.objects.filter(pk=row.pk, lease=row.lease, state=State.PENDING).update(
            state=state,
            reason=reason,
            detail=detail[:300],
            title=title[:200],
            settled_at=timezone.now(),
            lease=None,
            leased_until=None,
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


def end_of_quiet(moment: datetime.datetime, zone_name: str) -> datetime.datetime | None:
    """When the quiet hours end that ``moment`` falls in for someone in this zone, or None."""
    zone = zoneinfo.ZoneInfo(zone_name)
    local = moment.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return None
    day = local.date() + datetime.timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.datetime.combine(day, QUIET_UNTIL, tzinfo=zone)


def message_id(row: Notification) -> str:
    """The Message-ID of a row: the same at every try (RFC 5322, 3.6.4)."""
    token = hashlib.sha256(row.dedupe_key.encode()).hexdigest()[:16]
    return f"<n{row.pk}.{token}@{urlsplit(settings.BASE_URL).hostname}>"


def deliver_batch() -> int:
    """Claim and settle one batch; how many rows it took. 0 means that nothing is due."""
    policy = MailPolicy.current()
    if policy.stopped:
        return 0
    rows = claim()
    if not rows:
        return 0
    verdicts = _judge(rows, policy)
    mails = []
    for row in rows:
        verdict = verdicts[row.pk]
        if isinstance(verdict, Withheld):
            settle(row, State.WITHHELD, verdict.reason)
        elif isinstance(verdict, _Later):
            postpone(row, verdict.moment, counts=False)
        else:
            mails.append((row, verdict))
    _send(mails)
    return len(rows)


def _judge(rows: Sequence[Notification], policy: MailPolicy) -> dict[int, Verdict]:
    """What should become of each row, asked at this moment; rows that cannot be made are settled.

    A constant number of queries, beside what the kinds' own ``compose`` asks.
    """
    now = timezone.now()
    people = {row.recipient_id for row in rows}
    dead = set(
        DeadAddress.objects.filter(email__in=[row.recipient.email for row in rows]).values_list(
            "email", flat=True
        )
    )
    wishes = {
        (user, kind): mode
        for user, kind, mode in Preference.objects.filter(user__in=people).values_list(
            "user", "kind", "mode"
        )
    }
    paused = dict(
        DigestSetting.objects.filter(user__in=people, paused_until__isnull=False).values_list(
            "user", "paused_until"
        )
    )
    verdicts: dict[int, Verdict] = {}
    wanted: dict[str, list[Notification]] = defaultdict(list)
    for row in rows:
        verdict = _before_composing(row, now, policy, dead, wishes, paused)
        if verdict is None:
            wanted[row.kind].append(row)
        else:
            verdicts[row.pk] = verdict
    for name, batch in wanted.items():
        verdicts |= _compose(kind_named(name), batch)
    return verdicts


def _before_composing(
    row: Notification,
    now: datetime.datetime,
    policy: MailPolicy,
    dead: set[str],
    wishes: Mapping[tuple[int, str], str],
    paused: Mapping[int, datetime.date],
) -> Verdict | None:
    person = row.recipient
    if row.attempts > len(PAUSES) + 1:  # its maker takes the worker down each time
        return Withheld(Reason.BROKEN)
    try:
        kind = kind_named(row.kind)
    except KeyError:
        return Withheld(Reason.OUTDATED)  # its app no longer knows it
    mode = wishes.get((person.pk, row.kind), kind.default)
    if not person.is_active:
        return Withheld(Reason.INACTIVE)
    if row.expires_at and row.expires_at <= now:
        return Withheld(Reason.TOO_LATE)
    if person.email in dead:
        return Withheld(Reason.DEAD_ADDRESS)
    if not policy.allows(person.email):
        return Withheld(Reason.SANDBOX)
    if kind.required:
        return None
    if mode == Mode.OFF:
        return Withheld(Reason.NOT_WANTED)
    if mode == Mode.DIGEST:
        return Withheld(Reason.IN_DIGEST)
    until = paused.get(person.pk)
    if until and now.astimezone(zoneinfo.ZoneInfo(person.time_zone)).date() < until:
        return Withheld(Reason.PAUSED)
    if kind.quiet and (morning := end_of_quiet(now, person.time_zone)):
        if row.expires_at and row.expires_at <= morning:
            return None  # better at a late hour than not at all
        return _Later(morning)
    return None


def _compose(kind: Kind, batch: list[Notification]) -> dict[int, Verdict]:
    """The kind's messages; when one cannot be made, the others of the batch still are."""
    try:
        made = kind.compose(batch)
    except Exception:
        if len(batch) > 1:
            alone: dict[int, Verdict] = {}
            for row in batch:
                alone |= _compose(kind, [row])
            return alone
        log.exception("Notification %s (%s) could not be made", batch[0].pk, kind.name)
        retry(batch[0], Reason.BROKEN, "")
        return {batch[0].pk: _Later(timezone.now())}  # already put back: postpone finds no lease
    return {row.pk: made.get(row.pk, Withheld(Reason.OUTDATED)) for row in batch}


def mail_for(row: Notification, message: Message, *, centre_name: str) -> EmailMultiAlternatives:
    """The mail of a row, with all its headers and its calendar part."""
    kind = kind_named(row.kind)
    mail = compose_mail(
        message.letter,
        to=row.recipient.email,
        centre_name=centre_name,
        language=row.recipient.language or settings.LANGUAGE_CODE,
    )
    mail.extra_headers["Message-ID"] = message_id(row)
    if not kind.required:
        mail.extra_headers |= unsubscribe_headers(row.recipient, row.kind)
    if message.calendar:
        mail.attach_alternative(
            message.calendar.decode(), f"text/calendar; method={message.method}"
        )
    return mail


@contextmanager
def _connection() -> Iterator[BaseEmailBackend]:
    connection = get_connection(fail_silently=False)
    try:
        yield connection
    finally:
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            log.info("The mail server did not say goodbye")


def _send(mails: Sequence[tuple[Notification, Message]]) -> None:
    """Send over one connection; each row is marked as soon as the server took its mail."""
    if not mails:
        return
    centre_name = CentreProfile.current().name
    with _connection() as connection:
        unreachable = ""
        for row, message in mails:
            if unreachable:  # the others would wait as long for the same answer
                retry(row, Reason.NO_ANSWER, unreachable)
                continue
            try:
                mail = mail_for(row, message, centre_name=centre_name)
                mail.connection = connection
                _send_one(mail, connection)
            except smtplib.SMTPRecipientsRefused as error:
                code, words = next(iter(error.recipients.values()))
                _refused(row, code, words)
            except smtplib.SMTPResponseException as error:
                _refused(row, error.smtp_code, error.smtp_error)
            except (OSError, smtplib.SMTPException) as error:
                unreachable = f"{type(error).__name__}: {error}"
                retry(row, Reason.NO_ANSWER, unreachable)
            except Exception:
                log.exception("Notification %s could not be sent", row.pk)
                retry(row, Reason.BROKEN, "")
            else:
                settle(row, State.SENT, title=str(mail.subject))


def _send_one(mail: EmailMultiAlternatives, connection: BaseEmailBackend) -> None:
    """Send a mail; over a new connection when the server hung up after the mail before."""
    try:
        mail.send()
    except smtplib.SMTPServerDisconnected:
        connection.close()
        mail.send()


def _refused(row: Notification, code: int, words: bytes | str) -> None:
    """The server said no: for good (5xx), for this address (5.1.x), or for now (4xx)."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    detail = f"{code} {text}"
    if code < 500:
        retry(row, Reason.NO_ANSWER, detail)
        return
    settle(row, State.FAILED, Reason.REFUSED, detail=detail)
    if text.lstrip().startswith("5.1."):  # RFC 3463: bad destination address
        DeadAddress.objects.get_or_create(
            email=row.recipient.email,
            defaults={"state": AddressState.BOUNCED, "detail": detail[:300]},
        )
