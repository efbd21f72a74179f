"""Starting the minutes, and who was there: the first page of writing."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civportal.editor.autosave import keeps_text
from sessions_log.actions.attendance import add_guest, keep_attendance, note_who_said_yes
from sessions_log.actions.people import ListRefused
from sessions_log.actions.planning import PlanningRefused, hold_session
from sessions_log.actions.writing import WritingRefused, start_minutes
from sessions_log.choices import ParticipationRole, Reply, SessionStatus
from sessions_log.forms.writing import GuestForm
from sessions_log.models import Participation
from sessions_log.views.writing import Desk, around, desk_of

FIRST = [ParticipationRole.CHAIR, ParticipationRole.SECRETARY, ParticipationRole.SPEAKER]


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the minutes; then who was there, and whether the session took place."""
    desk = desk_of(request, pk)
    if request.method == "POST":
        try:
            return _answer(request, desk)
        except (WritingRefused, PlanningRefused, ListRefused) as error:
            messages.error(request, str(error))
            return redirect("sessions_log:write", pk)
    if desk.minutes is not None and desk.minutes.is_settled:
        return redirect("sessions_log:correct", pk)
    if desk.minutes is None:
        return render(request, "sessions_log/writing/start.html", around(desk, here=request.path))
    return _page(request, desk, GuestForm())


def _answer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Do what the button says."""
    key, by = desk.session.pk, desk.user
    then = request.POST.get("then", "there")
    if then == "start":
        start_minutes(key, by=by)
    elif then == "held":
        hold_session(desk.session)
    elif then == "guest":
        form = GuestForm(request.POST)
        if not form.is_valid():
            return _page(request, desk, form)
        names = ("name", "function", "organisation")
        add_guest(key, by=by, **{name: form.cleaned_data[name] for name in names})
        messages.success(request, _("The guest is on the list."))
    else:
        keep_attendance(
            key,
            there=_keys(request.POST.getlist("there")),
            shown=_keys(request.POST.getlist("shown")),
            was=_keys(request.POST.getlist("was")),
            by=by,
        )
        if then == "yes":
            number = note_who_said_yes(key, by=by)
            messages.success(
                request,
                ngettext(
                    "One person who said yes is noted.",
                    "%(count)s people who said yes are noted.",
                    number,
                )
                % {"count": number},
            )
        elif not request.htmx:  # type: ignore[attr-defined]  # the middleware's
            messages.success(request, _("The list is saved."))
    if request.htmx:  # type: ignore[attr-defined]
        return _page(request, desk, GuestForm())
    return redirect("sessions_log:write", key)


def _keys(values: Iterable[str]) -> set[int]:
    return {int(value) for value in values if value.isdecimal() and len(value) < 18}


def _page(request: HttpRequest, desk: Desk, guest: GuestForm) -> HttpResponse:
    """The list, chair and secretary first."""
    people = sorted(
        desk.session.participations.select_related("user", "partner").order_by("pk"),
        key=lambda one: (
            FIRST.index(ParticipationRole(one.role)) if one.role in FIRST else len(FIRST),
            str(one).casefold(),
        ),
    )
    context = around(desk, here=request.path) | {
        "people": people,
        "number_there": sum(one.attended is True for one in people),
        "unnoted_yes": sum(_said_yes(one) for one in people),
        "unnoted": sum(one.attended is None for one in people),
        "guest": guest,
        "may_be_held": desk.session.status == SessionStatus.PLANNED,
    }
    return render(request, "sessions_log/writing/attendance.html", context)


def _said_yes(participation: Participation) -> bool:
    """Whether they said yes, and nobody noted yet whether they came."""
    return participation.reply == Reply.YES and participation.attended is None
