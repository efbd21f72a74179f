"""People: in attendance lists, after *Sprekers:*, and in running text about speakers."""

import re
from dataclasses import dataclass, field

from .organisations import add_unique, looks_like_organisation, sentences, split_names
from .report import Person
from .vocabulary import Vocabulary, fold
from .words import ANY_NAME, FULL_NAME, NAME, ROLE, SHORT_NAME

_NUMBERS = {
    **{word: place for place, word in enumerate(("twee", "drie", "vier", "vijf", "zes"), 2)},
    **{word: place for place, word in enumerate(("two", "three", "four", "five", "six"), 2)},
    "één": 1,
    "een": 1,
    "one": 1,
}
_CUE = re.compile(
    r"\b(?:inleiders?|sprekers?|gastsprekers?|speakers?|inleidingen|voerden? het woord|"
    r"(?:presentatie|inleiding|lezing|pitch|keynote|gastcollege)s? (?:van|door|by)|presented by|"
    r"introduced by|verzorgd door|ingeleid door|gepresenteerd door|presenteerde[n]?|keynote)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?P<count>"
    + "|".join(_NUMBERS)
    + r"|\d)\s+(?:\w+\s+)?(?:inleiders?|(?:gast)?sprekers?|(?:guest )?speakers?)\b",
    re.IGNORECASE,
)
_AT = r"(?:van|bij|namens|from|of|at)(?:\s+(?:de|het|the))?\s+"
_WITH_DETAILS = re.compile(
    rf"(?P<name>{NAME})\s*(?:"
    rf"\((?P<paren>[^()]*(?:\([^()]*\)[^()]*)*)\)(?:\s*[–—]\s*|\s+)?(?:{_AT}(?P<porg>[A-Z][^,.;()–—]*?(?=\s+(?:en|and)\s|[,.;]|\s+[a-zé]+(?:de|te|den|ten)\b|$)))?"
    rf"|\s[–—-]\s(?P<dash>[^–—]+?)\s[–—-]\s*(?:{_AT}(?P<dorg>[A-Z][\w&'’-]*(?:\s+(?:(?:van|de|of|for|&)\s+)*[A-Z][\w&'’-]*)*))?"
    rf"|,\s+(?P<comma>[a-z][^,.;()]*?)\s+{_AT}(?P<corg>(?:mbo|roc|gemeente\s+|provincie\s+|stichting\s+)?[A-Z][\w&'’-]*(?:\s+(?:(?:van|de|of|for|&)\s+)*[A-Z][\w&'’-]*)*)"
    r")"
)
_ABSENT_MARK = re.compile(
    r"\b(?:afwezig|verhinderd|m\.?k\.?(?:a\.?)?|afgemeld|absent|apologies|excused)\b", re.IGNORECASE
)
_CHAIR = re.compile(r"\b(?:dag)?voorzitter\b|\bchair", re.IGNORECASE)
_SECRETARY = re.compile(
    r"\b(?:secretaris|notulist\w*|notulen|verslag(?:legging|gever)?|secretary|minutes)\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"\b(?:gast)?spreker\b|\binleider\b|\bspeaker\b", re.IGNORECASE)
_CALLED = re.compile(r"((?:[A-ZÀ-Þ]\.\s?)+)\(([A-ZÀ-Þ][\w-]+)\)\s+(?=\S)")
"""*A. (Anja) de Graaf*: the name someone goes by, between the initials and the surname."""
_COURTESY = re.compile(
    r"^(?:(?:de heer|dhr\.?|mevrouw|mevr\.?|mw\.?|mrs\.?|ms\.?)\s+)+(?=\S)", re.IGNORECASE
)
_LEAST_NAME = NAME[: NAME.rindex("{")] + "{1,4}?"
"""A name that stops as early as it can: before *van de Gemeente X*."""
_SMALL = re.compile(r"^(?:en|and|met|with|ook|also|tevens|de heer|mevrouw)\s+(?=\S)")


@dataclass
class Attendance:
    """The people and lone organisations of one list, and what in it is no clear name."""

    people: list[Person] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def part_of(function: str, default: str = "participant") -> str:
    """What the words behind a name make of someone in the meeting."""
    if re.search(r"\b(?:vice|plv|plaatsvervangend)", function, re.IGNORECASE):
        return default
    if _CHAIR.search(function):
        return "chair"
    if _SECRETARY.search(function):
        return "secretary"
    if _SPEAKER.search(function):
        return "speaker"
    return default


def parse_people(
    texts: list[str], vocabulary: Vocabulary, *, part: str = "participant", attended: bool = True
) -> Attendance:
    """Read attendance: one text per line or entry, or one text with commas."""
    result = Attendance()
    entries: list[str] = []
    for text in texts:
        pieces = [piece.strip() for piece in re.split(r";(?![^()]*\))", text) if piece.strip()]
        entries.extend(pieces)
    for entry in entries:
        _read_entry(entry, result, vocabulary, part, several=len(entries) > 1)
    for person in result.people:
        if not attended or _ABSENT_MARK.search(person.function):
            person.attended = False
    return result


def _read_entry(
    entry: str, result: Attendance, vocabulary: Vocabulary, part: str, *, several: bool
) -> None:
    entry = _SMALL.sub("", entry.strip().rstrip(".,"))
    entry = _CALLED.sub(r"\1\2 ", entry)
    if not entry or re.fullmatch(r"(?:geen|niemand|none|nobody|n\.?v\.?t\.?|[-–—]+)", entry, re.I):
        return
    if _read_group(entry, result, vocabulary, part):
        return
    parts = [p.strip() for p in re.split(r",(?![^()]*\))", entry) if p.strip()]
    if len(parts) == 1:
        _read_names(parts[0], result, vocabulary, part)
        return
    details = [
        not _is_name(piece, vocabulary) and not _starts_with_name(piece, vocabulary)
        for piece in parts[1:]
    ]
    one_person = _starts_with_name(parts[0], vocabulary) and (
        all(details) or (several and len(parts) <= 3 and not _names_only(parts, vocabulary))
    )
    if one_person:
        result.people.append(_person(parts[0], ", ".join(parts[1:]), vocabulary, part))
    else:
        _read_parts(parts, result, vocabulary, part)


def _read_group(entry: str, result: Attendance, vocabulary: Vocabulary, part: str) -> bool:
    """*Namens mboHavenland: Anna, Bea*; False where no group stands before the colon."""
    match = re.match(r"^(?:namens\s+)?(?P<group>[^:()]{2,80}):\s*(?P<rest>\S.*)$", entry, re.I)
    if match is None:
        return False
    group = match["group"].strip()
    if ROLE.match(group) and not looks_like_organisation(group, vocabulary):
        return False
    inner = parse_people([match["rest"]], vocabulary, part=part)
    for person in inner.people:
        person.organisation = person.organisation or _canonical(group, vocabulary)
        result.people.append(person)
    result.unclear.extend(inner.unclear)
    if not inner.people:
        add_unique(result.organisations, _canonical(group, vocabulary))
    return True


def _read_parts(parts: list[str], result: Attendance, vocabulary: Vocabulary, part: str) -> None:
    """Names between commas, each with the functions and organisations that follow it."""
    place = 0
    while place < len(parts):
        piece = parts[place]
        behind: list[str] = []
        while (
            place + 1 < len(parts)
            and _is_name(piece, vocabulary)
            and not _starts_with_name(parts[place + 1], vocabulary)
            and (
                ROLE.match(parts[place + 1])
                or (len(parts) > 1 and looks_like_organisation(parts[place + 1], vocabulary))
            )
        ):
            place += 1
            behind.append(parts[place])
        if behind:
            result.people.append(_person(piece, ", ".join(behind), vocabulary, part))
        else:
            _read_names(piece, result, vocabulary, part)
        place += 1


def _names_only(parts: list[str], vocabulary: Vocabulary) -> bool:
    """Full names all, none of them a known organisation, and more than a person and a firm."""
    return len(parts) > 2 and all(
        FULL_NAME.match(part) and not looks_like_organisation(part, vocabulary) for part in parts
    )


def _read_names(text: str, result: Attendance, vocabulary: Vocabulary, part: str) -> None:
    """One name with or without details, or names joined by *en*."""
    if re.search(r"\((?:geen|niet|no|not|none|afwezig|absent)\b", text, re.IGNORECASE):
        result.unclear.append(text)
        return
    if vocabulary.organisation(text):
        add_unique(result.organisations, vocabulary.organisation(text) or text)
        return
    for part_text in re.split(r"\s+(?:en|and|&)\s+(?![^()]*\))", text):
        _read_name(_SMALL.sub("", part_text.strip()), result, vocabulary, part)


def _read_name(piece: str, result: Attendance, vocabulary: Vocabulary, part: str) -> None:
    """*Anna de Vries (docent)*, *Anna de Vries van de Gemeente X*, or an organisation alone."""
    of = re.match(rf"^(?P<name>{_LEAST_NAME})\s+{_AT}(?P<group>[^()]+)$", piece)
    if of and looks_like_organisation(of["group"], vocabulary):
        result.people.append(_person(of["name"], of["group"], vocabulary, part))
        return
    alone = "(" not in piece and looks_like_organisation(piece, vocabulary)
    if alone and not re.match(rf"^{NAME}\s*[,:–—-]", piece):
        add_unique(result.organisations, _canonical(piece, vocabulary))
        return
    match = re.match(rf"^(?P<name>{SHORT_NAME})\s*(?P<rest>.*)$", piece)
    if match is None:
        if piece:
            result.unclear.append(piece)
        return
    told = match["rest"].strip()
    details = told[1:-1] if told.startswith("(") and told.endswith(")") else told
    details = re.sub(r"^[–—:,-]\s*|^/\s*", "", details).strip()
    if details and details == told and not re.match(_AT, details):
        result.unclear.append(piece)
        return
    details = re.sub(rf"^{_AT}", "", details)
    result.people.append(_person(match["name"], details, vocabulary, part))


def _is_name(text: str, vocabulary: Vocabulary) -> bool:
    return (
        bool(ANY_NAME.match(text))
        and not looks_like_organisation(text, vocabulary)
        and not (ROLE.match(text) and text.split(maxsplit=1)[0].islower())
    )


def _starts_with_name(text: str, vocabulary: Vocabulary) -> bool:
    bare = re.sub(r"\s*\(.*\)$", "", text)
    if re.search(r"\s(?:en|and)\s", bare):
        bare = re.split(r"\s(?:en|and)\s", bare)[0]
    return _is_name(bare, vocabulary) and not ROLE.match(bare)


def _person(name: str, details: str, vocabulary: Vocabulary, part: str) -> Person:
    if (match := re.match(r"^(?P<name>[^()]+?)\s*\((?P<inner>.*)\)$", name)) is not None:
        name, details = match["name"], ", ".join(filter(None, (match["inner"], details)))
    function, organisation = split_details(details, vocabulary)
    return Person(
        name=_COURTESY.sub("", name.strip()),
        function=function,
        organisation=organisation,
        part=part_of(function, part),
    )


def split_details(details: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """Function and organisation from *coördinator Stichting X*, *docent, ROC Y* or *ROC Y*."""
    details = re.sub(r"\s+", " ", details).strip(" ,")
    if not details:
        return "", ""
    if known := vocabulary.organisation(details):
        return "", known
    functions: list[str] = []
    organisations: list[str] = []
    for piece in (p.strip() for p in re.split(r"\s*(?:,|\s[–—-]\s|;)\s*(?![^()]*\))", details)):
        if not piece:
            continue
        if known := vocabulary.organisation(piece):
            organisations.append(known)
        elif _ABSENT_MARK.fullmatch(piece) or re.match(
            r"(?:via|online|vanaf|tot|from|until)\b", piece
        ):
            functions.append(piece)
        elif match := ROLE.match(piece):
            function, organisation = _split_role(piece, match.end(), vocabulary)
            functions.append(function)
            if organisation:
                organisations.append(organisation)
        elif functions or piece[0].isupper() or looks_like_organisation(piece, vocabulary):
            organisations.append(piece)
        else:
            functions.append(piece)
    return ", ".join(functions), ", ".join(organisations)


def _split_role(piece: str, end: int, vocabulary: Vocabulary) -> tuple[str, str]:
    """*practor Welzijn* → *practor* and *Welzijn*; *manager van de X* too."""
    rest = piece[end:].strip()
    if match := re.search(
        rf"(?:^|\s){_AT}(?P<name>(?:[A-Z0-9]|mbo|gemeente|provincie|stichting).*)$", rest
    ):
        function = f"{piece[:end]} {rest[: match.start()]}".strip()
        return function, _canonical(match["name"], vocabulary)
    if rest and (
        rest[0].isupper() or rest[0].isdigit() or looks_like_organisation(rest, vocabulary)
    ):
        return piece[:end].strip(), _canonical(rest, vocabulary)
    return piece.strip(), ""


def _canonical(text: str, vocabulary: Vocabulary) -> str:
    return vocabulary.organisation(text) or text.strip()


@dataclass
class Speakers:
    people: list[Person] = field(default_factory=list)
    told: int | None = None
    """How many speakers the text itself speaks of."""


def find_speakers(text: str, vocabulary: Vocabulary) -> Speakers:
    """The speakers whom a paragraph introduces by name, in sentences that speak of speakers."""
    result = Speakers()
    parts = sentences(text)
    cued = [place for place, sentence in enumerate(parts) if _CUE.search(sentence)]
    if not cued:
        return result
    if match := _COUNT.search(text):
        count = match["count"].lower()
        result.told = _NUMBERS.get(count) or (int(count) if count.isdigit() else None)
    places = sorted({near for place in cued for near in (place, place + 1) if near < len(parts)})
    for place in places:
        sentence = parts[place]
        found = _with_details(sentence, vocabulary)
        if not found and place in cued:
            found = _plain_names(sentence, vocabulary)
        for person in found:
            if fold(person.name) not in {fold(known.name) for known in result.people}:
                result.people.append(person)
    return result


def _with_details(sentence: str, vocabulary: Vocabulary) -> list[Person]:
    people: list[Person] = []
    for match in _WITH_DETAILS.finditer(sentence):
        name = re.sub(r"^(?:De|Het|The|Ook|Door|Namens|Met|En|By|And|Tot)\s+", "", match["name"])
        if looks_like_organisation(name, vocabulary) or not FULL_NAME.match(name):
            continue
        details = match["paren"] or match["dash"] or match["comma"] or ""
        if _is_abbreviation(name, details) or re.fullmatch(r"[\d\s.,:–-]*", details):
            continue
        organisation = match["porg"] or match["dorg"] or match["corg"] or ""
        if organisation:
            function = re.sub(r"\s+", " ", details).replace(" )", ")").replace("( ", "(").strip()
            if match["paren"]:
                inner, also = split_details(details, vocabulary)
                function = inner if not also else function
            organisation = _canonical(organisation, vocabulary)
        else:
            function, organisation = split_details(details, vocabulary)
        people.append(
            Person(name=name, function=function, organisation=organisation, part="speaker")
        )
    return people


def _plain_names(sentence: str, vocabulary: Vocabulary) -> list[Person]:
    """Names without details right after the cue: *Sprekers waren Anna de Vries en Piet Bakker.*"""
    cue = _CUE.search(sentence)
    if cue is None:
        return []
    rest = re.sub(r"^\s*(?:waren|was|zijn|is|were|are|:)?\s*", "", sentence[cue.end() :])
    return [
        Person(name=piece, part="speaker")
        for piece in split_names(rest, vocabulary)
        if FULL_NAME.match(piece) and not looks_like_organisation(piece, vocabulary)
    ]


def _is_abbreviation(name: str, details: str) -> bool:
    """*Applied Bioscience (LCAB)*: the letters of the name itself, so no person."""
    letters = details.strip()
    if not re.fullmatch(r"[A-Z][A-Za-z]{1,7}", letters) or not letters[-1].isupper():
        return False
    initials = "".join(word[0] for word in re.findall(r"[A-Z]\w*", name))
    return letters.upper().endswith(initials) or initials.startswith(letters.upper())
