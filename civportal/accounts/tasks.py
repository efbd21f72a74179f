"""What the scheduler asks of accounts."""

from celery import shared_task
from django.core.management import call_command


@shared_task()
def clear_sessions() -> None:
    """Drop the logins that have run out; the database keeps them until someone does."""
    call_command("clearsessions")
