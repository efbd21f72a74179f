"""The admin of news."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from civportal.admin.base import OfficeModelAdmin
from civportal.admin.waiting import Shortcut, Waiting, register
from news.models import NewsItem


class OutFilter(admin.SimpleListFilter):
    """News by whether it is out."""

    title = _("published")
    parameter_name = "out"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("yes", pgettext_lazy("news", "Published")),
            ("planned", pgettext_lazy("news", "Planned")),
            ("draft", pgettext_lazy("news", "Draft")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[NewsItem]"
    ) -> "QuerySet[NewsItem]":
        now = timezone.now()
        if self.value() == "yes":
            return queryset.filter(published_from__lte=now)
        if self.value() == "planned":
            return queryset.filter(published_from__gt=now)
        return queryset.filter(published_from__isnull=True) if self.value() == "draft" else queryset


@admin.register(NewsItem)
class NewsItemAdmin(OfficeModelAdmin):
    list_display = ["title", "out", "published_from", "language", "changed_at"]
    list_filter = [OutFilter, "lines", "language"]
    search_fields = ["title", "lead"]
    autocomplete_fields = ["lines", "partners", "sessions", "assignments"]
    date_hierarchy = "published_from"
    fieldsets = [
        (None, {"fields": ["title", "lead", "body", "language"]}),
        (_("Picture"), {"fields": ["picture", "picture_alt"]}),
        (
            _("What it is about"),
            {
                "fields": ["lines", "partners", "sessions", "assignments"],
                "description": _("Decides what other news is shown beside it."),
            },
        ),
        (
            _("On the site"),
            {
                "fields": ["published_from", "slug"],
                "description": _("Without a moment it stays a draft that only the office sees."),
            },
        ),
    ]

    @admin.display(description=_("state"), ordering="published_from")
    def out(self, obj: NewsItem) -> str:
        if obj.published_from is None:
            return pgettext("news", "Draft")
        planned = obj.published_from > timezone.now()
        return pgettext("news", "Planned") if planned else pgettext("news", "Published")


def waiting(request: HttpRequest) -> Iterator[Waiting]:
    """Drafts."""
    if request.user.has_perm("news.change_newsitem"):
        drafts = NewsItem.objects.visible_to(request.user).filter(published_from__isnull=True)
        address = reverse("admin:news_newsitem_changelist")
        number = drafts.count()
        label = ngettext("news item in draft", "news items in draft", number)
        yield Waiting(label, number, f"{address}?out=draft")


def shortcuts(request: HttpRequest) -> Iterator[Shortcut]:
    """Writing news."""
    if request.user.has_perm("news.add_newsitem"):
        yield Shortcut(gettext("Write news"), reverse("admin:news_newsitem_add"))


register("news", order=20, waiting=waiting, shortcuts=shortcuts)
