"""The link in a mail by which the owner of one action item says what became of it.

A token names the action item and the person, is signed and ends after a while. It opens one page
about that one action item, and only as long as it is this person's and they may read it.
"""

from django.core import signing
from django.urls import reverse

from civportal.accounts.models import User
from civportal.lib.mail import absolute
from sessions_log.models import ActionItem

SALT = "sessions_log.action"
DAYS = 60


class LinkEndedError(Exception):
    """The link is ours, but older than ``DAYS``, or the action item is this person's no longer."""


def token_for(action_id: int, user_id: int) -> str:
    """A token for someone's own action item, good for ``DAYS``."""
    return signing.dumps([action_id, user_id], salt=SALT)


def done_url(action_id: int, user_id: int) -> str:
    """The address to put into a mail."""
    return absolute(reverse("sessions_log:action_by_link", args=[token_for(action_id, user_id)]))


def read_token(token: str) -> tuple[ActionItem, User] | None:
    """The action item and its owner; None for a token that is not ours.

    Whoever has the mail but may no longer read the action item learns nothing new from it.
    """
    try:
        action_id, user_id = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.SignatureExpired as error:
        raise LinkEndedError from error
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=user_id, is_active=True).first()
    action = (
        ActionItem.objects.visible_to(person)
        .filter(pk=action_id, owner=person)
        .select_related("item__session")
        .first()
        if person
        else None
    )
    if person is None or action is None:
        raise LinkEndedError
    return action, person
