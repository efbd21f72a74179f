from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentreConfig(AppConfig):
    name = "civportal.centre"
    verbose_name = _("the centre")
