"""Saying yes or no for one's side: logged in, or by the link in a mail."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assignments.actions.confirming import can_decline, confirm, decline
from assignments.choices import PUBLIC_STATES, State
from assignments.errors import Refused
from assignments.forms.posting import ReasonForm
from assignments.links import LinkEnded, read_confirm_token
from assignments.models import Assignment
from assignments.views.editing import Editing, work_on
from assignments.views.posting import viewer_of, with_all
from assignments.voices import Voice, posted_by_teacher, voice_by_link, voice_of
from assignments.wording import changes_since

METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Asked:
    """Who is asked for a yes, to what, and where they answer and change it."""

    assignment: Assignment
    voice: Voice
    here: str
    edit: str
    by_link: bool = False

    @property
    def said_yes(self) -> bool:
        if self.voice.side == "teacher":
            return self.assignment.teacher_yes_at is not None
        return self.assignment.company_yes_at is not None


@never_cache
@require_http_methods(METHODS)
def confirm_here(request: HttpRequest, pk: int) -> HttpResponse:
    """For who is logged in."""
    viewer = viewer_of(request)
    found = get_object_or_404(with_all(Assignment.objects.visible_to(viewer)), pk=pk)
    voice = voice_of(viewer, found)
    if voice is None or voice.side == "office":
        raise PermissionDenied
    if found.state != State.SUBMITTED:
        return redirect(found)
    here = reverse("assignments:confirm", args=[pk])
    return _answer(request, Asked(found, voice, here, reverse("assignments:edit", args=[pk])))


def _opened(request: HttpRequest, token: str) -> Assignment | HttpResponse:
    """What a link from the mail is about; else the page that says that it ended, or is none."""
    try:
        found = read_confirm_token(token)
    except LinkEnded:
        status = 410
    else:
        if found is not None:
            return found
        status = 404
    return _private(render(request, "assignments/posting/link_ended.html", status=status))


@login_not_required
@never_cache
@require_http_methods(METHODS)
def confirm_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """For the contact person, from the mail. GET only shows: scanners of mail open links."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    asked = Asked(
        with_all(Assignment.objects.filter(pk=found.pk)).get(),
        voice_by_link(found),
        reverse("assignments:confirm_by_link", args=[token]),
        reverse("assignments:change_by_link", args=[token]),
        by_link=True,
    )
    with translation.override(_language(found)):
        response = _answer(request, asked)
    response["Content-Language"] = _language(found)
    return _private(response)


@login_not_required
@never_cache
@require_http_methods(METHODS)
def change_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The contact person changes it before saying yes."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    back = reverse("assignments:confirm_by_link", args=[token])
    if found.state != State.SUBMITTED:
        return _private(redirect(back))
    here = reverse("assignments:change_by_link", args=[token])
    editing = Editing(found, voice_by_link(found), here, back, by_link=True)
    with translation.override(_language(found)):
        response = work_on(request, editing)
    response["Content-Language"] = _language(found)
    return _private(response)


def _language(assignment: Assignment) -> str:
    """The contact person's own, else that of the text."""
    own = assignment.contact.language if assignment.contact else ""
    return own or assignment.language


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a key: no search engine, and no other site, should come to know it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer", with which browsers send forms without the origin that Django checks.
    response["Referrer-Policy"] = "same-origin"
    return response


def _answer(request: HttpRequest, asked: Asked) -> HttpResponse:
    no = ReasonForm(
        label=_("Why not?"), help_text=_("Who wrote it down reads this, and can change it.")
    )
    if request.method == "POST":
        if request.POST.get("answer") == "no":
            no = ReasonForm(request.POST, label=_("Why not?"))
            if no.is_valid():
                return _no(request, asked, no.cleaned_data["reason"])
        elif request.POST.get("answer") == "yes":
            return _yes(request, asked)
    assignment = asked.assignment
    return render(
        request,
        "assignments/posting/confirm.html",
        {
            "assignment": assignment,
            "asked": asked,
            "waits": assignment.state == State.SUBMITTED and not asked.said_yes,
            "is_public": assignment.state in PUBLIC_STATES,
            "changes": changes_since(assignment, asked.voice.side),
            "no": no,
            "can_say_no": asked.voice.side == "company" and can_decline(assignment),
            "can_let_go": asked.voice.side == "teacher" and not posted_by_teacher(assignment),
            "posted_by_teacher": posted_by_teacher(assignment),
        },
    )


def _yes(request: HttpRequest, asked: Asked) -> HttpResponse:
    revision = request.POST.get("revision", "")
    try:
        row = confirm(
            asked.assignment,
            revision=int(revision) if revision.isdecimal() and len(revision) < 10 else -1,
            by=asked.voice,
        )
    except Refused as error:
        messages.error(request, str(error))
        return redirect(asked.here)
    if asked.by_link:
        return redirect(asked.here)
    messages.success(
        request,
        _("Thank you. It is on the board now.") if row.is_public else _("Thank you for your yes."),
    )
    return redirect(row)


def _no(request: HttpRequest, asked: Asked, reason: str) -> HttpResponse:
    try:
        decline(asked.assignment, reason=reason, by=asked.voice)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(asked.here)
    if asked.by_link:
        return render(request, "assignments/posting/declined.html", {"asked": asked})
    messages.success(request, _("Thank you. It is not published, and who wrote it is told why."))
    return redirect("desk")
