from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("partners")

    def ready(self) -> None:
        """Take the places on other pages, and bring what can be told and followed."""
        from partners import confirming, notifications  # noqa: PLC0415 - models must be loaded
        from partners.sections import register_sections  # noqa: PLC0415 - models must be loaded

        register_sections()
        notifications.register()
        confirming.register()
