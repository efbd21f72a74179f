"""The approved versions of minutes: which there are, what each says, and a next one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from civportal.editor.widgets import allow_editor_style, with_nonce
from sessions_log.actions import minutes as actions
from sessions_log.actions.minutes import MinutesRefused
from sessions_log.editions import compared, editions_of, for_page
from sessions_log.forms.minutes import CorrectionForm
from sessions_log.permissions import can_write_minutes
from sessions_log.versions import digest_of, snapshot
from sessions_log.views.minutes import minutes_or_404, user_of


@login_not_required
@require_safe
def version_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The versions of the minutes, newest first."""
    minutes = minutes_or_404(request, pk)
    editions = editions_of(minutes, request.user)
    if not editions:
        raise Http404
    return render(
        request,
        "sessions_log/minutes/versions.html",
        {"session": minutes.session, "minutes": minutes, "editions": editions[::-1]},
    )


@login_not_required
@require_safe
def version_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as it was frozen, and how it differs from the one before."""
    minutes = minutes_or_404(request, pk)
    editions = editions_of(minutes, request.user)
    place = next((at for at, one in enumerate(editions) if one.number == number), None)
    if place is None:
        raise Http404
    edition = editions[place]
    text = edition.text()
    before = editions[place - 1] if place else None
    return render(
        request,
        "sessions_log/minutes/version.html",
        {
            "session": minutes.session,
            "minutes": minutes,
            "edition": edition,
            "text": for_page(text),
            "before": before,
            "pieces": compared(before.text(), text) if before else [],
            "latest": editions[-1],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct approved minutes: write, look at the difference, and freeze the next version."""
    user, minutes = user_of(request), minutes_or_404(request, pk)
    if not can_write_minutes(user, minutes.session):
        raise PermissionDenied
    if not minutes.is_settled:
        messages.info(request, str(actions.NotApproved()))
        return redirect(minutes.session)
    editions = editions_of(minutes, user)
    latest = editions[-1] if editions else None
    form = CorrectionForm(
        request.POST or None, minutes=minutes, seen=latest.number if latest else 1
    )
    pieces, looked = [], ""
    if request.method == "POST" and form.is_valid():
        now = snapshot(minutes.session, full=True)
        seen, changes = form.cleaned_data["seen"], form.correction()
        try:
            after = actions.preview_correction(minutes, changes, seen=seen, by=user)
            looked = digest_of(after)
            if form.cleaned_data["looked"] == looked and request.POST.get("then") == "freeze":
                reason = form.cleaned_data["reason"]
                made = actions.correct(minutes, changes, reason=reason, seen=seen, by=user)
                messages.success(request, _("The correction is a new version now."))
                return redirect("sessions_log:version", pk, made.number)
            pieces = compared(latest.text() if latest else now, after)
        except MinutesRefused as refused:
            form.add_error(None, str(refused))
    response = render(
        request,
        "sessions_log/minutes/correct.html",
        {
            "session": minutes.session,
            "minutes": minutes,
            "form": form,
            "pieces": pieces,
            "looked": looked,
            "media": with_nonce(form.media, request),
        },
    )
    allow_editor_style(response)
    return response
