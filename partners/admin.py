"""The admin of partners, their people and their sectors."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from import_export import fields, widgets

from civportal.accounts.models import User
from civportal.admin.base import OfficeModelAdmin, OfficeTabularInline
from civportal.admin.exchange import Exchange, VisibleResource
from civportal.admin.waiting import Shortcut, Waiting, register
from partners.choices import PartnerStatus
from partners.models import Membership, Partner, Sector


class MembershipInline(OfficeTabularInline):
    model = Membership
    fields = ["user", "role"]
    autocomplete_fields = ["user"]
    ordering = ["user__name"]


class PartnerResource(VisibleResource):
    """Partners as a list; reading one in never changes how far an organisation is.

    A new organisation comes in as a prospect: only a talk, a letter or a signature makes it more.
    """

    class Meta:
        model = Partner
        import_id_fields = ["slug"]
        fields = [
            "slug", "name", "kind", "status", "founding", "kvk_number", "website", "summary",
            "language",
        ]  # fmt: skip
        export_order = fields
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """Leave the status out, whatever the file says."""
        row.pop("status", None)


@admin.register(Partner)
class PartnerAdmin(Exchange, OfficeModelAdmin):
    resource_classes = [PartnerResource]
    list_display = ["name", "kind", "status", "founding", "people", "kvk_number"]
    list_filter = ["status", "kind", "sectors", "founding"]
    search_fields = ["name", "sort_name", "kvk_number"]
    ordering = ["sort_name", "pk"]
    autocomplete_fields = ["sectors"]
    inlines = [MembershipInline]
    never_restored = ["status"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "sectors", "founding", "kvk_number", "website"]}),
        (
            _("How far they are"),
            {
                "fields": ["status"],
                "description": _(
                    "Only signed partners are known to everyone. That the centre talks with an "
                    "organisation is seen by its own people and the office alone."
                ),
            },
        ),
        (
            _("What they tell about themselves"),
            {"fields": ["summary", "description", "language", "logo"]},
        ),
        (
            _("Address of the page"),
            {
                "classes": ["collapse"],
                "fields": ["slug"],
                "description": _("Change this only when you must: old links stop working."),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Partner]":
        queryset: QuerySet[Partner] = super().get_queryset(request)
        return queryset.annotate(people_count=Count("memberships", distinct=True))

    @admin.display(description=_("people"), ordering="people_count")
    def people(self, obj: Any) -> int:
        return int(obj.people_count)


class MembershipResource(VisibleResource):
    """Who belongs to which organisation: by e-mail address and the organisation's short name."""

    user = fields.Field(
        attribute="user",
        column_name="email",
        widget=widgets.ForeignKeyWidget(User, field="email"),
    )
    name = fields.Field(attribute="user__name", column_name="name", readonly=True)
    partner = fields.Field(
        attribute="partner",
        column_name="partner",
        widget=widgets.ForeignKeyWidget(Partner, field="slug"),
    )
    role = fields.Field(attribute="role", column_name="role")

    class Meta:
        model = Membership
        import_id_fields = ["user", "partner"]
        fields = ["user", "name", "partner", "role"]
        export_order = fields
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """E-mail addresses in lower case, as people are kept."""
        row["email"] = str(row.get("email") or "").strip().lower()


@admin.register(Membership)
class MembershipAdmin(Exchange, OfficeModelAdmin):
    resource_classes = [MembershipResource]
    list_display = ["user", "partner", "role", "created_at"]
    list_filter = ["role", "partner__kind", "partner__status"]
    list_select_related = ["user", "partner"]
    search_fields = ["user__name", "user__email", "partner__name"]
    autocomplete_fields = ["user", "partner"]
    date_hierarchy = "created_at"
    fieldsets = [
        (
            None,
            {
                "fields": ["user", "partner", "role"],
                "description": _(
                    "A representative signs for the organisation; a contact keeps its page."
                ),
            },
        ),
    ]


@admin.register(Sector)
class SectorAdmin(OfficeModelAdmin):
    list_display = ["name", "name_en", "slug"]
    search_fields = ["name", "name_en"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "name_en", "slug"]


def waiting(request: HttpRequest) -> Iterator[Waiting]:
    """Organisations that wait for a talk or an answer."""
    if not request.user.has_perm("partners.view_partner"):
        return
    address = reverse("admin:partners_partner_changelist")
    partners = Partner.objects.visible_to(request.user)
    applied = partners.filter(status=PartnerStatus.APPLIED).count()
    yield Waiting(
        ngettext("organisation that applied", "organisations that applied", applied),
        applied,
        f"{address}?status__exact={PartnerStatus.APPLIED}",
    )
    prospects = partners.filter(status=PartnerStatus.PROSPECT).count()
    yield Waiting(
        ngettext("prospect", "prospects", prospects),
        prospects,
        f"{address}?status__exact={PartnerStatus.PROSPECT}",
    )


def shortcuts(request: HttpRequest) -> Iterator[Shortcut]:
    """Adding an organisation."""
    if request.user.has_perm("partners.add_partner"):
        yield Shortcut(gettext("Add an organisation"), reverse("admin:partners_partner_add"))


register("partners", order=30, waiting=waiting, shortcuts=shortcuts)
