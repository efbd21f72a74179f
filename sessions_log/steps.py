"""What someone can do now with a session: the buttons at the head of its page.

Each part of the work adds its own lines here, so that the page needs no rules. Only steps that
would be allowed are given; the views ask again.
"""

from dataclasses import dataclass
from enum import IntEnum

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from sessions_log.choices import MinutesState, SessionStatus
from sessions_log.models import Minutes, WorkSession
from sessions_log.notifications import subject_of
from sessions_log.permissions import (
    can_approve,
    can_edit_session,
    can_plan,
    can_plan_session,
    can_publish,
)


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


def steps_for(
    user: User | AnonymousUser,
    session: WorkSession,
    *,
    minutes: Minutes | None,
    has_agenda: bool,
) -> list[Step]:
    """All that this person can do with the session, in the order of the work.

    ``minutes`` are those that the person may read; ``has_agenda`` tells whether they know of an
    item. The page has both already.
    """
    found: list[Step] = []
    plans = can_plan_session(user, session)  # and so writes the minutes
    if plans:
        found += _planning(user, session)
        found += _writing(session, minutes)
    if minutes is not None and user.is_authenticated:
        found += minutes_steps(user, session, minutes, writes=plans)
    return [*found, *_papers(session, minutes, has_agenda=has_agenda), *_office(user, session)]


def _writing(session: WorkSession, minutes: Minutes | None) -> list[Step]:
    """Writing the minutes, until they are approved; the next thing to do from that day on."""
    if session.is_cancelled or (minutes is not None and minutes.is_settled):
        return []
    if minutes is not None and minutes.state == MinutesState.CIRCULATED:
        label, rank = _("Change the minutes"), Rank.USUAL
    else:
        is_there = session.status == SessionStatus.HELD or session.date <= timezone.localdate()
        label, rank = _("Write the minutes"), Rank.NEXT if is_there else Rank.MORE
    return [Step(label, reverse("sessions_log:write", args=[session.pk]), "pencil", rank)]


def _papers(session: WorkSession, minutes: Minutes | None, *, has_agenda: bool) -> list[Step]:
    """What can be taken along as PDF: the agenda, and the minutes once these can be read."""
    found = []
    if has_agenda:
        address = reverse("sessions_log:agenda_pdf", args=[session.pk])
        rank = Rank.MORE if minutes else Rank.USUAL
        found.append(Step(_("Agenda (PDF)"), address, "document-text", rank))
    if minutes:
        address = reverse("sessions_log:minutes_pdf", args=[session.pk])
        found.append(Step(_("Minutes (PDF)"), address, "document-text"))
    return found


def minutes_steps(
    user: User, session: WorkSession, minutes: Minutes, *, writes: bool
) -> list[Step]:
    """What can be done with minutes in their state, from sending round to correcting."""

    def step(label: str, name: str, icon: str, rank: Rank) -> Step:
        return Step(label, reverse(f"sessions_log:{name}", args=[session.pk]), icon, rank)

    found = []
    if minutes.state == MinutesState.DRAFT and writes:
        found.append(step(_("Send the minutes round"), "circulate", "paper-airplane", Rank.USUAL))
    if minutes.state == MinutesState.CIRCULATED:
        if can_approve(user, session):
            found.append(step(_("Approve the minutes"), "approve", "check-badge", Rank.NEXT))
        found.append(step(_("Check the minutes"), "check", "chat-bubble-left-ellipsis", Rank.NEXT))
        if writes:
            found.append(
                step(_("Take the minutes back"), "circulate", "arrow-uturn-left", Rank.MORE)
            )
    if minutes.state == MinutesState.APPROVED and can_publish(user, session):
        found.append(step(_("Publish the report"), "publish", "megaphone", Rank.NEXT))
    if minutes.is_settled and writes:
        found.append(step(_("Correct the minutes"), "correct", "pencil-square", Rank.MORE))
    return found


def _planning(user: User | AnonymousUser, session: WorkSession) -> list[Step]:
    def step(label: str, name: str, icon: str, rank: Rank = Rank.USUAL) -> Step:
        return Step(label, reverse(f"sessions_log:{name}", args=[session.pk]), icon, rank)

    found = []
    is_planned = session.status == SessionStatus.PLANNED
    if is_planned and session.date <= timezone.localdate():
        found.append(step(_("It took place"), "hold", "check", Rank.NEXT))
    if session.is_cancelled:
        found.append(step(_("Plan it again"), "plan_again", "arrow-uturn-left"))
    else:
        usual = Rank.USUAL if is_planned else Rank.MORE
        found.append(step(_("Make the agenda"), "agenda", "list-bullet", usual))
    if session.takes_answers:
        found.append(step(_("Invite people"), "invite", "paper-airplane"))
    found.append(step(_("Who comes"), "people", "user-group"))
    found.append(step(_("Edit"), "edit", "pencil-square", Rank.MORE))
    if is_planned:
        found.append(step(_("Another day or place"), "move", "calendar-days", Rank.MORE))
    if can_plan(user, session.body):
        found.append(step(_("Plan the next one"), "copy", "document-duplicate", Rank.MORE))
    if is_planned:
        found.append(step(_("Cancel the session"), "cancel", "x-circle", Rank.MORE))
    return found


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
