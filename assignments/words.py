"""What stands in a row of an assignment, as people say it, in the language in force."""

import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from assignments.choices import STATE_TONES, State
from assignments.models import Assignment
from programme_lines.choices import Level

MBO = [Level.MBO_2, Level.MBO_3, Level.MBO_4]

PLAIN_LEVELS: dict[int, str | Promise] = {
    Level.MBO_2: gettext_lazy("basic vocational training, one to two years"),
    Level.MBO_3: gettext_lazy("vocational training, two to three years"),
    Level.MBO_4: gettext_lazy("training for technicians and specialists, three to four years"),
    Level.ASSOCIATE_DEGREE: gettext_lazy("a short course of higher education, two years"),
    Level.BACHELOR: gettext_lazy("higher professional education, four years"),
}
"""What each level is, for who does not know the numbers."""


class Status(NamedTuple):
    """How far an assignment is, as a pill."""

    label: str
    tone: str


def status(assignment: Assignment) -> Status:
    """The state as a reader of the board needs it: who comes too late to apply is told so."""
    if assignment.state == State.PUBLISHED:
        if assignment.is_booked or assignment.takes_teams:
            return Status(pgettext("state of an assignment", "Open"), "good")
        return Status(pgettext("state of an assignment", "Applying has ended"), "wait")
    return Status(assignment.get_state_display(), STATE_TONES[State(assignment.state)])


def is_open(assignment: Assignment) -> bool:
    """Whether a team can apply for it today, or a class can be booked."""
    return assignment.takes_teams or (assignment.is_booked and assignment.state == State.PUBLISHED)


def level_range(low: int | None, high: int | None) -> str:
    """``Mbo level 2 to 4``, ``Mbo level 4 to hbo bachelor``; empty where it does not say."""
    if low is None or high is None:
        return ""
    if low == high:
        return str(Level(low).label)
    if low in MBO and high in MBO:
        return _("Mbo level %(low)s to %(high)s") % {"low": low, "high": high}
    last = str(Level(high).label)
    # Translators: a range of levels, such as "Mbo level 4 to hbo bachelor".
    return pgettext("levels", "%(low)s to %(high)s") % {
        "low": Level(low).label,
        "high": last[0].lower() + last[1:],
    }


def hours(amount: object) -> str:
    """A number of hours without needless decimals: ``8``, ``1,5`` (Dutch), ``1.5`` (English)."""
    text: str = number_format(amount, use_l10n=True)  # type: ignore[arg-type] # a Decimal too
    separator = number_format("0.1", use_l10n=True)[1:2]
    return text.rstrip("0").rstrip(separator) if separator in text else text


def workload(assignment: Assignment) -> str:
    """``10 weeks, 8 hours a week``; only what is known."""
    parts = []
    if assignment.weeks:
        parts.append(
            ngettext("%(count)s week", "%(count)s weeks", assignment.weeks)
            % {"count": assignment.weeks}
        )
    if assignment.hours_per_week:
        parts.append(_("%(hours)s hours a week") % {"hours": hours(assignment.hours_per_week)})
    return ", ".join(parts)


def team_wanted(assignment: Assignment) -> str:
    """``2 teams of 3 to 5 students``; empty for what is booked for a class."""
    if assignment.is_booked:
        return ""
    low, high = assignment.team_size_min, assignment.team_size_max
    if low and high and low != high:
        size = _("%(low)s to %(high)s students") % {"low": low, "high": high}
    elif low or high:
        number = low or high or 1
        size = ngettext("%(count)s student", "%(count)s students", number) % {"count": number}
    else:
        size = ""
    teams = ngettext("%(count)s team", "%(count)s teams", assignment.teams_wanted) % {
        "count": assignment.teams_wanted
    }
    # Translators: "2 teams of 3 to 5 students".
    return _("%(teams)s of %(size)s") % {"teams": teams, "size": size} if size else teams


def days_left(day: datetime.date | None) -> str:
    """``5 days left``, ``tomorrow is the last day``; empty without a day or once it has passed."""
    if day is None:
        return ""
    left = (day - timezone.localdate()).days
    if left < 0:
        return ""
    if left == 0:
        return pgettext("to apply", "today is the last day")
    if left == 1:
        return pgettext("to apply", "until tomorrow")
    return ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}
