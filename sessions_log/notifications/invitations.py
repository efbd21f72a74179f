"""Invitations, and what those invited must hear: a move, a cancellation, a reply still open.

``session_moved`` and ``session_cancelled`` are for the actions that move and cancel, in their
transaction. Everyone who heard of the session is told, those who declined too: a session may be
moved to a day on which they can come, and their calendars show the old one.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.notifications import kinds
from civportal.notifications.choices import Mode, Reason, State
from civportal.notifications.kinds import Message, Withheld
from civportal.notifications.models import Notification
from civportal.notifications.outbox import drop, notify
from sessions_log.models import BodyMembership, Participation, WorkSession
from sessions_log.notifications.common import (
    Reader,
    as_seen,
    begins_at,
    readers_of,
    session_key,
    subject_of,
)
from sessions_log.notifications.guests import (
    tell_guest_taken_off,
    tell_guests_of_cancellation,
    tell_guests_of_move,
)
from sessions_log.notifications.invitation_letters import (
    Moment,
    To,
    preview_cancelled,
    preview_invitation,
    preview_moved,
    preview_reply_open,
    preview_taken_off,
    write_cancelled,
    write_invitation,
    write_moved,
    write_reply_open,
    write_taken_off,
)
from sessions_log.notifications.reminders import REMINDER
from sessions_log.querysets import active_on

INVITATION = "sessions_log.invitation"
MOVED = "sessions_log.moved"
CANCELLED = "sessions_log.cancelled"
REPLY_OPEN = "sessions_log.reply_open"
TAKEN_OFF = "sessions_log.taken_off"

ASK_AGAIN = datetime.timedelta(days=3)
"""How long before a session those are asked once more who have not answered."""
ASK_AGAIN_AT = datetime.time(9)
LEAST = datetime.timedelta(days=1)
"""Between an invitation and asking again; with less, nobody is asked twice."""


def heard_of(session: WorkSession) -> QuerySet[User]:
    """Everyone who was told of a session, or answered or signed up by themselves.

    Members of the body come in with the first mail of it that they got; before that a session
    may move as often as it likes.
    """
    mailed = Notification.objects.filter(
        recipient=OuterRef("pk"),
        subject=subject_of(session.pk),
        kind__in=[INVITATION, REMINDER],
        state=State.SENT,
    )
    seats = BodyMembership.objects.filter(
        active_on(session.date), body=session.body_id, user=OuterRef("pk")
    )
    listed = session.participations.filter(user=OuterRef("pk"))
    knows = listed.filter(Q(invited_at__isnull=False) | ~Q(reply=""))
    return User.objects.filter(
        Q(Exists(knows)) | (Q(Exists(mailed)) & (Q(Exists(listed)) | Q(Exists(seats)))),
        is_active=True,
    ).order_by("pk")


def send_invitations(
    session: WorkSession, people: Iterable[int], *, now: datetime.datetime
) -> None:
    """Write the invitations, and the mail that asks again whoever has not answered."""
    people = list(people)
    notify(
        people,
        kind=INVITATION,
        subject=subject_of(session.pk),
        key=f"{session.pk}:{now.timestamp():.6f}",
        expires_at=session.answers_until,
    )
    _ask_again(session, people, now)


def _ask_again(session: WorkSession, people: Iterable[int], now: datetime.datetime) -> None:
    moment = begins_at(session.date - ASK_AGAIN, ASK_AGAIN_AT)
    if moment - now < LEAST:
        return
    notify(
        people,
        kind=REPLY_OPEN,
        subject=subject_of(session.pk),
        key=f"{session.pk}:{session.sequence}",
        data={"now": Moment.of(session).as_json()},
        due_at=moment,
        expires_at=session.answers_until,
    )


def session_moved(session: WorkSession, *, before: WorkSession, by: User, note: str = "") -> None:
    """Tell everyone who heard of a session that it is at another time, or elsewhere; once.

    Call this in the transaction of the move, after the new SEQUENCE was saved; ``before`` is the
    session as it was, ``note`` what the planner has to say about it. A cancelled session that is
    planned again is told of in the same way.

    Whoever was invited is asked anew when the hours changed: an answer was for the hours it was
    given for. Those who signed themselves up keep their place, and can sign off.
    """
    subject = subject_of(session.pk)
    people = list(heard_of(session).values_list("pk", flat=True))
    drop(subject=subject, kinds=[MOVED, CANCELLED, REPLY_OPEN])
    if not Moment.of(before).is_same_time(session):
        _forget_answers(session)
    data = {
        "now": Moment.of(session).as_json(),
        "before": Moment.of(before).as_json(),
        "was_cancelled": before.is_cancelled,
        "note": note,
        "by": by.pk,
    }
    tell_guests_of_move(session, data)
    notify(
        people,
        kind=MOVED,
        subject=subject,
        key=f"{session.pk}:{session.sequence}",
        data=data,
        expires_at=session.answers_until,
    )
    unanswered = session.participations.filter(user__in=people, reply="", invited=True)
    _ask_again(session, unanswered.values_list("user", flat=True), timezone.now())


def _forget_answers(session: WorkSession) -> None:
    """The history keeps what people answered before."""
    seats = BodyMembership.objects.filter(active_on(session.date), body=session.body_id)
    session.participations.filter(
        Q(invited=True) | Q(invited_at__isnull=False) | Q(user__in=seats.values("user"))
    ).exclude(reply="").update(reply="", replied_at=None, replaced_by="", reply_note="")


def session_cancelled(session: WorkSession, *, by: User) -> None:
    """Tell everyone who heard of a session that it does not take place; once.

    Call this in the transaction of the cancellation, after the new SEQUENCE was saved. What still
    waits about the session is dropped.
    """
    subject = subject_of(session.pk)
    people = list(heard_of(session).values_list("pk", flat=True))
    drop(subject=subject, kinds=[INVITATION, MOVED, REPLY_OPEN, REMINDER])
    tell_guests_of_cancellation(session)
    notify(
        people,
        kind=CANCELLED,
        subject=subject,
        key=f"{session.pk}:{session.sequence}",
        data={"by": by.pk},
        expires_at=begins_at(session.date + datetime.timedelta(days=1), None),
    )


def taken_off(session: WorkSession, place: Participation) -> None:
    """Tell someone whose place is about to go that they are not expected any more; once.

    Call this in the transaction that takes them off the list.
    """
    if not hears_taken_off(session, place):
        return
    if place.user is None:
        tell_guest_taken_off(session, place)
    else:
        notify(
            [place.user.pk],
            kind=TAKEN_OFF,
            subject=subject_of(session.pk),
            key=f"{session.pk}:{place.pk}",
            expires_at=session.answers_until,
        )


def hears_taken_off(session: WorkSession, place: Participation) -> bool:
    """Whether someone on the list counts on a session to come, and can be mailed.

    They were invited by mail, answered, or signed up.
    """
    knows = place.invited_at is not None or bool(place.reply)
    mailable = place.user.is_active if place.user else bool(place.email)
    return session.takes_answers and knows and mailable


Writer = Callable[[WorkSession, To, dict[str, Any]], Message]
Judge = Callable[[Notification, WorkSession, Participation | None], bool]


def _composer(
    write: Writer, holds: Judge, *, also_unseen: bool = False
) -> Callable[[Sequence[Notification]], Mapping[int, Message | Withheld]]:
    """Make a kind's ``compose``: ``holds`` says whether a mail still tells the truth.

    ``also_unseen`` is for what concerns those who may not see the session any more.
    """

    def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
        keys = {session_key(row) for row in rows}
        sessions = (
            WorkSession.objects.select_related("body")
            .prefetch_related("lines", "items")
            .in_bulk(keys)
        )
        people = {row.recipient_id for row in rows}
        readers = readers_of(people, keys)
        places = {
            (place.session_id, place.user_id): place
            for place in Participation.objects.filter(session__in=keys, user__in=people)
        }
        centre_name = CentreProfile.current().name
        made: dict[int, Message | Withheld] = {}
        for row in rows:
            key = session_key(row)
            session, reader = sessions.get(key), readers[row.recipient_id]
            place = places.get((key, row.recipient_id))
            reason = _why_not(row, session, reader, place, holds)
            if reason and not (also_unseen and reason == Reason.NO_LONGER_VISIBLE):
                made[row.pk] = Withheld(reason)
                continue
            assert session is not None  # noqa: S101 - one that is gone has a reason above
            to = To(
                name=row.recipient.name,
                email=row.recipient.email,
                zone_name=row.recipient.time_zone,
                place=place,
                centre_name=centre_name,
                opens_page=session.pk in reader.visible,
            )
            with kinds.in_language_of(row.recipient):
                made[row.pk] = write(as_seen(session, reader.full, reader.items), to, row.data)
        return made

    return compose


def _why_not(
    row: Notification,
    session: WorkSession | None,
    reader: Reader,
    place: Participation | None,
    holds: Judge,
) -> Reason | None:
    if session is None or not holds(row, session, place):
        return Reason.OUTDATED
    return None if session.pk in reader.visible else Reason.NO_LONGER_VISIBLE


def _is_planned(row: Notification, session: WorkSession, place: Participation | None) -> bool:
    return session.takes_answers and place is not None


def _is_latest(row: Notification, session: WorkSession, place: Participation | None) -> bool:
    return session.takes_answers and row.data["now"] == Moment.of(session).as_json()


def _is_cancelled(row: Notification, session: WorkSession, place: Participation | None) -> bool:
    return session.is_cancelled


def _is_unanswered(row: Notification, session: WorkSession, place: Participation | None) -> bool:
    return _is_latest(row, session, place) and place is not None and not place.reply


def _is_off(row: Notification, session: WorkSession, place: Participation | None) -> bool:
    return session.takes_answers and place is None


MUST_ARRIVE: Promise = gettext_lazy(
    "You are counted on there. You always hear when a session that you know of is not as you know."
)


def register() -> None:
    """Make the kinds known."""
    group = gettext_lazy("Sessions")
    kinds.register_kind(
        kinds.Kind(
            name=INVITATION,
            label=gettext_lazy("Invitation to a session"),
            group=group,
            compose=_composer(write_invitation, _is_planned),
            preview=preview_invitation,
            modes=(Mode.AT_ONCE, Mode.OFF),
            help_text=gettext_lazy("Without the mail, you find invitations on your desk."),
        )
    )
    kinds.register_kind(
        kinds.Kind(
            name=REPLY_OPEN,
            label=gettext_lazy("Invitation that you have not answered"),
            group=group,
            compose=_composer(write_reply_open, _is_unanswered),
            preview=preview_reply_open,
            help_text=gettext_lazy("Once, some days before the session."),
        )
    )
    kinds.register_kind(
        kinds.Kind(
            name=MOVED,
            label=gettext_lazy("Session that was moved"),
            group=group,
            compose=_composer(write_moved, _is_latest),
            preview=preview_moved,
            required=True,
            help_text=MUST_ARRIVE,
        )
    )
    kinds.register_kind(
        kinds.Kind(
            name=CANCELLED,
            label=gettext_lazy("Session that was cancelled"),
            group=group,
            compose=_composer(write_cancelled, _is_cancelled),
            preview=preview_cancelled,
            required=True,
            help_text=MUST_ARRIVE,
        )
    )
    kinds.register_kind(
        kinds.Kind(
            name=TAKEN_OFF,
            label=gettext_lazy("Session to which you need not come any more"),
            group=group,
            compose=_composer(write_taken_off, _is_off, also_unseen=True),
            preview=preview_taken_off,
            required=True,
            help_text=MUST_ARRIVE,
        )
    )
