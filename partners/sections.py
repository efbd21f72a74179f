"""What partners put on one's desk: to sign, who asks to join, and one's organisations."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest

from civportal.accounts.models import User
from civportal.ui.sections import register
from partners.choices import MembershipRole
from partners.models import MembershipRequest, SignatureRequest
from partners.querysets import own_people


def to_sign(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """What waits for one's signature: the nearest last day first."""
    waiting = list(
        SignatureRequest.objects.waiting()
        .filter(
            partner__memberships__in=user.memberships.filter(
                role=MembershipRole.REPRESENTATIVE
            ).exclude(mandate="")
        )
        .select_related("agreement", "partner")
        .order_by(F("agreement__sign_by").asc(nulls_last=True), "pk")
    )
    return {"waiting": waiting} if waiting else None


def requests_to_join(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """Who asks to join an organisation that one speaks for, the oldest first."""
    asked = list(
        MembershipRequest.objects.pending()
        .filter(own_people(user, "partner", role=MembershipRole.REPRESENTATIVE))
        .exclude(user=user)
        .select_related("user", "partner")
        .order_by("created_at", "pk")
    )
    return {"asked": asked} if asked else None


def own_organisations(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """One's memberships, with the organisation and how far it is."""
    memberships = list(user.memberships.select_related("partner"))
    return {"memberships": memberships} if memberships else None


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for name, build, order in (
        ("to_sign", to_sign, 15),
        ("requests_to_join", requests_to_join, 20),
        ("organisations", own_organisations, 80),
    ):
        register("desk", name, template=f"partners/desk/{name}.html", build=build, order=order)
