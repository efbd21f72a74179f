"""The end of an assignment: saying that a team is done, going back, and feedback."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments.actions import feedback as feedback_actions
from assignments.actions import finishing as actions
from assignments.choices import State, TeamState
from assignments.errors import ChangedMeanwhile, Refused
from assignments.finishing import expected_hours, side_names, students_of
from assignments.forms.finishing import AllHoursForm, FeedbackForm, HoursForm
from assignments.models import Assignment, Feedback, Team
from assignments.permissions import on_a_side, speaks_for
from partners.views.viewer import posted, viewer_of


def team_of(request: HttpRequest, pk: int) -> Team:
    """An accepted team that this person may read; else there is none."""
    rows = Team.objects.visible_to(request.user).select_related("assignment__partner", "coach")
    return get_object_or_404(rows, pk=pk, state=TeamState.ACCEPTED)


def assignment_of(request: HttpRequest, pk: int) -> Assignment:
    """An assignment of this person's side; 403 for who may only read it."""
    rows = Assignment.objects.visible_to(request.user).select_related("partner")
    assignment = get_object_or_404(rows, pk=pk)
    if not on_a_side(request.user, assignment):
        raise PermissionDenied
    return assignment


def back_to(team: Team, part: str = "afronden") -> HttpResponse:
    """The team's page, where its end is."""
    return redirect(f"{team.get_absolute_url()}#{part}")


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the team is done, with the hours of its students."""
    team = team_of(request, pk)
    if not actions.can_finish_team(request.user, team):
        raise PermissionDenied
    if team.finished_at is not None and request.method != "POST":
        return back_to(team)
    form = HoursForm(posted(request), initial={"hours_made": _known_hours(team)})
    if request.method == "POST" and form.is_valid():
        try:
            team = actions.finish_team(team, by=viewer_of(request), **form.cleaned_data)
        except Refused as refused:
            messages.error(request, str(refused))
            return back_to(team)
        messages.success(request, _("The team has finished. Now it is time for feedback."))
        speaks = speaks_for(request.user, team)
        return redirect("assignments:feedback", team.pk) if speaks else back_to(team)
    return _hours_page(request, team, form, then="finish")


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the hours of a finished team right."""
    team = team_of(request, pk)
    if not actions.can_finish_team(request.user, team):
        raise PermissionDenied
    if team.finished_at is None:
        return redirect("assignments:finish", team.pk)
    form = HoursForm(posted(request), initial={"hours_made": _known_hours(team)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_hours(team, by=viewer_of(request), **form.cleaned_data)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The hours are saved."))
        return back_to(team)
    return _hours_page(request, team, form, then="hours")


def _known_hours(team: Team) -> Decimal | None:
    """Without needless zeros: 400, 231.5."""
    hours = team.hours_made if team.hours_made is not None else expected_hours(team)
    return None if hours is None else Decimal(f"{hours.normalize():f}")


def _hours_page(request: HttpRequest, team: Team, form: HoursForm, *, then: str) -> HttpResponse:
    others = team.assignment.teams.accepted().filter(finished_at__isnull=True).exclude(pk=team.pk)
    return render(
        request,
        "assignments/finishing/hours.html",
        {
            "team": team,
            "form": form,
            "then": then,
            "students": students_of(team),
            "expected": expected_hours(team),
            "is_last": then == "finish" and not others.exists(),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def finish_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the assignment is done, for all teams that are still at it."""
    assignment = assignment_of(request, pk)
    if assignment.state != State.RUNNING and request.method != "POST":
        return redirect(assignment)
    teams = list(assignment.teams.accepted().filter(finished_at__isnull=True).order_by("pk"))
    for team in teams:
        team.assignment = assignment
    expected = {team.pk: _known_hours(team) for team in teams}
    form = AllHoursForm(posted(request), teams=teams, expected=expected)
    if request.method == "POST" and form.is_valid():
        try:
            actions.finish_assignment(assignment, by=viewer_of(request), hours=form.hours())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The assignment is finished."))
        return redirect(assignment)
    return render(
        request,
        "assignments/finishing/finish_all.html",
        {"assignment": assignment, "teams": teams, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a finished team go on; asked once more before it is done."""
    team = team_of(request, pk)
    if not on_a_side(request.user, team.assignment):
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.reopen_team(team, by=viewer_of(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The team goes on."))
        return back_to(team)
    return render(
        request,
        "assignments/finishing/reopen.html",
        {"assignment": team.assignment, "what": team.name, "back": team.get_absolute_url()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a finished assignment run again; asked once more before it is done."""
    assignment = assignment_of(request, pk)
    if request.method == "POST":
        try:
            actions.reopen(assignment, by=viewer_of(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The assignment runs again."))
        return redirect(assignment)
    return render(
        request,
        "assignments/finishing/reopen.html",
        {
            "assignment": assignment,
            "what": assignment.title,
            "back": assignment.get_absolute_url(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the feedback of one's side, or change it as long as that is possible."""
    team = team_of(request, pk)
    side = speaks_for(request.user, team)
    if side is None:
        raise PermissionDenied
    known = team.feedback.filter(side=side).first()
    form = FeedbackForm(posted(request), feedback=known)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            feedback_actions.give_feedback(team, by=viewer_of(request), **form.said())
        except ChangedMeanwhile as refused:
            # What was typed stays; the colleague's words stand above it.
            theirs = team.feedback.filter(side=side).first()
            form.add_error(None, str(refused))
            form.put("version", feedback_actions.version_of(theirs))
        except Refused as refused:
            messages.error(request, str(refused))
            return back_to(team)
        else:
            messages.success(request, _("Thank you for your feedback."))
            return back_to(team)
    elif team.finished_at is None or (known and feedback_actions.is_fixed(known)):
        return back_to(team)
    return render(
        request,
        "assignments/finishing/feedback.html",
        {
            "team": team,
            "form": form,
            "known": known,
            "theirs": theirs,
            "other": next(name for one, name in side_names(team).items() if one != side),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def read_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the other side's feedback: from now on it does not change."""
    rows = Feedback.objects.visible_to(request.user).select_related("team")
    row = get_object_or_404(rows, pk=pk)
    feedback_actions.read_feedback(row, by=viewer_of(request))
    return back_to(row.team, "feedback")
