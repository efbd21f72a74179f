"""What the scheduler asks of partners."""

from celery import shared_task
from django.utils import timezone

from partners.actions.applications import forget_old
from partners.actions.signing import erase_old_evidence
from partners.notifications.telling import agreements_that_expire, steps_that_are_late


@shared_task()
def tell_of_late_steps() -> None:
    """Tell who takes a step that it is overdue."""
    steps_that_are_late(today=timezone.localdate())


@shared_task()
def tell_of_expiring_agreements() -> None:
    """Tell the office and the partners in time that an agreement runs out."""
    agreements_that_expire(today=timezone.localdate())


@shared_task()
def tidy_up() -> None:
    """Forget applications that came to nothing, and evidence that the law asks for no more."""
    forget_old(now=timezone.now())
    erase_old_evidence(today=timezone.localdate())
