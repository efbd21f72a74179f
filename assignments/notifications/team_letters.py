"""What the mails about teams say, in the language in force; never the name of a student."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assignments.composition import composition_of
from assignments.models import Assignment, Team
from civportal.lib.mail import Letter, absolute, greeting
from civportal.ui import words


def _about(team: Team) -> dict[str, str]:
    return {"team": team.name, "assignment": team.assignment.title}


def _team_url(team: Team) -> str:
    return absolute(team.get_absolute_url())


def _compare_url(assignment: Assignment) -> str:
    return absolute(reverse("assignments:teams", args=[assignment.pk]))


def _facts(team: Team) -> list[tuple[str, str]]:
    """The team in a few lines; schools and numbers only."""
    composition = composition_of(team.assignment, team.counts.all())
    facts = [(_("Students"), composition.in_words)]
    if composition.schools:
        facts.append((_("Schools"), ", ".join(school.name for school in composition.schools)))
    if team.coach is not None:
        facts.append((_("Coach"), team.coach.get_full_name()))
    return facts


def _why_poster() -> str:
    return _("You get this mail because you posted this assignment, or your organisation did.")


def _why_coach() -> str:
    return _("You get this mail because you coach this team.")


def applied(team: Team, name: str, *, has_account: bool = True) -> Letter:
    """To those who posted: who would like to do it."""
    told = _("A team would like to do your assignment “%(assignment)s”.") % _about(team)
    after = []
    if has_account:
        action = (_("See the team"), _team_url(team))
    else:
        action = (_("See the assignment"), absolute(team.assignment.get_absolute_url()))
        after.append(
            _(
                "You have no account on the portal yet. The teacher of this assignment can choose "
                "the team for you; make an account to choose yourself."
            )
        )
    return Letter(
        subject=_("A team has applied: %(team)s for %(assignment)s") % _about(team),
        greeting=greeting(name),
        paragraphs=[told, team.motivation],
        facts=_facts(team),
        action=action,
        after=after,
        why=_why_poster(),
    )


def changed(team: Team, name: str) -> Letter:
    """To those who posted: how the team is now."""
    return Letter(
        subject=_("A team has changed: %(team)s for %(assignment)s") % _about(team),
        greeting=greeting(name),
        paragraphs=[_("The coach has changed this team. It is now like this:")],
        facts=_facts(team),
        action=(_("See the team"), _team_url(team)),
        why=_why_poster(),
    )


def withdrawn(team: Team, name: str, *, had_place: bool, reserve: int) -> Letter:
    """To those who posted: that a team stops, and who could step in."""
    said = [_("The coach has withdrawn the team “%(team)s”.") % _about(team)]
    if had_place:
        said.append(_("You had accepted this team, so its place is free again."))
    if had_place and reserve:
        said.append(
            ngettext(
                "There is %(number)d team in reserve that could take its place.",
                "There are %(number)d teams in reserve that could take its place.",
                reserve,
            )
            % {"number": reserve}
        )
    return Letter(
        subject=_("A team has withdrawn: %(team)s for %(assignment)s") % _about(team),
        greeting=greeting(name),
        paragraphs=said,
        action=(_("See the teams"), _compare_url(team.assignment)),
        why=_why_poster(),
    )


def undecided(assignment: Assignment, name: str, *, number: int) -> Letter:
    """To those who posted: teams wait for an answer."""
    about = {"number": number, "assignment": assignment.title}
    said = []
    if assignment.apply_by is not None:
        said.append(
            _("Teams could apply until %(day)s.") % {"day": words.long_date(assignment.apply_by)}
        )
    said.append(_("Teachers plan their lessons around your answer, also when it is no."))
    return Letter(
        subject=ngettext(
            "%(number)d team waits for your answer: %(assignment)s",
            "%(number)d teams wait for your answer: %(assignment)s",
            number,
        )
        % about,
        greeting=greeting(name),
        paragraphs=said,
        action=(_("Compare the teams"), _compare_url(assignment)),
        why=_why_poster(),
    )


def accepted(team: Team, name: str, *, has_terms: bool) -> Letter:
    """To the coach: yes, and what comes now."""
    assignment = team.assignment
    said = [
        _("Good news: your team “%(team)s” may do the assignment “%(assignment)s”.") % _about(team)
    ]
    if has_terms:
        said.append(
            _(
                "Read the terms with your students and accept them for the team. After that you "
                "can download what goes with the assignment."
            )
        )
    if assignment.names_needed:
        said.append(
            _(
                "This assignment needs the names of your students. Ask each of them first, and "
                "write the names down on the page of the team."
            )
        )
    facts = []
    if assignment.starts_on is not None:
        facts.append(
            (pgettext("of an assignment", "Begins on"), words.long_date(assignment.starts_on))
        )
    return Letter(
        subject=_("Accepted: %(team)s for %(assignment)s") % _about(team),
        greeting=greeting(name),
        paragraphs=said,
        facts=facts,
        action=(_("To your team"), _team_url(team)),
        why=_why_coach(),
    )


def declined(team: Team, name: str) -> Letter:
    """To the coach: no, and why."""
    return Letter(
        subject=_("Not this time: %(team)s for %(assignment)s") % _about(team),
        greeting=greeting(name),
        paragraphs=[
            _(
                "Your team “%(team)s” will not do the assignment “%(assignment)s”. "
                "This is the reason:"
            )
            % _about(team),
            team.reason,
            _("There are other assignments on the board, and new ones come."),
        ],
        action=(_("Look at the other assignments"), absolute(reverse("assignments:list"))),
        why=_why_coach(),
    )


def in_reserve(team: Team, name: str) -> Letter:
    """To the coach: not yet."""
    return Letter(
        subject=_("In reserve: %(team)s for %(assignment)s") % _about(team),
        greeting=greeting(name),
        paragraphs=[
            _("Your team “%(team)s” is in reserve for the assignment “%(assignment)s”.")
            % _about(team),
            _(
                "When a place comes free, those who posted it can still choose your team, and you "
                "get a mail. You may withdraw at any time, for example to do another assignment."
            ),
        ],
        action=(_("To your team"), _team_url(team)),
        why=_why_coach(),
    )


def reconsidered(team: Team, name: str) -> Letter:
    """To the coach: the no was taken back."""
    return Letter(
        subject=_("Looked at again: %(team)s for %(assignment)s") % _about(team),
        greeting=greeting(name),
        paragraphs=[
            _(
                "Your team “%(team)s” was declined for the assignment “%(assignment)s”. That was "
                "taken back: the team is waiting for a choice again."
            )
            % _about(team)
        ],
        action=(_("To your team"), _team_url(team)),
        why=_why_coach(),
    )


def deadline(team: Team, name: str) -> Letter | None:
    """To a coach who has not applied yet; None where there is no last day any more."""
    day = team.assignment.apply_by
    if day is None:
        return None
    return Letter(
        subject=_("Apply until %(day)s: %(assignment)s")
        % {"day": words.long_date(day), **_about(team)},
        greeting=greeting(name),
        paragraphs=[
            _("You are forming the team “%(team)s”, and it has not applied yet.") % _about(team),
            _("Teams can apply until %(day)s, that day included.") % {"day": words.long_date(day)},
        ],
        facts=_facts(team),
        action=(_("To your team"), _team_url(team)),
        why=_why_coach(),
    )
