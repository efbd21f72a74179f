"""Letters about a session to people without an account: guests, and visitors who sign up.

They are written when the thing happens, in the language of the session, and hold what a guest may
know: the open agenda items, and the meeting link for who was invited by the office.
"""

import datetime
from dataclasses import replace
from typing import Any

from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from civportal.centre.models import CentreProfile
from civportal.lib.mail import Letter, absolute
from civportal.notifications import outbox
from civportal.notifications.kinds import Message
from sessions_log.choices import Visibility
from sessions_log.models import Participation, WorkSession
from sessions_log.notifications.common import as_seen, begins_at, facts_of
from sessions_log.notifications.invitation_letters import (
    To,
    short_moment,
    write_cancelled,
    write_invitation,
    write_moved,
    write_signed_up,
    write_taken_off,
)

SALT = "sessions_log.sign_up"
CONFIRM_HOURS = 48
"""How long a visitor has to confirm an address."""


def _seen(session: WorkSession, place: Participation) -> WorkSession:
    items = session.items.filter(confidential=False).values_list("pk", flat=True)
    return as_seen(session, {session.pk} if place.invited else set(), set(items))


def _to(session: WorkSession, place: Participation) -> To:
    return To(
        name=place.name,
        email=place.email,
        place=place,
        centre_name=CentreProfile.current().name,
        opens_page=session.visibility == Visibility.PUBLIC,
    )


def _send(
    address: str,
    message: Message,
    *,
    language: str,
    purpose: str,
    expires_at: datetime.datetime,
) -> None:
    outbox.write_to_address(
        address, replace(message, language=language), purpose=purpose, expires_at=expires_at
    )


def invite_guest_by_mail(
    session: WorkSession, place: Participation, *, now: datetime.datetime
) -> None:
    """Send a guest an invitation, with the link by which they answer."""
    with translation.override(session.language):
        message = write_invitation(_seen(session, place), _to(session, place), {})
    _send(
        place.email,
        message,
        language=session.language,
        purpose=f"session:invitation:{place.pk}:{now.timestamp():.6f}",
        expires_at=session.answers_until,
    )


def listening(session: WorkSession) -> list[Participation]:
    """Guests who heard of the session: they were invited by mail, or signed up."""
    guests = session.participations.filter(user=None).exclude(email="")
    return list(guests.filter(Q(invited_at__isnull=False) | ~Q(reply="")).order_by("pk"))


def tell_guests_of_move(session: WorkSession, data: dict[str, Any]) -> None:
    """Tell the guests of a move; ``data`` as the notification of it has."""
    for place in listening(session):
        with translation.override(session.language):
            message = write_moved(_seen(session, place), _to(session, place), data)
        _send(
            place.email,
            message,
            language=session.language,
            purpose=f"session:moved:{place.pk}:{session.sequence}",
            expires_at=session.answers_until,
        )


def tell_guests_of_cancellation(session: WorkSession) -> None:
    """Tell the guests that the session does not take place."""
    for place in listening(session):
        with translation.override(session.language):
            message = write_cancelled(_seen(session, place), _to(session, place), {})
        _send(
            place.email,
            message,
            language=session.language,
            purpose=f"session:cancelled:{place.pk}:{session.sequence}",
            expires_at=begins_at(session.date + datetime.timedelta(days=1), None),
        )


def tell_guest_taken_off(session: WorkSession, place: Participation) -> None:
    """Tell a guest whose place is about to go that they are not expected any more."""
    with translation.override(session.language):
        message = write_taken_off(_seen(session, place), _to(session, place), {})
    _send(
        place.email,
        message,
        language=session.language,
        purpose=f"session:taken_off:{place.pk}",
        expires_at=session.answers_until,
    )


def welcome_guest(session: WorkSession, place: Participation) -> None:
    """Send a visitor who is on the list now what they need to come, or to sign off."""
    with translation.override(session.language):
        message = write_signed_up(_seen(session, place), _to(session, place))
    _send(
        place.email,
        message,
        language=session.language,
        purpose=f"session:signed_up:{place.pk}",
        expires_at=session.answers_until,
    )


# --- confirming an address ------------------------------------------------------------------------


def ask_to_confirm(
    session: WorkSession, *, name: str, email: str, organisation: str, language: str
) -> None:
    """Send a visitor the link by which they come on the list. Nothing is kept of them until then.

    While such a mail waits, the same address gets no second one for the session.
    """
    token = signing.dumps([session.pk, name, email, organisation], salt=SALT, compress=True)
    address = absolute(reverse("sessions_log:confirm_sign_up", args=[token]))
    now = timezone.now()
    with translation.override(language):
        message = Message(letter=_confirm_letter(session, name=name, address=address))
    _send(
        email,
        message,
        language=language,
        purpose=f"session:confirm:{session.pk}:{email.lower()}",
        expires_at=now + datetime.timedelta(hours=CONFIRM_HOURS),
    )


def _confirm_letter(session: WorkSession, *, name: str, address: str) -> Letter:
    told = {"what": session.title, "when": short_moment(session)}
    seen = as_seen(session, set(), set())
    return Letter(
        subject=_("Confirm that you come: %(what)s, %(when)s") % told,
        greeting=_("Hello %(name)s,") % {"name": name},
        paragraphs=[_("Someone signed up for this session with this address: %(what)s.") % told],
        facts=facts_of(seen),
        action=(_("Confirm that I come"), address),
        after=[
            _(
                "You have a place when you have confirmed it, within two days. Was it not you? "
                "Then you need not do anything."
            )
        ],
        why=_("You get this mail because your address was filled in on our website."),
    )


def read_sign_up(token: str) -> tuple[int, str, str, str] | None:
    """Session, name, address and organisation of a sign-up; None for a link that does not work."""
    try:
        key, name, email, organisation = signing.loads(
            token, salt=SALT, max_age=CONFIRM_HOURS * 60 * 60
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return key, name, email, organisation
