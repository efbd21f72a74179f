"""Links in a mail that act for its reader without logging in.

A token names a person and a kind, and is signed; it does not end, since old mails must be able to
unsubscribe too. It can only make mail less.
"""

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.lib.mail import absolute
from civportal.notifications.kinds import Kind
from civportal.notifications.links import preferences_url

SALT = "civportal.notifications.unsubscribe"


def token_for(user: User, kind: str) -> str:
    """The token for someone's mails of a kind."""
    return signing.dumps([user.pk, kind], salt=SALT)


def read_token(token: str) -> tuple[int, str] | None:
    """The person's key and the kind, or None for a token that is not ours."""
    try:
        user, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user, kind


def unsubscribe_url(user: User, kind: str) -> str:
    """The address that stops these mails."""
    return absolute(reverse("unsubscribe", args=[token_for(user, kind)]))


def unsubscribe_headers(user: User, kind: str) -> dict[str, str]:
    """The headers by which a mail program unsubscribes with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(user, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def foot_links(user: User, kind: Kind) -> list[tuple[str, str]]:
    """What stands in the foot of a mail: the ways to have less of it, in the language in force."""
    choose = (_("Choose which mails you get"), preferences_url(user))
    if kind.required:
        return [choose]
    return [choose, (_("Stop these mails"), unsubscribe_url(user, kind.name))]
