"""Dates on offer, for those who offer them: add, change, cancel, and who comes."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from assignments.actions.slots import (
    CLOSED,
    Facts,
    add_slots,
    between_periods,
    cancel_slot,
    change_slot,
    people_booked,
    remove_slot,
)
from assignments.errors import Refused
from assignments.forms.bookings import CancelSlotForm, ChangeSlotForm, NewSlotsForm
from assignments.models import Assignment, Booking, Slot
from assignments.notifications.bookings_telling import hosts
from assignments.permissions import can_change_booking, can_offer_dates
from civportal.accounts.models import User
from civportal.ui import words
from partners.views.viewer import posted, viewer_of

PAST = 20
"""Dates that are over, the latest first; more are in the admin."""


def _offered(request: HttpRequest, pk: int) -> tuple[Slot, User]:
    """A date and the person, who offers it; a stranger is told that there is none."""
    user = viewer_of(request)
    slots = Slot.objects.visible_to(user).with_places().select_related("assignment__partner")
    slot = get_object_or_404(slots, pk=pk)
    if not can_offer_dates(user, slot.assignment):
        raise PermissionDenied
    return slot, user


@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: HttpRequest, pk: int) -> HttpResponse:
    """The dates of something that can be booked, and a form for more."""
    user = viewer_of(request)
    assignment = get_object_or_404(
        Assignment.objects.visible_to(user).select_related("partner"), pk=pk
    )
    if not assignment.is_booked:
        raise Http404
    if not can_offer_dates(user, assignment):
        raise PermissionDenied
    rows = assignment.slots.with_places().annotate(classes=_classes(), ever=Count("bookings"))
    takes_more = assignment.state not in CLOSED
    form = None
    if takes_more:
        form = NewSlotsForm(posted(request), assignment=assignment, initial=_as_before(assignment))
        if request.method == "POST" and form.is_valid():
            try:
                made = add_slots(
                    assignment, key=form.cleaned_data["key"], facts=form.all_facts, by=user
                )
            except Refused as refused:
                form.add_error("date", str(refused))
            else:
                _say_added(request, made)
                return redirect("assignments:slots", assignment.pk)
    today = timezone.localdate()
    return render(
        request,
        "assignments/slots/list.html",
        {
            "assignment": assignment,
            "form": form,
            "upcoming": rows.filter(date__gte=today),
            "past": rows.filter(date__lt=today).order_by("-date", "-start")[:PAST],
        },
    )


def _classes() -> Count:
    return Count("bookings", filter=Q(bookings__cancelled_at__isnull=True))


def _as_before(assignment: Assignment) -> dict[str, Any]:
    """What a next date most likely has in common with the last one."""
    last = assignment.slots.order_by("-date", "-start").first()
    if last is None:
        return {"place": assignment.place, "key": uuid.uuid4()}
    names = ("start", "end", "place", "online_url", "capacity")
    return {name: getattr(last, name) for name in names} | {"key": uuid.uuid4()}


def _say_added(request: HttpRequest, made: list[Slot]) -> None:
    messages.success(
        request,
        ngettext("%(count)d date is on offer.", "%(count)d dates are on offer.", len(made))
        % {"count": len(made)},
    )
    outside = between_periods([slot.date for slot in made])
    if outside:
        messages.warning(
            request,
            _("Mind: by the periods we know, schools have no lessons on %(days)s.")
            % {"days": ", ".join(words.long_date(day) for day in outside)},
        )


@require_safe
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes: a list to print, and the totals."""
    found, user = _offered(request, pk)
    rows = (
        Booking.objects.visible_to(user)
        .filter(slot=found)
        .select_related("school", "teacher")
        .order_by("cancelled_at", "school__sort_name", "group")
    )
    bookings = [row for row in rows if row.cancelled_at is None]
    for booking in bookings:
        booking.slot = found
        booking.may_change = (  # type: ignore[attr-defined] # for the page
            booking.can_change and can_change_booking(user, booking)
        )
    return render(
        request,
        "assignments/slots/who.html",
        {
            "slot": found,
            "assignment": found.assignment,
            "bookings": bookings,
            "gone": [row for row in rows if row.cancelled_at is not None],
            "schools": len({row.school_id for row in bookings}),
        },
    )


def _who_hears(slot: Slot, user: User) -> list[str]:
    """The names of those who get a mail when the date moves or is cancelled."""
    booked = slot.bookings.standing().filter(teacher__isnull=False).select_related("teacher")
    names = [str(row.teacher.get_full_name()) for row in booked if row.teacher]
    others = hosts(slot.assignment).exclude(pk=user.pk)
    found = [*names, *(str(person.get_full_name()) for person in others)]
    if slot.assignment.contact_id is None and slot.assignment.contact_email:
        found.append(slot.assignment.contact_name or slot.assignment.contact_email)
    return list(dict.fromkeys(found))


@require_http_methods(["GET", "HEAD", "POST"])
def slot_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another moment or place, more or fewer places."""
    found, user = _offered(request, pk)
    if not found.is_to_come:
        return _stays(request, found)
    told = _who_hears(found, user)
    form = ChangeSlotForm(posted(request), slot=found, tells=bool(told))
    if request.method == "POST" and form.is_valid():
        to: Facts = form.facts
        try:
            changed = change_slot(found, to=to, by=user, note=form.note_text)
        except Refused as refused:
            form.add_error(
                "capacity" if to.capacity < people_booked(found) else "date", str(refused)
            )
        else:
            if changed:
                messages.success(request, _("Your changes are kept."))
            return redirect("assignments:slots", found.assignment_id)
    return render(
        request,
        "assignments/slots/edit.html",
        {"slot": found, "assignment": found.assignment, "form": form, "told": told},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def slot_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a date off with a reason; one that nobody ever booked is simply taken away."""
    found, user = _offered(request, pk)
    if not found.is_to_come:
        return _stays(request, found)
    removes = not found.bookings.exists()
    form = None if removes else CancelSlotForm(posted(request))
    if request.method == "POST":
        try:
            if form is None:
                remove_slot(found, by=user)
                messages.success(request, _("The date is taken away."))
                return redirect("assignments:slots", found.assignment_id)
            if form.is_valid():
                if cancel_slot(found, reason=form.cleaned_data["reason"], by=user):
                    messages.success(request, _("The date is cancelled."))
                return redirect("assignments:slots", found.assignment_id)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(reverse("assignments:slot", args=[found.pk]))
    return render(
        request,
        "assignments/slots/cancel.html",
        {
            "slot": found,
            "assignment": found.assignment,
            "form": form,
            "told": [] if removes else _who_hears(found, user),
        },
    )


def _stays(request: HttpRequest, slot: Slot) -> HttpResponse:
    messages.info(
        request,
        _("This date was cancelled, so it stays as it is.")
        if slot.cancelled_at
        else _("This date is over, so it stays as it is."),
    )
    return redirect("assignments:slot", slot.pk)
