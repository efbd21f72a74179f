"""Who is on the list of a session: people with an account, guests, organisations."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.lib.text import fold
from partners.models import Partner
from sessions_log.choices import BodyRole, ParticipationRole, SessionStatus
from sessions_log.models import BodyMembership, Minutes, Participation, WorkSession
from sessions_log.notifications.invitations import taken_off
from sessions_log.querysets import active_on

ROLE_OF_SEAT = {
    BodyRole.CHAIR: ParticipationRole.CHAIR,
    BodyRole.SECRETARY: ParticipationRole.SECRETARY,
    BodyRole.MEMBER: ParticipationRole.PARTICIPANT,
}
FIRST = list(ROLE_OF_SEAT)
"""Whoever sits in a body twice is on the list once, in the weightiest role."""

Who = tuple[Any, ...]


class ListRefused(Exception):  # noqa: N818 - reads as what happened
    """The list stays as it is; ``str()`` says why to a person."""


class OnTheListAlready(ListRefused):
    """This very person or organisation is on the list."""

    def __str__(self) -> str:
        return _("This person or organisation is on the list already.")


class WasThere(ListRefused):
    """Someone whose attendance was noted cannot be taken off the list."""

    def __str__(self) -> str:
        return _(
            "It is noted whether this person was there. Change that first, then take them off."
        )


class ListIsClosed(ListRefused):
    """The session was cancelled, or its minutes are approved."""

    def __str__(self) -> str:
        return _(
            "This session was cancelled, or its minutes are approved, so the list stays as it is."
        )


def who(row: Participation) -> Who:
    """What makes a row someone's: the account, else the names as people read them."""
    if row.user_id:
        return ("user", row.user_id)
    return ("name", fold(row.name), row.partner_id, fold(row.organisation))


def seat_members(session: WorkSession, *, besides: datetime.date | None = None) -> None:
    """Put those who sit in the body on the session's day on its list, as invited.

    Chair and secretary keep that role. ``besides`` is a day whose members had their turn: who
    sat then is left alone, so that someone taken off the list stays off.
    """
    if session.body_id is None:
        return
    seats = BodyMembership.objects.filter(active_on(session.date), body=session.body_id)
    if besides is not None:
        then = BodyMembership.objects.filter(active_on(besides), body=session.body_id)
        seats = seats.exclude(pk__in=then.values("pk"))
    rows = [
        Participation(
            session=session,
            user=seat.user,
            partner_id=seat.partner_id,
            organisation=seat.organisation,
            role=ROLE_OF_SEAT[BodyRole(seat.role)],
            invited=True,
        )
        for seat in sorted(
            seats.select_related("user"),
            key=lambda seat: (FIRST.index(BodyRole(seat.role)), seat.pk),
        )
        if seat.user is None or seat.user.is_active
    ]
    _put_on(session, rows)


def copy_people(previous: WorkSession, session: WorkSession) -> dict[int, int]:
    """Invite whoever the office had invited to ``previous``; gives new keys by old ones.

    Answers and attendance stay behind, and so do those who came as members of the body and sit
    in it no longer.
    """
    earlier = list(
        previous.participations.filter(invited=True).select_related("user").order_by("pk")
    )
    seats = BodyMembership.objects.filter(body=previous.body_id, user__isnull=False)
    then = set(seats.filter(active_on(previous.date)).values_list("user", flat=True))
    now = set(seats.filter(active_on(session.date)).values_list("user", flat=True))
    gone = then - now if previous.body_id == session.body_id else set()
    rows = [
        Participation(
            session=session,
            user=row.user,
            name=row.name,
            email=row.email,
            function=row.function,
            partner_id=row.partner_id,
            organisation=row.organisation,
            role=row.role,
            invited=True,
        )
        for row in earlier
        if row.user_id not in gone and (row.user is None or row.user.is_active)
    ]
    _put_on(session, rows)
    listed = {who(row): row.pk for row in session.participations.all()}
    return {row.pk: listed[who(row)] for row in earlier if who(row) in listed}


def _put_on(session: WorkSession, rows: list[Participation]) -> None:
    """Store the rows of those who are not on the list yet, each once."""
    known = {who(row) for row in session.participations.all()}
    new: dict[Who, Participation] = {}
    for row in rows:
        if who(row) not in known:
            new.setdefault(who(row), row)
    Participation.objects.bulk_create(new.values())


def _open_list(session: WorkSession) -> WorkSession:
    """The session, locked, while its list may still change."""
    now = WorkSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    minutes = Minutes.objects.filter(session=now).first()
    if now.status == SessionStatus.CANCELLED or (minutes is not None and minutes.is_settled):
        raise ListIsClosed
    return now


@transaction.atomic
def invite_person(session: WorkSession, user: User, *, role: str, function: str) -> Participation:
    """Put someone with an account on the list, with the organisation they stand for.

    Whoever signed up before counts as invited from now on. Raises ``OnTheListAlready``.
    """
    now = _open_list(session)
    row = now.participations.filter(user=user).first()
    if row is not None:
        if row.invited:
            raise OnTheListAlready
        row.invited, row.role = True, role
        row.function = function or row.function
        row.save(update_fields=["invited", "role", "function"])
        return row
    seat = BodyMembership.objects.filter(active_on(now.date), body=now.body_id, user=user).first()
    partner = Partner.objects.filter(memberships__user=user).order_by("memberships__pk").first()
    return Participation.objects.create(
        session=now,
        user=user,
        partner_id=seat.partner_id if seat else (partner.pk if partner else None),
        organisation=seat.organisation if seat else "",
        role=role,
        function=function,
        invited=True,
    )


@transaction.atomic
def invite_guest(session: WorkSession, guest: Participation) -> Participation:
    """Put a guest without an account, or an organisation alone, on the list.

    ``guest`` is not stored yet. Raises ``OnTheListAlready``.
    """
    now = _open_list(session)
    rows = list(now.participations.filter(user__isnull=True))
    address = guest.email.lower()
    if any(who(row) == who(guest) or (address and row.email.lower() == address) for row in rows):
        raise OnTheListAlready
    guest.session, guest.invited = now, True
    guest.save(force_insert=True)
    return guest


@transaction.atomic
def change_person(participation: Participation, **facts: Any) -> Participation:
    """Change what the list says of someone: role, function, organisation, a guest's name.

    Raises ``OnTheListAlready`` where that makes them the same as someone else.
    """
    session = _open_list(participation.session)
    row = session.participations.get(pk=participation.pk)
    for name, value in facts.items():
        setattr(row, name, value)
    others = session.participations.exclude(pk=row.pk)
    address = row.email.lower()
    if any(
        who(other) == who(row) or (address and other.email.lower() == address) for other in others
    ):
        raise OnTheListAlready
    row.save(update_fields=list(facts))
    return row


@transaction.atomic
def take_off(participation: Participation) -> None:
    """Take someone off the list, and tell them if they knew that they were on it.

    Raises ``WasThere`` where attendance was noted.
    """
    session = _open_list(participation.session)
    row = session.participations.select_related("user").filter(pk=participation.pk).first()
    if row is None:
        return
    if row.attended is not None:
        raise WasThere
    taken_off(session, row)
    row.delete()
