"""Programme lines as something to follow."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.notifications import following
from civportal.notifications.kinds import Topic, register_topics
from civportal.ui.sections import register as register_section
from programme_lines.models import ProgrammeLine


def topics(user: User | AnonymousUser) -> Iterator[Topic]:
    """Every line."""
    for line in ProgrammeLine.objects.all():
        yield Topic(
            key=f"line:{line.pk}",
            label=line.title,
            group=_("Programme lines"),
            url=line.get_absolute_url(),
        )


def follow_line(request: HttpRequest, line: ProgrammeLine) -> dict[str, Any]:
    """The button on a line's page."""
    return following.follow_button(request, f"line:{line.pk}")


def register() -> None:
    """Let people follow lines; called once, when Django is ready."""
    register_topics("lines", topics)
    register_section(
        "programme_line_head", "follow", template=following.TEMPLATE, build=follow_line, order=10
    )
