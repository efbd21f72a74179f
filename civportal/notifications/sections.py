"""What the office sees of mail on its own desk: only what is out of the ordinary."""

import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from civportal.accounts.viewers import in_office
from civportal.notifications.choices import State
from civportal.notifications.models import DeadAddress, MailPolicy, Notification
from civportal.ui import sections

RECENTLY = datetime.timedelta(days=7)


def trouble() -> dict[str, Any]:
    """What the office must know: whether mail is stopped, and how much did not arrive."""
    given_up = Notification.objects.filter(
        state=State.FAILED, settled_at__gt=timezone.now() - RECENTLY
    )
    return {
        "policy": MailPolicy.current(),
        "dead": DeadAddress.objects.count(),
        "failed": given_up.count(),
    }


def desk_mail(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """For the office, while something is the matter."""
    if not in_office(request.user):
        return None
    found = trouble() | {"uses_admin": request.user.is_staff}
    policy = found["policy"]
    return found if policy.stopped or policy.sandbox or found["dead"] or found["failed"] else None


def register() -> None:
    """Put it on the desk, before all else."""
    sections.register(
        "desk", "mail", template="notifications/sections/desk_mail.html", build=desk_mail, order=5
    )
