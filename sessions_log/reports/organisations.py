"""Organisations in running text and in enumerations."""

import re

from .vocabulary import Vocabulary, fold
from .words import ORGANISATION

_CAP = r"(?:[A-ZÀ-Þ][\w&'’-]*)"
_HEAD = (
    r"(?:gemeente|provincie|stichting|hogeschool|universiteit|roc|mbo|college|ministerie|"
    r"university|municipality|province|foundation|school|vereniging)"
)
_NAMED = re.compile(
    rf"\b(?:(?:[A-Z][\w-]*\s)?(?i:{_HEAD})\s+(?:(?:van|voor|of|der|de|the)\s+)*{_CAP}"
    rf"(?:\s+(?:&\s+|(?:van|voor|of|de|for)\s+(?={_CAP}))?{_CAP})*|(?:mbo|hbo)[A-Z]\w+)"
)
_PARTAKING = re.compile(
    r"\b(?:vertegenwoordigers?|vertegenwoordiging|namens|deelnemers|representatives?|on behalf of|"
    r"aanwezig (?:waren|was)|waren aanwezig|were present|delegaties?)\b",
    re.IGNORECASE,
)
_CONSISTS = re.compile(
    r"\b(?:bestaat uit|bestond uit|bestaande uit|gevormd door|partners van het eerste uur|"
    r"oprichters|oprichtende partners|founding partners|founding organisations|consists of|"
    r"is made up of|deelnemende organisaties|deelnemende partners|participating organisations)\b",
    re.IGNORECASE,
)
_REPRESENTED = re.compile(
    r"\b(?:vertegenwoordigers van|vertegenwoordigd|representatives of|represented|"
    r"organisaties|organisations|organizations)\b[^.]*:$",
    re.IGNORECASE,
)
_SHARED = re.compile(r"\w\s*/\s*\w")


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph; a dot in *dr.* or *B.V.* ends none."""
    pieces = re.split(r"(?<=[^\s.][^\s.][.!?])[”\"’']?\s+(?=[“\"‘']?[A-ZÀ-Þ\d])", text)
    return [piece for piece in pieces if piece]


def is_shared(name: str) -> bool:
    """Two organisations on one seat: *A/B*."""
    return bool(_SHARED.search(name)) and not re.search(r"\ben/of\b|\band/or\b", name)


def introduces_organisations(lead: str, entries: list[str]) -> bool:
    """Does this lead say that the short entries after it are the organisations taking part?"""
    return bool(_CONSISTS.search(lead) or _REPRESENTED.search(lead)) and all(
        len(entry.split()) <= 8 for entry in entries
    )


def enumerated(text: str, vocabulary: Vocabulary) -> list[str]:
    """The organisations in *bestaat uit de partners van het eerste uur: A, B/C, D en E.*"""
    for sentence in sentences(text):
        cue = _CONSISTS.search(sentence)
        if not cue:
            continue
        rest = sentence[cue.end() :]
        colon = rest.find(":")
        names = split_names(rest[colon + 1 :] if colon >= 0 else rest, vocabulary)
        found = [name for part in names if (name := organisation_name(part, vocabulary))]
        if len(found) > 1:
            return found
    return []


def split_names(text: str, vocabulary: Vocabulary) -> list[str]:
    """The parts of *A, B en C*; an *en* inside a known name stays where it is."""
    text = text.strip().rstrip(".")
    parts = [part.strip() for part in re.split(r"[;,](?![^()]*\))", text) if part.strip()]
    if not parts:
        return []
    last = re.sub(r"^(?:en|and|alsmede)\s+", "", parts[-1])
    if vocabulary.organisation(last) is None:
        pieces = re.split(r"\s+(?:en|and|&|alsmede|evenals)\s+(?![^()]*\))", last)
        if all(
            vocabulary.organisation(piece) or piece[:1].isupper() or _head(piece)
            for piece in pieces
        ):
            return [*parts[:-1], *pieces]
    return [*parts[:-1], last]


def _head(text: str) -> bool:
    text = re.sub(r"^(?:de|het|the)\s+", "", text)
    return bool(re.match(rf"(?:{_HEAD}|mbo\w*|hbo\w*|roc|lumc|umc)\b", text, re.IGNORECASE))


def organisation_name(text: str, vocabulary: Vocabulary) -> str | None:
    """The organisation that a part of an enumeration names, known or not; None if it is none."""
    bare = re.sub(r"^(?:de|het|een|the)\s+", "", text.strip().rstrip(".")).strip()
    if known := vocabulary.organisation(bare):
        return known
    if not 1 < len(bare) <= 90 or len(bare.split()) > 10:
        return None
    if bare[0].isupper() or bare[0].isdigit() or _head(bare):
        return bare
    return None


def looks_like_organisation(text: str, vocabulary: Vocabulary) -> bool:
    """Known, or with a word in it that only organisations carry."""
    return bool(vocabulary.organisation(text)) or bool(ORGANISATION.search(text))


def taking_part(text: str, vocabulary: Vocabulary) -> list[str]:
    """The organisations of which a paragraph says that they were represented."""
    found: list[str] = []
    for sentence in sentences(text):
        if not _PARTAKING.search(sentence):
            continue
        places = [(sentence.find(name), name) for name in vocabulary.organisations_in(sentence)]
        known = [name for _place, name in places]
        named: list[tuple[int, str]] = [(_place_of(sentence, name), name) for name in known]
        for match in _NAMED.finditer(sentence):
            name = vocabulary.organisation(match.group())
            if name is None and not vocabulary.organisations_in(match.group()):
                named.append((match.start(), match.group()))
        named.sort()
        add_unique(found, *(name for _place, name in named))
    return found


def _place_of(text: str, name: str) -> int:
    """Where a name stands in a text, as near as its folded beginning tells."""
    start = fold(name)[:3]
    for match in re.finditer(r"\w+", text):
        if fold(text[match.start() : match.start() + 12]).startswith(start):
            return match.start()
    return 0


def add_unique(names: list[str], *more: str) -> None:
    """Add the names that are not there yet, however they are spelled."""
    known = {fold(name) for name in names}
    for name in more:
        if name and fold(name) not in known:
            known.add(fold(name))
            names.append(name)
