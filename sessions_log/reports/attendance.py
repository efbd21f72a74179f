"""Who was there: *Aanwezig: …*, a list under that word, or a table of names."""

import re
from dataclasses import dataclass, field

from .blocks import Block
from .labels import PEOPLE_LABELS, heading_label, label
from .notices import NOTE, Notice
from .organisations import add_unique
from .people import Attendance, parse_people
from .report import Person
from .vocabulary import Vocabulary, fold
from .words import like_person, meeting_word

_ON_BEHALF = re.compile(r"(?:namens|on behalf of)\b.{2,80}:", re.IGNORECASE)
_MORE = re.compile(r"[,(–—]")
"""A name goes on with a function or an organisation."""
_NOT_THERE = re.compile(r"(?:nee|no\b|afwezig|absent|-|x?m\.?k)", re.IGNORECASE)
_NAME_HEADS = frozenset(("naam", "name", "deelnemer", "aanwezig", "wie", "participant"))
_PRESENCE = ("aanwezig", "present", "aanwezig/afwezig")
_DETAILS = frozenset(
    (
        "organisatie", "organisation", "organization", "functie", "function", "role", "rol",
        "namens", "bedrijf", "company", "instelling", "affiliation",
    )
)  # fmt: skip


@dataclass
class Taken:
    """An attendance list that was read: how many blocks it took, and who is in it."""

    used: int
    found: Attendance
    notices: list[Notice] = field(default_factory=list)


def attendance_at(blocks: list[Block], place: int, vocabulary: Vocabulary) -> Taken | None:
    """The attendance list that begins at a block; None where none does.

    A label whose text holds no names (*Aanwezig: ruim twintig mensen*) takes no block and leaves
    a question behind.
    """
    block = blocks[place]
    if block.kind == "table":
        return _table(block, vocabulary)
    if block.kind not in {"heading", "paragraph"}:
        return None
    parts = label(block.text)
    name = parts[0] if parts else heading_label(block.text)
    rest = parts[2] if parts else ""
    if name not in PEOPLE_LABELS or meeting_word(rest):
        return None
    gathered = _gather(blocks, place, rest, vocabulary)
    texts = gathered.texts
    part = name if name in {"speaker", "chair", "secretary"} else "participant"
    found = parse_people(texts, vocabulary, part=part, attended=name != "absent")
    recognised = len(found.people) + len(found.organisations)
    if len(found.unclear) > recognised:
        asked = bool(rest) and len(rest) < 300 and name in {"present", "absent", "speaker"}
        return Taken(0, Attendance(), [Notice("unclear_person", (block.text,))] if asked else [])
    if not texts and gathered.used == 1:
        return None
    code = "absent" if name == "absent" else "attendance"
    quotes = (block.text, *(texts[1:] if rest else texts))
    notices = [Notice(code, quotes, level=NOTE), *gathered.notices]
    found.people += gathered.found.people
    found.organisations += gathered.found.organisations
    if found.unclear:
        notices.append(Notice("unclear_person", tuple(found.unclear)))
    return Taken(gathered.used, found, notices)


@dataclass
class _Gathered:
    texts: list[str]
    used: int = 1
    found: Attendance = field(default_factory=Attendance)
    notices: list[Notice] = field(default_factory=list)


def _gather(blocks: list[Block], place: int, rest: str, vocabulary: Vocabulary) -> _Gathered:
    """What stands behind the label, and the lists, tables and lines of names after it."""
    gathered = _Gathered([rest] if rest else [])
    for block in blocks[place + 1 :]:
        if rest and not (block.kind == "paragraph" and block.tight and _MORE.search(block.text)):
            break
        if block.kind == "list" and gathered.used == 1:
            gathered.texts.extend(entry.text for entry in block.entries)
        elif block.kind == "table" and (taken := _table(block, vocabulary)):
            gathered.found.people += taken.found.people
            gathered.found.organisations += taken.found.organisations
            gathered.notices += taken.notices
        elif block.kind == "paragraph" and _is_attendant(block.text, vocabulary):
            gathered.texts.append(block.text)
        else:
            break
        gathered.used += 1
    return gathered


def _is_attendant(text: str, vocabulary: Vocabulary) -> bool:
    if label(text) is not None or heading_label(text) is not None:
        return False
    return (
        like_person(text)
        or vocabulary.organisation(text) is not None
        or _ON_BEHALF.match(text) is not None
    )


def _table(block: Block, vocabulary: Vocabulary) -> Taken | None:
    """A table with names in its first column and something about them in the next."""
    head = [cell.strip().rstrip(":").lower() for cell in block.rows[0]] if block.rows else []
    if len(block.rows) < 2 or head[0] not in _NAME_HEADS:
        return None
    if not set(head[1:]) & (_DETAILS | set(_PRESENCE)):
        return None
    found = Attendance()
    for row in block.rows[1:]:
        pairs = list(zip(head, row, strict=False))[1:]
        details = [cell for column, cell in pairs if column in _DETAILS and cell]
        presence = next((cell for column, cell in pairs if column in _PRESENCE), "")
        one = parse_people(
            [", ".join([row[0], *details])] if row[0] else [],
            vocabulary,
            attended=not _NOT_THERE.match(presence),
        )
        found.people += one.people
        found.organisations += one.organisations
        found.unclear += one.unclear
    if not found.people:
        return None
    quotes = tuple(" — ".join(cell for cell in row if cell) for row in block.rows)
    notices = [Notice("attendance", quotes, level=NOTE)]
    if found.unclear:
        notices.append(Notice("unclear_person", tuple(found.unclear)))
    return Taken(1, found, notices)


def add_person(people: list[Person], person: Person) -> None:
    """Add someone, or what is told here of someone known, by whole name or by first name."""
    for known in people:
        first = fold(known.name).startswith(fold(person.name)) and " " not in person.name
        if first or fold(known.name) == fold(person.name):
            if known.part == "participant":
                known.part = person.part
            known.function = known.function or person.function
            known.organisation = known.organisation or person.organisation
            return
    people.append(person)


def organisations_of(people: list[Person], named: list[str]) -> list[str]:
    """The organisations that were named, and those of the people who were there."""
    organisations = list(named)
    add_unique(organisations, *(one.organisation for one in people if one.attended))
    return organisations
