"""What the link in a mail does: stop the mails of a kind, and take that back."""

from django.core import signing
from django.db import transaction
from django.utils import timezone

from civportal.accounts.models import User
from civportal.notifications.choices import Frequency, Mode
from civportal.notifications.digests import KIND as DIGEST
from civportal.notifications.digests import plan, setting_of
from civportal.notifications.kinds import Kind
from civportal.notifications.models import DigestSetting, Preference

SALT = "civportal.notifications.back"
BACK_FOR = 24 * 60 * 60
"""Seconds in which the way back works that the page offers after stopping."""


def has_stopped(user: User, kind: Kind) -> bool:
    """Whether someone gets no mails of this kind any more."""
    return _chosen(user, kind) in {Frequency.NEVER, Mode.OFF}


def _chosen(user: User, kind: Kind) -> str:
    """How often the digest comes, or how someone hears of another kind."""
    if kind.name == DIGEST:
        chosen = DigestSetting.objects.filter(user=user).values_list("frequency", flat=True)
        return chosen.first() or Frequency.WEEKLY
    modes = Preference.objects.filter(user=user, kind=kind.name).values_list("mode", flat=True)
    return modes.first() or kind.default


@transaction.atomic
def stop(user: User, kind: Kind) -> str:
    """Send no more mails of this kind; what the person had chosen before, signed, for ``resume``.

    Stopping what had stopped already changes nothing; its way back is then the usual choice.
    """
    before = _chosen(user, kind)
    if kind.name == DIGEST:
        setting = setting_of(user)
        if before == Frequency.NEVER:
            before = Frequency.WEEKLY
        else:
            DigestSetting.objects.filter(pk=setting.pk).update(
                frequency=Frequency.NEVER, next_at=None
            )
    elif before == Mode.OFF:
        before = kind.default
    else:
        Preference.objects.update_or_create(user=user, kind=kind.name, defaults={"mode": Mode.OFF})
    return signing.dumps([user.pk, kind.name, str(before)], salt=SALT)


@transaction.atomic
def resume(user: User, kind: Kind, back: str) -> bool:
    """Choose again what stood before ``stop``; False where that way back is not ours or too old.

    The digest goes on where it had stopped, for this is taking back and not beginning anew.
    """
    try:
        person, name, before = signing.loads(back, salt=SALT, max_age=BACK_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    if (person, name) != (user.pk, kind.name):
        return False
    if kind.name == DIGEST:
        setting_of(user)
        setting = DigestSetting.objects.select_for_update().get(user=user)
        setting.user = user
        setting.frequency = before
        plan(setting, timezone.now())
        setting.save(update_fields=["frequency", "next_at", "zone"])
    else:
        Preference.objects.update_or_create(user=user, kind=kind.name, defaults={"mode": before})
    return True
