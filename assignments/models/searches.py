"""Searches on the board that somebody wants to keep."""

import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.querysets import SavedSearchQuerySet

TOPIC = "search:"
"""How the topics of followed searches begin; the key of the search comes after it."""


# That somebody looked is no change of the search.
@pghistory.track(exclude=["looked_at"])
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

    looked_at = models.DateTimeField(
        _("last looked at"),
        default=timezone.now,
        help_text=_("What came on the board since then is new."),
    )

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

    def get_absolute_url(self) -> str:
        """The board with these filters."""
        return f"{reverse('assignments:list')}?{self.query}"

    @property
    def topic(self) -> str:
        """What following it is called."""
        return f"{TOPIC}{self.pk}"
