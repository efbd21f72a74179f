"""Examples of the mails of teams at work for the style guide, without the database."""

import datetime

from assignments.choices import Side, TermsKind
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
from assignments.notifications import running_letters as letters
from assignments.notifications import telling_running as running
from assignments.notifications import telling_terms as terms
from civportal.accounts.models import User
from civportal.lib.mail import Letter

NAME = "Yara Pinas"
MOMENT = datetime.datetime(2021, 3, 4, 12, tzinfo=datetime.UTC)


def examples() -> dict[str, Letter]:
    """One letter for each kind, by its name, in the language in force."""
    author = User(pk=1, name="Sem Okafor", email="sem@example.org")
    assignment = Assignment(
        pk=1, title="Minder water in de kas", slug="minder-water-in-de-kas",
        starts_on=datetime.date(2021, 3, 8), weeks=10,
    )  # fmt: skip
    team = Team(pk=1, assignment=assignment, name="De Druppels", coach=author)
    step = Step(pk=1, assignment=assignment, title="Plan van aanpak", due=MOMENT.date())
    hand_in = HandIn(
        pk=1, team=team, step=step, note="Ons plan, met de meetpunten.", at=MOMENT, seen_by=author
    )
    text = Terms(
        pk=1, assignment=assignment, kind=TermsKind.NDA, version=2,
        text="Wat je bij ons hoort en ziet, blijft onder ons.",
    )  # fmt: skip
    accepted = Acceptance(
        pk=1, terms=text, team=team, name=NAME, sha256=text.sha256, accepted_at=MOMENT
    )
    said = TeamMessage(
        pk=1, team=team, side=Side.COMPANY, author=author, created_at=MOMENT,
        text="Kunnen jullie donderdag langskomen in de kas?",
    )  # fmt: skip
    document = AssignmentDocument(
        pk=1,
        assignment=assignment,
        title="Meetgegevens 2020",
        description="Per uur, uit vier kassen.",
    )
    return {
        running.MESSAGE: letters.message(team, said, NAME),
        running.HANDED_IN: letters.handed_in(team, hand_in, NAME),
        running.SEEN: letters.seen(team, hand_in, NAME),
        running.DOCUMENT: letters.document_added(team, document, NAME),
        running.STARTED: letters.started(assignment, NAME),
        running.STEP_SOON: letters.step_soon(team, step, NAME),
        running.STEP_LATE: letters.step_late(team, step, NAME),
        terms.CHANGED: letters.terms_changed(team, [text], NAME),
        terms.REMINDER: letters.terms_reminder(team, [text], NAME),
        terms.ACCEPTED: letters.terms_accepted(team, [accepted], NAME),
    }
