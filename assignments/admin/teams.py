"""Teams in the admin: to read. A choice is made on the site, and names of students are not here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.aggregates import Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assignments.models import Team, TeamCount
from civportal.admin.readonly import ReadOnlyAdmin, ReadOnlyInline


class TeamCountInline(ReadOnlyInline):
    model = TeamCount
    fields = ["school", "level", "number"]


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ["name", "assignment", "state", "coach", "students", "applied_at", "decided_at"]
    list_filter = ["state", "assignment__form"]
    list_select_related = ["assignment", "coach"]
    search_fields = ["name", "assignment__title", "coach__name", "coach__email"]
    date_hierarchy = "applied_at"
    inlines = [TeamCountInline]
    fields = [
        "assignment", "name", "coach", "state", "motivation", "language", "created_at",
        "applied_at", "decided_at", "decided_by", "reason", "finished_at", "hours_made",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        """With the number of students."""
        teams: QuerySet[Team] = super().get_queryset(request)
        return teams.annotate(number_of_students=Sum("counts__number"))

    @admin.display(description=_("students"), ordering="number_of_students")
    def students(self, obj: Team) -> int:
        return getattr(obj, "number_of_students", None) or 0
