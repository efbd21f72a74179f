"""News: the list, one item with its picture, and the feed."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments.models import Assignment
from civportal.centre.models import CentreProfile
from civportal.lib.atom import Entry, atom_response
from civportal.lib.images import picture_response
from news.filters import NewsFilter
from news.models import NewsItem
from partners.models import Partner
from sessions_log.models import WorkSession

PER_PAGE = 12
IN_FEED = 30
RELATED = 3


@login_not_required
@require_safe
def news_list(request: HttpRequest) -> HttpResponse:
    visible = NewsItem.objects.visible_to(request.user).prefetch_related("lines")
    filterset = NewsFilter(request.GET, queryset=visible)
    page = Paginator(filterset.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "news/list.html", {"form": filterset.form, "page": page})


@login_not_required
@require_safe
def news_detail(request: HttpRequest, slug: str) -> HttpResponse:
    item = get_object_or_404(
        NewsItem.objects.visible_to(request.user).prefetch_related(
            "lines",
            Prefetch("partners", Partner.objects.visible_to(request.user)),
            Prefetch("sessions", WorkSession.objects.visible_to(request.user)),
            Prefetch("assignments", Assignment.objects.visible_to(request.user)),
        ),
        slug=slug,
    )
    related = NewsItem.objects.related_to(item).prefetch_related("lines")[:RELATED]
    return render(request, "news/detail.html", {"item": item, "related": related})


@login_not_required
@require_safe
def news_picture(request: HttpRequest, slug: str) -> HttpResponseBase:
    item = get_object_or_404(NewsItem.objects.visible_to(request.user), slug=slug)
    return picture_response(request, item.picture, public=item.is_published)


@login_not_required
@require_safe
def news_feed(request: HttpRequest) -> HttpResponse:
    """What everyone may read, also when someone from the office asks: feeds get passed on."""
    items = (
        NewsItem.objects.visible_to(AnonymousUser())
        .published()
        .prefetch_related("lines", Prefetch("partners", Partner.objects.signed()))[:IN_FEED]
    )
    centre = CentreProfile.current()
    return atom_response(
        request,
        title=_("News of %(centre)s") % {"centre": centre.name},
        subtitle=centre.tagline,
        page_url=reverse("news:list"),
        author=centre.name,
        entries=[_entry(item) for item in items],
    )


def _entry(item: NewsItem) -> Entry:
    published = item.published_from or item.changed_at  # published(), so the first
    return Entry(
        key=f"news/{item.pk}",
        url=item.get_absolute_url(),
        title=item.title,
        summary=item.lead,
        html=item.body,
        language=item.language,
        published=published,
        updated=max(published, item.changed_at),
        categories=[str(subject) for subject in (*item.lines.all(), *item.partners.all())],
    )
