"""The agenda and the minutes as PDF."""

import logging
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from civportal.typeset.typesetting import NotTypesetError
from sessions_log.editions import editions_of
from sessions_log.models import Minutes, WorkSession
from sessions_log.papers.agenda import agenda_paper
from sessions_log.papers.minutes import frozen_paper, live_paper
from sessions_log.papers.paper import Paper

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def agenda_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda, for whoever may know of the session; each gets what they may see of it."""
    session = _session(request, pk)
    return _answer(request, session, agenda_paper(session, request.user))


@login_not_required
@require_safe
def minutes_pdf(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """The minutes as this reader may read them: the newest version, or the one they ask for."""
    session = _session(request, pk)
    minutes = get_object_or_404(Minutes.objects.visible_to(request.user), session=session)
    known = {edition.number: edition for edition in editions_of(minutes, request.user)}
    if number is None and not known:
        full = session.is_full_reader  # type: ignore[attr-defined] # annotated
        draft = live_paper(session, minutes, full=full, site=settings.BASE_URL)
        return _answer(request, session, draft)
    found = known.get(max(known, default=0) if number is None else number)
    if found is None:
        raise Http404
    return _answer(request, session, frozen_paper(found, minutes, site=settings.BASE_URL))


def _session(request: HttpRequest, pk: int) -> WorkSession:
    sessions = (
        WorkSession.objects.visible_to(request.user)
        .with_full_reader(request.user)
        .select_related("body", "minutes")
        .prefetch_related("lines")
    )
    return get_object_or_404(sessions, pk=pk)


def _answer(request: HttpRequest, session: WorkSession, paper: Paper) -> HttpResponse:
    """The PDF, or 304 to who has it; it is made only when it is sent."""
    etag = f'"{paper.fingerprint[:32]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            content = paper.pdf()
        except NotTypesetError:
            logger.exception("could not make %s", request.path)
            context = {"session_url": session.get_absolute_url()}
            return render(request, "sessions_log/papers/failed.html", context, status=500)
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(paper.name)}"
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Robots-Tag"] = "noindex"
    response["ETag"] = etag
    # What comes out depends on who asks: nobody in between keeps it.
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response
