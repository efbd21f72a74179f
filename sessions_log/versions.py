"""The text of minutes as it is frozen at approval: whole, or without what is confidential.

A frozen text tells what a reader of the approved minutes reads, in the language of the session.
It holds plain data only, so that it can be read when models and templates have long changed:

``title``, ``kind`` (a key), ``date`` (ISO 8601), ``start`` and ``end`` (``HH:MM`` or None),
``place``, ``body`` (its name), ``language``, ``lines`` (titles), ``summary`` (HTML),
``organisations`` ({``name``, ``people``: [{``name``, ``role``}]}), ``speakers`` and ``absent``
({``name``, ``role``, ``organisation``}), and ``items``: {``number``, ``title``, ``presenter``,
``purpose`` (a key), ``text`` (HTML), ``decisions`` (texts), ``actions`` ({``text``, ``due``}),
``points`` ({``text``, ``line``})}. In the whole text an item tells whether it is
``confidential`` and an action who its ``owner`` is.
"""

import datetime
import hashlib
import json
from operator import attrgetter
from typing import Any

from django.utils import translation

from sessions_log.choices import ParticipationRole, Reply
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    MinutesVersion,
    Participation,
    WorkSession,
)
from sessions_log.rendition import Person, by_organisation

FACTS = (
    "title", "kind", "date", "start", "end", "place", "body", "language", "lines",
    "organisations", "speakers", "absent",
)  # fmt: skip
"""What stands around the text: it may change later in the portal without anybody correcting it."""


def digest_of(data: dict[str, Any]) -> str:
    """The SHA-256 of a frozen text, in hexadecimal.

    Over JSON in UTF-8 with its keys in order and no white space, so that anyone can count it
    again from the data, whatever order a database keeps keys in.
    """
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def snapshot(session: WorkSession, *, full: bool) -> dict[str, Any]:
    """What the minutes of a session say now; all of it, or what is not confidential.

    In the public text items are numbered without gaps, of the people only speakers are named, and
    who stayed away is not told.
    """
    participations = list(
        session.participations.select_related("user", "partner").order_by("pk").all()
    )
    with translation.override(session.language):
        people = {row.pk: _person(row, full=full) for row in participations}
    came = [row for row in participations if _took_part(row)]
    items = session.items.select_related("presenter").order_by("order")
    if not full:
        items = items.filter(confidential=False)
    items = items.prefetch_related("decisions", "actions__owner", "attention_points__line")
    return {
        "title": session.title,
        "kind": session.kind,
        "date": session.date.isoformat(),
        "start": _clock(session.start),
        "end": _clock(session.end),
        "place": session.place,
        "body": session.body.name if session.body else "",
        "language": session.language,
        "lines": [line.title for line in session.lines.order_by("order", "pk")],
        "summary": session.minutes.summary,
        "organisations": [
            {
                "name": group.name,
                "people": [{"name": person.name, "role": person.role} for person in group.people],
            }
            for group in by_organisation(came, people, set())
        ],
        "speakers": [
            _as_data(people[row.pk])
            for row in came
            if row.role == ParticipationRole.SPEAKER and people[row.pk].name
        ],
        "absent": [
            _as_data(people[row.pk])
            for row in participations
            if full and not _took_part(row) and people[row.pk].name
        ],
        "items": [
            _item(item, number, people, full=full) for number, item in enumerate(items, start=1)
        ],
    }


def _clock(time: datetime.time | None) -> str | None:
    return f"{time:%H:%M}" if time else None


def _took_part(row: Participation) -> bool:
    """Whether someone was there; where nobody kept attendance, whoever did not decline."""
    if row.attended is None:
        return row.reply not in {Reply.NO, Reply.REPLACED}
    return row.attended


