"""What news puts on pages of others: the news of a line, a partner, a session or an
assignment."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from assignments.models import Assignment
from civportal.accounts.models import User
from civportal.ui.sections import register
from news.models import NewsItem
from news.querysets import NewsItemQuerySet
from partners.models import Partner
from programme_lines.models import ProgrammeLine
from sessions_log.models import WorkSession

SHOWN = 3


def _section(news: NewsItemQuerySet, *, more_url: str = "") -> dict[str, Any] | None:
    """The newest few; ``more_url`` only when there are more than that."""
    items = list(news.prefetch_related("lines")[: SHOWN + 1])
    if not items:
        return None
    return {"items": items[:SHOWN], "more_url": more_url if len(items) > SHOWN else ""}


def news_of_line(request: HttpRequest, line: ProgrammeLine) -> dict[str, Any] | None:
    """What is out about this programme line."""
    news = NewsItem.objects.visible_to(request.user).published().filter(lines=line)
    return _section(news, more_url=f"{reverse('news:list')}?line={line.slug}")


def news_of_partner(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    """What is out about this partner."""
    return _section(NewsItem.objects.visible_to(request.user).published().filter(partners=partner))


def news_of_session(request: HttpRequest, session: WorkSession) -> dict[str, Any] | None:
    """What is out about this session."""
    return _section(NewsItem.objects.visible_to(request.user).published().filter(sessions=session))


def news_of_assignment(request: HttpRequest, assignment: Assignment) -> dict[str, Any] | None:
    """What is out about this assignment."""
    news = NewsItem.objects.visible_to(request.user).published().filter(assignments=assignment)
    return _section(news)


def waiting_news(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """Drafts and what is scheduled, for who may see them."""
    items = list(NewsItem.objects.visible_to(user).exclude(published_from__lte=timezone.now()))
    return {"items": items} if items else None


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for place, build, order in (
        ("programme_line", news_of_line, 90),
        ("partner", news_of_partner, 90),
        ("session", news_of_session, 90),
        ("assignment", news_of_assignment, 60),
    ):
        register(place, "news", template="news/section.html", build=build, order=order)
    register(
        "desk", "waiting_news", template="news/section_desk.html", build=waiting_news, order=70
    )
