"""Teams at work: the start, milestones, what is handed in, and the conversation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from assignments.actions import running as actions
from assignments.actions import steps as step_actions
from assignments.actions.terms import OVER
from assignments.choices import State, TeamState
from assignments.errors import Refused
from assignments.forms.running import HandInForm, MessageForm, StepForm
from assignments.models import HandIn, Step, Team
from assignments.permissions import coaches, on_a_side
from assignments.talk import conversation
from assignments.views.documents import busy
from assignments.views.terms import assignment_of_side, team_of
from civportal.lib.streaming import Busy, Place, stream
from civportal.lib.text import file_name
from partners.views.viewer import posted, viewer_of

MESSAGES_PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin with the teams there are, after a look at who they are."""
    assignment = assignment_of_side(request, pk)
    if request.method == "POST":
        try:
            actions.start(assignment, by=viewer_of(request))
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The assignment has started. The coaches get a mail."))
        return redirect(assignment)
    if assignment.state not in {State.PUBLISHED, State.MATCHED}:
        return redirect(assignment)
    context = {
        "assignment": assignment,
        "teams": assignment.teams.accepted()
        .select_related("coach")
        .annotate(students=Sum("counts__number")),
        "waiting": assignment.teams.filter(state=TeamState.APPLIED).count(),
    }
    return render(request, "assignments/running/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """The milestones, and a form for one more."""
    assignment = assignment_of_side(request, pk)
    form = StepForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            step_actions.add_step(assignment, by=viewer_of(request), **form.cleaned_data)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(assignment)
        messages.success(request, _("The milestone is there."))
        return redirect("assignments:steps", assignment.pk)
    context = {
        "assignment": assignment,
        "steps": assignment.steps.all(),
        "form": form,
        "is_over": assignment.state in OVER,
    }
    return render(request, "assignments/running/steps.html", context)


def _step_of_side(request: HttpRequest, pk: int) -> Step:
    rows = Step.objects.visible_to(request.user).select_related("assignment")
    found = get_object_or_404(rows, pk=pk)
    if not on_a_side(request.user, found.assignment):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Another title or day."""
    found = _step_of_side(request, pk)
    form = StepForm(posted(request), instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            step_actions.change_step(found, by=viewer_of(request), **form.cleaned_data)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
        return redirect("assignments:steps", found.assignment_id)
    context = {
        "assignment": found.assignment,
        "step": found,
        "form": form,
        "handed_in": found.hand_ins.count(),
    }
    return render(request, "assignments/running/step.html", context)


@require_POST
def step_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the list; what was handed in for it stays with its team."""
    found = _step_of_side(request, pk)
    try:
        step_actions.remove_step(found, by=viewer_of(request))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The milestone was removed."))
    return redirect("assignments:steps", found.assignment_id)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand something in for the team."""
    team = team_of(request, pk)
    if not coaches(request.user, team):
        raise PermissionDenied
    form = HandInForm(
        posted(request),
        request.FILES or None,
        assignment=team.assignment,
        initial={"step": request.GET.get("stap")},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            handed_in = step_actions.hand_in(
                team,
                step=given.get("step"),
                note=given["note"],
                file=given["file"],
                by=viewer_of(request),
            )
        except Refused as error:
            messages.error(request, str(error))
            return redirect(team)
        messages.success(request, _("Handed in. Those who posted the assignment get a mail."))
        return redirect(f"{team.get_absolute_url()}#ingeleverd-{handed_in.pk}")
    context = {"team": team, "assignment": team.assignment, "form": form}
    return render(request, "assignments/running/hand_in.html", context)


def _handed_in(request: HttpRequest, pk: int) -> HandIn:
    rows = HandIn.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("team__assignment", "step"), pk=pk)


@require_GET
def hand_in_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was handed in, for who may read the team."""
    found = _handed_in(request, pk)
    if not found.file:
        raise Http404
    try:
        place = Place()
    except Busy:
        return busy(request)
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        place.close()
        raise Http404 from None
    title = f"{found.team.name} - {found.step or found.at.date()}"
    name = file_name(title, found.file.name or "", fallback=f"ingeleverd-{found.pk}")
    return stream(
        request, content, place, name=name, size=found.size, mark=f"h{found.pk}-{found.size}"
    )


@require_POST
def hand_in_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Those who posted have looked at it."""
    found = _handed_in(request, pk)
    try:
        step_actions.mark_seen(found, by=viewer_of(request))
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"{found.team.get_absolute_url()}#ingeleverd-{found.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was said, oldest first, by the page; and something more to say.

    With htmx what came after the last message on the screen comes back, with the form.
    """
    team = team_of(request, pk)
    viewer = viewer_of(request)
    form = MessageForm(posted(request))
    if request.method == "POST":
        if form.is_valid():
            try:
                said = actions.say(team, text=form.cleaned_data["text"], by=viewer)
            except Refused as error:
                form.add_error(None, str(error))
            else:
                if not request.htmx:  # type: ignore[attr-defined]  # by its middleware
                    return redirect(f"{team.get_absolute_url()}#bericht-{said.pk}")
                form = MessageForm()
        if request.htmx:  # type: ignore[attr-defined]  # by its middleware
            if form.errors:
                form.fields["text"].widget.attrs["autofocus"] = True
            after = request.POST.get("after", "")
            section = conversation(
                viewer, team, form=form, after=int(after) if after.isdecimal() else 0
            )
            return render(request, "assignments/running/said.html", {"section": section})
    return _pages(request, team, form)


def _pages(request: HttpRequest, team: Team, form: MessageForm) -> HttpResponse:
    pages = Paginator(team.messages.select_related("author"), MESSAGES_PER_PAGE)
    page = pages.get_page(request.GET.get("page") or pages.num_pages)
    side = actions.side_of(viewer_of(request), team)
    context = {
        "team": team,
        "assignment": team.assignment,
        "page": page,
        "form": form,
        "viewer": request.user,
        "can_write": side is not None and actions.is_open(team),
    }
    return render(request, "assignments/running/thread.html", context)
