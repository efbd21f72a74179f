"""The admin of the centre's profile: one form, for there is one centre."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civportal.admin.base import OfficeModelAdmin
from civportal.centre.models import CentreProfile

COLOUR = forms.TextInput(attrs={"type": "color"})


@admin.register(CentreProfile)
class CentreProfileAdmin(OfficeModelAdmin):
    office_may = ("view", "add", "change")
    fieldsets = [
        (None, {"fields": ["name", "short_name", "logo"]}),
        (
            _("What it is"),
            {"fields": ["tagline_nl", "tagline_en", "introduction_nl", "introduction_en"]},
        ),
        (
            _("Colours"),
            {
                "fields": ["brand_colour", "brand_colour_dark"],
                "description": _(
                    "For links, buttons and headings, by day and on a dark screen. A colour "
                    "that not everyone could read is refused, with its contrast."
                ),
            },
        ),
        (
            pgettext_lazy("how to reach the centre", "Contact"),
            {
                "fields": [
                    "email",
                    "phone",
                    "address",
                    "website",
                    "accessibility_email",
                    "privacy_email",
                ]
            },
        ),
        (_("Assignments"), {"fields": ["check_assignments"]}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"brand_colour", "brand_colour_dark"}:
            kwargs["widget"] = COLOUR
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def file_address(self, obj: Any, field: str) -> str:
        return reverse("centre_logo")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Straight to the one form."""
        profile = CentreProfile.objects.first()
        name = "admin:centre_centreprofile_" + ("change" if profile else "add")
        return HttpResponseRedirect(reverse(name, args=[profile.pk] if profile else []))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not CentreProfile.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        obj.pk = 1
        super().save_model(request, obj, form, change)
