"""Booking a date, and what can be done with a booking."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments.actions.bookings import (
    book,
    cancel_booking,
    change_booking,
    check_bookable,
)
from assignments.calendars import file_of
from assignments.errors import BookedBefore, Refused
from assignments.forms.bookings import BookingForm
from assignments.models import Booking, Slot
from assignments.permissions import books_for, can_change_booking, can_offer_dates
from civportal.accounts.models import User
from civportal.lib.ical import MEDIA_TYPE
from partners.models import Partner
from partners.views.viewer import posted, viewer_of

OTHERS = 6
"""Other dates to choose from."""


def _other_dates(slot: Slot) -> list[Slot]:
    """Dates of the same that can be booked today, the soonest first."""
    rows = slot.assignment.slots.open_to_book().exclude(pk=slot.pk).with_places()
    return [row for row in rows if row.left > 0][:OTHERS]


@require_http_methods(["GET", "HEAD", "POST"])
def booking_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a date for a class; a date that takes no more offers others."""
    user = viewer_of(request)
    slots = Slot.objects.visible_to(user).with_places().select_related("assignment__partner")
    slot = get_object_or_404(slots, pk=pk)
    schools = books_for(user, slot.assignment)
    if not schools:
        return _cannot(request, slot, status=403)
    try:
        check_bookable(slot)
    except Refused as refused:
        return _cannot(request, slot, why=str(refused), status=409)
    mine = list(slot.bookings.standing().filter(teacher=user))
    if slot.left < 1 and request.method != "POST":
        return _cannot(request, slot, why=_("This date is full."), status=409)
    form = BookingForm(posted(request), slot=slot, schools=schools, by=user)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            booking = book(slot, party=form.party, by=user)
        except Refused as refused:
            field = "group" if isinstance(refused, BookedBefore) else "number"
            form.add_error(field, str(refused))
            slot = slots.get(pk=pk)
            status = 409
        else:
            messages.success(request, _("Booked. You get a mail with it for your calendar."))
            return redirect(booking)
    return render(
        request,
        "assignments/bookings/new.html",
        {
            "slot": slot,
            "assignment": slot.assignment,
            "form": form,
            "mine": mine,
            "others": _other_dates(slot) if status == 409 else [],
        },
        status=status,
    )


def _cannot(request: HttpRequest, slot: Slot, *, status: int, why: str = "") -> HttpResponse:
    """Why this date cannot be booked, and which can."""
    return render(
        request,
        "assignments/bookings/cannot.html",
        {
            "slot": slot,
            "assignment": slot.assignment,
            "why": why,
            "others": _other_dates(slot) if why else [],
        },
        status=status,
    )


def _seen(request: HttpRequest, pk: int) -> tuple[Booking, User]:
    """A booking, for who made it and those who offer it; a stranger is told there is none."""
    user = viewer_of(request)
    bookings = Booking.objects.visible_to(user).select_related(
        "slot__assignment__partner", "school", "teacher"
    )
    return get_object_or_404(bookings, pk=pk), user


def _own(request: HttpRequest, pk: int) -> tuple[Booking, User]:
    booking, user = _seen(request, pk)
    if not can_change_booking(user, booking):
        raise PermissionDenied
    return booking, user


@require_safe
def booking(request: HttpRequest, pk: int) -> HttpResponse:
    """Where and when, who comes, and what can be done."""
    found, user = _seen(request, pk)
    return render(
        request,
        "assignments/bookings/booking.html",
        {
            "booking": found,
            "slot": found.slot,
            "assignment": found.slot.assignment,
            "is_own": found.teacher_id == user.pk,
            "may_change": found.can_change and can_change_booking(user, found),
            "offers": can_offer_dates(user, found.slot.assignment),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def booking_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another class, or more or fewer people."""
    found, user = _own(request, pk)
    if not found.can_change:
        return _stays(request, found)
    schools = _with(found.school, books_for(user, found.slot.assignment))
    form = BookingForm(posted(request), slot=found.slot, schools=schools, by=user, booking=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_booking(found, party=form.party, by=user)
        except Refused as refused:
            form.add_error("group" if isinstance(refused, BookedBefore) else "number", str(refused))
        else:
            if changed:
                messages.success(request, _("Your booking is changed."))
            return redirect(found)
    return render(
        request,
        "assignments/bookings/change.html",
        {"booking": found, "slot": found.slot, "assignment": found.slot.assignment, "form": form},
    )


def _with(school: Partner, schools: list[Partner]) -> list[Partner]:
    """The schools to choose from; also the one that was booked for, if one left it since."""
    return schools if school in schools else [school, *schools]


@require_http_methods(["GET", "HEAD", "POST"])
def booking_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then give the places back."""
    found, user = _own(request, pk)
    if request.method == "POST":
        try:
            if cancel_booking(found, by=user):
                messages.success(request, _("Your booking is cancelled. The places are free."))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(found)
    if not found.can_change:
        return _stays(request, found)
    return render(
        request,
        "assignments/bookings/cancel.html",
        {"booking": found, "slot": found.slot, "assignment": found.slot.assignment},
    )


def _stays(request: HttpRequest, booking: Booking) -> HttpResponse:
    messages.info(
        request,
        _("This booking was cancelled, so it stays as it is.")
        if booking.cancelled_at
        else _("This date is over or cancelled, so the booking stays as it is."),
    )
    return redirect(booking)


@require_safe
def booking_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """The booking, to put into one's own calendar."""
    found, _user = _seen(request, pk)
    content = file_of([found], name=found.slot.assignment.title, site=settings.BASE_URL)
    return HttpResponse(
        content,
        content_type=MEDIA_TYPE,
        headers={
            "Cache-Control": "private, no-cache",
            "Content-Disposition": f'attachment; filename="{found.slot.assignment.slug}.ics"',
        },
    )
