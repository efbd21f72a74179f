"""What the scheduler does at a moment: looked at beforehand, or done."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from civportal.notifications import digests, reminders, strangers
from civportal.notifications.choices import Reason, State
from civportal.notifications.delivery import BATCH, deliver_batch
from civportal.notifications.judging import Later, Verdict, judge
from civportal.notifications.kinds import Message, Withheld
from civportal.notifications.models import DigestSetting, MailPolicy, Notification


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that is due for someone, and what became, or would become, of it.

    ``outcome`` is ``sent``, ``withheld``, ``failed`` or ``pending`` (it goes out later, at
    ``next_try_at``); ``reason`` is one of ``choices.Reason`` and ``why`` says it in English.
    ``title`` is the subject line of a mail that goes out.
    """

    kind: str
    subject: str
    email: str
    name: str
    due_at: datetime.datetime
    outcome: State
    reason: Reason = Reason.NONE
    detail: str = ""
    title: str = ""
    next_try_at: datetime.datetime | None = None

    @property
    def why(self) -> str:
        """The reason, in words; empty where there is none."""
        with translation.override("en"):
            return str(self.reason.label)

    def as_json(self) -> dict[str, object]:
        """Plain values; moments as ISO 8601 in UTC."""
        found: dict[str, object] = asdict(self) | {"why": self.why}
        for name in ("due_at", "next_try_at"):
            moment = getattr(self, name)
            found[name] = moment.astimezone(datetime.UTC).isoformat() if moment else None
        return found | {"outcome": self.outcome.value, "reason": self.reason.value}


def foresee(now: datetime.datetime) -> list[Due]:
    """What would be done at this moment: all of it is tried in a transaction, and taken back.

    Nothing is sent or kept; while it looks, digests that are really due wait.
    """
    with transaction.atomic():
        found = [*_paused(now), *_fallen_due(now)]
        policy = MailPolicy.current()
        for batch in _batches(_waiting(now)):
            verdicts = {} if policy.stopped else judge(batch, policy, now)
            found += [_foreseen(row, verdicts.get(row.pk)) for row in batch]
        transaction.set_rollback(True)
    return found


def work_off(now: datetime.datetime) -> list[Due]:
    """Do it: put what has fallen due into the outbox, and send what is waiting there."""
    found = [*_paused(now), *_fallen_due(now)]
    stopped = MailPolicy.current().stopped
    strangers.deliver(now)
    for batch in _batches(_waiting(now)):
        keys = [row.pk for row in batch]
        deliver_batch(now=now, among=keys)
        rows = Notification.objects.filter(pk__in=keys).select_related("recipient")
        found += [_settled(row, stopped=stopped) for row in rows.order_by("next_try_at", "pk")]
    return found


def _waiting(now: datetime.datetime) -> list[int]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    rows = Notification.objects.filter(free, state=State.PENDING, next_try_at__lte=now)
    return list(rows.order_by("next_try_at", "pk").values_list("pk", flat=True))


def _batches(keys: Sequence[int]) -> Iterator[list[Notification]]:
    for start in range(0, len(keys), BATCH):
        rows = Notification.objects.filter(pk__in=keys[start : start + BATCH])
        yield list(rows.select_related("recipient").order_by("next_try_at", "pk"))


def _paused(now: datetime.datetime) -> Iterable[Due]:
    """Digests that are due for people who get none now; they keep what they did not hear."""
    settings = DigestSetting.objects.filter(next_at__lte=now).select_related("user")
    for setting in list(settings.order_by("next_at", "pk")):
        reason = Reason.NONE
        if not setting.user.is_active:
            reason = Reason.INACTIVE
        elif digests.end_of_pause(setting, now):
            reason = Reason.PAUSED
        if reason and setting.next_at:
            yield Due(
                kind=digests.KIND,
                subject="",
                email=setting.user.email,
                name=setting.user.name,
                due_at=setting.next_at,
                outcome=State.WITHHELD,
                reason=reason,
            )


def _fallen_due(now: datetime.datetime) -> list[Due]:
    """Sweep; what was withheld in doing so, such as a reminder that a later one overtook."""
    reminders.sweep(now)
    digests.sweep(now)
    rows = Notification.objects.filter(settled_at=now, state=State.WITHHELD)
    return [_settled(row) for row in rows.select_related("recipient").order_by("due_at", "pk")]


def _settled(row: Notification, *, stopped: bool = False) -> Due:
    is_waiting = row.state == State.PENDING
    return _due(
        row,
        outcome=State(row.state),
        reason=Reason.STOPPED if stopped and is_waiting else Reason(row.reason),
        detail=row.detail,
        title=row.title,
        next_try_at=row.next_try_at if is_waiting else None,
    )


def _foreseen(row: Notification, verdict: Verdict | None) -> Due:
    """``None`` as the verdict: all mail is stopped."""
    if verdict is None:
        return _due(row, outcome=State.PENDING, reason=Reason.STOPPED, next_try_at=row.next_try_at)
    if isinstance(verdict, Message):
        return _due(row, outcome=State.SENT, title=verdict.letter.subject_line)
    if isinstance(verdict, Withheld):
        return _due(row, outcome=State.WITHHELD, reason=verdict.reason)
    if isinstance(verdict, Later):
        return _due(row, outcome=State.PENDING, next_try_at=verdict.moment)
    return _due(row, outcome=State.FAILED, reason=Reason.BROKEN, detail=verdict.detail)


def _due(
    row: Notification,
    *,
    outcome: State,
    reason: Reason = Reason.NONE,
    detail: str = "",
    title: str = "",
    next_try_at: datetime.datetime | None = None,
) -> Due:
    return Due(
        kind=row.kind,
        subject=row.subject,
        email=row.to,
        name=row.recipient.name,
        due_at=row.due_at,
        outcome=outcome,
        reason=reason,
        detail=detail,
        title=title,
        next_try_at=next_try_at,
    )
