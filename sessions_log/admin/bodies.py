"""The admin of bodies, their seats, and calendar addresses."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civportal.admin.base import OfficeModelAdmin, OfficeTabularInline
from sessions_log.models import Body, BodyMembership, CalendarToken
from sessions_log.querysets import active_on


class SeatInline(OfficeTabularInline):
    model = BodyMembership
    fields = ["user", "partner", "organisation", "role", "start", "end"]
    autocomplete_fields = ["user", "partner"]


@admin.register(Body)
class BodyAdmin(OfficeModelAdmin):
    list_display = ["name", "kind", "seats_now"]
    list_filter = ["kind"]
    search_fields = ["name"]
    inlines = [SeatInline]
    fieldsets = [
        (None, {"fields": ["name", "kind", "mandate", "language"]}),
        (
            _("Address of the page"),
            {
                "classes": ["collapse"],
                "fields": ["slug"],
                "description": _("Change this only when you must: old links stop working."),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Body]":
        today = timezone.localdate()
        now = Q(memberships__start__isnull=True) | Q(memberships__start__lte=today)
        now &= Q(memberships__end__isnull=True) | Q(memberships__end__gte=today)
        queryset: QuerySet[Body] = super().get_queryset(request)
        return queryset.annotate(taken=Count("memberships", filter=now))

    @admin.display(description=_("seats taken"), ordering="taken")
    def seats_now(self, obj: Any) -> int:
        return int(obj.taken)


class SeatNowFilter(admin.SimpleListFilter):
    """Seats that are taken today, or were given up."""

    title = _("now")
    parameter_name = "now"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Taken today")), ("no", _("No longer, or not yet"))]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[BodyMembership]"
    ) -> "QuerySet[BodyMembership]":
        today = active_on(timezone.localdate())
        if self.value() == "yes":
            return queryset.filter(today)
        return queryset.exclude(today) if self.value() == "no" else queryset


@admin.register(BodyMembership)
class BodyMembershipAdmin(OfficeModelAdmin):
    list_display = ["__str__", "body", "organisation_name", "role", "start", "end"]
    list_filter = ["body", "role", SeatNowFilter]
    list_select_related = ["body", "user", "partner"]
    search_fields = ["user__name", "user__email", "partner__name", "organisation"]
    autocomplete_fields = ["body", "user", "partner"]
    fieldsets = [
        (None, {"fields": ["body", "role"]}),
        (
            _("Whose seat it is"),
            {
                "fields": ["user", "partner", "organisation"],
                "description": _(
                    "A person, or an organisation whose person is not known. Whoever sits here "
                    "reads everything of this body’s sessions."
                ),
            },
        ),
        (_("How long"), {"fields": [("start", "end")]}),
    ]

    @admin.display(description=_("organisation"))
    def organisation_name(self, obj: BodyMembership) -> str:
        return obj.organisation_name


@admin.register(CalendarToken)
class CalendarTokenAdmin(OfficeModelAdmin):
    """Whose calendar reads along; the address itself is theirs alone. Deleting it ends it."""

    office_may = ()
    list_display = ["user", "created_at"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    fields = ["user", "created_at"]
    readonly_fields = ["user", "created_at"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
