"""Inviting people, and what they answer: who comes, who does not, who signs up.

Each action locks the session's row first. Of two people who want the last place at the same
moment the first gets it; what has been done already is done, and nobody is told twice.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from partners.models import Partner
from sessions_log.choices import ParticipationRole, Reply, SessionStatus
from sessions_log.models import BodyMembership, Participation, WorkSession
from sessions_log.notifications.guests import invite_guest_by_mail, welcome_guest
from sessions_log.notifications.invitations import send_invitations
from sessions_log.querysets import active_on

AGAIN_AFTER = datetime.timedelta(minutes=10)
"""Within this time after an invitation, sending again is the same click twice."""


class ReplyRefused(Exception):  # noqa: N818 - reads as what happened
    """Nothing was changed; ``str()`` says why to a person."""


class NotToCome(ReplyRefused):
    """The session was cancelled, has begun or has taken place."""

    def __init__(self, session: WorkSession) -> None:
        super().__init__(session.pk)
        self.session = session

    def __str__(self) -> str:
        if self.session.is_cancelled:
            return _("This session was cancelled, so there is nothing to answer any more.")
        if self.session.status == SessionStatus.HELD:
            return _("This session has taken place.")
        return _("This session has begun, so it is too late to answer here.")


class Full(ReplyRefused):
    """All places are taken."""

    def __str__(self) -> str:
        return _("All places are taken. When someone signs off, a place comes free.")


class NotAsked(ReplyRefused):
    """Someone answers who is neither on the list nor in the body."""

    def __str__(self) -> str:
        return _("You are not on the list of this session.")


class NoSignUp(ReplyRefused):
    """The session is not one that people sign up for."""

    def __str__(self) -> str:
        return _("You cannot sign up for this session.")


@dataclass(frozen=True)
class Answer:
    """What someone says: ``replaced_by`` is who goes instead, where that is the reply."""

    reply: Reply
    replaced_by: str = ""
    note: str = ""


def _to_come(session: WorkSession) -> WorkSession:
    """The session, locked, while it takes answers."""
    now = WorkSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    if not now.takes_answers:
        raise NotToCome(now)
    return now


def places_taken(session: WorkSession) -> int:
    """How many places are held: by everyone on the list who has not said no.

    For someone who is replaced, another comes; for who has not answered, a place is kept.
    """
    return session.participations.exclude(reply=Reply.NO).count()


def places_left(session: WorkSession) -> int | None:
    """How many people can still sign up; None where there is no limit."""
    if session.capacity is None:
        return None
    return max(session.capacity - places_taken(session), 0)


def _take_place(session: WorkSession) -> None:
    if places_left(session) == 0:
        raise Full


# --- inviting -------------------------------------------------------------------------------------


@transaction.atomic
def invite(session: WorkSession, people: Iterable[User | Participation], *, by: User) -> int:
    """Send an invitation to each of these people; to how many one went.

    ``people`` are users, who come on the list by it, or places on the list of this session.
    Whoever got an invitation within ``AGAIN_AFTER`` does not get another, so that a double click
    sends one; later it is sent again. Places without an account or an address are left alone.

    Invitations may go beyond the number of places: that is the office's to decide. Raises
    ``NotToCome``.
    """
    session = _to_come(session)
    now = timezone.now()
    wanted = list(people)
    users = {person.pk for person in wanted if isinstance(person, User)}
    keys = {place.pk for place in wanted if isinstance(place, Participation)}
    listed = set(session.participations.filter(user__in=users).values_list("user", flat=True))
    for user in User.objects.filter(pk__in=users - listed, is_active=True):
        _put_on_list(session, user, invited=True)
    rows = session.participations.select_related("user")
    places = [
        place
        for place in (rows.filter(pk__in=keys) | rows.filter(user__in=users)).order_by("pk")
        if _can_be_mailed(place) and not _was_just_invited(place, now)
    ]
    for place in places:
        place.invited, place.invited_at = True, now
    Participation.objects.bulk_update(places, ["invited", "invited_at"])
    if places and session.invited_at is None:
        session.invited_at = now
        session.save(update_fields=["invited_at"])
    send_invitations(session, [place.user_id for place in places if place.user_id], now=now)
    for place in places:
        if not place.user_id:
            invite_guest_by_mail(session, place, now=now)
    return len(places)


def _can_be_mailed(place: Participation) -> bool:
    return place.user.is_active if place.user else bool(place.email)


def _was_just_invited(place: Participation, now: datetime.datetime) -> bool:
    return place.invited_at is not None and now - place.invited_at < AGAIN_AFTER


def _put_on_list(
    session: WorkSession, user: User, *, invited: bool, reply: str = ""
) -> Participation:
    """Someone's place, for the organisation that they stand for."""
    seat = BodyMembership.objects.filter(
        active_on(session.date), body=session.body_id, user=user
    ).first()
    partner = Partner.objects.filter(memberships__user=user).order_by("memberships__pk").first()
    return Participation.objects.create(
        session=session,
        user=user,
        partner_id=seat.partner_id if seat else (partner.pk if partner else None),
        organisation=seat.organisation if seat else "",
        invited=invited,
        reply=reply,
        replied_at=timezone.now() if reply else None,
    )


