from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "civportal.notifications"
    verbose_name = _("notifications")

    def ready(self) -> None:
        """Make the kinds known that belong to no app."""
        from civportal.notifications import digest_mail  # noqa: PLC0415 - models must be loaded

        digest_mail.register()
