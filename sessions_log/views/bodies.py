"""The bodies, what they are there for, who sits in them and what they decided."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civportal.accounts.models import User
from civportal.lib.text import fold
from civportal.ui.sections import sections_for
from partners.models import Partner
from sessions_log.catch_up import CatchUp, catch_up
from sessions_log.choices import BodyRole, SessionStatus
from sessions_log.models import Body, Decision, WorkSession
from sessions_log.permissions import can_plan, can_see_seats
from sessions_log.rendition import Organisation, Person

LATEST = 10


@login_not_required
@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """The bodies, each with its next session as far as the viewer may know of it."""
    visible = WorkSession.objects.visible_to(request.user)
    coming = visible.upcoming().filter(body=OuterRef("pk"))
    held = visible.filter(body=OuterRef("pk"), status=SessionStatus.HELD)
    bodies = list(
        Body.objects.annotate(
            next_pk=Subquery(coming.values("pk")[:1]),
            held_count=Subquery(
                held.order_by().values("body").annotate(number=Count("pk")).values("number")
            ),
        ).order_by("kind", "name")
    )
    sessions = visible.in_bulk([body.next_pk for body in bodies if body.next_pk])
    return render(
        request,
        "sessions_log/body_list.html",
        {"rows": [(body, sessions.get(body.next_pk)) for body in bodies]},
    )


@login_not_required
@require_safe
def body_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A body: mandate, seats, sessions and decisions."""
    body = get_object_or_404(Body, slug=slug)
    sessions = (
        WorkSession.objects.visible_to(request.user)
        .filter(body=body)
        .with_outcomes(request.user)
        .select_related("body")
        .prefetch_related("lines")
    )
    decisions = (
        Decision.objects.visible_to(request.user)
        .filter(item__session__body=body)
        .select_related("item__session")
        .order_by("-item__session__date", "-item__session", "item__order", "order", "pk")
    )
    past = list(sessions.before_today()[: LATEST + 1])
    taken = list(decisions[: LATEST + 1])
    named = can_see_seats(request.user, body)
    kind = body.get_kind_display()
    return render(
        request,
        "sessions_log/body.html",
        {
            "body": body,
            # "Steering group" above the title "Steering group" would say nothing.
            "eyebrow": kind if fold(kind) != fold(body.name) else _("Body"),
            "seats": _seats(request, body, named=named),
            "is_named": named,
            "can_plan": can_plan(request.user, body),
            "actions": sections_for("body_head", request, body),
            "upcoming": list(sessions.from_today()),
            "past": past[:LATEST],
            "decisions": taken[:LATEST],
            "catch_up": _catch_up(request, body),
            "has_more": len(past) > LATEST or len(taken) > LATEST,
        },
    )


def _catch_up(request: HttpRequest, body: Body) -> CatchUp | None:
    """For who sits in the body: what happened since they were there last."""
    if not isinstance(request.user, User):
        return None
    return next(iter(catch_up(request.user, body)), None)


def _seats(request: HttpRequest, body: Body, *, named: bool) -> list[Organisation]:
    """Today's seats by organisation; persons only where ``named``."""
    known = Partner.objects.visible_to(request.user)
    seats = list(body.memberships.current().select_related("user", "partner"))
    links = {
        partner.pk: partner.get_absolute_url()
        for partner in known.filter(pk__in=[seat.partner_id for seat in seats if seat.partner_id])
    }
    found: dict[str, Organisation] = {}
    for seat in seats:
        name = seat.organisation_name
        if not name and not named:
            continue
        href = links.get(seat.partner_id or 0, "") if not seat.organisation else ""
        group = found.setdefault(fold(name), Organisation(name, href))
        if named and seat.user:
            role = seat.get_role_display() if seat.role != BodyRole.MEMBER else ""
            group.people.append(Person(str(seat.user), role, name))
    for group in found.values():
        group.people.sort(key=lambda person: fold(person.name))
    return sorted(found.values(), key=lambda group: (not group.name, fold(group.name)))
