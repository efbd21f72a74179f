"""What partners put on pages of others: on one's desk, the organisations one belongs to."""

from typing import Any

from django.http import HttpRequest

from civportal.accounts.models import User
from civportal.ui.sections import register


def own_organisations(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """One's memberships, with the organisation and how far it is."""
    memberships = list(user.memberships.select_related("partner"))
    return {"memberships": memberships} if memberships else None


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    register(
        "desk",
        "organisations",
        template="partners/section_desk.html",
        build=own_organisations,
        order=80,
    )
