"""The home page: what the centre is, what comes and what came of it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments.models import Assignment
from news.models import NewsItem
from partners.models import Partner
from programme_lines.models import ProgrammeLine
from sessions_log.choices import MinutesState
from sessions_log.models import Minutes, WorkSession

REPORTS = 4
NEWS = 3
ASSIGNMENTS = 3
PARTNERS = 18


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    sessions = WorkSession.objects.visible_to(request.user).prefetch_related("lines")
    minutes = Minutes.objects.visible_to(request.user).exclude(state=MinutesState.DRAFT)
    reports = sessions.filter(minutes__in=minutes).before_today().with_outcomes(request.user)
    partners = Partner.objects.visible_to(request.user).signed()
    news = NewsItem.objects.visible_to(request.user).published().prefetch_related("lines")
    return render(
        request,
        "pages/home.html",
        {
            "next_session": sessions.upcoming().first(),
            "reports": reports[:REPORTS],
            "lines": ProgrammeLine.objects.all(),
            "news": news[:NEWS],
            "assignments": Assignment.objects.open().for_cards().open_first()[:ASSIGNMENTS],
            "partners": partners.order_by("-founding", "sort_name", "pk")[:PARTNERS],
            "partner_count": partners.count(),
        },
    )
