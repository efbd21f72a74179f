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
