"""The worker's sign of life, which ``/readyz`` looks for."""

import time
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.core.cache import cache

HEARTBEAT_KEY = "worker-heartbeat"
# Beat sends one every 30 seconds; one that waits behind longer work may come a little later.
HEARTBEAT_MAX_AGE = 150


@shared_task(expires=60)
def heartbeat() -> None:
    """Write down that a worker took a task from the queue and ran it."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=HEARTBEAT_MAX_AGE)


@worker_ready.connect
def beat_at_once(**_kwargs: Any) -> None:
    """A new worker need not wait for the schedule to show that it lives."""
    heartbeat.delay()
