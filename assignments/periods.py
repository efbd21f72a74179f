"""Whether an assignment falls in the periods in which schools teach."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from assignments.models import SchoolPeriod
from civportal.ui import words
from partners.models import Partner


class Falls(StrEnum):
    """How an assignment lies against the periods of a school."""

    FITS = "fits"
    BEFORE = "before"
    INTO_NEXT = "into_next"
    OUT_OF_TIME = "out_of_time"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Clash:
    """One thing to know about an assignment and one school; ``str()`` says it.

    ``period`` is the one it is about: where it falls, before which it begins, over the end of
    which it runs, or which comes after the days off that it falls in. ``following`` is the period
    into which it runs.
    """

    school: Partner
    falls: Falls
    period: SchoolPeriod
    following: SchoolPeriod | None = None

    @property
    def is_clash(self) -> bool:
        """Whether there is something to arrange."""
        return self.falls != Falls.FITS

    def __str__(self) -> str:
        known = {
            "school": self.school.name,
            "period": self.period.name,
            "first": words.short_date(self.period.starts_on),
            "last": words.short_date(self.period.ends_on),
            "next": self.following.name if self.following else "",
        }
        if self.falls == Falls.FITS:
            said = _("It fits in %(period)s of %(school)s, which lasts until %(last)s.")
        elif self.falls == Falls.BEFORE:
            said = _("It begins before %(period)s of %(school)s does, on %(first)s.")
        elif self.falls == Falls.INTO_NEXT:
            said = _(
                "It goes on after %(period)s of %(school)s has ended on %(last)s, into %(next)s."
            )
        elif self.falls == Falls.OUT_OF_TIME:
            said = _(
                "It goes on after %(period)s of %(school)s has ended on %(last)s, when nobody is "
                "taught."
            )
        else:
            said = _(
                "Nobody is taught at %(school)s in these days; %(period)s begins on %(first)s."
            )
        return said % known


def fits(
    starts_on: datetime.date | None, ends_on: datetime.date | None, schools: Iterable[Partner]
) -> list[Clash]:
    """What to know for each of these schools, in their order; one query.

    Where the begin is not known, or the school has written down no periods around it, there is
    nothing to say. Without an end the first day counts. A school can have two things: that it
    begins before a period, and that it runs over the end of it.
    """
    wanted = list({school.pk: school for school in schools}.values())
    if starts_on is None or not wanted:
        return []
    periods: dict[int, list[SchoolPeriod]] = defaultdict(list)
    for period in SchoolPeriod.objects.filter(school__in=wanted).order_by("starts_on"):
        periods[period.school_id].append(period)
    last = max(starts_on, ends_on or starts_on)
    return [
        found for school in wanted for found in _at(school, periods[school.pk], starts_on, last)
    ]


def clashes(
    starts_on: datetime.date | None, ends_on: datetime.date | None, schools: Iterable[Partner]
) -> list[Clash]:
    """The same, without the schools where it fits."""
    return [found for found in fits(starts_on, ends_on, schools) if found.is_clash]


def _at(
    school: Partner, periods: Sequence[SchoolPeriod], first: datetime.date, last: datetime.date
) -> list[Clash]:
    touched = [each for each in periods if each.starts_on <= last and each.ends_on >= first]
    after = [each for each in periods if each.starts_on > last]
    if not touched:
        # Days off lie between two periods; before the first and after the last we know nothing.
        between = after and any(each.ends_on < first for each in periods)
        return [Clash(school, Falls.OUTSIDE, after[0])] if between else []
    begin = touched[0]
    found = []
    if first < begin.starts_on:
        found.append(Clash(school, Falls.BEFORE, begin))
    if last > begin.ends_on:
        following = touched[1] if len(touched) > 1 else None
        falls = Falls.INTO_NEXT if following else Falls.OUT_OF_TIME
        found.append(Clash(school, falls, begin, following))
    return found or [Clash(school, Falls.FITS, begin)]
