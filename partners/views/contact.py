"""One organisation in the pipeline: its talks, its steps, and how it moves along."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.pipeline import (
    assign_owner,
    finish_step,
    log_contact,
    move_partner,
    moves_from,
    needs_letter,
    needs_reason,
    reopen_step,
    replan_step,
)
from partners.board import days_since
from partners.choices import OPEN_APPLICATION, PartnerStatus
from partners.errors import Refused
from partners.forms.pipeline import ContactForm, MoveForm, OwnerForm, ReplanForm
from partners.models import ContactMoment, Partner
from partners.permissions import can_move, can_see_pipeline
from partners.views.viewer import posted, viewer_of

TALKS_PER_PAGE = 20
CHANGES = 50


def _organisation(request: HttpRequest, slug: str, *, to_change: bool = False) -> Partner:
    """The organisation, for who follows the pipeline; to change something, for the office."""
    viewer = viewer_of(request)
    if not can_see_pipeline(viewer):
        raise Http404
    partner = get_object_or_404(
        Partner.objects.visible_to(viewer).with_pipeline().select_related("owner"), slug=slug
    )
    if to_change and not can_move(viewer):
        raise PermissionDenied
    return partner


def _moment(partner: Partner, pk: int) -> ContactMoment:
    rows = partner.moments.exclude(next_step="").select_related("partner", "owner")
    return get_object_or_404(rows, pk=pk)


@require_safe
def contact(request: HttpRequest, slug: str) -> HttpResponse:
    """The talks, what comes next, and how it came here."""
    partner = _organisation(request, slug)
    talks = partner.moments.select_related("by", "owner", "done_by")
    page = Paginator(talks, TALKS_PER_PAGE).get_page(request.GET.get("page"))
    steps = talks.open().order_by(F("due").asc(nulls_last=True), "pk")
    moves = can_move(request.user)
    done = request.GET.get("gedaan", "")
    shown: dict[str, Any] = {
        "partner": partner,
        "days": days_since(partner.status_since),  # type: ignore[attr-defined]
        "page": page,
        "steps": steps[:TALKS_PER_PAGE],
        "changes": partner.status_changes.select_related("by", "application", "signature")[
            :CHANGES
        ],
        "sectors": partner.sectors.all(),
        "applications": partner.applications.filter(state__in=OPEN_APPLICATION),
        "moves": moves,
    }
    if moves:
        shown["targets"] = [
            (status, needs_letter(status), needs_reason(partner.status, status))
            for status in moves_from(partner)
        ]
        shown["owner_form"] = OwnerForm(initial={"owner": partner.owner_id})
        if done.isascii() and done.isdecimal() and len(done) < 10:
            shown["done"] = talks.filter(pk=int(done), done_at__isnull=False).first()
    return render(request, "partners/pipeline/organisation.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a talk and the step that follows from it."""
    partner = _organisation(request, slug, to_change=True)
    form = ContactForm(
        posted(request), initial={"date": timezone.localdate(), "owner": partner.owner_id}
    )
    if request.method == "POST" and form.is_valid():
        try:
            log_contact(partner, by=viewer_of(request), **form.cleaned_data)
        except Refused as error:
            form.add_error("owner", str(error))
        else:
            messages.success(request, _("The talk is written down."))
            return redirect("partners:contact", partner.slug)
    return render(request, "partners/pipeline/talk.html", {"partner": partner, "form": form})


@require_POST
def step(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Mark a step as taken, or open it again."""
    partner = _organisation(request, slug, to_change=True)
    moment = _moment(partner, pk)
    address = reverse("partners:contact", args=[partner.slug])
    if request.POST.get("then") == "reopen":
        reopen_step(moment, by=viewer_of(request))
        messages.success(
            request, _("The step is open again: %(step)s.") % {"step": moment.next_step}
        )
        return redirect(address)
    finish_step(moment, by=viewer_of(request))
    return redirect(f"{address}?gedaan={moment.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def replan(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give a step another day or another person."""
    partner = _organisation(request, slug, to_change=True)
    moment = _moment(partner, pk)
    form = ReplanForm(posted(request), initial={"due": moment.due, "owner": moment.owner_id})
    if request.method == "POST" and form.is_valid():
        try:
            replan_step(moment, by=viewer_of(request), **form.cleaned_data)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The step is planned anew."))
        return redirect("partners:contact", partner.slug)
    return render(
        request,
        "partners/pipeline/replan.html",
        {"partner": partner, "moment": moment, "form": form},
    )


@require_POST
def owner(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who of the office keeps in touch."""
    partner = _organisation(request, slug, to_change=True)
    form = OwnerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose someone of the programme office."))
        return redirect("partners:contact", partner.slug)
    try:
        assign_owner(partner, owner=form.cleaned_data["owner"], by=viewer_of(request))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The contact at the office is saved."))
    return redirect("partners:contact", partner.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, slug: str, to: str) -> HttpResponse:
    """Ask what a move needs, and make it.

    A form from before somebody else's move is judged by the status that it was made for; the
    action refuses it with a clear word.
    """
    partner = _organisation(request, slug, to_change=True)
    if to not in PartnerStatus.values:
        raise Http404
    seen = request.POST.get("seen", "")
    before = seen if seen in PartnerStatus.values else partner.status
    if request.method != "POST" and to not in moves_from(partner):
        messages.error(request, _("From this status an organisation cannot go there."))
        return redirect("partners:contact", partner.slug)
    form = MoveForm(
        posted(request),
        request.FILES or None,
        before=before,
        after=to,
        initial={"seen": partner.status},
    )
    if request.method == "POST" and form.is_valid():
        try:
            partner = move_partner(partner, to=to, by=viewer_of(request), **form.cleaned_data)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                _("%(name)s: %(status)s.")
                % {"name": partner.name, "status": partner.get_status_display()},
            )
        return redirect("partners:contact", partner.slug)
    return render(
        request,
        "partners/pipeline/move.html",
        {
            "partner": partner,
            "form": form,
            "to": PartnerStatus(to),
            "needs_letter": needs_letter(to),
            "needs_reason": needs_reason(before, to),
        },
    )
