"""The admin of partners, their members and their sectors."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export import fields, widgets

from civportal.accounts.models import User
from civportal.admin.base import OfficeModelAdmin, OfficeModelForm, OfficeTabularInline
from civportal.admin.exchange import Exchange, VisibleResource
from partners.choices import MembershipRole
from partners.errors import LastRepresentative
from partners.models import Membership, Partner, Sector

if TYPE_CHECKING:
    InlineFormSet = BaseInlineFormSet[Membership, Partner, ModelForm[Membership]]
else:
    InlineFormSet = BaseInlineFormSet


def _keeps_a_representative(membership: Membership, *, stays: bool) -> bool:
    """Whether somebody speaks for the partner after this change, if somebody did before."""
    before = Membership.objects.filter(pk=membership.pk).first()
    if before is None or before.role != MembershipRole.REPRESENTATIVE or stays:
        return True
    return before.partner.memberships.representatives().exclude(pk=before.pk).exists()


class MembershipForm(OfficeModelForm):
    """Says kindly what the database would refuse."""

    instance: Membership

    def clean(self) -> Any:
        data = super().clean()
        if self.instance.pk is None:
            return data
        stays = self.cleaned_data.get("role") == MembershipRole.REPRESENTATIVE and (
            "partner" not in self.cleaned_data
            or self.cleaned_data["partner"] == self.instance.partner
        )
        if not _keeps_a_representative(self.instance, stays=stays):
            raise ValidationError(LastRepresentative.sentence)
        return data


class MembershipFormSet(InlineFormSet):
    """The people of one partner: among those that stay somebody speaks for it."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or self.instance.pk is None:
            return
        was = self.instance.memberships.filter(role=MembershipRole.REPRESENTATIVE).exists()
        stay = [form for form in self.forms if form not in self.deleted_forms]
        if was and not any(
            form.cleaned_data.get("role") == MembershipRole.REPRESENTATIVE for form in stay
        ):
            raise ValidationError(LastRepresentative.sentence)


class MembershipInline(OfficeTabularInline):
    model = Membership
    formset = MembershipFormSet
    fields = ["user", "role", "function", "mandate"]
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
    autocomplete_fields = ["sectors", "owner"]
    list_select_related = ["owner"]
    inlines = [MembershipInline]
    never_restored = ["status"]
    readonly_fields = ["status"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "sectors", "founding", "kvk_number", "website"]}),
        (
            _("How far they are"),
            {
                "fields": ["status", "owner", "email_domains"],
                "description": _(
                    "Only signed partners are known to everyone. That the centre talks with an "
                    "organisation is seen by its own people, the office and the steering group "
                    "alone. A step further is taken in the pipeline on the site, where it asks "
                    "for what it needs; only a signature makes a partner."
                ),
            },
        ),
        (
            _("What they tell about themselves"),
            {"fields": ["summary", "description", "offers", "seeks", "language", "logo"]},
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
    form = MembershipForm
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
                "fields": ["user", "partner", "role", "function", "mandate"],
                "description": _(
                    "A representative keeps the organisation’s page and its people, and signs "
                    "for it with a mandate. A contact is whom others turn to."
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
