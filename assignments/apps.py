from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = _("assignments")

    def ready(self) -> None:
        """Take the places on other pages, and bring what can be told and followed."""
        from assignments import calendars, from_meetings, notifications  # noqa: PLC0415 - models must be loaded
        from assignments.sections import register_sections  # noqa: PLC0415 - models must be loaded

        register_sections()
        notifications.register()
        from_meetings.register()
        calendars.register()
