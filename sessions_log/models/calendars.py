"""Secret addresses by which a person's calendar program reads along."""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    """192 bits that nobody guesses, in letters that survive a mail and a phone call."""
    return secrets.token_urlsafe(24)


class CalendarToken(models.Model):
    """The address of someone's personal feed; making a new one ends the old one at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="calendar_token",
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField(_("made on"), auto_now_add=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def renew(cls, user: object) -> Self:
        """Give the person a new address; the one before stops working."""
        return cls.objects.update_or_create(user=user, defaults={"token": new_token()})[0]
