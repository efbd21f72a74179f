"""What people choose: what they hear of, how, and when."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from civportal.accounts.models import User
from civportal.notifications.choices import Frequency
from civportal.notifications.digests import KIND as DIGEST
from civportal.notifications.digests import number_new, plan, setting_of
from civportal.notifications.kinds import kind as kind_named
from civportal.notifications.models import DigestSetting, Follow, Preference


class NotAChoiceError(Exception):
    """This kind does not offer this way, such as a mail that must arrive and "not"."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When someone wants digests and reminders."""

    frequency: str
    weekday: int
    hour: int
    reminder_hours: Collection[int]
    paused_until: datetime.date | None = None


@transaction.atomic
def set_schedule(user: User, wanted: Schedule) -> DigestSetting:
    """Change when digests and reminders come; what digests have told stays as it is.

    Whoever had no digests and begins again hears of what happens from now on.
    """
    now = timezone.now()
    setting = _locked(user)
    begins_again = setting.frequency == Frequency.NEVER != wanted.frequency
    if sorted(wanted.reminder_hours) != sorted(setting.reminder_hours):
        setting.reminder_hours = sorted(wanted.reminder_hours, reverse=True)
        setting.reminders_since = now
    before = _times(setting)
    setting.frequency = wanted.frequency
    setting.weekday = wanted.weekday
    setting.hour = wanted.hour
    setting.paused_until = wanted.paused_until
    if begins_again:
        setting.told_until = number_new()
    if _times(setting) != before or setting.next_at is None:
        plan(setting, now)
    setting.save()
    return setting


def _times(setting: DigestSetting) -> tuple[str, int, int, datetime.date | None]:
    return setting.frequency, setting.weekday, setting.hour, setting.paused_until


def _locked(user: User) -> DigestSetting:
    """The setting, held against a sweep that moves it on; after the row is sure to be there."""
    setting = setting_of(user)
    locked = DigestSetting.objects.select_for_update().get(pk=setting.pk)
    locked.user = user
    return locked


@transaction.atomic
def choose(user: User, modes: Mapping[str, str]) -> None:
    """Say how to hear of kinds, by their names; the digest has its ``set_schedule``."""
    for name, mode in modes.items():
        kind = kind_named(name)
        if mode not in kind.modes or kind.required or name == DIGEST:
            raise NotAChoiceError(name, mode)
        Preference.objects.update_or_create(user=user, kind=name, defaults={"mode": mode})


@transaction.atomic
def follow(user: User, topics: Collection[str]) -> None:
    """Hear of what is new about these, beside what one follows already."""
    setting_of(user)  # digests tell from here on
    Follow.objects.bulk_create(
        [Follow(user=user, topic=topic) for topic in topics], ignore_conflicts=True
    )


def unfollow(user: User, topics: Collection[str]) -> None:
    """Hear no more of these."""
    Follow.objects.filter(user=user, topic__in=topics).delete()
