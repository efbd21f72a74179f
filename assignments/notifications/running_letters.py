"""What the mails say while a team is at work; each in the language in force."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assignments.choices import Side
from assignments.models import (
    Acceptance,
    Assignment,
    AssignmentDocument,
    HandIn,
    Step,
    Team,
    TeamMessage,
    Terms,
)
from civportal.lib.mail import Group, Letter, Line, absolute, greeting
from civportal.ui import words


def why() -> str:
    """Why somebody hears of a team."""
    return _("You coach this team, or you posted the assignment.")


def coach_why() -> str:
    """Why a coach hears of it."""
    return _("You coach this team.")


def _team_url(team: Team, part: str = "") -> str:
    return absolute(team.get_absolute_url()) + part


def author_of(message: TeamMessage) -> str:
    """Who said it, or the side where the account is gone."""
    return message.author.get_full_name() if message.author else message.get_side_display()


def message(team: Team, said: TeamMessage, name: str) -> Letter:
    """What somebody said in a team's thread."""
    told = {"author": author_of(said), "team": team.name, "assignment": team.assignment.title}
    if said.side == Side.TEAM:
        intro = _("%(author)s writes for team %(team)s (%(assignment)s):")
    else:
        intro = _("%(author)s writes to team %(team)s (%(assignment)s):")
    return Letter(
        subject=_("%(author)s wrote: team %(team)s") % told,
        greeting=greeting(name),
        paragraphs=[intro % told, *(part for part in said.text.split("\n") if part.strip())],
        # Translators: a button in a mail.
        action=(_("Answer"), _team_url(team, "#gesprek")),
        after=[_("Please answer on the site: an answer to this mail does not arrive.")],
        why=why(),
    )


def handed_in(team: Team, hand_in: HandIn, name: str) -> Letter:
    """Something came in."""
    what = hand_in.step.title if hand_in.step else _("something of its own accord")
    told = {"team": team.name, "what": what, "assignment": team.assignment.title}
    return Letter(
        subject=_("Handed in by team %(team)s: %(what)s") % told,
        greeting=greeting(name),
        paragraphs=[
            _("Team %(team)s has handed in %(what)s for “%(assignment)s”.") % told,
            *([hand_in.note] if hand_in.note else []),
            _("Have a look, and mark it as seen: then the team knows."),
        ],
        action=(_("See what came in"), _team_url(team, f"#ingeleverd-{hand_in.pk}")),
        why=_("You posted this assignment."),
    )


def seen(team: Team, hand_in: HandIn, name: str) -> Letter:
    """Somebody looked at what was handed in."""
    what = hand_in.step.title if hand_in.step else _("what you handed in")
    by = hand_in.seen_by.get_full_name() if hand_in.seen_by else _("Those who posted it")
    told = {"by": by, "what": what, "team": team.name}
    return Letter(
        subject=_("Seen: %(what)s of team %(team)s") % told,
        greeting=greeting(name),
        paragraphs=[_("%(by)s has looked at %(what)s of team %(team)s.") % told],
        action=(_("To the team"), _team_url(team, f"#ingeleverd-{hand_in.pk}")),
        why=coach_why(),
    )


def document_added(team: Team, document: AssignmentDocument, name: str) -> Letter:
    """There is something new to work with."""
    told = {"title": document.title, "assignment": team.assignment.title}
    return Letter(
        subject=_("New for your team: %(title)s") % told,
        greeting=greeting(name),
        paragraphs=[
            _("“%(title)s” was added to the assignment “%(assignment)s”.") % told,
            *([document.description] if document.description else []),
        ],
        action=(_("To the team"), _team_url(team, "#stukken")),
        why=coach_why(),
    )


def started(assignment: Assignment, name: str) -> Letter:
    """It has begun."""
    told = {"assignment": assignment.title}
    return Letter(
        subject=_("Started: %(assignment)s") % told,
        greeting=greeting(name),
        paragraphs=[
            _("The assignment “%(assignment)s” has started. Good luck with it!") % told,
            _("Milestones, hand-ins and messages are on the page of each team."),
        ],
        facts=[(_("Until"), words.long_date(assignment.ends_on))] if assignment.ends_on else (),
        action=(_("To the assignment"), absolute(assignment.get_absolute_url())),
        why=why(),
    )


def _hand_in_url(team: Team, step: Step) -> str:
    return absolute(f"{reverse('assignments:hand_in', args=[team.pk])}?stap={step.pk}")


