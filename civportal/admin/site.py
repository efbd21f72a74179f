"""The admin site: a desk that begins with what waits."""

from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from civportal.admin.waiting import all_shortcuts, all_waiting


class OfficeSite(AdminSite):
    """Django's admin with the centre's name, its own order of apps, and what waits in front."""

    site_title = _("Admin")
    site_header = _("Admin")
    index_title = _("What waits")
    empty_value_display = "–"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The first page: what waits, where to begin, and all there is."""
        return super().index(
            request,
            {
                "waiting": all_waiting(request),
                "shortcuts": all_shortcuts(request),
                **(extra_context or {}),
            },
        )

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Apps in the order in which the settings name them, what is used most first."""
        order = {config.label: place for place, config in enumerate(apps.get_app_configs())}
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: order[app["app_label"]])
