"""Searches on the board that somebody wants to keep."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.querysets import SavedSearchQuerySet


@pghistory.track()
class SavedSearch(models.Model):
    """Filters of the board under a name; can be followed in the digest as ``search:<pk>``."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="saved_searches",
    )
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(
        _("filters"), max_length=1000, help_text=_("As in the address of the board.")
    )
    created_at = models.DateTimeField(_("saved on"), auto_now_add=True)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "query"],
                name="assignments_search_once",
                violation_error_message=_("You have saved this search already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
