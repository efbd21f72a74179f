"""The button by which people follow what a page is about; a section for the pages of apps."""

from typing import Any

from django.http import HttpRequest

from civportal.accounts.models import User
from civportal.notifications.models import Follow

TEMPLATE = "notifications/follow.html"


def follow_button(request: HttpRequest, topic: str) -> dict[str, Any]:
    """What the button needs to know; for a visitor it leads to the login page."""
    user = request.user if isinstance(request.user, User) else None
    return {
        "topic": topic,
        "is_known": user is not None,
        "is_followed": user is not None and Follow.objects.filter(user=user, topic=topic).exists(),
        "address": request.path,
    }
