"""The admin of programme lines, their people and initiatives, and the activity plan."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from civportal.admin.base import OfficeModelAdmin, OfficeTabularInline
from programme_lines.models import (
    EducationProgramme,
    Initiative,
    LineLeader,
    Milestone,
    PlanChapter,
    ProgrammeLine,
)


class LeaderInline(OfficeTabularInline):
    model = LineLeader
    fields = ["order", "name", "role", "partner", "user"]
    autocomplete_fields = ["partner", "user"]


class ChapterInline(OfficeTabularInline):
    model = PlanChapter
    fields = ["order", "title", "visibility"]
    show_change_link = True
    verbose_name_plural = _("chapters of the activity plan (the text stands on its own page)")


class MilestoneInline(OfficeTabularInline):
    model = Milestone
    fields = ["date", "title", "done", "owner"]
    autocomplete_fields = ["owner"]


@admin.register(ProgrammeLine)
class ProgrammeLineAdmin(OfficeModelAdmin):
    list_display = ["title", "colour", "order", "initiative_count", "chapter_count"]
    list_filter = ["colour"]
    search_fields = ["title"]
    inlines = [LeaderInline, ChapterInline, MilestoneInline]
    fieldsets = [
        (None, {"fields": ["title", "summary", "body", "language"]}),
        (_("On the site"), {"fields": ["colour", "order"]}),
        (
            _("Address of the page"),
            {
                "classes": ["collapse"],
                "fields": ["slug"],
                "description": _("Change this only when you must: old links stop working."),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ProgrammeLine]":
        queryset: QuerySet[ProgrammeLine] = super().get_queryset(request)
        chapters = PlanChapter.objects.visible_to(request.user)
        return queryset.annotate(
            initiatives_there=Count("initiatives", distinct=True),
            chapters_seen=Count("chapters", filter=Q(chapters__in=chapters), distinct=True),
        )

    @admin.display(description=_("initiatives"), ordering="initiatives_there")
    def initiative_count(self, obj: Any) -> int:
        return int(obj.initiatives_there)

    @admin.display(description=_("chapters"), ordering="chapters_seen")
    def chapter_count(self, obj: Any) -> int:
        return int(obj.chapters_seen)


@admin.register(LineLeader)
class LineLeaderAdmin(OfficeModelAdmin):
    list_display = ["name", "role", "line", "partner"]
    list_filter = ["line"]
    list_select_related = ["line", "partner"]
    search_fields = ["name", "role", "partner__name"]
    autocomplete_fields = ["line", "partner", "user"]
    fieldsets = [
        (
            None,
            {
                "fields": ["line", "name", "role", "partner", "order"],
                "description": _("Named on the page of the line: ask them first."),
            },
        ),
        (
            _("Account"),
            {
                "fields": ["user"],
                "description": _("With an account they read all chapters of their line."),
            },
        ),
    ]


@admin.register(EducationProgramme)
class EducationProgrammeAdmin(OfficeModelAdmin):
    list_display = ["name", "institution", "level"]
    list_filter = ["level", "institution"]
    list_select_related = ["institution"]
    search_fields = ["name", "institution__name"]
    autocomplete_fields = ["institution"]
    fields = ["name", "institution", "level"]


@admin.register(Initiative)
class InitiativeAdmin(OfficeModelAdmin):
    list_display = ["title", "line", "status"]
    list_filter = ["line", "status"]
    list_select_related = ["line"]
    search_fields = ["title"]
    autocomplete_fields = ["line", "partners", "education_programmes"]
    fieldsets = [
        (None, {"fields": ["line", "title", "description", "language", "status"]}),
        (_("Who takes part"), {"fields": ["partners", "education_programmes"]}),
    ]


@admin.register(PlanChapter)
class PlanChapterAdmin(OfficeModelAdmin):
    list_display = ["title", "line", "visibility", "order", "changed_at"]
    list_filter = ["line", "visibility"]
    list_select_related = ["line"]
    search_fields = ["title", "text"]
    autocomplete_fields = ["line", "authors"]
    date_hierarchy = "changed_at"
    fieldsets = [
        (None, {"fields": ["line", "title", "text", "language"]}),
        (
            _("Who writes and reads"),
            {
                "fields": ["authors", "visibility", "order"],
                "description": _(
                    "Writers and the leaders of the line always read it. Partners are the "
                    "people of signed partners."
                ),
            },
        ),
    ]


@admin.register(Milestone)
class MilestoneAdmin(OfficeModelAdmin):
    list_display = ["title", "date", "line", "owner", "done"]
    list_filter = ["done", "line"]
    list_select_related = ["line", "owner"]
    search_fields = ["title"]
    autocomplete_fields = ["line", "owner"]
    date_hierarchy = "date"
    fields = ["line", "title", "date", "owner", "done"]
