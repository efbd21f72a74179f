"""What partners put on one's desk: to sign, who asks to join, and one's organisations."""

import datetime
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from civportal.accounts.models import User
from civportal.ui.sections import register
from partners.board import counts
from partners.choices import ApplicationState, MembershipRole
from partners.models import (
    Agreement,
    ContactMoment,
    MembershipRequest,
    Partner,
    PartnerApplication,
    SignatureRequest,
)
from partners.permissions import can_make_agreements, can_move, can_review, can_see_pipeline
from partners.querysets import own_people
from partners.timeline import LATE_AFTER, days_waiting

FEW = 5
"""Applications and steps on one's desk; the link beside the heading leads to all of them."""

SOON = datetime.timedelta(days=7)
"""How far ahead one's desk looks for steps to take."""


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


def applications(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """For the office: the applications that wait for it, the oldest first, and how many."""
    if not can_review(user):
        return None
    waiting = PartnerApplication.objects.open().filter(state=ApplicationState.SUBMITTED)
    rows = list(waiting)
    for row in rows[:FEW]:
        row.days = days_waiting(row)  # type: ignore[attr-defined]  # for the page
        row.late = row.days > LATE_AFTER  # type: ignore[attr-defined]
    return {"applications": rows[:FEW], "number": len(rows)} if rows else None


def own_applications(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """One's own applications that wait for somebody."""
    own = list(PartnerApplication.objects.open().filter(user=user))
    return {"applications": own} if own else None


def open_agreements(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """For insiders: the agreements that are open, and how many of the partners have signed."""
    if not can_see_pipeline(user):
        return None
    rows = Agreement.objects.visible_to(user).open().with_counts(user)
    agreements = list(rows.order_by(F("sign_by").asc(nulls_last=True), "pk")[:FEW])
    return {"agreements": agreements} if agreements or can_make_agreements(user) else None


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


def next_steps(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """For the office: one's own open steps that are late or due within a week, the oldest first."""
    if not can_move(user):
        return None
    until = timezone.localdate() + SOON
    steps = list(
        ContactMoment.objects.open()
        .filter(owner=user, due__lte=until)
        .select_related("partner")
        .order_by("due", "pk")[: FEW + 1]
    )
    return {"steps": steps[:FEW], "has_more": len(steps) > FEW} if steps else None


def pipeline_in_counts(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """For who follows the pipeline: how many organisations are how far."""
    if not can_see_pipeline(user):
        return None
    rows = Partner.objects.visible_to(user).with_pipeline()
    columns = counts(rows, PartnerApplication.objects.on_the_board())
    return {"columns": columns, "late": sum(column.late for column in columns)}


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for name, build, order in (
        ("to_sign", to_sign, 15),
        ("own_applications", own_applications, 17),
        ("applications", applications, 18),
        ("requests_to_join", requests_to_join, 20),
        ("next_steps", next_steps, 25),
        ("pipeline", pipeline_in_counts, 45),
        ("agreements", open_agreements, 46),
        ("organisations", own_organisations, 80),
    ):
        register("desk", name, template=f"partners/desk/{name}.html", build=build, order=order)
