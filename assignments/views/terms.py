"""Terms: written by those who posted, read by everyone, accepted by a coach."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from assignments.actions import terms as actions
from assignments.binding import BINDINGS, BY_KIND, BY_SLUG, Binding
from assignments.choices import TeamState
from assignments.errors import NewerTerms, NotAccepted, Refused, TermsMoved
from assignments.forms.terms import AcceptForm, TermsForm
from assignments.models import Acceptance, Assignment, Team, Terms
from assignments.permissions import coaches, on_a_side
from partners.views.viewer import posted, viewer_of


def assignment_of_side(request: HttpRequest, pk: int) -> Assignment:
    """An assignment that teams do, for those who posted it; who only reads it is refused."""
    found = Assignment.objects.visible_to(request.user).select_related("partner")
    assignment = get_object_or_404(found, pk=pk)
    if assignment.is_booked:
        raise Http404
    if not on_a_side(request.user, assignment):
        raise PermissionDenied
    return assignment


def team_of(request: HttpRequest, pk: int) -> Team:
    """A team that this person may read, with its assignment."""
    teams = Team.objects.visible_to(request.user).select_related("assignment__partner", "coach")
    return get_object_or_404(teams, pk=pk)


def _binding(slug: str) -> Binding:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


@require_safe
def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """What holds and what held, by kind, and who accepted what."""
    assignment = assignment_of_side(request, pk)
    versions = list(assignment.terms.order_by("-version").select_related("made_by"))
    accepted = Acceptance.objects.filter(team__assignment=assignment).select_related("team")
    by_version: dict[int, list[Acceptance]] = {}
    for acceptance in accepted:
        by_version.setdefault(acceptance.terms_id, []).append(acceptance)
    rows = [
        {
            "binding": binding,
            "versions": [
                {"terms": each, "accepted": by_version.get(each.pk, [])}
                for each in versions
                if each.kind == binding.kind
            ],
            "current": next(
                (
                    each
                    for each in versions
                    if each.kind == binding.kind and each.replaced_at is None
                ),
                None,
            ),
        }
        for binding in BINDINGS
    ]
    is_over = assignment.state in actions.OVER
    return render(
        request,
        "assignments/terms/list.html",
        {"assignment": assignment, "rows": rows, "is_over": is_over},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def terms_edit(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Write a text, or the next version of it."""
    assignment = assignment_of_side(request, pk)
    binding = _binding(kind)
    current = assignment.terms.current().filter(kind=binding.kind).first()
    form = TermsForm(posted(request), binding=binding, current=current)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_terms(
                assignment, kind=binding.kind, by=viewer_of(request), **form.cleaned_data
            )
        except NewerTerms as error:
            return _newer(request, assignment, binding, form, error)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(assignment)
        messages.success(
            request,
            _("Saved: %(kind)s, version %(number)s.")
            % {"kind": binding.label, "number": saved.version},
        )
        return redirect("assignments:terms", assignment.pk)
    context = {"assignment": assignment, "binding": binding, "form": form, "current": current}
    return render(request, "assignments/terms/edit.html", context)


def _newer(
    request: HttpRequest, assignment: Assignment, binding: Binding, form: TermsForm, error: Refused
) -> HttpResponse:
    """What somebody else saved, beside one's own text, which follows on it from now on."""
    current = assignment.terms.current().filter(kind=binding.kind).first()
    data = dict(form.data.items()) | {"seen": str(current.pk) if current else ""}
    again = TermsForm(data, binding=binding, current=current)
    again.add_error(None, str(error))
    context = {"assignment": assignment, "binding": binding, "form": again, "newer": current}
    return render(request, "assignments/terms/edit.html", context, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def terms_end(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Let a text hold no more, after a question."""
    assignment = assignment_of_side(request, pk)
    binding = _binding(kind)
    current = assignment.terms.current().filter(kind=binding.kind).first()
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            actions.end_terms(
                assignment,
                kind=binding.kind,
                seen=int(seen) if seen.isdecimal() else 0,
                by=viewer_of(request),
            )
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("This holds no more: %(kind)s.") % {"kind": binding.label})
        return redirect("assignments:terms", assignment.pk)
    if current is None:
        return redirect("assignments:terms", assignment.pk)
    context = {"assignment": assignment, "binding": binding, "current": current}
    return render(request, "assignments/terms/end.html", context)


@login_not_required
@require_safe
def terms_version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, also when another holds by now."""
    rows = Terms.objects.visible_to(request.user).select_related("assignment__partner")
    found = get_object_or_404(rows, pk=pk)
    accepted = found.acceptances.visible_to(request.user).select_related("team")
    context = {
        "terms": found,
        "assignment": found.assignment,
        "binding": BY_KIND[found.kind],
        "accepted": accepted,
    }
    return render(request, "assignments/terms/version.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text in full, a box for each, and one yes for the team."""
    team = team_of(request, pk)
    if not coaches(request.user, team):
        raise PermissionDenied
    if team.state != TeamState.ACCEPTED or team.finished_at:
        messages.error(request, str(NotAccepted()))
        return redirect(team)
    waiting = actions.waiting_terms(team)
    if not waiting:
        return redirect("assignments:receipt", team.pk)
    form = AcceptForm(posted(request), waiting=waiting)
    if request.method == "POST":
        try:
            if any(form.read.get(each.pk) != each.sha256 for each in waiting):
                raise TermsMoved
            if form.is_valid():
                actions.accept_terms(team, read=form.read, by=viewer_of(request))
                messages.success(request, _("Accepted. You get a mail with the texts."))
                return redirect("assignments:receipt", team.pk)
        except TermsMoved as error:
            return _moved(request, team, form, error)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(team)
    context = {"team": team, "assignment": team.assignment, "form": form}
    return render(request, "assignments/terms/accept.html", context)


def _moved(request: HttpRequest, team: Team, form: AcceptForm, error: Refused) -> HttpResponse:
    """What holds by now, with nothing ticked; what the coach had not seen is marked."""
    again = AcceptForm(waiting=actions.waiting_terms(team))
    for text in again.texts:
        terms: Any = text["terms"]
        text["is_new"] = form.read.get(terms.pk) != terms.sha256
    context = {"team": team, "assignment": team.assignment, "form": again, "moved": error}
    return render(request, "assignments/terms/accept.html", context, status=409)


@never_cache
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What was accepted for a team: by whom, when, and the words."""
    team = team_of(request, pk)
    accepted = team.acceptances.select_related("terms").order_by("accepted_at", "pk")
    context = {
        "team": team,
        "assignment": team.assignment,
        "accepted": accepted,
        "waiting": actions.waiting_terms(team) if team.state == TeamState.ACCEPTED else [],
        "is_coach": coaches(request.user, team),
    }
    return render(request, "assignments/terms/receipt.html", context)
