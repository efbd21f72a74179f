"""Partners as something to follow."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.notifications.kinds import Topic, register_topics
from partners.models import Partner


def topics(user: User) -> Iterator[Topic]:
    """The partners that this person may know of."""
    for partner in Partner.objects.visible_to(user).order_by("sort_name", "pk"):
        yield Topic(
            key=f"partner:{partner.pk}",
            label=partner.name,
            group=_("Partners"),
            url=partner.get_absolute_url(),
        )


def register() -> None:
    """Let people follow partners; called once, when Django is ready."""
    register_topics("partners", topics)
