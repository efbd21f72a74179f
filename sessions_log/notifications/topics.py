"""What about sessions can be followed: the bodies."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.notifications import following, kinds
from civportal.notifications.kinds import Topic
from civportal.ui.sections import register as register_section
from sessions_log.models import Body


def body_topics(user: User | AnonymousUser) -> Iterator[Topic]:
    """Every body can be followed; what one hears of it is what one may read."""
    for body in Body.objects.order_by("kind", "name"):
        yield Topic(
            key=f"body:{body.pk}", label=body.name, group=_("Bodies"), url=body.get_absolute_url()
        )


def follow_body(request: HttpRequest, body: Body) -> dict[str, Any]:
    """The button on a body's page."""
    return following.follow_button(request, f"body:{body.pk}")


def register() -> None:
    """Make bodies something to follow, with a button on their page."""
    kinds.register_topics("bodies", body_topics)
    register_section(
        "body_head", "follow", template=following.TEMPLATE, build=follow_body, order=10
    )
