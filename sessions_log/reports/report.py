"""What was understood of a report, before any of it is stored."""

import datetime as dt
from dataclasses import dataclass, field
from html import escape
from typing import Any

import nh3

from .notices import Notice

ALLOWED_TAGS = {"p", "ul", "ol", "li", "table", "tbody", "tr", "td", "th", "br", "strong", "em"}


@dataclass
class Entry:
    """One point of a list; ``owner`` and ``due`` are filled for actions only."""

    text: str
    depth: int = 0
    owner: str = ""
    due: dt.date | None = None


@dataclass
class ItemList:
    """A list with the words that introduce it."""

    lead: str
    kind: str
    """``attention_points``, ``decisions``, ``actions`` or ``list``."""
    entries: list[Entry]


@dataclass
class Table:
    rows: list[list[str]]


Part = str | ItemList | Table


@dataclass
class Item:
    """One agenda item: its parts (paragraphs, lists, tables) in the order of the file."""

    heading: str
    parts: list[Part] = field(default_factory=list)

    def html(self, *, with_lists: bool = False) -> str:
        """The text of the item; plain lists too where asked for."""
        pieces: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                pieces.append(f"<p>{escape(part, quote=False)}</p>")
            elif isinstance(part, Table):
                pieces.append(_table_html(part))
            elif with_lists and part.kind == "list":
                if part.lead:
                    pieces.append(f"<p>{escape(part.lead, quote=False)}</p>")
                pieces.append(_list_html(part.entries))
        return nh3.clean("".join(pieces), tags=ALLOWED_TAGS, attributes={})

    @property
    def lists(self) -> list[ItemList]:
        return [part for part in self.parts if isinstance(part, ItemList)]


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

    def as_contract(self) -> dict[str, Any]:
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
                    "role": person.function or ("" if person.part == "participant" else person.part),
                    "organisation": person.organisation,
                }
                for person in self.people
                if person.attended
            ],
        }


@dataclass
class Report:
    """A whole file: its meetings, what could not be told, and its text as it was."""

    meetings: list[Meeting]
    notices: list[Notice]
    lang: str
    text: str
    format: str

    def as_contract(self) -> dict[str, Any]:
        """What ``import_report --dry-run --format json`` prints."""
        return {
            "sessions": [meeting.as_contract() for meeting in self.meetings],
            "warnings": [str(notice) for notice in self.notices],
        }


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
