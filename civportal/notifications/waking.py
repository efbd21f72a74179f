"""Showing that a dead address works again: a mail there, and the link in it."""

import datetime

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.accounts.post import AccountMail, post
from civportal.lib.mail import Letter, absolute
from civportal.notifications.models import DeadAddress

SALT = "civportal.notifications.waking"
LIFE = datetime.timedelta(days=3)
"""How long the link works, told in the mail."""
PAUSE = 3 * 60
"""Seconds between two such mails to an address: it may be dead for good."""


def letter_to(user: User) -> Letter:
    """The mail with the link, in the language in force."""
    token = signing.dumps([user.pk, user.email], salt=SALT)
    return Letter(
        subject=_("Does your e-mail address work?"),
        greeting=_("Hello %(name)s,") % {"name": user.name} if user.name else _("Hello,"),
        paragraphs=[
            _("Mail to this address came back to us, or was marked as unwanted."),
            _("You can read this, so mail arrives again. Tell us with one click."),
        ],
        action=(_("Mail arrives here"), absolute(reverse("address_works", args=[token]))),
        after=[_("The link works for three days.")],
        why=_("You asked for this mail on the page with your notifications."),
    )


def ask(user: User) -> bool:
    """Send someone that mail; False when their address is well, or had one just now."""
    if not DeadAddress.objects.filter(email=user.email).exists():
        return False
    if not cache.add(f"waking:{user.email}", 1, PAUSE):
        return False
    language = user.language or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        letter = letter_to(user)
    post(
        AccountMail(
            letter=letter,
            language=language,
            person=user,
            to=user.email,
            ends_at=timezone.now() + LIFE,
            proves_address=True,
        )
    )
    return True


def address_of(token: str) -> str | None:
    """The address that a link was sent to; None when it is not ours, old, or theirs no more."""
    try:
        key, email = signing.loads(token, salt=SALT, max_age=LIFE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return email if User.objects.filter(pk=key, email=email).exists() else None


def wake(email: str) -> None:
    """Send mail there again; what was not sent meanwhile is not sent after all."""
    DeadAddress.objects.filter(email=email).delete()
