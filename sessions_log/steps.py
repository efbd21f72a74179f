"""What someone can do now with a session: the buttons at the head of its page.

Each part of the work adds its own lines here, so that the page needs no rules. Only steps that
would be allowed are given; the views ask again.
"""

from dataclasses import dataclass
from enum import IntEnum

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from sessions_log.models import WorkSession
from sessions_log.notifications import subject_of
from sessions_log.permissions import can_edit_session


class Rank(IntEnum):
    """How much a step stands out: the next thing to do, a usual one, or one in the menu."""

    NEXT = 0
    USUAL = 1
    MORE = 2


@dataclass(frozen=True)
class Step:
    """A link to a page where something is done; ``icon`` is a heroicon."""

    label: str
    url: str
    icon: str
    rank: Rank = Rank.USUAL


@dataclass(frozen=True)
class Steps:
    """The steps as the page shows them: buttons, and a menu for the rest."""

    buttons: list[Step]
    menu: list[Step]


def arranged(steps: list[Step]) -> Steps:
    """Put the next step first; what is seldom needed goes into the menu."""
    shown = sorted((step for step in steps if step.rank != Rank.MORE), key=lambda step: step.rank)
    return Steps(shown, [step for step in steps if step.rank == Rank.MORE])


def steps_for(user: User | AnonymousUser, session: WorkSession) -> list[Step]:
    """All that this person can do with the session, in the order of the work."""
    return [*_office(user, session)]


def _office(user: User | AnonymousUser, session: WorkSession) -> list[Step]:
    found = []
    if in_office(user):
        found.append(
            Step(
                _("Who was mailed"),
                reverse("ledger_about", args=[subject_of(session.pk)]),
                "envelope",
                Rank.MORE,
            )
        )
    if can_edit_session(user, session):
        found.append(
            Step(
                _("Open in the admin"),
                reverse("admin:sessions_log_worksession_change", args=[session.pk]),
                "wrench-screwdriver",
                Rank.MORE,
            )
        )
    return found
