"""The state of the outbox and of the jobs in numbers."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from civportal.notifications.choices import State
from civportal.notifications.kinds import kinds
from civportal.notifications.models import (
    DeadAddress,
    JobRun,
    MailPolicy,
    Notification,
    StrangerMail,
)

Sample = tuple[dict[str, str], float]


def as_text() -> str:
    """All of them in the text format of Prometheus (version 0.0.4)."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    now = timezone.now()
    due = Q(state=State.PENDING, next_try_at__lte=now)
    rows: list[Any] = list(
        Notification.objects.order_by()
        .values("kind")
        .annotate(
            due=Count("pk", filter=due),
            oldest=Min("next_try_at", filter=due),
            **{state.value: Count("pk", filter=Q(state=state)) for state in State},
        )
    )
    known = {kind.name for kind in kinds()}
    found: dict[str, dict[str, Any]] = {row["kind"]: row for row in rows}
    names = sorted(known | set(found))
    yield from _metric(
        "civ_notifications",
        "gauge",
        "Notifications by kind and by what became of them.",
        (
            ({"kind": name, "state": state.value}, found.get(name, {}).get(state.value, 0))
            for name in names
            for state in State
        ),
    )
    yield from _metric(
        "civ_notifications_due",
        "gauge",
        "Notifications that wait and should have gone out by now.",
        (({"kind": name}, found.get(name, {}).get("due", 0)) for name in names),
    )
    oldest = [row["oldest"] for row in rows if row["oldest"]]
    yield from _metric(
        "civ_notifications_oldest_due_seconds",
        "gauge",
        "For how long the oldest of those has waited.",
        [({}, max(0.0, (now - min(oldest)).total_seconds()) if oldest else 0)],
    )
    yield from _metric(
        "civ_mail_to_strangers_waiting",
        "gauge",
        "Mails about accounts that wait to go to addresses that belong to nobody here.",
        [({}, StrangerMail.objects.count())],
    )
    yield from _metric(
        "civ_mail_stopped",
        "gauge",
        "1 while all mail is stopped.",
        [({}, MailPolicy.current().stopped)],
    )
    yield from _metric(
        "civ_dead_addresses",
        "gauge",
        "Addresses that do not take our mail.",
        [({}, DeadAddress.objects.count())],
    )
    runs = list(JobRun.objects.all())
    yield from _metric(
        "civ_job_last_start_seconds_ago",
        "gauge",
        "For how long a job has not begun.",
        (({"job": run.name}, (now - run.started_at).total_seconds()) for run in runs),
    )
    yield from _metric(
        "civ_job_failed",
        "gauge",
        "1 where the last run of a job ended in an error.",
        (({"job": run.name}, bool(run.error)) for run in runs),
    )


def _metric(name: str, kind: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        marks = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{marks}}} {float(value):g}" if marks else f"{name} {float(value):g}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
