"""Dates, times and money as people say them, in the language in force."""

from datetime import date, datetime, time
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format, time_format
from django.utils.html import format_html, strip_tags
from django.utils.translation import get_language, gettext

# "uur" belongs to a Dutch clock time; English has none.
CLOCK = {"nl": ("H.i", "\N{NO-BREAK SPACE}uur"), "en": ("H:i", "")}
EURO = {"nl": "€\N{NO-BREAK SPACE}{}", "en": "€{}"}


def _language() -> str:
    language = (get_language() or "nl").split("-")[0]
    return language if language in CLOCK else "en"


def local_day(value: date | datetime) -> date:
    """The calendar day of ``value``, of an aware moment in the time zone in force."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def local_clock(value: time | datetime) -> time:
    """The clock time of ``value``, of an aware moment in the time zone in force."""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).time()
    return value


def long_date(day: date) -> str:
    """``donderdag 18 februari 2021``, ``Thursday 18 February 2021``."""
    return date_format(day, "l j F Y")


def short_date(day: date) -> str:
    """``18 februari 2021``, ``18 February 2021``."""
    return date_format(day, "j F Y")


def short_month(day: date) -> str:
    """``feb 2021``, ``Feb 2021``: Dutch months have no capital."""
    return date_format(day, "b Y" if _language() == "nl" else "M Y")


def clock(value: time) -> str:
    """``15.00 uur`` (Dutch), ``15:00`` (English), for where no HTML can stand."""
    pattern, unit = CLOCK[_language()]
    return f"{time_format(value, pattern)}{unit}"


def time_range_html(start: time | datetime | None, end: time | datetime | None) -> str:
    """``15.00–17.00 uur`` or ``15.00 uur`` with ``<time>`` elements; empty without a start."""
    if start is None:
        return ""
    pattern, unit = CLOCK[_language()]
    parts = [
        format_html('<time datetime="{}">{}</time>', f"{clock:%H:%M}", time_format(clock, pattern))
        for clock in (local_clock(moment) for moment in (start, end) if moment is not None)
    ]
    clocks = format_html("{}" + "–{}" * (len(parts) - 1) + "{}", *parts, unit)
    return format_html('<span class="nowrap">{}</span>', clocks)


def when(day: date, start: time | None = None, end: time | None = None, zone_name: str = "") -> str:
    """``donderdag 18 februari 2021, 15.00–17.00 uur``, as text.

    Who lives in another zone (``zone_name``) is told whose clock it is.
    """
    if start is None:
        return long_date(day)
    hours = strip_tags(time_range_html(start, end))
    if zone_name and zone_name != settings.TIME_ZONE:
        city = settings.TIME_ZONE.rpartition("/")[2].replace("_", " ")
        hours = gettext("%(clock)s (time in %(city)s)") % {"clock": hours, "city": city}
    return f"{long_date(day)}, {hours}"


def money(amount: Decimal | int) -> str:
    """``€ 12.500`` (Dutch), ``€12,500`` (English); cents are shown only where there are any."""
    amount = Decimal(amount)
    decimals = 0 if amount == amount.to_integral_value() else 2
    figure = number_format(abs(amount), decimals, use_l10n=True, force_grouping=True)
    return ("−" if amount < 0 else "") + EURO[_language()].format(figure)
