"""Reads the story of the demo centre: TOML files with plain text, and dates counted from today.

A date in the story is ``"-74.3"``: 74 weeks before this week, on its fourth day (0 is Monday). So
the story is as fresh on the day it is loaded as on the day it was written. ``"+3"`` is three days
from today.

In running text ``{day -74.3}`` becomes "donderdag 18 februari 2021", ``{date …}`` leaves the
weekday out and ``{month …}`` the day as well.
"""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

DATA = Path(__file__).parent / "data"
PLACEHOLDER = re.compile(r"\{(day|date|month) (-?\d+\.[0-6])\}")
FORMATS = {"day": "l j F Y", "date": "j F Y", "month": "F Y"}
BLOCK_START = re.compile(r"(- |\d+\. |### |> |\| )")


def chapter(name: str) -> dict[str, Any]:
    """One file of the story, by its name without extension."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def day(spec: str) -> datetime.date:
    """The date that ``"weeks.weekday"``, counted from this week's Monday, or ``"+days"`` is."""
    today = timezone.localdate()
    if spec.startswith("+"):
        return today + datetime.timedelta(days=int(spec))
    weeks, weekday = spec.split(".")
    monday = today - datetime.timedelta(days=today.weekday())
    return monday + datetime.timedelta(weeks=int(weeks), days=int(weekday))


def at(spec: str, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment on that day, by the centre's clock."""
    clock = datetime.time(hour, minute)
    return datetime.datetime.combine(day(spec), clock, tzinfo=timezone.get_default_timezone())


def plain(text: str, language: str = "nl") -> str:
    """Text with its dates filled in; lines are joined, blank lines keep paragraphs apart."""
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]

    def written(match: re.Match[str]) -> str:
        with translation.override(language):
            return date_format(day(match[2]), FORMATS[match[1]])

    return PLACEHOLDER.sub(written, "\n\n".join(paragraphs))


def _inline(text: str) -> SafeString:
    marked = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))
    return mark_safe(re.sub(r"\*(.+?)\*", r"<em>\1</em>", marked))  # noqa: S308 - escaped above


def _joined(parts: list[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - parts are safe


def _table(lines: list[str]) -> SafeString:
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    head = _joined([format_html('<th scope="col">{}</th>', _inline(cell)) for cell in rows[0]])
    body = [
        format_html("<tr>{}</tr>", _joined([format_html("<td>{}</td>", _inline(c)) for c in row]))
        for row in rows[1:]
    ]
    return format_html(
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", head, _joined(body)
    )


def _block(text: str) -> SafeString:
    lines: list[str] = []
    for line in text.splitlines():  # a line that begins nothing new goes on with the one before
        if lines and not BLOCK_START.match(line):
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    first = lines[0]
    if first.startswith("| "):
        return _table(lines)
    if first.startswith("### "):
        return format_html("<h3>{}</h3>", _inline(first[4:]))
    if first.startswith("> "):
        quote = " ".join(line.removeprefix("> ") for line in lines)
        return format_html("<blockquote><p>{}</p></blockquote>", _inline(quote))
    if (bullet := first.startswith("- ")) or re.match(r"\d+\. ", first):
        items = [re.sub(r"^(- |\d+\. )", "", line) for line in lines]
        points = _joined([format_html("<li>{}</li>", _inline(item)) for item in items])
        return format_html("<ul>{}</ul>" if bullet else "<ol>{}</ol>", points)
    return format_html("<p>{}</p>", _inline(" ".join(lines)))


def rich(text: str, language: str = "nl") -> str:
    """HTML of the plain text of the story: paragraphs, lists, small headings, quotes, tables.

    Blocks stand apart by a blank line; ``**bold**`` and ``*italic*`` work inside them.
    """

    def written(match: re.Match[str]) -> str:
        return plain(match[0], language)

    text = PLACEHOLDER.sub(written, text.strip())
    return "\n".join(_block(part) for part in re.split(r"\n\s*\n", text) if part.strip())
