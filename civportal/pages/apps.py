from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "civportal.pages"

    def ready(self) -> None:
        """Take part in ``check --deploy``."""
        from civportal.pages import checks  # noqa: F401, PLC0415 - registers itself
