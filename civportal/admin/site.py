"""The admin site: a desk that begins with what waits."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from civportal.admin.waiting import all_shortcuts, all_waiting


class OfficeSite(AdminSite):
    """Django's admin with the centre's name, its own order of apps, and what waits in front."""

    site_title = _("Admin")
    site_header = _("Admin")
    index_title = _("What waits")
    empty_value_display = "–"

    def admin_view(
        self,
        view: Callable[..., HttpResponseBase],
        cacheable: bool = False,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Any:
        """A page of the admin; refuses an address that no text in PostgreSQL can match.

        Filters and autocompletes of Django's admin hand what stands in the address to the
        database as it is, and a NUL byte is an error there.
        """
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if any("\x00" in value for _name, values in request.GET.lists() for value in values):
                raise BadRequest("a NUL byte in the address")
            return inner(request, *args, **kwargs)

        return page

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
