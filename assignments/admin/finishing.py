"""Feedback and outcomes in the admin: to read. What both sides agreed to changes on the site."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from assignments.models import Feedback, Outcome
from civportal.admin.readonly import ReadOnlyAdmin


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    list_display = ["team", "side", "assignment", "again", "at", "read_at"]
    list_filter = ["side", "again"]
    list_select_related = ["team__assignment"]
    search_fields = ["team__name", "team__assignment__title", "went_well", "better"]
    date_hierarchy = "at"
    fields = ["team", "side", "went_well", "better", "again", "author", "at", "read_at"]

    @admin.display(description=_("assignment"), ordering="team__assignment__title")
    def assignment(self, obj: Feedback) -> str:
        return str(obj.team.assignment)


@admin.register(Outcome)
class OutcomeAdmin(ReadOnlyAdmin):
    list_display = ["title", "team", "assignment", "company_yes_at", "team_yes_at", "published_at"]
    list_filter = ["language", ("published_at", admin.EmptyFieldListFilter)]
    list_select_related = ["team__assignment"]
    search_fields = ["title", "summary", "team__name", "team__assignment__title"]
    date_hierarchy = "published_at"
    fields = [
        "team", "title", "summary", "result", "learned", "lasts", "language", "written_by",
        "changed_at", "company_yes_at", "company_yes_by", "team_yes_at", "team_yes_by",
        "published_at",
    ]  # fmt: skip

    def get_view_on_site_url(self, obj: Outcome | None = None) -> str | None:
        """The team's page: there it is agreed to, and there agreements are taken back."""
        return obj.team.get_absolute_url() if obj else None

    @admin.display(description=_("assignment"), ordering="team__assignment__title")
    def assignment(self, obj: Outcome) -> str:
        return str(obj.team.assignment)
