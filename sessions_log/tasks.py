"""Celery's way in: what the clock does with sessions."""

import logging

from celery import shared_task

from sessions_log.actions.minutes import MinutesRefused, approve_silently
from sessions_log.models import Minutes

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def approve_minutes() -> None:
    """Approve the minutes whose day has come and that have no open remark, one by one.

    What somebody changed in between is left to the next time. One that fails stops no other; the
    trace of the job tells of it.
    """
    failures: list[Exception] = []
    for minutes in Minutes.objects.to_approve_silently():
        try:
            approve_silently(minutes)
        except MinutesRefused as refused:
            logger.info("Minutes %s: %s", minutes.pk, refused)
        except Exception as failure:  # raised again below, when the others have had their turn
            failures.append(failure)
    if failures:
        message = "minutes that could not be approved"
        raise ExceptionGroup(message, failures)
