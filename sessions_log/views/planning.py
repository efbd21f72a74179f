"""Planning a session: it comes, is copied, changes, moves, is cancelled, takes place."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from civportal.accounts.models import User
from sessions_log.actions.agenda import is_settled
from sessions_log.actions.planning import (
    PlanningRefused,
    cancel_session,
    change_session,
    copy_previous,
    hold_session,
    move_session,
    plan,
    plan_again,
    who_hears,
)
from sessions_log.choices import SessionStatus
from sessions_log.forms.planning import CancelForm, CopyForm, FactsForm, MoveForm, PlanForm
from sessions_log.models import AgendaItem, Body, WorkSession
from sessions_log.permissions import bodies_to_plan, can_plan
from sessions_log.recurrence import next_date, recurring_items, start_of_copy
from sessions_log.views.access import planned_by, planner


@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: HttpRequest) -> HttpResponse:
    """Plan a session; ``?overleg=`` names the body that it is for."""
    user = planner(request)
    body = bodies_to_plan(user).filter(slug=request.GET.get("overleg", "")).first()
    form = PlanForm(request.POST or None, initial=start_of_new(body), by=user)
    if request.method == "POST" and form.is_valid():
        session = plan(form.session(), lines=form.lines)
        messages.success(request, _("The session is planned. Now make its agenda."))
        return redirect("sessions_log:agenda", session.pk)
    previous = _latest(user, body)
    return render(
        request,
        "sessions_log/planning/new.html",
        {"form": form, "body": body, "previous": previous},
    )


def start_of_new(body: Body | None) -> dict[str, object]:
    """What a form for a new session of this body begins with."""
    if body is None:
        return {}
    kind = "steering_group" if body.kind == "steering_group" else "work_session"
    return {"body": body.pk, "title": body.name, "kind": kind, "language": body.language}


def _latest(user: User, body: Body | None) -> WorkSession | None:
    """The session that a new one would most likely take after."""
    if body is None:
        return None
    return WorkSession.objects.visible_to(user).filter(body=body).order_by("-date", "-pk").first()


@require_http_methods(["GET", "HEAD", "POST"])
def session_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a session after an earlier one, of the same body."""
    previous, user = planned_by(request, pk)
    if not can_plan(user, previous.body):
        raise PermissionDenied
    items = AgendaItem.objects.visible_to(user).filter(session=previous).order_by("order")
    form = CopyForm(
        request.POST or None,
        initial={
            **start_of_copy(previous),
            "date": next_date(previous),
            "items": recurring_items(previous, items),
        },
        by=user,
        items=items,
    )
    if request.method == "POST" and form.is_valid():
        session = copy_previous(
            previous,
            form.session(),
            lines=form.lines,
            items=form.cleaned_data.get("items", []),
            with_people=form.cleaned_data["with_people"],
        )
        messages.success(request, _("The session is planned. Now make its agenda."))
        return redirect("sessions_log:agenda", session.pk)
    return render(request, "sessions_log/planning/copy.html", {"form": form, "session": previous})


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What a session is about, and for whom."""
    session, user = planned_by(request, pk)
    settled = is_settled(session)
    form = FactsForm(request.POST or None, instance=session, by=user, is_settled=settled)
    if request.method == "POST" and form.is_valid():
        try:
            session = change_session(session, facts=form.facts, lines=form.lines)
        except PlanningRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your changes are kept."))
        return redirect(WorkSession.objects.get(pk=pk))
    return render(
        request,
        "sessions_log/planning/edit.html",
        {"form": form, "session": WorkSession.objects.get(pk=pk), "is_settled": settled},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day, other hours, another place."""
    session, user = planned_by(request, pk)
    if session.status != SessionStatus.PLANNED:
        return _refused(request, session)
    told = who_hears(session)
    form = MoveForm(request.POST or None, instance=WorkSession.objects.get(pk=pk), tells=bool(told))
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data.get("note", "")
        return _done(
            request,
            session,
            lambda: move_session(session, to=form.to, by=user, note=note),
            _("The session is moved.") + told_too(len(told)),
        )
    return render(
        request,
        "sessions_log/planning/move.html",
        {"form": form, "session": session, "told": told},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a session off, with a reason."""
    session, user = planned_by(request, pk)
    if session.status != SessionStatus.PLANNED:
        return _refused(request, session)
    told = who_hears(session)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _done(
            request,
            session,
            lambda: cancel_session(session, reason=reason, by=user),
            _("The session is cancelled.") + told_too(len(told)),
        )
    return render(
        request,
        "sessions_log/planning/cancel.html",
        {"form": form, "session": session, "told": told},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_plan_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a cancellation back."""
    session, user = planned_by(request, pk)
    told = who_hears(session)
    if request.method == "POST":
        return _done(
            request,
            session,
            lambda: plan_again(session, by=user),
            _("The session is planned again.") + told_too(len(told)),
        )
    if session.status != SessionStatus.CANCELLED:
        return _refused(request, session)
    return render(
        request,
        "sessions_log/planning/again.html",
        {
            "session": session,
            "told": told,
            "is_over": session.date < timezone.localdate(),
            "may_copy": can_plan(user, session.body),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def session_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a session took place."""
    session, _user = planned_by(request, pk)
    if request.method == "POST":
        return _done(
            request, session, lambda: hold_session(session), _("Noted: the session took place.")
        )
    if session.status != SessionStatus.PLANNED or session.date > timezone.localdate():
        return _refused(request, session)
    return render(request, "sessions_log/planning/hold.html", {"session": session})


def told_too(number: int) -> str:
    """How many hear of a change, as a sentence after another; empty for nobody."""
    if not number:
        return ""
    return " " + ngettext(
        "%(count)d person gets a mail about it.", "%(count)d people get a mail about it.", number
    ) % {"count": number}


def _refused(request: HttpRequest, session: WorkSession) -> HttpResponse:
    """Back to the session, with what stands in the way."""
    told = {
        SessionStatus.HELD: _("This session has taken place already, so it stays as it is."),
        SessionStatus.CANCELLED: _("This session was cancelled. Plan it again first."),
        SessionStatus.PLANNED: _("This session stands as planned, so there is nothing to do here."),
    }
    messages.info(request, told[SessionStatus(session.status)])
    return redirect(session)


def _done(
    request: HttpRequest, session: WorkSession, act: Callable[[], bool], message: str
) -> HttpResponse:
    """Act, say what happened, and go to the session; doing it twice says nothing new."""
    try:
        if act():
            messages.success(request, message)
    except PlanningRefused as error:
        messages.error(request, str(error))
    return redirect(session)
