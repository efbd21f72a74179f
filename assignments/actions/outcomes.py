"""What a team's work brought: written together, public when both sides agree to the same words."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.choices import Side, State, TeamState
from assignments.errors import (
    ChangedMeanwhile,
    NotASide,
    NotFinished,
    NotOfTeam,
    NotRunning,
    OldWords,
)
from assignments.models import Outcome, Team
from assignments.notifications import finishing_telling as telling
from assignments.outcomes import tell_published
from assignments.permissions import Person, coaches, on_a_side, speaks_for
from civportal.accounts.models import User
from civportal.accounts.viewers import in_office

TEXTS = ("title", "summary", "result", "learned", "lasts", "language")
AFTER_START = [State.RUNNING, State.FINISHED, State.ARCHIVED]
"""There is something to tell of these."""
AGREEMENTS = ["company_yes_at", "company_yes_by", "team_yes_at", "team_yes_by", "published_at"]


def can_write_outcome(user: Person, team: Team) -> bool:
    """Whether this person writes the outcome of this team: its coach, and those who posted."""
    return coaches(user, team) or on_a_side(user, team.assignment)


@transaction.atomic
def save_outcome(team: Team, *, texts: Mapping[str, str], revision: int, by: User) -> Outcome:
    """Keep what the outcome says (the fields of ``TEXTS``, checked by their form).

    ``revision`` is that of the text on the screen, 0 where there was none. A change takes both
    agreements back, and takes off the site what was public; who had agreed hears of it. Saying
    the same changes nothing. Raises ``NotOfTeam``, ``NotRunning``, and ``ChangedMeanwhile`` when
    somebody else saved it since.
    """
    team = locked(team)
    if not can_write_outcome(by, team):
        raise NotOfTeam
    if team.state != TeamState.ACCEPTED or team.assignment.state not in AFTER_START:
        raise NotRunning
    outcome = Outcome.objects.select_for_update().filter(team=team).first()
    said = {name: texts[name].strip() for name in TEXTS}
    if outcome is None:
        outcome = Outcome.objects.create(team=team, written_by=by, revision=1, **said)
        telling.to_agree(outcome, by=by)
        return outcome
    if all(getattr(outcome, name) == value for name, value in said.items()):
        return outcome
    if outcome.revision != revision:
        raise ChangedMeanwhile
    had_agreed = [side for side in Side if yes_of(outcome, side)]
    was_public = outcome.published_at is not None
    for name, value in said.items():
        setattr(outcome, name, value)
    outcome.written_by, outcome.revision = by, outcome.revision + 1
    _take_back(outcome, *Side)
    outcome.save(update_fields=[*TEXTS, "written_by", "revision", "changed_at", *AGREEMENTS])
    telling.outcome_changed(outcome, had_agreed=had_agreed, was_public=was_public, by=by)
    return outcome


def yes_of(outcome: Outcome, side: Side) -> bool:
    """Whether this side agreed to what the outcome says now."""
    return getattr(outcome, f"{side}_yes_at") is not None


def _take_back(outcome: Outcome, *sides: Side) -> None:
    for side in sides:
        setattr(outcome, f"{side}_yes_at", None)
        setattr(outcome, f"{side}_yes_by", None)
    outcome.published_at = None


@transaction.atomic
def agree(outcome: Outcome, *, revision: int, by: User) -> Outcome:
    """Agree, for one's side, to make these words public; with the second yes they are.

    ``revision`` is that of the words that were read. At the same moment others hear of it, and
    news is drafted. Agreeing twice changes nothing. Raises ``NotASide``, ``NotFinished``, and
    ``OldWords`` when the text is another by now.
    """
    team = locked(outcome.team)
    outcome = locked(outcome)
    outcome.team = team
    side = speaks_for(by, team)
    if side is None:
        raise NotASide
    if team.finished_at is None:
        raise NotFinished
    if outcome.revision != revision:
        raise OldWords
    if yes_of(outcome, side):
        return outcome
    now = timezone.now()
    setattr(outcome, f"{side}_yes_at", now)
    setattr(outcome, f"{side}_yes_by", by)
    if all(yes_of(outcome, one) for one in Side):
        outcome.published_at = now
    outcome.save(update_fields=[f"{side}_yes_at", f"{side}_yes_by", "published_at"])
    if outcome.published_at is None:
        telling.to_agree(outcome, by=by)
    else:
        tell_published(outcome)
        telling.outcome_public(outcome, by=by)
    return outcome


@transaction.atomic
def withdraw_agreement(outcome: Outcome, *, by: User) -> Outcome:
    """Take one's side's yes back; what was public comes off the site. The office takes back both.

    The other side hears of it, and the office where it was public: news about it is the office's
    matter. Without a yes there is nothing to do. Raises ``NotASide``.
    """
    team = locked(outcome.team)
    outcome = locked(outcome)
    outcome.team = team
    side = speaks_for(by, team)
    if side is None and not in_office(by):
        raise NotASide
    theirs = [side] if side else list(Side)
    if not any(yes_of(outcome, one) for one in theirs):
        return outcome
    was_public = outcome.published_at is not None
    _take_back(outcome, *theirs)
    outcome.save(update_fields=AGREEMENTS)
    telling.agreement_withdrawn(outcome, was_public=was_public, by=by)
    return outcome
