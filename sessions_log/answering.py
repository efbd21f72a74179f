"""What one person can say about coming to a session: the block on its page."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from civportal.accounts.models import User
from sessions_log.actions.replies import places_left, signed_up_only
from sessions_log.forms.replies import ReplyForm
from sessions_log.models import BodyMembership, Participation, WorkSession
from sessions_log.querysets import active_on


@dataclass(frozen=True)
class ReplyBlock:
    """``form`` answers an invitation; without it, one may sign up, or off again."""

    session: WorkSession
    place: Participation | None
    form: ReplyForm | None = None
    left: int | None = None

    @property
    def signs_up(self) -> bool:
        """Whether coming is the person's own idea."""
        return self.form is None

    @property
    def is_full(self) -> bool:
        """Whether nobody else can sign up."""
        return self.left == 0

    @property
    def goes(self) -> bool:
        """Whether the person is on the list and did not decline."""
        return self.place is not None and self.place.reply != "no"


def reply_block(
    user: User | AnonymousUser, session: WorkSession, form: ReplyForm | None = None
) -> ReplyBlock | None:
    """What to show this person; None when there is nothing for them to answer."""
    if not session.takes_answers:
        return None
    place = None
    if user.is_authenticated:
        place = session.participations.filter(user=user).first()
        if is_asked(user, session, place):
            return ReplyBlock(session, place, form or ReplyForm.of(place))
    if not session.sign_up:
        return None
    return ReplyBlock(session, place, left=places_left(session))


def is_asked(user: User, session: WorkSession, place: Participation | None) -> bool:
    """Whether someone was asked: by the office, or because they sit in the body."""
    if place is not None:
        return not (session.sign_up and signed_up_only(place))
    seats = BodyMembership.objects.filter(active_on(session.date), body=session.body_id)
    return session.body_id is not None and seats.filter(user=user).exists()
