"""Why something about assignments cannot go on; ``str()`` says it to a person. Nothing changed."""

import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as said_now
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


class ReasonMissing(Refused):
    """A no without a reason helps nobody."""

    sentence = _("Say why, for the team.")


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


# --- dates and bookings ---


class NotBooked(Refused):
    """This form of cooperation is done by teams."""

    sentence = _("This is done by teams, so it has no dates to book.")


class NoMoreDates(Refused):
    """It was withdrawn or is over."""

    sentence = _("This was withdrawn or is over, so it gets no more dates.")


class MomentOver(Refused):
    """A date on offer lies ahead."""

    sentence = _("That moment is over. Choose one that is still to come.")


class SameMoment(Refused):
    """There is a date at this moment and place already."""

    def __init__(self, day: datetime.date) -> None:
        super().__init__(day)
        self.day = day

    def __str__(self) -> str:
        return gettext("On %(day)s it is offered at this hour and place already.") % {
            "day": words.long_date(self.day)
        }


class TooFewPlaces(Refused):
    """More people have booked than there would be places."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken

    def __str__(self) -> str:
        return ngettext(
            "%(count)d person has booked already, so there must be a place at least.",
            "%(count)d people have booked already, so there must be as many places at least.",
            self.taken,
        ) % {"count": self.taken}


class HasBookings(Refused):
    """Somebody has booked it, or had: it can be cancelled with a reason, but not taken away."""

    sentence = _("Somebody has booked this date already. Cancel it, and say why.")


class SlotCancelled(Refused):
    """The date was called off."""

    sentence = _("This date was cancelled.")


class SlotOver(Refused):
    """It has begun."""

    sentence = _("This date is over, so it stays as it is.")


class NotOnOffer(Refused):
    """The assignment is not public, or not any more."""

    sentence = _("This cannot be booked now.")


class BookingClosed(Refused):
    """The last day to book has passed."""

    def __init__(self, last_day: datetime.date) -> None:
        super().__init__(last_day)
        self.last_day = last_day

    def __str__(self) -> str:
        return gettext("It could be booked until %(day)s.") % {
            "day": words.long_date(self.last_day)
        }


class NoMoreThen(Refused):
    """After the last day to book, no more people can come."""

    sentence = _("The last day to book has passed: fewer people can still come, but not more.")


class TooFull(Refused):
    """There are not as many places left."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left

    def __str__(self) -> str:
        if not self.left:
            return gettext("This date is full: somebody took the last places.")
        return ngettext(
            "There is %(count)d place left.", "There are %(count)d places left.", self.left
        ) % {"count": self.left}


class BookedBefore(Refused):
    """The same teacher has booked this date for the same class."""

    sentence = _("You have booked this date for this class already. Change that booking instead.")


class BookingGone(Refused):
    """It was cancelled."""

    sentence = _("This booking was cancelled already.")


# --- posting ---


class ReadAgain(Refused):
    """Somebody changed what it says since the page was opened."""

    sentence = _("The text was changed a moment ago. Read it again before you say yes.")


class AlreadyAdopted(Refused):
    """Another teacher was first; ``teacher`` is that person's name."""

    def __init__(self, teacher: str) -> None:
        super().__init__(teacher)
        self.teacher = teacher

    def __str__(self) -> str:
        return said_now(
            "%(teacher)s adopted this need just before you. Thank you for offering: perhaps you "
            "can put a team on it together."
        ) % {"teacher": self.teacher or said_now("A colleague")}


class NotComplete(Refused):
    """Something is missing that others need to know; ``missing`` says what, by field."""

    sentence = _("It is not complete yet.")

    def __init__(self, missing: dict[str, str]) -> None:
        super().__init__(missing)
        self.missing = missing


class FewerTeamsThanAccepted(Refused):
    """The number of teams cannot go below those who were told yes."""

    sentence = _("More teams were accepted than that already. They count on it.")


class NotForYou(Refused):
    """This person does not speak for that side."""

    sentence = _("You cannot do this for this assignment.")


class KeyTaken(Refused):
    """The form was used before, by somebody else."""

    sentence = _("This page was used before. Open it again and choose once more.")


# --- finishing ---


class NotOfTeam(Refused):
    """Somebody who has nothing to do with this team."""

    sentence = _(
        "Only the coach, those who posted the assignment and the programme office can do this."
    )


class NotOfSides(Refused):
    """Somebody who did not post the assignment."""

    sentence = _("Only those who posted the assignment and the programme office can do this.")


class NotRunning(Refused):
    """Only what has started can end."""

    sentence = _("This assignment is not running, so it cannot be finished.")


class FinishedAlready(Refused):
    """Somebody was first, with other hours."""

    sentence = _("Somebody has finished this just now. Look at the hours and change them there.")


class NotFinished(Refused):
    """The team is still at it."""

    sentence = _("The team has not finished yet.")


class WrongHours(Refused):
    """Hours below none, or not in quarters."""

    sentence = _("Count the hours in quarters, such as 1.25 or 1.5.")


class TooLateToReopen(Refused):
    """Two weeks have passed."""

    sentence = _("It was finished more than two weeks ago, so it stays finished.")


class AlreadyPublic(Refused):
    """What is public is finished."""

    sentence = _(
        "The outcome of this team is public, so the team stays finished. Take an agreement back "
        "first."
    )


class NotASide(Refused):
    """Only the company and the team give feedback and agree."""

    sentence = _("Only the company and the coach of the team can do this.")


class FeedbackFixed(Refused):
    """The other side has read it, or a week has passed."""

    sentence = _(
        "This feedback does not change any more: the other side has read it, or a week has passed."
    )


class ChangedMeanwhile(Refused):
    """Somebody else saved the text since it was on the screen; nothing was saved."""

    sentence = _("Somebody else has saved this text in the meantime.")


class OldWords(Refused):
    """The words that someone agreed to are not those that stand there now."""

    sentence = _(
        "The text was changed since you read it. Read it again, and agree to what it says now."
    )


# --- terms and documents ---


class Over(Refused):
    """The assignment was withdrawn or has ended."""

    sentence = _("This assignment is over: nothing can be added or changed any more.")


class NewerTerms(Refused):
    """Somebody saved another version while this one was being written."""

    sentence = _(
        "Somebody has saved another version in the meantime. It stands below; your text is kept."
    )


class NotAccepted(Refused):
    """The team was not accepted, or it has finished."""

    sentence = _("This is for teams that were accepted and are still at work.")


class TermsMoved(Refused):
    """What holds now is not what the coach had on the screen."""

    sentence = _(
        "The terms were changed while you were reading. Nothing was accepted. Please read the "
        "text that holds now."
    )


class TermsNotAccepted(Refused):
    """There are terms that the team has not accepted."""

    sentence = _("Accept the terms first. After that your team can download this.")


class NotUnderWay(Refused):
    """The assignment still waits for its teams."""

    sentence = _("Downloading opens once the teams are found.")


class DownloadsClosed(Refused):
    """The assignment has ended, so what its teams could download is closed."""

    sentence = _("The assignment is over, so its documents are closed for teams.")


class DocumentGone(Refused):
    """It was removed."""

    sentence = _("This document was removed by those who posted the assignment.")


class NothingHandedIn(Refused):
    """Neither a file nor a word."""

    sentence = _("Add a file, or write what it is.")


# --- searches ---


class NothingToSearch(Refused):
    """Without a filter there is nothing to keep."""

    sentence = _("Choose a filter first; then you can keep the search.")


class TooManySearches(Refused):
    """More than anybody looks at."""

    sentence = _("You keep a lot of searches already. Remove one first.")
