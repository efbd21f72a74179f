from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsLogConfig(AppConfig):
    name = "sessions_log"
    verbose_name = _("sessions and minutes")

    def ready(self) -> None:
        """Bring sessions to the pages of lines, partners and one's own desk, and to mails."""
        from sessions_log import notifications, sections  # noqa: PLC0415 - models are loaded only now

        sections.register()
        notifications.register()
