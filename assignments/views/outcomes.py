"""What a team's work brought, who agrees that it is public, and next year's copy."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assignments.actions import outcomes as actions
from assignments.actions.next_year import can_copy, copy_for_next_year
from assignments.choices import State
from assignments.errors import ChangedMeanwhile, Refused
from assignments.forms.finishing import OutcomeForm
from assignments.models import Assignment, Feedback, Outcome, Team
from assignments.permissions import speaks_for
from assignments.views.finishing import back_to, team_of
from civportal.accounts.viewers import in_office
from civportal.editor.conflict import Sides, sides
from partners.views.viewer import posted, viewer_of


@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what came out of it, together with the other side."""
    team = team_of(request, pk)
    if not actions.can_write_outcome(request.user, team):
        raise PermissionDenied
    known = Outcome.objects.filter(team=team).first()
    form = OutcomeForm(posted(request), outcome=known, language=team.assignment.language)
    differences: list[tuple[str, Sides]] = []
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            saved = actions.save_outcome(
                team, texts=form.texts(), revision=revision, by=viewer_of(request)
            )
        except ChangedMeanwhile as refused:
            known = Outcome.objects.select_related("written_by").get(team=team)
            differences = _differences(form, known)
            form.add_error(None, str(refused))
            form.put("revision", str(known.revision))
        except Refused as refused:
            messages.error(request, str(refused))
            return back_to(team, "uitkomst")
        else:
            messages.success(request, _("The outcome is saved."))
            return back_to(saved.team, "uitkomst")
    elif team.assignment.state not in actions.AFTER_START:
        return back_to(team)
    return render(
        request,
        "assignments/finishing/outcome.html",
        {"team": team, "form": form, "known": known, "differences": differences},
        status=422 if form.errors else 200,
    )


def _differences(form: OutcomeForm, stored: Outcome) -> list[tuple[str, Sides]]:
    """The label of each field that says something else, with what is stored and what was typed."""
    return [
        (str(form.fields[name].label), sides(getattr(stored, name), typed))
        for name, typed in form.texts().items()
        if name != "language" and typed != getattr(stored, name)
    ]


@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the words that were read."""
    row = _outcome_of(request, pk)
    try:
        revision = int(request.POST.get("revision", ""))
    except ValueError:
        revision = -1
    try:
        row = actions.agree(row, revision=revision, by=viewer_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request,
            _("You both agree: the outcome is public.")
            if row.published_at
            else _("You agree. It is public once the other side does so too."),
        )
    return back_to(row.team, "uitkomst")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an agreement back; asked once more before it is done."""
    row = _outcome_of(request, pk)
    if speaks_for(request.user, row.team) is None and not in_office(request.user):
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.withdraw_agreement(row, by=viewer_of(request))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The agreement is taken back."))
        return back_to(row.team, "uitkomst")
    return render(request, "assignments/finishing/withdraw.html", {"outcome": row})


def _outcome_of(request: HttpRequest, pk: int) -> Outcome:
    """An outcome of a team that this person may read; what is only public has no page here."""
    rows = Outcome.objects.filter(team__in=Team.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("team__assignment__partner"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def next_year(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin next year's assignment with this one, and with what was said of it."""
    rows = Assignment.objects.visible_to(request.user).select_related("partner")
    assignment = get_object_or_404(rows, pk=pk)
    if not can_copy(request.user, assignment):
        raise PermissionDenied
    if assignment.state not in {State.FINISHED, State.ARCHIVED}:
        return redirect(assignment)
    if request.method == "POST":
        try:
            key = uuid.UUID(request.POST.get("key", ""))
        except ValueError:
            key = uuid.uuid4()
        try:
            copy = copy_for_next_year(assignment, key=key, by=viewer_of(request))
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(assignment)
        messages.success(request, _("This is your copy. Look at the dates first."))
        return redirect("assignments:edit", copy.pk)
    return render(
        request,
        "assignments/finishing/next_year.html",
        {
            "assignment": assignment,
            "key": uuid.uuid4(),
            "feedback": Feedback.objects.visible_to(request.user)
            .filter(team__assignment=assignment)
            .select_related("team__assignment__partner"),
            "copies": Assignment.objects.visible_to(request.user)
            .filter(copied_from=assignment)
            .exclude(state=State.WITHDRAWN),
        },
    )
