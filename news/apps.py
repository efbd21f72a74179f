from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("news")

    def ready(self) -> None:
        """Take the places on other pages, and bring what can be told and followed."""
        from news import from_outcomes, notifications  # noqa: PLC0415 - models must be loaded
        from news.sections import register_sections  # noqa: PLC0415 - models must be loaded

        register_sections()
        notifications.register()
        from_outcomes.register()
