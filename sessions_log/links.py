"""The link in an invitation by which its reader answers without logging in.

A token names a place on the list and whose it is, is signed, and ends. It lets its bearer answer
for that one person, and shows what the invitation itself said: nothing that only a login gives.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from civportal.lib.mail import absolute
from sessions_log.choices import Reply
from sessions_log.models import Participation, WorkSession

SALT = "sessions_log.answer"
DAYS = 180
"""A link ends when the session begins, and after this many days at the latest."""

WORDS = {
    "ja": Reply.YES,
    "misschien": Reply.MAYBE,
    "nee": Reply.NO,
    "ander": Reply.REPLACED,
}
"""How an address names an answer."""


class AnswerLinkEnded(Exception):  # noqa: N818 - reads as what happened
    """The link is ours, but too old, or its place on the list is gone or someone else's."""


@dataclass(frozen=True)
class Answering:
    """For whom a link answers; ``told`` is the SEQUENCE of the session that its mail spoke of."""

    participation: Participation
    told: int

    @property
    def session(self) -> WorkSession:
        """The session that it is about."""
        return self.participation.session


def _owner(participation: Participation) -> int | str:
    return participation.user_id or participation.email.lower()


def answer_token(participation: Participation, session: WorkSession) -> str:
    """The token for someone's answer, as the session stands now."""
    return signing.dumps([participation.pk, _owner(participation), session.sequence], salt=SALT)


def answer_url(participation: Participation, session: WorkSession) -> str:
    """The address to put into a mail."""
    token = answer_token(participation, session)
    return absolute(reverse("sessions_log:answer_by_link", args=[token]))


def read_answer_token(token: str) -> Answering | None:
    """For whom a token answers; None for one that is not ours."""
    try:
        key, owner, told = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.SignatureExpired as error:
        raise AnswerLinkEnded from error
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = (
        Participation.objects.select_related("session__body", "user")
        .prefetch_related("session__lines")
        .filter(pk=key)
        .first()
    )
    if found is None or _owner(found) != owner:
        raise AnswerLinkEnded
    if found.user and not (
        found.user.is_active
        and WorkSession.objects.visible_to(found.user).filter(pk=found.session_id).exists()
    ):
        raise AnswerLinkEnded
    return Answering(found, told)
