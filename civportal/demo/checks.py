"""Demo logins, whose password everybody may know, must not exist where DEMO is off."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.utils import ProgrammingError

from civportal.demo import DEMO_DOMAIN


@register(Tags.database)
def no_demo_logins(
    *,
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """An error while somebody could log in as a demo person: ``check --database default``."""
    if settings.DEMO or "default" not in (databases or []):
        return []
    users = get_user_model().objects.using("default")
    try:
        found = users.filter(email__iendswith=f"@{DEMO_DOMAIN}", is_active=True).count()
    except ProgrammingError:  # not migrated yet: nobody can log in
        return []
    if not found:
        return []
    return [
        Error(
            f"This database has demo logins ({found}), whose password is in the README.",
            hint="Start with an empty database, or remove these people (users at "
            f"{DEMO_DOMAIN}) in the admin. To show the demo centre, set DEMO=1.",
            id="demo.E001",
        )
    ]
