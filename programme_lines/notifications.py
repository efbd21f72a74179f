"""Programme lines as something to follow."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.notifications.kinds import Topic, register_topics
from programme_lines.models import ProgrammeLine


def topics(user: User) -> Iterator[Topic]:
    """Every line."""
    for line in ProgrammeLine.objects.all():
        yield Topic(
            key=f"line:{line.pk}",
            label=line.title,
            group=_("Programme lines"),
            url=line.get_absolute_url(),
        )


def register() -> None:
    """Let people follow lines; called once, when Django is ready."""
    register_topics("lines", topics)
