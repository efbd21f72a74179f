"""Terms, documents, downloads, milestones and hand-ins in the admin: to read.

Terms, acceptances and downloads are proof. Documents change on the site, where teams are told;
there they are removed too, with their files.
"""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from assignments.models import Acceptance, AssignmentDocument, Download, HandIn, Step, Terms
from civportal.admin.readonly import ReadOnlyAdmin, ReadOnlyInline


class AcceptanceInline(ReadOnlyInline):
    model = Acceptance
    fields = ["team", "name", "accepted_at", "sha256"]


@admin.register(Terms)
class TermsAdmin(ReadOnlyAdmin):
    list_display = ["assignment", "kind", "version", "made_at", "replaced_at"]
    list_filter = ["kind", ("replaced_at", admin.EmptyFieldListFilter)]
    list_select_related = ["assignment"]
    search_fields = ["assignment__title", "text"]
    date_hierarchy = "made_at"
    fields = [
        "assignment", "kind", "version", "text", "language", "made_by", "made_at", "replaced_at",
    ]  # fmt: skip
    inlines = [AcceptanceInline]


@admin.register(AssignmentDocument)
class AssignmentDocumentAdmin(ReadOnlyAdmin):
    list_display = ["title", "assignment", "kind", "size_in_words", "added_at", "removed_at"]
    list_filter = ["kind", ("removed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["assignment"]
    search_fields = ["title", "assignment__title"]
    date_hierarchy = "added_at"
    fields = [
        "assignment", "kind", "title", "description", "file", "size_in_words", "added_by",
        "added_at", "removed_at",
    ]  # fmt: skip

    @admin.display(description=_("size"), ordering="size")
    def size_in_words(self, obj: AssignmentDocument) -> str:
        return filesizeformat(obj.size)


@admin.register(Download)
class DownloadAdmin(ReadOnlyAdmin):
    list_display = ["document", "assignment", "team", "user", "at"]
    list_select_related = ["document__assignment", "team", "user"]
    search_fields = ["document__title", "document__assignment__title", "team__name", "user__name"]
    date_hierarchy = "at"
    fields = ["document", "team", "user", "at"]

    @admin.display(description=_("assignment"), ordering="document__assignment__title")
    def assignment(self, obj: Download) -> str:
        return str(obj.document.assignment)


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    list_display = ["title", "assignment", "due", "wants_file"]
    list_filter = ["wants_file"]
    list_select_related = ["assignment"]
    search_fields = ["title", "assignment__title"]
    date_hierarchy = "due"
    fields = ["assignment", "title", "due", "wants_file"]


@admin.register(HandIn)
class HandInAdmin(ReadOnlyAdmin):
    list_display = ["team", "assignment", "step", "at", "seen_at"]
    list_filter = [("seen_at", admin.EmptyFieldListFilter)]
    list_select_related = ["team__assignment", "step"]
    search_fields = ["team__name", "team__assignment__title", "note"]
    date_hierarchy = "at"
    fields = ["team", "step", "note", "file", "by", "at", "seen_at", "seen_by"]

    @admin.display(description=_("assignment"), ordering="team__assignment__title")
    def assignment(self, obj: HandIn) -> str:
        return str(obj.team.assignment)
