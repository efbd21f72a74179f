"""The link in each mail by which its reader changes their mail without logging in.

A token names a person, is signed and ends after a while. It opens nothing but the page with mail
preferences: not the account, and nothing that only this person may read.
"""

from django.core import signing
from django.urls import reverse

from civportal.accounts.models import User
from civportal.lib.mail import absolute

SALT = "civportal.notifications.preferences"
DAYS = 90


class LinkEndedError(Exception):
    """The link is ours, but older than ``DAYS``, or its person is gone."""


def preferences_token(user: User) -> str:
    """A token for someone's mail preferences, good for ``DAYS``."""
    return signing.dumps(user.pk, salt=SALT)


def preferences_url(user: User) -> str:
    """The address to put into a mail."""
    return absolute(reverse("preferences_by_link", args=[preferences_token(user)]))


def person_of(token: str) -> User | None:
    """Whose preferences a token opens; None for one that is not ours."""
    try:
        key = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.SignatureExpired as error:
        raise LinkEndedError from error
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=key, is_active=True).first()
    if person is None:
        raise LinkEndedError
    return person
