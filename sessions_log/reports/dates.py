"""Dates and times as Dutch and English reports write them.

Nothing is guessed here: a date without a year stays without a year, and *04/05/2021* in an English
text is marked ambiguous.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace

MONTHS = {
    **dict.fromkeys(("januari", "january", "jan"), 1),
    **dict.fromkeys(("februari", "february", "febr", "feb"), 2),
    **dict.fromkeys(("maart", "march", "mrt", "mar"), 3),
    **dict.fromkeys(("april", "apr"), 4),
    **dict.fromkeys(("mei", "may"), 5),
    **dict.fromkeys(("juni", "june", "jun"), 6),
    **dict.fromkeys(("juli", "july", "jul"), 7),
    **dict.fromkeys(("augustus", "august", "aug"), 8),
    **dict.fromkeys(("september", "sept", "sep"), 9),
    **dict.fromkeys(("oktober", "october", "okt", "oct"), 10),
    **dict.fromkeys(("november", "nov"), 11),
    **dict.fromkeys(("december", "dec"), 12),
}
WEEKDAYS = {
    **dict.fromkeys(("maandag", "monday", "ma", "mon"), 0),
    **dict.fromkeys(("dinsdag", "tuesday", "di", "tue"), 1),
    **dict.fromkeys(("woensdag", "wednesday", "wo", "wed"), 2),
    **dict.fromkeys(("donderdag", "thursday", "do", "thu"), 3),
    **dict.fromkeys(("vrijdag", "friday", "vr", "vrij", "fri"), 4),
    **dict.fromkeys(("zaterdag", "saturday", "za", "sat"), 5),
    **dict.fromkeys(("zondag", "sunday", "zo", "sun"), 6),
}
_month = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_weekday = (
    r"(?:\b(?P<weekday>" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r")\b\.?,?\s+)?"
)
_year = r"(?:,?\s*(?:(?P<year>(?:19|20)\d\d)(?!\d)|['’](?P<short>\d\d)(?!\d)))?"
_day = r"(?P<day>\d{1,2})(?:e|ste|de|st|nd|rd|th)?"
_more = (
    r"(?P<more>(?:\s*(?:,|en|and|&|tot en met|t/m|tot|to|[-–—])\s*\d{1,2}(?![\d.:])"
    r"(?:e|ste|de|st|nd|rd|th)?)*)"
)
_PATTERNS = (
    re.compile(r"(?<![\d-])(?P<year>(?:19|20)\d\d)-(?P<monthnumber>\d\d)-(?P<day>\d\d)(?!\d)"),
    re.compile(
        _weekday
        + r"(?<![\d./-])(?P<day>\d{1,2})\s?(?P<separator>[-/.])\s?(?P<monthnumber>\d{1,2})\s?"
        r"(?P=separator)\s?(?:(?P<year>(?:19|20)\d\d)|(?P<short>\d\d))(?![\d/-]|[.]\d)",
        re.IGNORECASE,
    ),
    re.compile(
        _weekday + r"(?<![\w./-])(?:the\s+)?" + _day + _more + r"\s*(?:of\s+)?" + _month + _year,
        re.IGNORECASE,
    ),
    re.compile(
        _weekday + r"\b" + _month + r"\s+(?:the\s+)?" + _day + r"(?![\d.:]\d|\d)" + _more + _year,
        re.IGNORECASE,
    ),
)
_JOINED = re.compile(
    r"^(?:\s*(?:,|en|and|&|of|or|[-–—]|tot en met|t/m)\s*)+(?:op\s+|on\s+)?$", re.I
)
_clock = r"(?P<{h}>[01]?\d|2[0-4])(?:[.:h](?P<{m}>[0-5]\d))?\s*(?P<{a}>[ap]\.?m\b\.?)?"
_TIME_RANGE = re.compile(
    r"(?<![\d.,/-])"
    + _clock.format(h="h1", m="m1", a="a1")
    + r"\s*(?:uur\s*)?(?:[-–—]|tot(?: en met)?|to|until|till)\s*"
    + _clock.format(h="h2", m="m2", a="a2")
    + r"(?P<unit>\s*(?:uur|u\b|hrs?\b|h\b|o.clock))?(?![\d/-])",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d.,/-])"
    + _clock.format(h="h1", m="m1", a="a1")
    + r"(?P<unit>\s*(?:uur|hrs?\b|o.clock))?"
    r"(?![\d/-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """A date as it stands in a text, from ``start`` to ``end``."""

    day: int
    month: int
    year: int | None
    text: str
    start: int
    end: int
    weekday: int | None = None
    days: tuple[int, ...] = ()
    """All days named together, as in *18 en 19 februari*."""
    numeric: bool = False
    """Written with a slash between numbers that could both be a month."""

    @property
    def date(self) -> dt.date | None:
        """The date, or None without a year or where the calendar has no such day."""
        if self.year is None:
            return None
        try:
            return dt.date(self.year, self.month, self.day)
        except ValueError:
            return None

    @property
    def possible(self) -> bool:
        """There is a year in which this day exists."""
        try:
            dt.date(self.year or 2000, self.month, self.day)
        except ValueError:
            return False
        return True

    @property
    def weekday_fits(self) -> bool:
        return self.weekday is None or self.date is None or self.date.weekday() == self.weekday


def find_dates(text: str) -> list[Found]:
    """All dates in ``text`` in order; in *18 februari en 1 april 2021* both are of 2021."""
    found: list[Found] = []
    taken: list[tuple[int, int]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if date := _from_match(match):
                found.append(date)
                taken.append((match.start(), match.end()))
    found.sort(key=lambda date: date.start)
    for place in range(len(found) - 2, -1, -1):
        this, later = found[place], found[place + 1]
        if (
            this.year is None
            and later.year is not None
            and _JOINED.match(text[this.end : later.start])
        ):
            found[place] = replace(this, year=later.year)
    return found


def _from_match(match: re.Match[str]) -> Found | None:
    groups = match.groupdict()
    day = int(groups["day"])
    month_text = groups.get("month")
    if month_text == "may":  # "you may 3 times"; the month has a capital
        return None
    month = MONTHS[month_text.lower()] if month_text else int(groups["monthnumber"])
    year = int(groups["year"]) if groups.get("year") else None
    if year is None and groups.get("short"):
        year = 2000 + int(groups["short"])
    if not month_text and not 1 <= month <= 12:
        return None
    if not 1 <= day <= 31:
        return None
    more = tuple(int(number) for number in re.findall(r"\d+", groups.get("more") or ""))
    weekday = groups.get("weekday")
    return Found(
        day=day,
        month=month,
        year=year,
        text=match.group().strip(" ,"),
        start=match.start(),
        end=match.end(),
        weekday=WEEKDAYS[weekday.lower()] if weekday else None,
        days=(day, *more) if more else (),
        numeric=groups.get("separator") in ("/", "-", ".") and day <= 12 and day != month,
    )


_HOURS = re.compile(
    r"(?:\bvan\s+|\bfrom\s+)?\b\d{1,2}[.:]\d\d\s*(?:uur)?\s*(?:[-–—]|tot|to|until)\s*"
    r"\d{1,2}[.:]\d\d\s*(?:uur|[ap]m\b)?|\b\d{1,2}(?:[.:]\d\d)?\s*(?:uur|[ap]m)\b",
    re.IGNORECASE,
)
_BEFORE_DATE = re.compile(
    r"(?:[\s,.–—:-]|\b(?:d\.\s?d|dd|jl|op|van|on|of|held|gehouden|en|and|the)\b)*"
    r"\0(?:[\s,]*(?:\b(?:en|and|jl)\b)?[\s,.]*\0)*(?:\s*\bjl\b\.?)?",
    re.IGNORECASE,
)


def without_dates(text: str) -> str:
    """A heading without its dates and hours, and without the words that led to them."""
    for date in reversed(find_dates(text)):
        text = f"{text[: date.start]}\0{text[date.end :]}"
    text = _HOURS.sub("\0", text)
    text = re.sub(r"\s*[(\[]\s*\0\s*[)\]]", "", text)
    text = _BEFORE_DATE.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip(" ,–—:-")


def find_times(text: str) -> tuple[dt.time | None, dt.time | None]:
    """Start and end as told in ``text``: *15.00–17.00 uur*, *14:00*, *3 pm*, *3-5 pm*."""
    for date in find_dates(text):
        text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
    for match in _TIME_RANGE.finditer(text):
        if any(match[name] for name in ("m1", "m2", "a1", "a2", "unit")):
            start = _clock_time(match["h1"], match["m1"], match["a1"] or match["a2"])
            end = _clock_time(match["h2"], match["m2"], match["a2"])
            if start and end:
                return start, end
    for match in _TIME.finditer(text):
        if match["a1"] or match["unit"] or (match["m1"] and ":" in match.group()):
            return _clock_time(match["h1"], match["m1"], match["a1"]), None
    return None, None


def _clock_time(hour: str, minute: str | None, half: str | None) -> dt.time | None:
    value = int(hour)
    if half:
        value = value % 12 + (12 if half.lower().startswith("p") else 0)
    if value > 23:
        return None
    return dt.time(value, int(minute or 0))
