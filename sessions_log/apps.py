from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsLogConfig(AppConfig):
    name = "sessions_log"
    verbose_name = _("sessions and minutes")

    def ready(self) -> None:
        """Bring sessions to pages of others and to mails; the steering group follows partners."""
        from partners.querysets import register_insider_rule  # noqa: PLC0415 - as below
        from sessions_log import notifications, sections  # noqa: PLC0415 - models are loaded only now
        from sessions_log.querysets import steering_rule  # noqa: PLC0415 - as above

        register_insider_rule("steering group", steering_rule)
        sections.register()
        notifications.register()
