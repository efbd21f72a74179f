"""Partners as something to follow."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.notifications import following
from civportal.notifications.kinds import Topic, register_topics
from civportal.ui.sections import register as register_section
from partners.models import Partner
from partners.notifications.names import ALL_PARTNERS


def topics(user: User | AnonymousUser) -> Iterator[Topic]:
    """New partners, and the partners that this person may know of."""
    yield Topic(
        key=ALL_PARTNERS, label=_("New partners"), group=_("Partners"), url=reverse("partners:list")
    )
    for partner in Partner.objects.visible_to(user).order_by("sort_name", "pk"):
        yield Topic(
            key=f"partner:{partner.pk}",
            label=partner.name,
            group=_("Partners"),
            url=partner.get_absolute_url(),
        )


def follow_partner(request: HttpRequest, partner: Partner) -> dict[str, Any]:
    """The button on a partner's page."""
    return following.follow_button(request, f"partner:{partner.pk}")


def register() -> None:
    """Let people follow partners; called once, when Django is ready."""
    register_topics("partners", topics)
    register_section(
        "partner_head", "follow", template=following.TEMPLATE, build=follow_partner, order=10
    )