def step_soon(team: Team, step: Step, name: str) -> Letter:
    """A milestone comes near."""
    told = {"step": step.title, "team": team.name, "day": words.long_date(step.due)}
    return Letter(
        subject=_("By %(day)s: %(step)s (team %(team)s)") % told,
        greeting=greeting(name),
        paragraphs=[_("A milestone of team %(team)s is near: %(step)s, %(day)s.") % told],
        action=(_("Hand it in"), _hand_in_url(team, step))
        if step.wants_file
        else (_("To the team"), _team_url(team, "#mijlpalen")),
        why=coach_why(),
    )


def step_late(team: Team, step: Step, name: str) -> Letter:
    """A milestone has passed and nothing was handed in."""
    told = {"step": step.title, "team": team.name, "day": words.long_date(step.due)}
    return Letter(
        subject=_("Not handed in yet: %(step)s (team %(team)s)") % told,
        greeting=greeting(name),
        paragraphs=[
            _("“%(step)s” of team %(team)s was due on %(day)s.") % told,
            _("Does it take longer? Say so on the page of the team, so that nobody waits."),
        ],
        action=(_("Hand it in"), _hand_in_url(team, step)),
        why=coach_why(),
    )


def _terms_url(team: Team) -> str:
    return absolute(reverse("assignments:accept_terms", args=[team.pk]))


def terms_changed(team: Team, waiting: Sequence[Terms], name: str) -> Letter:
    """There is another text than the one the team bound itself to, or a first one."""
    told = {"assignment": team.assignment.title, "team": team.name}
    return Letter(
        subject=_("New terms to accept: %(assignment)s") % told,
        greeting=greeting(name),
        paragraphs=[
            _("“%(assignment)s” has terms that team %(team)s has not accepted yet.") % told,
            _(
                "Read them with your students and accept them for the team. Until then downloading "
                "is closed for the team; what it accepted before stays on record."
            ),
        ],
        facts=_listed(waiting),
        action=(_("Read and accept"), _terms_url(team)),
        why=coach_why(),
    )


def terms_reminder(team: Team, waiting: Sequence[Terms], name: str) -> Letter:
    """Nobody accepted for some days."""
    told = {"assignment": team.assignment.title, "team": team.name}
    return Letter(
        subject=_("Still to accept: the terms of %(assignment)s") % told,
        greeting=greeting(name),
        paragraphs=[
            _(
                "Team %(team)s has not accepted the terms of “%(assignment)s” yet, so it cannot "
                "download anything."
            )
            % told,
            _("Is something in them not clear? Ask it on the page of the team."),
        ],
        facts=_listed(waiting),
        action=(_("Read and accept"), _terms_url(team)),
        why=coach_why(),
    )


def _listed(waiting: Sequence[Terms]) -> list[tuple[str, str]]:
    return [(terms.get_kind_display(), _version(terms)) for terms in waiting]


def terms_accepted(team: Team, accepted: Sequence[Acceptance], name: str) -> Letter:
    """A receipt: what was accepted, in full."""
    told = {"assignment": team.assignment.title, "team": team.name}
    return Letter(
        subject=_("Accepted: the terms of %(assignment)s") % told,
        greeting=greeting(name),
        paragraphs=[
            _("You accepted the terms of “%(assignment)s” for team %(team)s. Keep this mail.")
            % told,
        ],
        groups=[_receipt(each) for each in accepted],
        action=(_("To the receipt"), absolute(reverse("assignments:receipt", args=[team.pk]))),
        why=coach_why(),
    )


def _receipt(acceptance: Acceptance) -> Group:
    terms = acceptance.terms
    at = acceptance.accepted_at
    told = {
        "name": acceptance.name,
        "moment": words.when(words.local_day(at), words.local_clock(at)),
    }
    return Group(
        title=f"{terms.get_kind_display()}, {_version(terms)}",
        lines=[
            *(
                Line(title=part, url="", language=terms.language)
                for part in terms.text.split("\n")
                if part.strip()
            ),
            Line(
                title=_("This text on the site"),
                url=absolute(terms.get_absolute_url()),
                about=_("Accepted by %(name)s on %(moment)s") % told,
                text=_("Mark of the text (SHA-256): %(sha256)s") % {"sha256": acceptance.sha256},
                language=get_language() or "nl",
            ),
        ],
    )


def _version(terms: Terms) -> str:
    return _("version %(number)s") % {"number": terms.version}
