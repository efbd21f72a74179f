"""What was understood of a report, before any of it is stored."""

import datetime as dt
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from civportal.editor.sanitise import sanitise

from .labels import LIST_LABELS, label
from .notices import Notice

Data = dict[str, Any]
"""What goes into JSON and comes back."""


@dataclass
class Entry:
    """One point of a list; ``owner`` and ``due`` are filled for actions only."""

    text: str
    depth: int = 0
    owner: str = ""
    due: dt.date | None = None

    def as_data(self) -> Data:
        return {
            "text": self.text,
            "depth": self.depth,
            "owner": self.owner,
            "due": self.due.isoformat() if self.due else None,
        }

    @classmethod
    def from_data(cls, data: Data) -> "Entry":
        return cls(data["text"], data["depth"], data["owner"], _date(data["due"]))


@dataclass
class ItemList:
    """A list with the words that introduce it."""

    lead: str
    kind: str
    """``attention_points``, ``decisions``, ``actions`` or ``list``."""
    entries: list[Entry]

    @property
    def has_label_only(self) -> bool:
        """The lead is no more than *Besluit:* or *Actie Jan:*, which the kind tells too."""
        parts = label(f"{self.lead.rstrip(':')}: x") if len(self.lead) < 60 else None
        return parts is not None and LIST_LABELS.get(parts[0]) == self.kind


@dataclass
class Table:
    rows: list[list[str]]


Part = str | ItemList | Table


@dataclass
class Item:
    """One agenda item: its parts (paragraphs, lists, tables) in the order of the file."""

    heading: str
    parts: list[Part] = field(default_factory=list)

    def html(self) -> str:
        """The text without its lists."""
        return sanitise("".join(_part_html(part) for part in self.parts if not _is_list(part)))

    def whole_html(self) -> str:
        """The text as it is stored: with plain lists and with the leads of the others in place.

        Decisions, actions and attention points become rows of their own.
        """
        return sanitise("".join(_part_html(part) for part in self.parts))

    @property
    def lists(self) -> list[ItemList]:
        return [part for part in self.parts if isinstance(part, ItemList)]

    def as_data(self) -> Data:
        parts: list[Data] = []
        for part in self.parts:
            if isinstance(part, str):
                parts.append({"text": part})
            elif isinstance(part, Table):
                parts.append({"rows": part.rows})
            else:
                entries = [entry.as_data() for entry in part.entries]
                parts.append({"lead": part.lead, "kind": part.kind, "entries": entries})
        return {"heading": self.heading, "parts": parts}

    @classmethod
    def from_data(cls, data: Data) -> "Item":
        parts: list[Part] = []
        for part in data["parts"]:
            if "text" in part:
                parts.append(part["text"])
            elif "rows" in part:
                parts.append(Table(part["rows"]))
            else:
                entries = [Entry.from_data(entry) for entry in part["entries"]]
                parts.append(ItemList(part["lead"], part["kind"], entries))
        return cls(data["heading"], parts)


@dataclass
class Person:
    """Someone named in a report, as far as the report tells."""

    name: str
    function: str = ""
    organisation: str = ""
    part: str = "participant"
    """``chair``, ``secretary``, ``speaker`` or ``participant``."""
    attended: bool = True


@dataclass
class Meeting:
    """One meeting of a report."""

    title: str
    kind: str
    date: dt.date | None = None
    start: dt.time | None = None
    end: dt.time | None = None
    place: str = ""
    body: str | None = None
    programme_lines: list[str] = field(default_factory=list)
    summary: str = ""
    items: list[Item] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def as_contract(self) -> Data:
        """The meeting as ``import_report`` prints it; the absent stand in the warnings."""
        return {
            "title": self.title,
            "kind": self.kind,
            "date": self.date.isoformat() if self.date else None,
            "body": self.body,
            "programme_lines": list(self.programme_lines),
            "summary": self.summary,
            "items": [
                {
                    "heading": item.heading,
                    "text": item.html(),
                    "lists": [
                        {
                            "lead": one.lead,
                            "kind": one.kind,
                            "entries": [entry.text for entry in one.entries],
                        }
                        for one in item.lists
                    ],
                }
                for item in self.items
            ],
            "organisations": list(self.organisations),
            "people": [
                {
                    "name": person.name,
                    "role": person.function
                    or ("" if person.part == "participant" else person.part),
                    "organisation": person.organisation,
                }
                for person in self.people
                if person.attended
            ],
        }

    def as_data(self) -> Data:
        """All of it, for storing until the office has looked at it."""
        return {
            "title": self.title,
            "kind": self.kind,
            "date": self.date.isoformat() if self.date else None,
            "start": self.start.isoformat("minutes") if self.start else None,
            "end": self.end.isoformat("minutes") if self.end else None,
            "place": self.place,
            "body": self.body,
            "programme_lines": list(self.programme_lines),
            "summary": self.summary,
            "items": [item.as_data() for item in self.items],
            "organisations": list(self.organisations),
            "people": [asdict(person) for person in self.people],
        }

    @classmethod
    def from_data(cls, data: Data) -> "Meeting":
        return cls(
            title=data["title"],
            kind=data["kind"],
            date=_date(data["date"]),
            start=_time(data["start"]),
            end=_time(data["end"]),
            place=data["place"],
            body=data["body"],
            programme_lines=list(data["programme_lines"]),
            summary=data["summary"],
            items=[Item.from_data(item) for item in data["items"]],
            organisations=list(data["organisations"]),
            people=[Person(**person) for person in data["people"]],
        )


@dataclass
class Report:
    """A whole file: its meetings, what could not be told, and its text as it was."""

    meetings: list[Meeting]
    notices: list[Notice]
    lang: str
    text: str
    format: str

    def as_contract(self) -> Data:
        """What ``import_report --dry-run --format json`` prints."""
        return {
            "sessions": [meeting.as_contract() for meeting in self.meetings],
            "warnings": [str(notice) for notice in self.notices],
        }

    def as_data(self) -> Data:
        """What is stored of it: more than is printed, so that nothing is understood twice."""
        return {
            "sessions": [meeting.as_data() for meeting in self.meetings],
            "warnings": [notice.as_data() for notice in self.notices],
            "language": self.lang,
        }


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None


def _is_list(part: Part) -> bool:
    return isinstance(part, ItemList)


def _part_html(part: Part) -> str:
    if isinstance(part, str):
        return f"<p>{escape(part, quote=False)}</p>"
    if isinstance(part, Table):
        return _table_html(part)
    lead = f"<p>{escape(part.lead, quote=False)}</p>" if part.lead else ""
    if part.kind == "list":
        return lead + _list_html(part.entries)
    return "" if part.has_label_only else lead


def _table_html(table: Table) -> str:
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{escape(cell, quote=False).replace(chr(10), '<br>')}</td>" for cell in row)
        + "</tr>"
        for row in table.rows
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _list_html(entries: list[Entry]) -> str:
    """A list, nested as deep as its entries say."""
    pieces: list[str] = []
    depth = -1
    for entry in entries:
        wanted = min(entry.depth, depth + 1)
        if wanted > depth:
            pieces.append("<ul>")
        else:
            pieces.append("</li>" + "</ul></li>" * (depth - wanted))
        depth = wanted
        pieces.append(f"<li>{escape(entry.text, quote=False)}")
    pieces.append("</li></ul>" * (depth + 1))
    return "".join(pieces)
