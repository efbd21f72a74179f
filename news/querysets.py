"""Who may see which news, and which news goes together."""

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Concat
from django.utils import timezone

from civportal.accounts.viewers import Viewer, has_permission, is_office

if TYPE_CHECKING:
    from news.models import NewsItem

ENOUGH_LIKENESS = 0.3
"""Trigram likeness of title and lead from which two items without a shared line or partner go
together; PostgreSQL's own default for its ``%`` operator."""


def news_rule(viewer: Viewer) -> Q:
    """Published news is for everyone, drafts and what is scheduled for the office."""
    return (
        Q(published_from__lte=timezone.now())
        | is_office(viewer)
        | has_permission(viewer, "news.view_newsitem")
    )


class NewsItemQuerySet(models.QuerySet["NewsItem"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The news that this person may read."""
        return self.filter(news_rule(viewer))

    def published(self) -> Self:
        """News that is out, newest first."""
        return self.filter(published_from__lte=timezone.now()).order_by("-published_from", "-pk")

    def related_to(self, item: "NewsItem") -> Self:
        """Other published news: shared lines and partners first, then likeness of text."""
        shared_lines = Count("lines", filter=Q(lines__in=item.lines.all()), distinct=True)
        shared_partners = Count(
            "partners", filter=Q(partners__in=item.partners.all()), distinct=True
        )
        return (
            self.published()
            .exclude(pk=item.pk)
            .annotate(
                shared=shared_lines + shared_partners,
                likeness=TrigramSimilarity(
                    Concat("title", models.Value(" "), "lead", output_field=models.TextField()),
                    f"{item.title} {item.lead}",
                ),
            )
            .filter(Q(shared__gt=0) | Q(likeness__gte=ENOUGH_LIKENESS))
            .order_by(F("shared").desc(), F("likeness").desc(), "-published_from", "-pk")
        )
