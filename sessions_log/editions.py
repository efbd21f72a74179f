"""The versions of approved minutes as one person may know them.

Who does not read everything must not learn that something confidential was corrected. For them a
version is one that changed the public text: they are numbered anew, with the date and the hash of
the first that had that text; what was corrected and why is told to full readers only. Versions
from before something in them was made confidential do not exist for them either.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.lib.difference import Piece, difference, plain_lines
from civportal.ui import words
from sessions_log.choices import Purpose, SessionKind
from sessions_log.models import Minutes, MinutesVersion


@dataclass(frozen=True)
class Edition:
    """A version as it is told; ``digest`` is of the text that this reader reads.

    ``public_digest`` is the other hash, for full readers. ``approved_by`` is empty where the time
    for remarks ended, and for who is not told names; ``is_silent`` tells the two apart.
    """

    key: int
    number: int
    is_full: bool
    digest: str
    approved_at: datetime.datetime
    approved_by: str = ""
    is_silent: bool = False
    reason: str = ""
    public_digest: str = ""

    @property
    def short_digest(self) -> str:
        """Enough of the hash to compare by eye."""
        return self.digest[:12]

    def text(self) -> dict[str, Any]:
        """The frozen text, as ``sessions_log.versions`` describes it."""
        version = MinutesVersion.objects.get(pk=self.key)
        found: dict[str, Any] = version.full if self.is_full else version.public
        return found


def editions(minutes: Minutes, *, full: bool) -> list[MinutesVersion]:
    """The versions that a reader may know of, oldest first; their place gives their number.

    Who reads everything gets all of them, others those that changed the public text, from the
    last one on that took something out of it to make it confidential.
    """
    rows = minutes.versions.select_related("approved_by").order_by("number")
    return list(rows) if full else _changed_in_public(rows)


def _changed_in_public(versions: Iterable[MinutesVersion]) -> list[MinutesVersion]:
    found: list[MinutesVersion] = []
    for version in versions:
        if version.withdraws:
            found.clear()
        if not found or found[-1].public_hash != version.public_hash:
            found.append(version)
    return found


def editions_of(minutes: Minutes, viewer: User | AnonymousUser) -> list[Edition]:
    """The same, told to one person; in one query, without the texts."""
    rows = list(
        MinutesVersion.objects.visible_to(viewer)
        .filter(minutes=minutes)
        .select_related("approved_by")
        .defer("full", "public")
        .order_by("number")
    )
    if rows and rows[0].reads_full:  # type: ignore[attr-defined] # annotated by visible_to
        return [
            Edition(
                key=version.pk,
                number=version.number,
                is_full=True,
                digest=version.full_hash,
                approved_at=version.approved_at,
                approved_by=str(version.approved_by or ""),
                is_silent=version.approved_by is None,
                reason=version.reason,
                public_digest=version.public_hash,
            )
            for version in rows
        ]
    return [
        Edition(
            key=version.pk,
            number=number,
            is_full=False,
            digest=version.public_hash,
            approved_at=version.approved_at,
        )
        for number, version in enumerate(_changed_in_public(rows), start=1)
    ]


def compared(before: dict[str, Any], after: dict[str, Any]) -> list[Piece]:
    """What changed between two frozen texts, for people to read.

    Empty where only marks such as bold changed.
    """
    return difference(as_lines(before), as_lines(after))


def for_page(data: dict[str, Any]) -> dict[str, Any]:
    """A frozen text with its dates and clock times as such, and purposes in the reader's words."""

    def day(text: str | None) -> datetime.date | None:
        return datetime.date.fromisoformat(text) if text else None

    def clock(text: str | None) -> datetime.time | None:
        return datetime.time.fromisoformat(text) if text else None

    return {
        **data,
        "kind": SessionKind(data["kind"]).label,
        "date": day(data["date"]),
        "start": clock(data["start"]),
        "end": clock(data["end"]),
        "items": [
            {
                **item,
                "purpose": Purpose(item["purpose"]).label,
                "actions": [{**action, "due": day(action["due"])} for action in item["actions"]],
            }
            for item in data["items"]
        ],
    }


def as_lines(data: dict[str, Any]) -> str:
    """A frozen text as plain lines, in its own language, for showing differences."""
    with translation.override(data["language"]):
        return "\n".join(line for line in (*_head(data), *_items(data)) if line)


def _head(data: dict[str, Any]) -> list[str]:
    hours = " – ".join(clock for clock in (data["start"], data["end"]) if clock)
    day = words.long_date(datetime.date.fromisoformat(data["date"]))
    groups = [
        ": ".join(
            part
            for part in (group["name"], "; ".join(_person(person) for person in group["people"]))
            if part
        )
        for group in data["organisations"]
    ]
    lists = [
        (_("Programme lines"), ", ".join(data["lines"])),
        (_("Speakers"), "; ".join(_person(person) for person in data["speakers"])),
        (_("Who took part"), " · ".join(groups)),
        (_("Absent"), "; ".join(_person(person) for person in data["absent"])),
    ]
    return [
        data["title"],
        ", ".join(part for part in (day, hours, data["place"]) if part),
        data["body"],
        *(f"{label}: {text}" for label, text in lists if text),
        plain_lines(data["summary"]),
    ]


def _person(person: dict[str, str]) -> str:
    about = (person["role"], person.get("organisation", ""))
    return ", ".join(part for part in (person["name"], *about) if part)


def _items(data: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for item in data["items"]:
        mark = f" ({_('Confidential')})" if item.get("confidential") else ""
        lines.append(f"{item['number']}. {item['title']}{mark}")
        about = (Purpose(item["purpose"]).label, item["presenter"])
        lines.append(", ".join(str(part) for part in about if part))
        lines.append(plain_lines(item["text"]))
        lines += [f"{_('Decision')}: {text}" for text in item["decisions"]]
        for action in item["actions"]:
            due = (
                words.short_date(datetime.date.fromisoformat(action["due"]))
                if action["due"]
                else ""
            )
            told = ", ".join(part for part in (action.get("owner", ""), due) if part)
            lines.append(f"{_('Action item')}: {action['text']}" + (f" ({told})" if told else ""))
        for point in item["points"]:
            line = f" ({point['line']})" if point["line"] else ""
            lines.append(f"{_('Attention point')}: {point['text']}{line}")
    return lines