# --- answering ------------------------------------------------------------------------------------


@transaction.atomic
def answer(session: WorkSession, user: User, said: Answer) -> Participation:
    """Note what someone with an account answers. A member of the body needs no invitation.

    The same answer again changes nothing. Raises ``NotToCome``, ``NotAsked``, and ``Full`` when
    someone who said no wants to come after all and all places are taken.
    """
    session = _to_come(session)
    place = session.participations.filter(user=user).first()
    if place is None:
        seats = BodyMembership.objects.filter(
            active_on(session.date), body=session.body_id, user=user
        )
        if not seats.exists():
            raise NotAsked
        if said.reply != Reply.NO:
            _take_place(session)
        place = _put_on_list(session, user, invited=False)
    return _note(session, place, said)


@transaction.atomic
def answer_for(place: Participation, said: Answer) -> Participation:
    """Note an answer that came by the link in a mail; see ``answer``."""
    session = _to_come(place.session)
    now = session.participations.filter(pk=place.pk).first()
    if now is None:
        raise NotAsked
    return _note(session, now, said)


def _note(session: WorkSession, place: Participation, said: Answer) -> Participation:
    replaced_by = said.replaced_by if said.reply == Reply.REPLACED else ""
    if (place.reply, place.replaced_by, place.reply_note) == (said.reply, replaced_by, said.note):
        return place
    if place.reply == Reply.NO and said.reply != Reply.NO:
        _take_place(session)
    place.reply, place.replaced_by, place.reply_note = said.reply, replaced_by, said.note
    place.replied_at = timezone.now()
    place.save(update_fields=["reply", "replaced_by", "reply_note", "replied_at"])
    return place


# --- signing oneself up ---------------------------------------------------------------------------


def _open(session: WorkSession) -> WorkSession:
    session = _to_come(session)
    if not session.sign_up:
        raise NoSignUp
    return session


@transaction.atomic
def sign_up(session: WorkSession, *, by: User) -> Participation:
    """Put oneself on the list of an open session. That gives no right to read more of it.

    Whoever is on the list already says by it that they come. Raises ``NotToCome``, ``NoSignUp``
    and ``Full``.
    """
    session = _open(session)
    place = session.participations.filter(user=by).first()
    if place is not None:
        return _note(session, place, Answer(Reply.YES))
    _take_place(session)
    return _put_on_list(session, by, invited=False, reply=Reply.YES)


@dataclass(frozen=True)
class Visitor:
    """Someone without an account who signs up."""

    name: str
    email: str
    organisation: str = ""


@transaction.atomic
def sign_up_visitor(session: WorkSession, visitor: Visitor) -> Participation:
    """Put a visitor on the list who has shown that the e-mail address is theirs.

    An address that belongs to an account signs that person up. Once on the list, the same again
    changes nothing. Raises ``NotToCome``, ``NoSignUp`` and ``Full``.
    """
    session = _open(session)
    user = User.objects.filter(email__iexact=visitor.email, is_active=True).first()
    if user is not None:
        return sign_up(session, by=user)
    place = session.participations.filter(email__iexact=visitor.email).first()
    if place is not None and place.reply == Reply.YES:
        return place
    if place is not None:
        place = _note(session, place, Answer(Reply.YES))
    else:
        _take_place(session)
        place = Participation.objects.create(
            session=session,
            name=visitor.name,
            email=visitor.email,
            organisation=visitor.organisation,
            reply=Reply.YES,
            replied_at=timezone.now(),
        )
    welcome_guest(session, place)
    return place


@transaction.atomic
def sign_off(place: Participation) -> None:
    """Give up a place: who signed up comes off the list, who was asked has said no.

    Raises ``NotToCome``.
    """
    session = _to_come(place.session)
    now = session.participations.filter(pk=place.pk).first()
    if now is None:
        return
    if signed_up_only(now):
        now.delete()
    else:
        _note(session, now, Answer(Reply.NO))


def signed_up_only(place: Participation) -> bool:
    """Whether someone is on the list by their own doing alone."""
    return (
        not place.invited
        and place.invited_at is None
        and place.role == ParticipationRole.PARTICIPANT
    )
