"""What the scheduler asks of assignments."""

from celery import shared_task
from django.utils import timezone

from assignments.actions.finishing import archive_finished
from assignments.actions.names import erase_old
from assignments.applying import centre_day


@shared_task(ignore_result=True)
def erase_names() -> None:
    """Erase names of students that are not needed any more."""
    erase_old(today=centre_day())


@shared_task(ignore_result=True)
def archive_assignments() -> None:
    """Put away what was finished a year ago."""
    archive_finished(now=timezone.now())
