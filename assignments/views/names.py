"""The coach writes down names of students, where an assignment cannot do without."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from assignments.actions.names import kept_until, remove_name, takes_names, write_names
from assignments.choices import TeamState
from assignments.errors import Refused
from assignments.forms.names import NamesForm
from assignments.models import Team, TeamMember
from assignments.permissions import coaches
from partners.views.viewer import viewer_of


def _own(request: HttpRequest, pk: int) -> Team:
    """An accepted team that one coaches, of an assignment that needs names."""
    teams = Team.objects.visible_to(request.user).select_related("assignment__partner")
    team = get_object_or_404(teams, pk=pk)
    if not coaches(request.user, team):
        raise PermissionDenied
    if team.state != TeamState.ACCEPTED or not team.assignment.names_needed:
        raise Http404
    return team


@sensitive_post_parameters()  # no name in a report of an error
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """The names there are, and rows for those who are missing."""
    user, team = viewer_of(request), _own(request, pk)
    members = list(TeamMember.objects.visible_to(user).filter(team=team))
    students = sum(team.counts.values_list("number", flat=True))
    missing = max(students - len(members), 0)
    form = NamesForm(request.POST or None, rows=missing)
    if request.method == "POST" and form.is_valid():
        try:
            write_names(team, form.cleaned_data["names"], by=user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The names are saved."))
            return redirect("assignments:team_names", team.pk)
    return render(
        request,
        "assignments/teams/names.html",
        {
            "team": team,
            "assignment": team.assignment,
            "members": members,
            "missing": missing,
            "students": students,
            "until": kept_until(team),
            "takes_names": takes_names(team),
            "form": form if missing or form.is_bound else None,
        },
    )


@require_POST
def remove(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Take a name away; nothing of it stays."""
    team = _own(request, pk)
    remove_name(team, member, by=viewer_of(request))
    messages.success(request, _("The name is gone."))
    return redirect("assignments:team_names", team.pk)
