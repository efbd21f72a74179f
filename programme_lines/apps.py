from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeLinesConfig(AppConfig):
    name = "programme_lines"
    verbose_name = _("programme lines")
