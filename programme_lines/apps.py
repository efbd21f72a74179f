from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeLinesConfig(AppConfig):
    name = "programme_lines"
    verbose_name = _("programme lines")

    def ready(self) -> None:
        """Take the places on other pages, and bring what can be told and followed."""
        from programme_lines import notifications  # noqa: PLC0415 - models must be loaded
        from programme_lines.sections import register_sections  # noqa: PLC0415 - needs models

        register_sections()
        notifications.register()
