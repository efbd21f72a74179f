"""What comes next for a team, for its coach and for those who posted: said on page and desk."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.actions.names import takes_names
from assignments.applying import centre_day, closed_because
from assignments.choices import Side, State, TeamState
from assignments.models import Feedback, HandIn, Step, Team, TeamCount, TeamMember, Terms
from assignments.querysets import TeamQuerySet
from civportal.ui import words

TERMS_ANCHOR, STEPS_ANCHOR = "voorwaarden", "mijlpalen"
"""Where these stand on the page of a team."""


@dataclass(frozen=True)
class NextStep:
    """One sentence about what comes next, and the way there; ``tone`` is that of a callout."""

    title: str
    text: str
    tone: str = "info"
    href: str = ""
    label: str = ""


def with_next_step(teams: TeamQuerySet) -> QuerySet[Team]:
    """These teams with what the next step hangs on, in the same query."""
    accepted_terms = Terms.objects.current().filter(assignment=OuterRef("assignment"))
    students = TeamCount.objects.filter(team=OuterRef("pk")).order_by().values("team")
    written = TeamMember.objects.filter(team=OuterRef("pk")).order_by().values("team")
    handed_in = HandIn.objects.filter(step=OuterRef("pk"), team=OuterRef(OuterRef("pk")))
    to_hand_in = (
        Step.objects.filter(~Exists(handed_in), assignment=OuterRef("assignment"), wants_file=True)
        .order_by("due", "pk")
        .values("title", "due")[:1]
    )
    feedback = Feedback.objects.filter(team=OuterRef("pk"), side=Side.TEAM)
    return teams.select_related("assignment__partner").annotate(
        next_title=Subquery(to_hand_in.values("title")),
        next_due=Subquery(to_hand_in.values("due")),
        gave_feedback=Exists(feedback),
        terms_open=Exists(accepted_terms.exclude(acceptances__team=OuterRef("pk"))),
        students=Coalesce(Subquery(students.annotate(n=Sum("number")).values("n")), 0),
        names_written=Coalesce(Subquery(written.annotate(n=Count("pk")).values("n")), 0),
    )


def for_coach(team: Any) -> NextStep:
    """The coach's next step; ``team`` comes from ``with_next_step``."""
    assignment = team.assignment
    page = team.get_absolute_url()
    if assignment.state == State.WITHDRAWN:
        why = assignment.withdrawn_reason or _("There is nothing left to do for this team.")
        return NextStep(_("The assignment was withdrawn"), why, "bad")
    if team.state in {TeamState.DRAFT, TeamState.WITHDRAWN}:
        return _to_apply(team)
    if team.state == TeamState.APPLIED:
        return NextStep(
            _("Wait for an answer"),
            _(
                "Those who posted the assignment read what you wrote and choose. You get a mail. "
                "Until then you can still change the team."
            ),
            "wait",
        )
    if team.state == TeamState.RESERVE:
        return NextStep(
            _("Your team is in reserve"),
            _("When a place comes free, your team can still be chosen. You get a mail then."),
            "wait",
        )
    if team.state == TeamState.DECLINED:
        return NextStep(
            _("It will be another team this time"),
            _("The page of the team tells why. There may be another assignment for your students."),
            "bad",
            reverse("assignments:list"),
            _("Look at the other assignments"),
        )
    return _accepted(team, page)


def _to_apply(team: Any) -> NextStep:
    closed = closed_because(team.assignment)
    withdrawn = team.state == TeamState.WITHDRAWN
    if closed is not None:
        title = _("This team was withdrawn") if withdrawn else _("This team can no longer apply")
        return NextStep(title, str(closed), "bad")
    last = team.assignment.apply_by
    until = (
        _("Teams can apply until %(day)s, that day included.") % {"day": words.long_date(last)}
        if last
        else _("There is no last day to apply.")
    )
    url = reverse("assignments:team_apply", args=[team.pk])
    if withdrawn:
        return NextStep(_("You have withdrawn this team"), until, "wait", url, _("Apply again"))
    return NextStep(_("Apply with this team"), until, "info", url, _("Check and apply"))


def _accepted(team: Any, page: str) -> NextStep:
    assignment = team.assignment
    if team.finished_at or assignment.state in {State.FINISHED, State.ARCHIVED}:
        return _finished(team)
    if team.terms_open:
        return NextStep(
            _("Read and accept the terms"),
            _("After that you can download what goes with the assignment."),
            "wait",
            f"{page}#{TERMS_ANCHOR}",
            _("To the terms"),
        )
    missing = team.students - team.names_written
    if missing > 0 and takes_names(team):
        return NextStep(
            _("Write down the names of your students"),
            ngettext(
                "%(number)d name is missing. Ask each student first.",
                "%(number)d names are missing. Ask each student first.",
                missing,
            )
            % {"number": missing},
            "wait",
            reverse("assignments:team_names", args=[team.pk]),
            _("To the names"),
        )
    return _at_work(team, page) if assignment.state == State.RUNNING else _before_start(team)


def _at_work(team: Any, page: str) -> NextStep:
    if not team.next_title:
        return NextStep(
            _("Your team is at work"),
            _("Is the work done? Then finish it on the page of the team."),
            "good",
        )
    said = {"title": team.next_title, "day": words.long_date(team.next_due)}
    return NextStep(
        _("Your team is at work"),
        _("Next to hand in: %(title)s, by %(day)s.") % said,
        "wait" if team.next_due < centre_day() else "good",
        f"{page}#{STEPS_ANCHOR}",
        _("To the milestones"),
    )


def _before_start(team: Any) -> NextStep:
    begins = team.assignment.starts_on
    text = _("Agree in the conversation on when the assignment begins.")
    if begins is not None:
        text = _("The assignment begins on %(day)s.") % {"day": words.long_date(begins)}
    return NextStep(_("Your team was chosen"), text, "good")


def _finished(team: Any) -> NextStep:
    if team.finished_at and not team.gave_feedback and team.assignment.state != State.ARCHIVED:
        return NextStep(
            _("Tell how it went"),
            _("Your feedback helps the organisation, and the teams of next year."),
            "wait",
            reverse("assignments:feedback", args=[team.pk]),
            _("Give feedback"),
        )
    return NextStep(_("Finished"), _("This team has done the assignment."), "good")


def for_deciders(team: Any) -> NextStep | None:
    """What those who posted are to do about a team; None where nothing waits for them."""
    if team.assignment.state not in {State.PUBLISHED, State.MATCHED, State.RUNNING}:
        return None
    compare = reverse("assignments:teams", args=[team.assignment_id])
    if team.state == TeamState.APPLIED:
        return NextStep(
            _("This team waits for your answer"),
            _("Ask what you want to know, compare it with the others, and choose."),
            "wait",
            compare,
            _("Compare the teams"),
        )
    if team.state == TeamState.RESERVE:
        return NextStep(
            _("This team is in reserve"),
            _("You can still accept it where a place is free, or decline it."),
            "info",
            compare,
            _("Compare the teams"),
        )
    return None
