"""Those who posted compare the teams, and choose."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.actions import teams as actions
from assignments.choices import SENT_TEAMS, State, TeamState
from assignments.errors import Refused
from assignments.forms.teams import DeclineForm, MoreTeamsForm
from assignments.models import Assignment, Team, Terms
from assignments.permissions import can_decide_on_teams, on_a_side
from assignments.shown import explain
from partners.views.viewer import viewer_of

GROUPS = [TeamState.APPLIED, TeamState.RESERVE, TeamState.ACCEPTED, TeamState.DECLINED]


def _assignment(request: HttpRequest, pk: int) -> Assignment:
    """One of those who posted it may compare; for others there is nothing here."""
    rows = Assignment.objects.visible_to(request.user).select_related("partner")
    assignment = get_object_or_404(rows, pk=pk)
    if assignment.is_booked or not on_a_side(request.user, assignment):
        raise Http404
    return assignment


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The teams side by side: who waits first, then reserve, accepted, declined."""
    user = viewer_of(request)
    assignment = _assignment(request, pk)
    teams = list(
        Team.objects.visible_to(user)
        .filter(assignment=assignment, state__in=SENT_TEAMS)
        .select_related("coach", "assignment__partner")
        .order_by("applied_at", "pk")
    )
    shown = explain(assignment, teams)
    groups = [
        (state, [(team, shown[team.pk]) for team in teams if team.state == state])
        for state in GROUPS
    ]
    accepted = sum(team.state == TeamState.ACCEPTED for team in teams)
    can_choose = can_decide_on_teams(user, assignment) and assignment.state in actions.CHOOSING
    return render(
        request,
        "assignments/teams/compare.html",
        {
            "assignment": assignment,
            "groups": [(_heading(state), state, rows) for state, rows in groups if rows],
            "accepted": accepted,
            "free": max(assignment.teams_wanted - accepted, 0),
            "can_choose": can_choose,
            "can_stop": can_choose and accepted and assignment.state == State.PUBLISHED,
            "more_form": MoreTeamsForm(assignment=assignment) if can_choose else None,
            "coaches_one": not can_choose and any(team.coach_id == user.pk for team in teams),
        },
    )


def _heading(state: str) -> str:
    return {
        TeamState.APPLIED: pgettext("teams", "Waiting for your answer"),
        TeamState.RESERVE: pgettext("teams", "In reserve"),
        TeamState.ACCEPTED: pgettext("teams", "Accepted"),
        TeamState.DECLINED: pgettext("teams", "Declined"),
    }[TeamState(state)]


def _team(request: HttpRequest, pk: int) -> Team:
    """A team that one chooses about: 404 for who may not see it, 403 for who does not choose."""
    teams = Team.objects.visible_to(request.user).select_related("assignment__partner", "coach")
    team = get_object_or_404(teams, pk=pk)
    if not can_decide_on_teams(request.user, team.assignment):
        raise PermissionDenied
    return team


def _carried_out(request: HttpRequest, do: Callable[[], Any], said: str) -> None:
    try:
        do()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes, after a page that says what it means."""
    user, team = viewer_of(request), _team(request, pk)
    assignment = team.assignment
    if request.method == "POST":
        said = _("%(team)s is accepted. The coach gets a mail.") % {"team": team.name}
        _carried_out(request, lambda: actions.accept(team, by=user), said)
        return redirect("assignments:teams", assignment.pk)
    if team.state not in actions.WAITING:
        return redirect(team)
    accepted = assignment.teams.accepted().count()
    return render(
        request,
        "assignments/teams/accept.html",
        {
            "team": team,
            "assignment": assignment,
            "shown": explain(assignment, [team])[team.pk],
            "free": assignment.teams_wanted - accepted,
            "others": assignment.teams.filter(state=TeamState.APPLIED).exclude(pk=team.pk).count(),
            "terms": Terms.objects.visible_to(user).current().filter(assignment=assignment),
        },
    )


@require_POST
def reserve(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a team in reserve."""
    user, team = viewer_of(request), _team(request, pk)
    said = _("%(team)s is in reserve. The coach gets a mail.") % {"team": team.name}
    _carried_out(request, lambda: actions.keep_in_reserve(team, by=user), said)
    return redirect("assignments:teams", team.assignment_id)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no, with a reason."""
    user, team = viewer_of(request), _team(request, pk)
    form = DeclineForm(request.POST or None, team=team)
    if request.method == "POST" and form.is_valid():
        said = _("%(team)s is declined. The coach gets a mail with your reason.") % {
            "team": team.name
        }
        reason = form.cleaned_data["reason"]
        _carried_out(request, lambda: actions.decline(team, reason=reason, by=user), said)
        return redirect("assignments:teams", team.assignment_id)
    if request.method != "POST" and team.state not in actions.WAITING:
        return redirect(team)
    return render(
        request,
        "assignments/teams/decline.html",
        {"team": team, "assignment": team.assignment, "form": form},
    )


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a no back."""
    user, team = viewer_of(request), _team(request, pk)
    said = _("%(team)s is no longer declined.") % {"team": team.name}
    _carried_out(request, lambda: actions.take_back_decline(team, by=user), said)
    return redirect("assignments:teams", team.assignment_id)


def _chosen_by(request: HttpRequest, pk: int) -> Assignment:
    assignment = _assignment(request, pk)
    if not can_decide_on_teams(request.user, assignment):
        raise PermissionDenied
    return assignment


@require_http_methods(["GET", "HEAD", "POST"])
def enough(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with the teams there are, after a page that says what it means."""
    user, assignment = viewer_of(request), _chosen_by(request, pk)
    if request.method == "POST":
        said = _("No other team can apply. Teams that waited are in reserve.")
        _carried_out(request, lambda: actions.enough(assignment, by=user), said)
        return redirect("assignments:teams", assignment.pk)
    if assignment.state != State.PUBLISHED:
        return redirect("assignments:teams", assignment.pk)
    teams = assignment.teams
    return render(
        request,
        "assignments/teams/enough.html",
        {
            "assignment": assignment,
            "accepted": teams.accepted().count(),
            "others": teams.filter(state=TeamState.APPLIED).count(),
        },
    )


@require_POST
def more(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for more teams than before."""
    user, assignment = viewer_of(request), _chosen_by(request, pk)
    form = MoreTeamsForm(request.POST, assignment=assignment)
    if form.is_valid():
        number = form.cleaned_data["number"]
        said = _("From now on %(number)d teams are wanted.") % {"number": number}
        _carried_out(request, lambda: actions.want_more(assignment, number=number, by=user), said)
    elif str(assignment.teams_wanted) != request.POST.get("number"):  # else it was sent twice
        messages.error(request, " ".join(map(str, form.errors["number"])))
    return redirect("assignments:teams", assignment.pk)
