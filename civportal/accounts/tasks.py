"""What workers do for accounts: send their mails, and what the scheduler asks."""

from celery import shared_task
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command


# No pause comes near the broker's visibility timeout, or the task would be handed out twice.
@shared_task(autoretry_for=(OSError,), retry_backoff=30, retry_backoff_max=1800, max_retries=16)
def send_letter(
    *, subject: str, text: str, html: str, sender: str, to: str, headers: dict[str, str]
) -> None:
    """Send a mail about someone's account; a mail server that is away is tried for hours.

    The whole letter travels in the queue: the outbox would keep its secret link, and there is
    not always a person whose row it could be.
    """
    mail = EmailMultiAlternatives(subject, text, sender, [to], headers=headers)
    mail.attach_alternative(html, "text/html")
    mail.send()


@shared_task()
def clear_sessions() -> None:
    """Drop the logins that have run out; the database keeps them until someone does."""
    call_command("clearsessions")
