"""The office view of a session: who is on the list, was invited, answered, was there."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from partners.models import Membership
from sessions_log.actions.agenda import is_open
from sessions_log.actions.people import (
    ListRefused,
    change_person,
    invite_guest,
    invite_person,
    take_off,
)
from sessions_log.actions.replies import places_left
from sessions_log.attendees import attendees
from sessions_log.choices import SessionStatus
from sessions_log.forms.people import (
    GuestForm,
    ListedForm,
    OrganisationForm,
    PersonForm,
    partners_by_name,
)
from sessions_log.models import BodyMembership, Participation, WorkSession
from sessions_log.notifications import subject_of
from sessions_log.notifications.invitations import hears_taken_off
from sessions_log.views.access import planned_by

MOST_FOUND = 20
"""People that a search shows; a longer name finds fewer."""


@require_safe
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Everyone on the list by organisation, with what they answered, and the numbers."""
    session, user = planned_by(request, pk)
    groups, numbers = attendees(session)
    is_planned = session.status == SessionStatus.PLANNED
    return render(
        request,
        "sessions_log/people/people.html",
        {
            "session": session,
            "groups": groups,
            "numbers": numbers,
            "places_left": places_left(session),
            "shows_attendance": session.status == SessionStatus.HELD or numbers.noted > 0,
            "can_change": is_open(session),
            "can_invite": is_planned and session.takes_answers and numbers.listed > 0,
            "ledger_subject": subject_of(session.pk) if in_office(user) else "",
        },
    )


def candidates(
    session: WorkSession, user: User, words: str, *, with_listed: bool = False
) -> list[User]:
    """People with an account who can be put on the list, by name.

    The office finds everyone by a part of the name or address. Others, who plan for one body,
    choose from those whom they know from it: its members, and who came to its sessions.
    """
    found = User.objects.filter(is_active=True)
    if not with_listed:
        listed = session.participations.filter(invited=True, user__isnull=False)
        found = found.exclude(pk__in=listed.values("user"))
    if not in_office(user):
        seats = BodyMembership.objects.current().filter(body=session.body_id)
        guests = Participation.objects.filter(
            session__body=session.body_id, session__body__isnull=False, user__isnull=False
        )
        found = found.filter(Q(pk__in=seats.values("user")) | Q(pk__in=guests.values("user")))
    elif not words:
        return []
    for word in words.split():
        match = Q(name__icontains=word) | Q(memberships__partner__name__icontains=word)
        if in_office(user):
            match |= Q(email__icontains=word)
        found = found.filter(pk__in=User.objects.filter(match).values("pk"))
    return list(found.order_by("name", "pk")[: MOST_FOUND + 1])


def labels_of(people: list[User], *, with_address: bool) -> dict[int, str]:
    """Name, organisations, and for the office the address: enough to tell two Jansens apart."""
    theirs: dict[int, list[str]] = {}
    memberships = Membership.objects.filter(user__in=people).select_related("partner")
    for membership in memberships.order_by("partner__sort_name"):
        theirs.setdefault(membership.user_id, []).append(membership.partner.name)
    return {
        person.pk: ", ".join(
            [
                person.get_full_name(),
                *theirs.get(person.pk, []),
                *([person.email] if with_address else []),
            ]
        )
        for person in people
    }


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put someone with an account on the list; ``?zoek=`` finds them by name."""
    session, user = planned_by(request, pk)
    words = request.GET.get("zoek", "").strip()
    # A form that is sent twice names someone who is on the list by then.
    found = candidates(session, user, words, with_listed=request.method == "POST")
    shown = found[:MOST_FOUND]
    form = PersonForm(
        request.POST or None,
        people=User.objects.filter(pk__in=[one.pk for one in shown]).order_by("name", "pk"),
        labels=labels_of(shown, with_address=in_office(user)),
    )
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["user"]
        try:
            invite_person(
                session,
                person,
                role=form.cleaned_data["role"],
                function=form.cleaned_data["function"],
            )
        except ListRefused as error:
            messages.info(request, str(error))
        else:
            messages.success(request, _on_the_list(person.get_full_name()))
        return redirect("sessions_log:people", pk)
    return render(
        request,
        "sessions_log/people/add_person.html",
        {
            "session": session,
            "form": form if shown else None,
            "words": words,
            "is_office": in_office(user),
            "has_more": len(found) > MOST_FOUND,
            "current": "account",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def guest_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a guest without an account on the list."""
    return _add_by_name(request, pk, GuestForm, current="guest")


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an organisation on the list of which it is not known who comes."""
    return _add_by_name(request, pk, OrganisationForm, current="organisation")


def _add_by_name(
    request: HttpRequest,
    pk: int,
    kind: type[GuestForm] | type[OrganisationForm],
    *,
    current: str,
) -> HttpResponse:
    session, user = planned_by(request, pk)
    form = kind(request.POST or None, partners=partners_by_name(user))
    if request.method == "POST" and form.is_valid():
        guest = form.save(commit=False)
        try:
            invite_guest(session, guest)
        except ListRefused as error:
            messages.info(request, str(error))
        else:
            messages.success(request, _on_the_list(str(guest)))
        return redirect("sessions_log:people", pk)
    return render(
        request,
        "sessions_log/people/add.html",
        {"session": session, "form": form, "current": current},
    )


def _on_the_list(name: str) -> str:
    return _("%(name)s is on the list. Nobody gets a mail before you send the invitations.") % {
        "name": name
    }


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """The role of someone on the list, their function and organisation."""
    session, user = planned_by(request, pk)
    row = get_object_or_404(
        session.participations.select_related("user", "partner", "session"), pk=row_pk
    )
    name = str(row)
    form = ListedForm(request.POST or None, instance=row, partners=partners_by_name(user))
    if request.method == "POST" and form.is_valid():
        try:
            change_person(row, **form.facts)
        except ListRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your changes are kept."))
        return redirect("sessions_log:people", pk)
    return render(
        request,
        "sessions_log/people/edit.html",
        {"session": session, "row": row, "name": name, "form": form},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_remove(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """Take someone off the list, after asking."""
    session, _user = planned_by(request, pk)
    rows = session.participations.select_related("user", "partner", "session")
    row = rows.filter(pk=row_pk).first()
    if request.method == "POST":
        try:
            if row is not None:
                take_off(row)
                messages.success(request, _("%(name)s is off the list.") % {"name": row})
        except ListRefused as error:
            messages.error(request, str(error))
        return redirect("sessions_log:people", pk)
    row = get_object_or_404(rows, pk=row_pk)
    return render(
        request,
        "sessions_log/people/remove.html",
        {"session": session, "row": row, "hears": hears_taken_off(session, row)},
    )
