"""Celery's way in: deliver what is due, and look what has fallen due."""

from celery import shared_task

from civportal.notifications import delivery, digests, reminders
from civportal.notifications.jobs import job

BATCHES = 200
"""Per task, so that a worker that is asked to stop does so between tasks."""


@shared_task(ignore_result=True)
def deliver() -> None:
    """Send what is due, batch by batch, until nothing is or this task has done its share."""
    for _ in range(BATCHES):
        if not delivery.deliver_batch():
            return
    deliver.delay()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Put reminders and digests that have fallen due into the outbox, then send."""
    with job("reminders") as told:
        told(f"{reminders.sweep()}")
    with job("digests") as told:
        told(f"{digests.sweep()}")
    deliver.delay()
