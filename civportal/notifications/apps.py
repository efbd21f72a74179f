from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "civportal.notifications"
    verbose_name = _("notifications")

    def ready(self) -> None:
        """Make the kinds known that belong to no app, and listen for mail that comes back."""
        from civportal.notifications import (  # noqa: PLC0415 - models must be loaded
            account_mail,
            bounces,
            checks,
            digest_mail,
            sections,
        )

        digest_mail.register()
        account_mail.register()
        bounces.listen()
        sections.register()
        register(checks.check_provider)
