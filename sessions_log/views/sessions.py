"""The list of sessions and the page of one session with its report."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civportal.ui.sections import sections_for
from sessions_log.answering import reply_block
from sessions_log.choices import SessionStatus
from sessions_log.editions import editions_of
from sessions_log.filters import SessionFilter
from sessions_log.models import WorkSession
from sessions_log.permissions import can_bring_in_reports, can_plan_somewhere
from sessions_log.querysets import WorkSessionQuerySet
from sessions_log.rendition import neighbours, rendition
from sessions_log.steps import arranged, steps_for
from sessions_log.trails import add_trails

PER_PAGE = 20


@login_not_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    """Sessions to come, and past ones by year."""
    filters = SessionFilter(request.GET, viewer=request.user)
    found: WorkSessionQuerySet = filters.qs
    coming = list(found.from_today().values_list("pk", flat=True))
    past = Paginator(found.before_today().values_list("pk", flat=True), PER_PAGE)
    wanted = request.GET.get("page", "1")
    page = past.get_page(wanted)
    # What came out of a session is asked for the rows of this page only.
    rows = (
        WorkSession.objects.filter(pk__in=[*coming, *page.object_list])
        .with_outcomes(request.user)
        .select_related("body")
        .prefetch_related("lines")
        .in_bulk()
    )
    return render(
        request,
        "sessions_log/list.html",
        {
            "form": filters.form,
            "is_filtered": any(filters.form.cleaned_data.values()),
            "upcoming": [rows[pk] for pk in coming],
            "past": [rows[pk] for pk in page.object_list],
            "page": page,
            "total": len(coming) + past.count,
            "missing_page": wanted if wanted != str(page.number) else "",
            "can_bring_in": can_bring_in_reports(request.user),
            "can_plan": can_plan_somewhere(request.user),
        },
    )


@login_not_required
@require_safe
def session_detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A session with its agenda, and its report where the viewer may read that."""
    sessions = (
        WorkSession.objects.visible_to(request.user)
        .with_full_reader(request.user)
        .select_related("body")
        .prefetch_related("lines")
    )
    session = get_object_or_404(sessions, pk=pk)
    if slug != session.slug:
        answer = redirect(session, permanent=True)
        # Kept by a browser, it would go round in circles once the title is changed back.
        answer["Cache-Control"] = "no-cache"
        return answer
    found = rendition(session, request.user)
    add_trails(
        [
            *(item.item for item in found.items),
            *(line.decision for line in found.decisions),
            *(line.action for line in found.actions),
        ],
        request.user,
    )
    editions = (
        editions_of(found.minutes, request.user)
        if found.minutes and found.minutes.is_settled
        else []
    )
    before, after = neighbours(session, request.user)
    is_over = session.status == SessionStatus.HELD or session.date < timezone.localdate()
    contents = [
        ("in-het-kort", _("In short")),
        *((item.anchor, f"{item.number}. {item.item.title}") for item in found.items),
    ]
    return render(
        request,
        "sessions_log/detail.html",
        {
            "session": session,
            "report": found,
            "edition": editions[-1] if editions else None,
            "contents": contents,
            "main_line": next(iter(session.lines.all()), None),
            "is_over": is_over,
            "is_to_come": not is_over and session.status == SessionStatus.PLANNED,
            "previous": before,
            "following": after,
            "sections": sections_for("session", request, session),
            "reply": reply_block(request.user, session),
            "steps": arranged(
                steps_for(
                    request.user,
                    session,
                    minutes=found.minutes,
                    has_agenda=bool(found.items),
                )
            ),
        },
    )
