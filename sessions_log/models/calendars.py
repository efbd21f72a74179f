"""Secret addresses by which a person's calendar program reads along."""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions_log.models.bodies import Body


def new_token() -> str:
    """192 bits that nobody guesses, in letters that survive a mail and a phone call."""
    return secrets.token_urlsafe(24)


class CalendarToken(models.Model):
    """The address of someone's own feed; making a new one ends the old one at once.

    ``body`` narrows the feed to the sessions of one body; without it, it holds all that the
    person may see.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="calendar_tokens",
    )
    body = models.ForeignKey(
        Body,
        verbose_name=_("body"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("made on"), auto_now_add=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                "user",
                "body",
                name="sessions_log_calendar_token_one_of_each",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def renew(cls, user: object, body: Body | None = None) -> Self:
        """Give the person a new address; the one before stops working."""
        return cls.objects.update_or_create(user=user, body=body, defaults={"token": new_token()})[
            0
        ]
