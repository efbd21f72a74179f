"""What both sides thought of working together."""

import datetime
import hashlib

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.errors import ChangedMeanwhile, FeedbackFixed, NotASide, NotFinished
from assignments.models import Feedback, Team
from assignments.notifications import finishing_telling as telling
from assignments.permissions import speaks_for
from civportal.accounts.models import User

CHANGES = datetime.timedelta(days=7)
"""How long feedback can be changed, as long as the other side has not read it."""


def version_of(feedback: Feedback | None) -> str:
    """A mark of what feedback says, to notice that a colleague saved it meanwhile."""
    if feedback is None:
        return ""
    said = "\0".join([feedback.went_well, feedback.better, str(feedback.again)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def is_fixed(feedback: Feedback) -> bool:
    """Whether it does not change any more: read by the other side, or a week old."""
    return feedback.read_at is not None or timezone.now() > feedback.at + CHANGES


@transaction.atomic
def give_feedback(
    team: Team, *, by: User, went_well: str, better: str, again: bool | None, version: str
) -> Feedback:
    """Give the feedback of one's side on a team that is done, or change it.

    ``again`` is whether one would do it again, None for no answer; ``version`` is ``version_of``
    what was on the screen. The other side reads it once it gave its own, or after a month. Saying
    the same again changes nothing. Raises ``NotASide``, ``NotFinished``, ``FeedbackFixed``, and
    ``ChangedMeanwhile`` when a colleague saved it since.
    """
    team = locked(team)
    side = speaks_for(by, team)
    if side is None:
        raise NotASide
    if team.finished_at is None:
        raise NotFinished
    known = team.feedback.filter(side=side).first()
    said = {"went_well": went_well.strip(), "better": better.strip(), "again": again}
    if known is None:
        feedback = team.feedback.create(side=side, author=by, **said)
        telling.feedback_given(feedback)
        return feedback
    if all(getattr(known, name) == value for name, value in said.items()):
        return known
    if is_fixed(known):
        raise FeedbackFixed
    if version_of(known) != version:
        raise ChangedMeanwhile
    for name, value in said.items():
        setattr(known, name, value)
    known.author = by
    known.save(update_fields=[*said, "author"])
    return known


@transaction.atomic
def read_feedback(feedback: Feedback, *, by: User) -> Feedback:
    """Somebody of the other side reads it: from now on it does not change.

    Whoever else may read it, such as its own side, reads it without this. The view has asked
    ``visible_to``.
    """
    team = locked(feedback.team)
    feedback = locked(feedback)
    side = speaks_for(by, team)
    if side is not None and side != feedback.side and feedback.read_at is None:
        feedback.read_at = timezone.now()
        feedback.save(update_fields=["read_at"])
    return feedback
