"""Dates to book on the page of an assignment, and on one's desk what was booked."""

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone

from assignments.choices import BOOKED, State
from assignments.models import Assignment, Booking, Slot
from assignments.permissions import books_for, can_offer_dates
from civportal.accounts.models import User
from civportal.ui.sections import register

FIRST = 6
"""Dates that stand open on the page; the others unfold."""

MANY = 60
"""Dates on one page, the soonest first."""

FEW = 5
"""Rows on one's desk."""

NEW_FOR = datetime.timedelta(days=7)
"""How long a booking counts as new for those who offer the date."""


def dates(request: HttpRequest, assignment: Assignment) -> dict[str, Any] | None:
    """The dates to come, with the places left and what this viewer booked."""
    if not assignment.is_booked:
        return None
    user = request.user
    offers = can_offer_dates(user, assignment)
    books = assignment.state == State.PUBLISHED and bool(books_for(user, assignment))
    slots = list(
        Slot.objects.filter(assignment=assignment, date__gte=timezone.localdate())
        .with_places()
        .order_by("date", "start", "pk")[:MANY]
    )
    mine: dict[int, list[Booking]] = {}
    if user.is_authenticated and slots:
        for booking in Booking.objects.standing().filter(slot__in=slots, teacher=user):
            mine.setdefault(booking.slot_id, []).append(booking)
    for slot in slots:
        slot.mine = mine.get(slot.pk, [])  # type: ignore[attr-defined] # for the page
        slot.shows_link = bool(slot.online_url) and (offers or slot.pk in mine)  # type: ignore[attr-defined]
    return {
        "assignment": assignment,
        "first": slots[:FIRST],
        "rest": slots[FIRST:],
        "offers": offers,
        "books": books,
        "is_open": assignment.state == State.PUBLISHED,
        "is_visitor": not user.is_authenticated,
    }


def beside(request: HttpRequest, assignment: Assignment) -> dict[str, Any] | None:
    """What this viewer does with the dates: book the next one, or offer more."""
    if not assignment.is_booked:
        return None
    offers = can_offer_dates(request.user, assignment)
    books = assignment.state == State.PUBLISHED and bool(books_for(request.user, assignment))
    if not (offers or books):
        return None
    coming = Slot.objects.filter(assignment=assignment).upcoming().with_places()
    rows = list(coming.order_by("date", "start", "pk"))
    shown = {
        "assignment": assignment,
        "offers": offers,
        "books": books,
        "dates": len(rows),
        "people": sum(row.taken for row in rows),
        "next": None,
    }
    if books:
        shown["next"] = next((row for row in rows if row.left > 0 and row.takes_bookings), None)
    return shown


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - a desk is behind the login
    return request.user


def desk_booked(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """What the person booked and is still to come, the soonest first."""
    user = _person(request)
    bookings = list(
        Booking.objects.visible_to(user)
        .standing()
        .filter(teacher=user, slot__date__gte=timezone.localdate())
        .select_related("slot__assignment__partner")
        .order_by("slot__date", "slot__start", "pk")[: FEW * 2]
    )
    return {"bookings": bookings} if bookings else None


def desk_offered(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The dates the person offers for which somebody comes, and what has no dates yet."""
    user = _person(request)
    own = Q(assignment__contact=user) | Q(assignment__teacher=user) | Q(assignment__posted_by=user)
    standing = Q(bookings__cancelled_at__isnull=True)
    since = timezone.now() - NEW_FOR
    slots = list(
        Slot.objects.hosted_by(user)
        .upcoming()
        .filter(own)
        .with_places()
        .annotate(
            classes=Count("bookings", filter=standing),
            fresh=Count("bookings", filter=standing & Q(bookings__booked_at__gte=since)),
        )
        .filter(classes__gt=0)
        .select_related("assignment")
        .order_by("date", "start", "pk")[: FEW + 1]
    )
    coming = Slot.objects.upcoming().filter(assignment=OuterRef("pk"))
    without = list(
        Assignment.objects.visible_to(user)
        .filter(~Exists(coming), state=State.PUBLISHED, form__in=BOOKED)
        .filter(Q(contact=user) | Q(teacher=user) | Q(posted_by=user))
        .order_by("title", "pk")[:FEW]
    )
    if not (slots or without):
        return None
    return {"slots": slots[:FEW], "has_more": len(slots) > FEW, "without": without}


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for place, name, build, order in (
        ("assignment", "dates", dates, 10),
        ("assignment_side", "dates_side", beside, 40),
        ("desk", "booked", desk_booked, 12),
        ("desk", "offered", desk_offered, 16),
    ):
        template = f"assignments/slots/section_{name}.html"
        register(place, name, template=template, build=build, order=order)
