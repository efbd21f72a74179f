"""The way in: say what is to be told, in the transaction of its cause."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from civportal.accounts.models import User
from civportal.notifications.choices import Mode, Reason, State
from civportal.notifications.kinds import Message
from civportal.notifications.kinds import kind as kind_named
from civportal.notifications.models import (
    Follow,
    Happening,
    Notification,
    Preference,
    StrangerMail,
)
from civportal.notifications.sealed import seal

BATCH = 1000


def notify(
    recipients: Iterable[User | int],
    *,
    kind: str,
    subject: str,
    key: str,
    data: dict[str, Any] | None = None,
    due_at: datetime.datetime | None = None,
    expires_at: datetime.datetime | None = None,
) -> None:
    """Put a notification in the outbox for each recipient who does not have it yet.

    ``subject`` is what it is about (``worksession:12``); ``key`` tells this happening from any
    other of the kind (``12:moved:3``), so that saying it again changes nothing. What each person
    wants is decided at the moment of sending. Call this inside the transaction of the cause.
    """
    kind_named(kind)  # a misspelt kind fails here, not at night
    moment = due_at or timezone.now()
    rows = (
        Notification(
            recipient_id=person.pk if isinstance(person, User) else person,
            kind=kind,
            subject=subject,
            dedupe_key=f"{kind}:{key}:{person.pk if isinstance(person, User) else person}",
            data=data or {},
            due_at=moment,
            next_try_at=moment,
            expires_at=expires_at,
        )
        for person in recipients
    )
    Notification.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    if moment <= timezone.now():
        # Robust: without a queue the cause stands all the same, and the clock delivers.
        transaction.on_commit(nudge, robust=True)


def write_to_address(
    address: str, message: Message, *, purpose: str, expires_at: datetime.datetime
) -> None:
    """Put a message to an address without an account in the outbox; after ``expires_at`` it goes
    no more.

    It is kept sealed until it is sent, so it may hold a secret link; nothing of it stays. The
    same ``purpose`` waits once: saying it again changes nothing until it was sent, and that it
    was is for the cause to remember. Call this inside the transaction of the cause.
    """
    StrangerMail.objects.bulk_create(
        [
            StrangerMail(
                address=address.lower(),
                purpose=purpose,
                sealed=seal(message),
                expires_at=expires_at,
            )
        ],
        ignore_conflicts=True,
    )
    transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Let a worker look at once; the clock finds what is due anyway."""
    from civportal.notifications.tasks import deliver  # noqa: PLC0415 - tasks import this

    deliver.delay()


def drop(*, subject: str, kinds: Iterable[str], reason: Reason = Reason.OUTDATED) -> int:
    """Withhold what still waits about a subject; what is being sent at this moment goes out."""
    return Notification.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now()),
        subject=subject,
        kind__in=list(kinds),
        state=State.PENDING,
    ).update(
        state=State.WITHHELD,
        reason=reason,
        settled_at=timezone.now(),
        lease=None,
        leased_until=None,
    )


def happened(*, kind: str, subject: str, topics: Iterable[str], key: str = "") -> None:
    """Write down something new for the digests; saying it again changes nothing."""
    Happening.objects.bulk_create(
        [
            Happening(
                kind=kind,
                subject=subject,
                topics=sorted(set(topics)),
                dedupe_key=f"{kind}:{subject}:{key}",
            )
        ],
        ignore_conflicts=True,
    )


def followers(topics: Iterable[str], *, kind: str) -> QuerySet[User]:
    """Who follows any of these topics and wants to hear of this kind at once."""
    chosen = Preference.objects.filter(user=OuterRef("pk"), kind=kind)
    wants = Q(Exists(chosen.filter(mode=Mode.AT_ONCE)))
    if kind_named(kind).default == Mode.AT_ONCE:
        wants |= ~Q(Exists(chosen))
    following = Follow.objects.filter(user=OuterRef("pk"), topic__in=list(topics))
    return User.objects.filter(wants, Exists(following), is_active=True).order_by("pk")
