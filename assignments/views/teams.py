"""A coach's pages: forming a team, applying, withdrawing; and the page of a team."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assignments import next_steps
from assignments.actions import teams as actions
from assignments.actions.names import kept_until, takes_names
from assignments.applying import NO_MOTIVATION, closed_because
from assignments.choices import TeamState
from assignments.errors import Refused
from assignments.forms.teams import TeamForm
from assignments.models import Assignment, Team, TeamMember, Terms
from assignments.permissions import can_decide_on_teams, coaches, is_teacher, on_company_side
from assignments.shown import explain
from civportal.ui.sections import sections_for
from partners.views.viewer import viewer_of

EDITABLE = {
    TeamState.DRAFT,
    TeamState.APPLIED,
    TeamState.RESERVE,
    TeamState.ACCEPTED,
    TeamState.WITHDRAWN,
}


def _own(request: HttpRequest, pk: int) -> Team:
    """A team that one coaches: 404 for who may not see it, 403 for who sees it and is no coach."""
    teams = Team.objects.visible_to(request.user).select_related("assignment__partner")
    team = get_object_or_404(teams, pk=pk)
    if not coaches(request.user, team):
        raise PermissionDenied
    return team


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Form a team for an assignment."""
    user = viewer_of(request)
    assignment = get_object_or_404(Assignment.objects.visible_to(user), pk=pk)
    if not assignment.is_public:
        raise Http404
    closed = closed_because(assignment)
    if closed is not None or not is_teacher(user):
        return render(
            request,
            "assignments/teams/cannot.html",
            {"assignment": assignment, "closed": closed},
            status=409 if closed is not None else 403,
        )
    form = TeamForm(request.POST or None, assignment=assignment, by=user)
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        try:
            team = actions.form_team(assignment, form.details, by=user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _after_saving(request, team)
    return render(request, "assignments/teams/form.html", {"assignment": assignment, "form": form})


def _after_saving(request: HttpRequest, team: Team) -> HttpResponse:
    if "apply" in request.POST:
        return redirect("assignments:team_apply", team.pk)
    if team.state == TeamState.DRAFT:
        messages.success(
            request, _("Saved. Nobody but you sees this team until you apply with it.")
        )
    else:
        messages.success(request, _("Saved."))
    return redirect(team)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a team: all of it until the decision, the numbers after it."""
    user, team = viewer_of(request), _own(request, pk)
    if team.state not in EDITABLE:
        messages.error(request, _("This team can no longer be changed."))
        return redirect(team)
    form = TeamForm(request.POST or None, assignment=team.assignment, by=user, team=team)
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        try:
            team = actions.change(team, form.details, by=user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return _after_saving(request, team)
    return render(
        request,
        "assignments/teams/form.html",
        {"assignment": team.assignment, "form": form, "team": team},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at it once more, and apply."""
    user, team = viewer_of(request), _own(request, pk)
    assignment = team.assignment
    refused: Refused | None = None
    if request.method == "POST":
        try:
            actions.apply(team, by=user)
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("Your team has applied. You get a mail when they choose."))
            return redirect(team)
    elif team.state not in {TeamState.DRAFT, TeamState.WITHDRAWN}:
        return redirect(team)
    shown = explain(assignment, [team])[team.pk]
    motivation_missing = "" if team.motivation else str(NO_MOTIVATION)
    closed = closed_because(assignment)
    hindrances = [each for each in (shown.composition.size_problem, motivation_missing) if each]
    return render(
        request,
        "assignments/teams/apply.html",
        {
            "team": team,
            "assignment": assignment,
            "shown": shown,
            "terms": Terms.objects.visible_to(user).current().filter(assignment=assignment),
            "closed": closed,
            "hindrances": hindrances,
            "refused": refused if refused and not closed and not hindrances else None,
            "can_apply": closed is None and not hindrances,
        },
        status=409 if refused else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Think better of it, after a page that says what it means; a draft is thrown away."""
    user, team = viewer_of(request), _own(request, pk)
    if request.method == "POST":
        try:
            if team.state == TeamState.DRAFT:
                actions.discard(team, by=user)
                messages.success(request, _("The draft is gone."))
                return redirect(team.assignment)
            actions.withdraw(team, by=user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Your team is withdrawn. Those who posted it get a mail."))
        return redirect(team)
    if team.state in {TeamState.DECLINED, TeamState.WITHDRAWN} or team.finished_at:
        return redirect(team)
    return render(
        request, "assignments/teams/withdraw.html", {"team": team, "assignment": team.assignment}
    )


@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """A team, for its coach and those who posted: what comes next on top."""
    user = viewer_of(request)
    teams = next_steps.with_next_step(Team.objects.visible_to(user))
    found = get_object_or_404(teams.select_related("coach", "decided_by"), pk=pk)
    assignment = found.assignment
    is_coach = coaches(user, found)
    decides = not is_coach and can_decide_on_teams(user, assignment)
    sees_names = assignment.names_needed and (
        is_coach or (found.state == TeamState.ACCEPTED and on_company_side(user, assignment))
    )
    return render(
        request,
        "assignments/teams/team.html",
        {
            "team": found,
            "assignment": assignment,
            "shown": explain(assignment, [found])[found.pk],
            "step": next_steps.for_coach(found)
            if is_coach
            else next_steps.for_deciders(found)
            if decides
            else None,
            "is_coach": is_coach,
            "decides": decides,
            "can_choose": decides and assignment.state in actions.CHOOSING,
            "can_edit": is_coach
            and found.state in EDITABLE
            and found.finished_at is None
            and assignment.state in actions.CHOOSING,
            "sees_names": sees_names and found.state == TeamState.ACCEPTED,
            "members": list(TeamMember.objects.visible_to(user).filter(team=found))
            if sees_names
            else [],
            "names_until": kept_until(found) if sees_names else None,
            "takes_names": is_coach and takes_names(found),
            "at_work": found.state == TeamState.ACCEPTED,
            "sections": sections_for("team", request, found),
        },
    )