def _person(row: Participation, *, full: bool) -> Person:
    """Someone as this text names them: everybody in the whole one, speakers in the public one."""
    if not (full or row.role == ParticipationRole.SPEAKER):
        return Person(name="", role="", organisation=row.organisation_name)
    offices = {ParticipationRole.CHAIR, ParticipationRole.SECRETARY}
    office = str(row.get_role_display()) if row.role in offices else ""
    return Person(
        name=row.person_name,
        role=", ".join(word for word in (office, row.function) if word),
        organisation=row.organisation_name,
    )


def _as_data(person: Person) -> dict[str, str]:
    return {"name": person.name, "role": person.role, "organisation": person.organisation}


def _presenter(item: AgendaItem, people: dict[int, Person], *, full: bool) -> str:
    """Who presented an item, as far as this text names people; else their organisation."""
    if item.presenter is None or not (full or _took_part(item.presenter)):
        return ""
    person = people[item.presenter.pk]
    return person.name or person.organisation


def _item(
    item: AgendaItem, number: int, people: dict[int, Person], *, full: bool
) -> dict[str, Any]:
    # Put in order here, as the rows were fetched for all items at once.
    decisions = sorted(item.decisions.all(), key=attrgetter("order", "pk"))
    actions = sorted(item.actions.all(), key=attrgetter("order", "pk"))
    points = sorted(item.attention_points.all(), key=attrgetter("order", "pk"))
    return {
        "number": number,
        "title": item.title,
        "presenter": _presenter(item, people, full=full),
        "purpose": item.purpose,
        **({"confidential": item.confidential} if full else {}),
        "text": item.text,
        "decisions": [decision.text for decision in decisions],
        "actions": [_action(action, full=full) for action in actions],
        "points": [
            {"text": point.text, "line": point.line.title if point.line else ""} for point in points
        ],
    }


def _action(action: ActionItem, *, full: bool) -> dict[str, str | None]:
    data = {"text": action.text, "due": action.due.isoformat() if action.due else None}
    if full:
        data["owner"] = str(action.owner) if action.owner else action.owner_name
    return data


def withdraws(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Whether an item that was open in one whole text is confidential in the next.

    Items neither come nor go by a correction, so they stand at the same place in both.
    """
    return any(
        item["confidential"] and not old["confidential"]
        for old, item in zip(before["items"], after["items"], strict=True)
    )


def kept_facts(
    full: dict[str, Any], public: dict[str, Any], kept: MinutesVersion
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The texts of now in the setting of an earlier version: people, place, owners, dates.

    So a correction changes what was corrected and nothing else. It matters for what is
    confidential, too: if the public text also took over a date that an action got since, it would
    tell that something was corrected that day.
    """
    before: list[dict[str, Any]] = kept.full["items"]
    in_public = iter(kept.public["items"])
    was_public = [None if item["confidential"] else next(in_public) for item in before]
    open_now = [place for place, item in enumerate(full["items"]) if not item["confidential"]]
    return (
        {
            **full,
            **{name: kept.full[name] for name in FACTS},
            "items": [
                _kept_item(item, old, full=True)
                for item, old in zip(full["items"], before, strict=True)
            ],
        },
        {
            **public,
            **{name: kept.public[name] for name in FACTS},
            "items": [
                # What was confidential until now has no public words for its presenter yet.
                _kept_item(
                    item,
                    {**before[place], "presenter": item["presenter"], **(was_public[place] or {})},
                    full=False,
                )
                for item, place in zip(public["items"], open_now, strict=True)
            ],
        },
    )


def _kept_item(item: dict[str, Any], old: dict[str, Any], *, full: bool) -> dict[str, Any]:
    """The words of now; presenter, purpose, dates, owners and lines as they were frozen."""
    names = ["due", *(["owner"] if full else [])]
    return {
        **item,
        "presenter": old["presenter"],
        "purpose": old["purpose"],
        "actions": [
            {**new, **{name: was[name] for name in names}}
            for new, was in zip(item["actions"], old["actions"], strict=True)
        ],
        "points": [
            {**new, "line": was["line"]}
            for new, was in zip(item["points"], old["points"], strict=True)
        ],
    }
