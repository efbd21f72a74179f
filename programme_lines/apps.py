from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeLinesConfig(AppConfig):
    name = "programme_lines"
    verbose_name = _("programme lines")

    def ready(self) -> None:
        """Take the places on other pages."""
        from programme_lines.sections import register_sections  # noqa: PLC0415 - needs models

        register_sections()
