"""The people who log in."""

import zoneinfo
from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PROGRAMME_OFFICE = "Programmabureau"
"""The group whose members run the centre: plan meetings, write minutes, follow up."""


def validate_time_zone(value: str) -> None:
    """Refuse a name that the IANA time zone database does not know."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Choose one such as Europe/Amsterdam."),
            params={"value": value},
        )


class UserManager(BaseUserManager["User"]):
    """Makes people; their e-mail address is kept in lower case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail address, whatever its case."""
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without a password they can only log in after choosing one by mail."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an administrator who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Language(models.TextChoices):
    """The languages of the interface and of texts."""

    DUTCH = "nl", _("Dutch")
    ENGLISH = "en", _("English")


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser, PermissionsMixin):
    """A person with a login. The e-mail address is the login name."""

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Someone with this e-mail address exists already.")},
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        blank=True,
        help_text=_("Of the pages and mails. Empty: as the browser asks."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Europe/Amsterdam",
        validators=[validate_time_zone],
        help_text=_("For reminders and digests. Meetings are always in the centre’s own time."),
    )
    is_staff = models.BooleanField(
        _("may use the admin"), default=False, help_text=_("May log in to the admin site.")
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Take this away instead of deleting someone: what they did keeps their name."),
    )
    date_joined = models.DateTimeField(_("joined on"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower"
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def clean(self) -> None:
        """Write the e-mail address in lower case."""
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """The name, or what stands before the @ for who has not told a name yet."""
        return self.name or self.email.partition("@")[0]

    def get_short_name(self) -> str:
        """The first name."""
        return self.get_full_name().partition(" ")[0]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class UserGroup(User.groups.through):  # type: ignore[name-defined,misc]
    """A group of a person; a model of its own so that history knows of it."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class UserPermission(User.user_permissions.through):  # type: ignore[name-defined,misc]
    """A right given to a person directly; here for its history."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track()
class TrackedGroup(Group):
    """A group, as history knows it."""

    class Meta:
        proxy = True
        default_permissions = ()


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None)
class GroupPermission(Group.permissions.through):  # type: ignore[name-defined,misc]
    """A right of a group; here for its history."""

    class Meta:
        proxy = True
        default_permissions = ()
