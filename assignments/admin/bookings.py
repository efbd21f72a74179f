"""Dates and bookings in the admin: to find and read.

They change on the site, where the office does all that those who offer a date and who booked can
do, and everyone concerned hears of it: "View on site" leads there.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.models import Booking, Slot
from civportal.admin.readonly import ReadOnlyAdmin, ReadOnlyInline


class WhenFilter(admin.SimpleListFilter):
    """Dates to come, over, or cancelled."""

    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("coming", _("To come")), ("over", _("Over")), ("cancelled", _("Cancelled"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.localdate()
        narrowed: dict[str, dict[str, Any]] = {
            "coming": {"date__gte": today, "cancelled_at__isnull": True},
            "over": {"date__lt": today, "cancelled_at__isnull": True},
            "cancelled": {"cancelled_at__isnull": False},
        }
        return queryset.filter(**narrowed.get(self.value() or "", {}))


class BookingInline(ReadOnlyInline):
    model = Booking
    fields = ["group", "school", "level", "number", "teacher", "note", "booked_at", "cancelled_at"]
    show_change_link = True


@admin.register(Slot)
class SlotAdmin(ReadOnlyAdmin):
    list_display = ["assignment", "date", "start", "place", "capacity", "taken", "cancelled_at"]
    list_filter = [WhenFilter, "assignment__form"]
    list_select_related = ["assignment"]
    search_fields = ["assignment__title", "assignment__partner__name", "place"]
    date_hierarchy = "date"
    inlines = [BookingInline]
    fields = [
        "assignment", "date", "start", "end", "place", "online_url", "capacity", "book_by",
        "sequence", "cancelled_at", "cancel_reason", "changed_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_places()

    def get_view_on_site_url(self, obj: Slot | None = None) -> str | None:
        """Where it is changed and cancelled, with who comes."""
        return obj.get_bookings_url() if obj else None

    @admin.display(description=_("booked"), ordering="taken")
    def taken(self, obj: Any) -> int:
        return int(obj.taken)


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ["group", "school", "number", "assignment", "day", "teacher", "cancelled_at"]
    list_filter = ["level", ("cancelled_at", admin.EmptyFieldListFilter)]
    list_select_related = ["slot__assignment", "school", "teacher"]
    search_fields = ["group", "school__name", "teacher__name", "slot__assignment__title"]
    date_hierarchy = "slot__date"
    fields = [
        "slot", "teacher", "school", "group", "level", "number", "note", "booked_at",
        "cancelled_at",
    ]  # fmt: skip

    @admin.display(description=_("assignment"), ordering="slot__assignment__title")
    def assignment(self, obj: Booking) -> str:
        return str(obj.slot.assignment)

    @admin.display(description=_("date"), ordering="slot__date")
    def day(self, obj: Booking) -> Any:
        return obj.slot.date
