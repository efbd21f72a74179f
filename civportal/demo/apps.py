from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "civportal.demo"

    def ready(self) -> None:
        """Take part in ``check --database default``."""
        from civportal.demo import checks  # noqa: F401, PLC0415 - registers itself
