"""The date of a meeting: which of the dates in a report it is, and where its year comes from."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .dates import Found, find_dates
from .notices import NOTE, Notice
from .organisations import sentences
from .words import find_kind

_HELD = re.compile(
    r"\bkwam(?:en)?\b.*\b(?:bijeen|bij elkaar|samen)\b|\bvond(?:en)?\b.*\bplaats\b|"
    r"\btrof(?:fen)?\b.*\belkaar\b|\bvergaderden?\b|\bschoven\b.*\baan\b|\bverzamelden\b|"
    r"\bontmoetten\b|\bwerd(?:en)?\b.*\bgehouden\b|\bwaren\b.*\b(?:bijeen|bij elkaar)\b|"
    r"\b(?:took place|met|was held|were held|gathered|convened|came together)\b",
    re.IGNORECASE,
)
_MET = re.compile(
    r"^(?:op|on)\b.{0,40}?\d.{0,30}?\b(?:was|waren|spraken|bespraken|discussieerden|dachten|"
    r"hield(?:en)?|gingen|startten|we|wij)\b",
    re.IGNORECASE,
)
"""*Op 11 maart spraken docenten over stages*: the date of what the sentence tells."""
_TO_COME = re.compile(
    r"\b(?:vindt|vinden|volgende|next|will|zal|zullen|wordt|worden|uiterlijk|vóór|deadline|"
    r"gepland|staat|planned|scheduled|due|is op|ondertekend|getekend|verzonden|signed|"
    r"vastgesteld|vorige|eerder|previous)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d-])(20\d\d)(?![\d-])")


@dataclass
class Evidence:
    """What a report says about the date of one meeting, strongest first."""

    title: str
    heading: str = ""
    labelled: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    above: list[tuple[str, list[str]]] = field(default_factory=list)
    """Headings above, nearest first, each with its own paragraphs."""
    subject: list[str] = field(default_factory=list)
    front: list[str] = field(default_factory=list)
    before: tuple[str, dt.date | None] | None = None
    lang: str = "nl"


def decide(  # noqa: C901 - what can be wrong with a date, one after the other
    evidence: Evidence,
) -> tuple[dt.date | None, list[Notice]]:
    """The date, or None with a notice that asks for it."""
    notices: list[Notice] = []
    tiers: list[tuple[str, list[tuple[Found, str]]]] = [
        ("heading", _dates([evidence.heading])),
        ("label", _dates(evidence.labelled)),
        ("bare", _dates(evidence.bare)),
        ("above", _above(evidence)),
        ("subject", _dates(evidence.subject)),
        ("text", _held(evidence.texts)),
        ("front", _held(evidence.front)),
    ]
    told = [(name, tier) for name, tier in tiers if tier]
    if not told:
        return _nothing(evidence, notices)
    name, tier = told[0]
    days = _distinct(tier)
    if len(days) > 1 and name not in ("heading", "label", "bare"):
        dates = ", ".join(found.text for found, _quote in days)
        return None, [Notice("several_dates", values={"title": evidence.title, "dates": dates})]
    found, quote = days[0]
    if len(days) > 1 or found.days:
        dates = ", ".join(date.text for date, _quote in days)
        notices.append(Notice("more_days", values={"title": evidence.title, "dates": dates}))
    values: dict[str, object] = {"title": evidence.title, "date": found.text}
    if not found.possible or (found.year and found.date is None):
        return None, [Notice("impossible_date", values=values)]
    if found.numeric and evidence.lang == "en" and not _fits_only_dutch(found):
        known = {date.date for _name, rest in told for date, _q in rest if not date.numeric}
        if found.date not in known:
            return None, [Notice("ambiguous_date", values=values)]
    if found.year is None:
        found, asked = _with_year(found, evidence)
        notices.extend(asked)
        if found.year is None:
            return None, notices
    if not found.weekday_fits:
        notices.append(Notice("wrong_weekday", values=values))
    if name == "above" and evidence.heading:
        notices.append(Notice("date_from", (quote,), {**values, "date": found.text}, level=NOTE))
    notices.extend(_conflicts(found, told[1:], evidence))
    return found.date, notices


def _dates(texts: Iterable[str]) -> list[tuple[Found, str]]:
    return [(found, text) for text in texts for found in find_dates(text)]


def _held(texts: Iterable[str]) -> list[tuple[Found, str]]:
    """Dates in sentences that tell of a meeting in the past."""
    return [
        (found, sentence)
        for text in texts
        for sentence in sentences(text)
        if _is_held(sentence)
        for found in find_dates(sentence)
    ]


def _is_held(sentence: str) -> bool:
    """Does a sentence tell of a meeting that took place, rather than of anything on a date?"""
    if _TO_COME.search(sentence):
        return False
    return bool(_HELD.search(sentence) or (_MET.match(sentence) and find_kind(sentence))) or bool(
        re.match(r"^Op\b.{0,40}?\b(?:spraken|bespraken|discussieerden)\b", sentence)
    )


def _above(evidence: Evidence) -> list[tuple[Found, str]]:
    for heading, texts in evidence.above:
        if found := _dates([heading]):
            return found if len(_distinct(found)) == 1 else []
        if found := _held(texts):
            return found if len(_distinct(found)) == 1 else []
    return []


def _distinct(tier: list[tuple[Found, str]]) -> list[tuple[Found, str]]:
    """One date per day; a complete one stands for the same day without a year."""
    days: dict[tuple[int, int], tuple[Found, str]] = {}
    for found, quote in tier:
        key = (found.month, found.day)
        if key not in days or (days[key][0].year is None and found.year is not None):
            days[key] = (found, quote)
    years: dict[tuple[int, int, int], tuple[Found, str]] = {}
    for found, quote in tier:
        if found.year is not None:
            years.setdefault((found.year, found.month, found.day), (found, quote))
    if len(years) > len(days):
        return list(years.values())
    return list(days.values())


def _fits_only_dutch(found: Found) -> bool:
    """The weekday beside it fits the reading with the day first, and only that one."""
    if found.weekday is None or found.year is None:
        return False
    other = dt.date(found.year, found.day, found.month)
    return found.weekday_fits and other.weekday() != found.weekday


def _with_year(found: Found, evidence: Evidence) -> tuple[Found, list[Notice]]:
    """The same day with its year from elsewhere in the report, or a question."""
    values = {"title": evidence.title, "date": found.text}
    above = [text for heading, paragraphs in evidence.above for text in (heading, *paragraphs)]
    around = [*above, *evidence.subject, *evidence.front]
    own = [*evidence.labelled, *evidence.bare, *evidence.texts]
    years = _years_of_day(found, [*own, *around]) or _years([evidence.heading, *around])
    if len(years) != 1:
        return found, [Notice("no_year", values=values)]
    year, quote = next(iter(years.items()))
    notice = Notice("year_from", (quote,), {**values, "year": year}, level=NOTE)
    result = replace(found, year=year)
    if result.date is None:
        return found, [Notice("impossible_date", values=values)]
    return result, [notice]


def _years_of_day(found: Found, texts: list[str]) -> dict[int, str]:
    """The years that these texts give to the same day, each with the sentence that does."""
    years: dict[int, str] = {}
    for sentence in (one for text in texts for one in sentences(text)):
        for other in find_dates(sentence):
            if other.year and (other.day, other.month) == (found.day, found.month):
                years.setdefault(other.year, sentence)
    return years


def _years(texts: list[str]) -> dict[int, str]:
    """The years that headings and introductions name, each with its sentence."""
    years: dict[int, str] = {}
    for sentence in (one for text in texts for one in sentences(text)):
        for year in _YEAR.findall(sentence):
            years.setdefault(int(year), sentence)
    return years


def _nothing(evidence: Evidence, notices: list[Notice]) -> tuple[dt.date | None, list[Notice]]:
    if evidence.before and evidence.before[1]:
        quote, date = evidence.before
        values = {"title": evidence.title, "date": date.isoformat() if date else ""}
        return date, [Notice("date_from", (quote,), values)]
    others = [found for text in evidence.texts for found in find_dates(text)]
    if len({(found.day, found.month) for found in others}) > 1:
        dates = ", ".join(dict.fromkeys(found.text for found in others))
        notices.append(Notice("several_dates", values={"title": evidence.title, "dates": dates}))
    else:
        notices.append(Notice("no_date", values={"title": evidence.title}))
    return None, notices


def _conflicts(
    found: Found, others: list[tuple[str, list[tuple[Found, str]]]], evidence: Evidence
) -> list[Notice]:
    for name, tier in others:
        if name not in ("label", "bare"):
            continue
        for other, _quote in tier:
            if other.date and other.date != found.date:
                values = {
                    "title": evidence.title,
                    "dates": f"{found.text}, {other.text}",
                    "date": found.text,
                }
                return [Notice("date_conflict", values=values)]
    return []
