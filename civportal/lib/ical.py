"""iCalendar (RFC 5545): what every calendar file of the portal has, whatever its events are of."""

import datetime
import functools
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

from civportal.lib.text import without_controls

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//CIV portal//sessions//NL"
REFRESH_HOURS = 1


def one_line(text: str) -> str:
    """Text in one line: a stray line end would begin a property of its own."""
    return " ".join(without_controls(text).split())


def several_lines(text: str) -> str:
    """Text that may have lines, without what a calendar file cannot hold."""
    return without_controls(text.replace("\r", ""))


def published(events: Iterable[Event], *, name: str) -> bytes:
    """A calendar to read along with, such as a feed. The same events give the same bytes."""
    events = list(events)
    found = _begun("PUBLISH")
    label = vText(one_line(name))
    found.add("name", label)  # RFC 7986; the X- names are for older programs
    found.add("x-wr-calname", label)
    found.add("x-wr-timezone", timezone.get_default_timezone_name())
    found.add(
        "refresh-interval",
        datetime.timedelta(hours=REFRESH_HOURS),
        parameters={"VALUE": "DURATION"},
    )
    found.add("x-published-ttl", f"PT{REFRESH_HOURS}H")
    return _filled(found, events)


def told(event: Event, *, method: str) -> bytes:
    """One event for the calendar of who gets a mail; ``method`` as in RFC 5546."""
    return _filled(_begun(method), [event])


def address(email: str, **parameters: str) -> vCalAddress:
    """Somebody's address, with parameters such as ``CN``."""
    found = vCalAddress(f"mailto:{email}")
    for name, value in parameters.items():
        # A quote cannot stand in a parameter (RFC 5545, 3.1).
        found.params[name] = one_line(value).replace('"', "'")
    return found


def _begun(method: str) -> Calendar:
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", method)
    return found


def _filled(found: Calendar, events: list[Event]) -> bytes:
    # Without events, too: a calendar must hold something (RFC 5545, section 3.6).
    starts = [event.DTSTART for event in events]
    years = [start.year for start in starts if start] or [timezone.localdate().year]
    zone = timezone.get_default_timezone()
    found.add_component(_timezone(zone, min(years) - 1, max(years) + 1))
    for event in events:
        found.add_component(event)
    return bytes(found.to_ical())


@functools.lru_cache(maxsize=32)
def _timezone(zone: datetime.tzinfo, first_year: int, last_year: int) -> Timezone:
    """The rules of a zone in these years, each change named (RFC 5545, section 3.6.5)."""
    component = Timezone()
    component.add("tzid", str(zone))
    start = datetime.datetime(first_year, 1, 1)  # noqa: DTZ001 - local by definition of VTIMEZONE
    offset, name = _offset(start.replace(tzinfo=zone))
    groups: dict[tuple[Any, Any, str, bool], list[datetime.datetime]] = {
        (offset, offset, name, False): [start]
    }
    day = start
    while day.year <= last_year:
        following = day + datetime.timedelta(days=1)
        before, after = (
            moment.replace(tzinfo=zone).astimezone(datetime.UTC) for moment in (day, following)
        )
        if _offset(before.astimezone(zone))[0] != _offset(after.astimezone(zone))[0]:
            while after - before > datetime.timedelta(minutes=1):
                middle = before + (after - before) / 2
                same = _offset(middle.astimezone(zone))[0] == _offset(before.astimezone(zone))[0]
                before, after = (middle, after) if same else (before, middle)
            old = _offset(before.astimezone(zone))[0]
            change = after.replace(second=0, microsecond=0)
            new, name = _offset(change.astimezone(zone))
            summer = bool(change.astimezone(zone).dst())
            onset = change.replace(tzinfo=None) + old
            groups.setdefault((old, new, name, summer), []).append(onset)
        day = following
    for (old, new, name, summer), onsets in groups.items():
        rule = TimezoneDaylight() if summer else TimezoneStandard()
        rule.add("dtstart", onsets[0])
        if onsets[1:]:
            rule.add("rdate", onsets[1:])
        rule.add("tzname", name)
        rule.add("tzoffsetfrom", old)
        rule.add("tzoffsetto", new)
        component.add_component(rule)
    return component


def _offset(moment: datetime.datetime) -> tuple[datetime.timedelta, str]:
    return moment.utcoffset() or datetime.timedelta(), moment.tzname() or ""
