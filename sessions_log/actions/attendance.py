"""Who was there."""

from collections.abc import Collection

import pghistory
from django.db import transaction

from civportal.accounts.models import User
from partners.models import Partner
from sessions_log.actions.people import OnTheListAlready, who
from sessions_log.actions.writing import MinutesSettled, NotStarted, SessionCancelled
from sessions_log.choices import Reply
from sessions_log.models import Minutes, Participation, WorkSession


def _open_list(session_id: int) -> WorkSession:
    """The session, held until the end of the transaction, while its minutes are being written."""
    session = WorkSession.objects.select_for_update().get(pk=session_id)
    if session.is_cancelled:
        raise SessionCancelled
    minutes = Minutes.objects.select_for_update(no_key=True).filter(session=session).first()
    if minutes is None:
        raise NotStarted
    if minutes.is_settled:
        raise MinutesSettled
    return session


def _note(rows: Collection[Participation], *, attended: bool, by: User) -> None:
    """Row by row, so that each has its history."""
    with pghistory.context(user=by.pk):
        for row in rows:
            if row.attended is not attended:
                row.attended = attended
                row.save(update_fields=["attended"])


@transaction.atomic
def keep_attendance(
    session_id: int,
    *,
    there: Collection[int],
    shown: Collection[int],
    was: Collection[int],
    by: User,
) -> None:
    """Note who was there, by keys of participations.

    ``shown`` is the list as it stood on the page and ``was`` those who had a tick then: of the
    others nothing is known, and what someone else ticked since stays. Who has no tick was not
    there.
    """
    session = _open_list(session_id)
    changed = [
        row
        for row in session.participations.filter(pk__in=shown).order_by("pk")
        if row.attended is None or (row.pk in there) != (row.pk in was)
    ]
    _note([row for row in changed if row.pk in there], attended=True, by=by)
    _note([row for row in changed if row.pk not in there], attended=False, by=by)


@transaction.atomic
def note_who_said_yes(session_id: int, *, by: User) -> int:
    """Note that everyone who said yes was there, unless someone noted otherwise; how many."""
    session = _open_list(session_id)
    rows = list(session.participations.filter(reply=Reply.YES, attended=None).order_by("pk"))
    _note(rows, attended=True, by=by)
    return len(rows)


@transaction.atomic
def add_guest(
    session_id: int, *, name: str, function: str, organisation: str, by: User
) -> Participation:
    """Note someone without an account who came; nobody invited them, so they read no more.

    An organisation that is a partner here becomes that partner. Raises ``OnTheListAlready``.
    """
    session = _open_list(session_id)
    partner = Partner.objects.filter(name__iexact=organisation).first() if organisation else None
    guest = Participation(
        session=session,
        name=name,
        function=function,
        partner=partner,
        organisation="" if partner else organisation,
        attended=True,
    )
    if any(who(row) == who(guest) for row in session.participations.all()):
        raise OnTheListAlready
    with pghistory.context(user=by.pk):
        guest.save(force_insert=True)
    return guest
