"""Lists of outcomes: decisions, actions and attention points, from labels, leads and tables."""

import datetime as dt
import re

from .dates import find_dates
from .labels import LABEL_OF, LIST_LABELS, label
from .report import Entry, ItemList
from .words import FULL_NAME, SHORT_NAME

_KINDS = (
    (
        "attention_points",
        re.compile(
            r"\baandachtspunt(?:en)?\b|\b(?:attention points?|points? (?:of|for) attention)\b", re.I
        ),
    ),
    (
        "decisions",
        re.compile(
            r"\bbesluit(?:en)?\b|\bdecisions?\b|\b(?:besloten|decided|resolved)\b.*:$",
            re.I,
        ),
    ),
    (
        "actions",
        re.compile(
            r"\bactie(?:s|punt|punten|lijst)?\b|"
            r"\b(?:action (?:items?|points?)|actions|to[ -]?do)\b",
            re.I,
        ),
    ),
)
_DUE = re.compile(
    r"\b(?:v[oó][oó]r|uiterlijk|deadline|gereed|per|by|before|due|no later than|op|on|until|tot)\b",
    re.I,
)
_OWNER = re.compile(
    r"(?:\b(?:door|by|eigenaar|actiehouder|owner|wie|who|trekker|verantwoordelijke?)\s*:?\s+|"
    r"[–—]\s*|\()"
    rf"(?P<name>{SHORT_NAME})(?=\s*(?:[,;.)]|$|[–—-]|\bv[oó][oó]r\b|\bby\b))"
)
_DOES = re.compile(
    r"[A-ZÀ-Þ][a-zà-ÿ]+\s+(?:zal|zoekt|maakt|stuurt|vraagt|belt|mailt|plant|neemt|regelt|werkt|schrijft|"
    r"levert|will|sends|writes|asks|plans|calls|makes)\b"
)
"""A first name and what that person does; any first word of a sentence has a capital."""
_HEADS = {
    "actions": frozenset(
        (
            "actie",
            "acties",
            "actiepunt",
            "action",
            "action item",
            "wie",
            "who",
            "wanneer",
            "when",
            "eigenaar",
            "owner",
            "actiehouder",
            "deadline",
            "due",
            "due date",
            "gereed",
            "trekker",
            "wat",
            "what",
            "omschrijving",
        )
    ),
    "decisions": frozenset(("besluit", "besluiten", "decision", "decisions")),
}


def kind_of(words: str) -> str:
    """The kind of a list, by the sentence or heading that introduces it."""
    known = LABEL_OF.get(words.strip().rstrip(":").lower())
    if known in LIST_LABELS:
        return LIST_LABELS[known]
    last = re.split(r"(?<=[.!?])\s+(?=[A-Z])", words.strip())[-1]
    for kind, pattern in _KINDS:
        if pattern.search(last):
            return kind
    return "list"


def make_entry(text: str, kind: str, depth: int = 0, head: str = "") -> Entry:
    """An entry; of an action also who does it and by when, where that is told."""
    if kind != "actions":
        return Entry(text, depth=depth)
    return Entry(text, depth=depth, owner=_owner(text, head), due=_due(text, head))


def _owner(text: str, head: str) -> str:
    inner = re.sub(r"^[\w-]+\s*", "", head.rstrip(":").strip()).strip(" ()–—-")
    name = re.split(r"\s*[,;]\s*", inner)[0] if inner else ""
    if name and re.fullmatch(SHORT_NAME, name):
        return name
    if match := re.search(rf"\((?P<name>{SHORT_NAME})\)", head):
        return match["name"]
    if match := re.match(rf"^(?P<name>{SHORT_NAME})(?::|\s[–—-])\s", text):
        return match["name"]
    match = re.match(rf"^(?P<name>{SHORT_NAME})\s+(?:en\s+{SHORT_NAME}\s+)?[a-zà-ÿ]", text)
    if match and (FULL_NAME.match(match["name"]) or _DOES.match(text)):
        return match["name"]
    matches = list(_OWNER.finditer(text))
    if matches:
        name = matches[-1]["name"]
        if not find_dates(name):
            return name
    return ""


def _due(text: str, head: str) -> dt.date | None:
    dates = [date for date in find_dates(text) if date.date]
    for date in dates:
        if _DUE.search(text[max(0, date.start - 16) : date.start]):
            return date.date
    if dates and (dates[-1].end >= len(text.rstrip(" .)")) - 1):
        return dates[-1].date
    return next((date.date for date in find_dates(head) if date.date), None)


def labelled_list(text: str) -> ItemList | None:
    """*Besluit: …*, *Actie Jan: …* or *Aandachtspunt: …* as a list of one."""
    parts = label(text)
    if parts is None or parts[0] not in LIST_LABELS or not parts[2]:
        return None
    kind = LIST_LABELS[parts[0]]
    return ItemList(lead=parts[1], kind=kind, entries=[make_entry(parts[2], kind, head=parts[1])])


def table_list(rows: list[list[str]], heading: str) -> ItemList | None:
    """A table of actions or decisions, its first row the lead."""
    if len(rows) < 2:
        return None
    head = [cell.strip().rstrip(":").lower() for cell in rows[0]]
    kind = ""
    if any(cell in _HEADS["decisions"] for cell in head) and not any(
        cell in ("wie", "who", "eigenaar", "owner") for cell in head
    ):
        kind = "decisions"
    elif sum(1 for cell in head if cell in _HEADS["actions"]) >= 2 or (
        kind_of(heading) == "actions" and head and head[0] in _HEADS["actions"] | {"nr", "#", "no"}
    ):
        kind = "actions"
    if not kind:
        return None
    entries = []
    for row in rows[1:]:
        text = " — ".join(cell.replace("\n", " ") for cell in row if cell)
        entry = Entry(text)
        for name, cell in zip(head, row, strict=False):
            if kind == "actions" and name in (
                "wie",
                "who",
                "eigenaar",
                "owner",
                "actiehouder",
                "trekker",
            ):
                entry.owner = cell.replace("\n", ", ")
            dates = find_dates(cell)
            if (
                kind == "actions"
                and len(dates) == 1
                and dates[0].date
                and name in ("wanneer", "when", "deadline", "due", "due date", "gereed")
            ):
                entry.due = dates[0].date
        if text:
            entries.append(entry)
    return ItemList(lead=" — ".join(cell for cell in rows[0] if cell), kind=kind, entries=entries)
