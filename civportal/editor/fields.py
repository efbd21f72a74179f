"""A text field that holds clean HTML only."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from civportal.editor.sanitise import sanitise


class RichTextField(models.TextField):  # type: ignore[type-arg]  # no brackets at run time
    """HTML of the small set that reports need; cleaned on the way to the database.

    Cleaning happens at the last step before the database, so that no form, import, bulk write or
    script gets past it.
    """

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        """Clean whatever is about to be stored."""
        if isinstance(value, str):
            value = sanitise(value)
        return super().get_db_prep_save(value, connection)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 - Django's
        """Let the object in memory hold what the database holds."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = sanitise(value)
            setattr(model_instance, self.attname, value)
        return value
