"""Why something about assignments cannot go on; ``str()`` says it to a person. Nothing changed."""

import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.ui import words


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The first of these errors: catch it to show its sentence, whatever the reason."""

    sentence: str | Promise = ""

    def __str__(self) -> str:
        return str(self.sentence)


class WrongState(Refused):
    """Somebody has moved it on, maybe a moment ago."""

    sentence = _("This is no longer possible: somebody has gone on with it. Look at it again.")


# --- running ---


class NotInThread(Refused):
    """Only the coach and those who posted talk in a team's thread."""

    sentence = _("Only the coach of this team and those who posted the assignment write here.")


class ThreadClosed(Refused):
    """The team has not applied, was declined or withdrew, or the assignment is over."""

    sentence = _("This conversation is closed: no messages can be added any more.")


class EmptyMessage(Refused):
    """There is nothing in it."""

    sentence = _("Write something first.")


class NoTeamYet(Refused):
    """Without an accepted team nothing starts."""

    sentence = _("Accept a team first: without one the assignment cannot start.")


# --- teams ---


class NotATeacher(Refused):
    """Only who teaches at a school that is a partner forms a team."""

    sentence = _("Only a teacher of a school that is a partner forms a team.")


class NotTheCoach(Refused):
    """Somebody else acts for this team."""

    sentence = _("Only the coach of this team can do this.")


class NotADecider(Refused):
    """Somebody else chooses between the teams."""

    sentence = _(
        "Those who posted the assignment choose the teams, and not who coaches one of them."
    )


class NoTeams(Refused):
    """It is booked on a date, or not on the board."""

    sentence = _("Teams do not apply for this.")


class TeamsFound(Refused):
    """As many teams were accepted as wanted, or the sides said that there are enough."""

    sentence = _("Enough teams were found for this assignment, so no other can apply.")


class Begun(Refused):
    """It is running, or over."""

    sentence = _("This assignment has begun already, so no team can apply any more.")


class AssignmentWithdrawn(Refused):
    """It does not go on."""

    sentence = _("This assignment was withdrawn, so no team can apply any more.")


class DeadlinePassed(Refused):
    """The last day to apply is over, by the centre's clock."""

    def __init__(self, day: datetime.date) -> None:
        super().__init__(day)
        self.day = day

    def __str__(self) -> str:
        return gettext("Teams could apply until %(day)s. That day has passed.") % {
            "day": words.long_date(self.day)
        }


class TeamIncomplete(Refused):
    """Something about the team stands in the way; the sentence says what."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NameTaken(Refused):
    """The coach has another team of that name for this assignment."""

    sentence = _("You have a team with this name for this assignment already.")


class AlreadyDecidedOnTeam(Refused):
    """Accepted or declined, maybe a moment ago."""

    sentence = _("A decision about this team was taken already. Look at it again.")


class TeamGone(Refused):
    """The coach has withdrawn it."""

    sentence = _("The coach has withdrawn this team, maybe a moment ago.")


class Full(Refused):
    """As many teams were accepted as wanted; another one may have been a moment earlier."""

    sentence = _(
        "As many teams as wanted were accepted already, maybe a moment ago. "
        "Keep this one in reserve, or ask for more teams first."
    )


class NotMore(Refused):
    """The number of teams only goes up."""

    sentence = _("Choose a higher number than the present one.")


class NoNames(Refused):
    """Names are written down for accepted teams only, and where the assignment needs them."""

    sentence = _(
        "Names of students are only written down for an accepted team, as long as the assignment "
        "goes on, and only where it cannot do without."
    )


class MoreNamesThanStudents(Refused):
    """There would be more names than students were counted."""

    sentence = _("There are more names than students in the team. Change the numbers first.")
