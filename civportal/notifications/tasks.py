"""Celery's way in: deliver what is due, and look what has fallen due."""

import time

from celery import shared_task
from django.utils import timezone

from civportal.notifications import account_mail, delivery, digests, reminders, strangers
from civportal.notifications.jobs import job

SHARE = 20
"""Seconds of sending per task, so that heartbeats and other work get their turn between."""


@shared_task(ignore_result=True)
def deliver() -> None:
    """Send what is due, batch by batch, until nothing is or this task has had its share."""
    end = time.monotonic() + SHARE
    count = 0
    with job("deliver") as tell:
        account_mail.drop_ended(timezone.now())
        while taken := delivery.deliver_batch() + strangers.deliver(timezone.now()):
            count += taken
            if time.monotonic() > end:
                deliver.delay()
                break
        tell(f"{count}")


@shared_task(ignore_result=True)
def remind() -> None:
    """Put the reminders that have fallen due into the outbox, then send."""
    with job("reminders") as tell:
        tell(f"{reminders.sweep()}")
    deliver.delay()


@shared_task(ignore_result=True)
def digest() -> None:
    """Put the digests that have fallen due into the outbox, then send."""
    with job("digests") as tell:
        tell(f"{digests.sweep()}")
    deliver.delay()
