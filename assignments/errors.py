"""Why something about assignments cannot go on; ``str()`` says it to a person. Nothing changed."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
