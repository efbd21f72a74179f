"""The minutes as a document: as they were frozen at approval, or as a draft that says so."""

import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from civportal.typeset.html import lines, tree, words
from civportal.ui import words as ui_words
from sessions_log.choices import MinutesState, Purpose, SessionKind
from sessions_log.editions import Edition
from sessions_log.models import Minutes, WorkSession
from sessions_log.papers.paper import Paper, facts, named, paper, when
from sessions_log.versions import digest_of, snapshot

Data = dict[str, Any]


def frozen_paper(found: Edition, minutes: Minutes, *, site: str) -> Paper:
    """A version of the minutes as its reader knows it.

    ``site`` is the address of the portal, for links to its own pages.
    """
    data = found.text()
    with translation.override(data["language"]):
        day = ui_words.short_date(timezone.localtime(found.approved_at).date())
        line = _approved(found, minutes, day)
        if found.reason:
            line = _("%(line)s Corrected: %(reason)s") % {"line": line, "reason": found.reason}
        return _paper(
            data,
            site=site,
            moment=found.approved_at,
            state={
                "label": _("Version %(number)s") % {"number": found.number},
                "line": line,
                "settled": True,
            },
            footer=[
                _("Version %(number)s, approved on %(day)s") % {"number": found.number, "day": day},
                _hash_line(found.digest),
            ],
        )


def live_paper(session: WorkSession, minutes: Minutes, *, full: bool, site: str) -> Paper:
    """The minutes as they stand now: not approved yet, or approved before versions were kept."""
    data = snapshot(session, full=full)
    with translation.override(data["language"]):
        hash_line = _hash_line(digest_of(data))
        if minutes.is_settled and minutes.approved_at:
            day = ui_words.short_date(timezone.localtime(minutes.approved_at).date())
            approved = _("Approved on %(day)s.") % {"day": day}
            return _paper(
                data,
                site=site,
                moment=minutes.approved_at,
                state={"label": _("Approved"), "line": approved, "settled": True},
                footer=[approved, hash_line],
            )
        line = _("The text can still change.")
        if minutes.state == MinutesState.CIRCULATED and minutes.circulated_at:
            day = ui_words.short_date(timezone.localtime(minutes.circulated_at).date())
            line = _("Sent round on %(day)s, not approved yet.") % {"day": day}
        draft = pgettext("a text that is not approved", "Draft")
        return _paper(
            data,
            site=site,
            moment=_noon(session.date),
            state={"label": draft, "line": line, "settled": False},
            footer=[_("Draft, not approved"), hash_line],
            mark=draft.upper(),
        )


def _noon(day: datetime.date) -> datetime.datetime:
    """A moment that does not change while the text does not."""
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=timezone.get_default_timezone())


def _hash_line(digest: str) -> str:
    return _("SHA-256 of the text: %(digest)s") % {"digest": digest}


def _approved(found: Edition, minutes: Minutes, day: str) -> str:
    """How it was approved; who did it is named to those who read everything.

    Nobody did where the time for remarks ended; minutes that never went round here came in
    approved.
    """
    if found.approved_by:
        person = found.approved_by
        return _("Approved on %(day)s by %(person)s.") % {"day": day, "person": person}
    if found.is_silent and minutes.circulated_at:
        return _("Approved on %(day)s, as nobody had a remark any more.") % {"day": day}
    return _("Approved on %(day)s.") % {"day": day}


def _paper(
    data: Data,
    *,
    site: str,
    moment: datetime.datetime,
    state: Data,
    footer: list[str],
    mark: str = "",
) -> Paper:
    day = datetime.date.fromisoformat(data["date"])
    start, end = (_clock(data[name]) for name in ("start", "end"))
    data = _with_telling_lines(data)
    title = _("Minutes of %(title)s") % {"title": data["title"]}
    is_confidential = any(item.get("confidential") for item in data["items"])
    content = {
        "eyebrow": words(_("Minutes")),
        "heading": words(data["title"]),
        "facts": facts(
            [
                (_("When"), when(day, start, end)),
                (_("Where"), data["place"]),
                (_("What"), str(SessionKind(data["kind"]).label)),
                (_("Body"), data["body"]),
                (_("Programme lines"), ", ".join(data["lines"])),
            ]
        ),
        "state": {**state, "label": words(state["label"]), "line": words(state["line"])},
        **_in_short(data, site),
        "items": [_item(item, site) for item in data["items"]],
        **_people(data),
    }
    return paper(
        "minutes.typ",
        content=content,
        title=title,
        keywords=[data["body"], *data["lines"]],
        day=day,
        language=data["language"],
        moment=moment,
        footer=footer,
        name="-".join([pgettext("in the name of a file", "minutes"), data["date"], data["title"]]),
        mark=mark,
        warning=_("Confidential") if is_confidential else "",
    )


def _with_telling_lines(data: Data) -> Data:
    """Without the line of an attention point where it is the only one that the session is about."""
    items = [
        {
            **item,
            "points": [
                {**point, "line": "" if [point["line"]] == data["lines"] else point["line"]}
                for point in item["points"]
            ],
        }
        for item in data["items"]
    ]
    return {**data, "items": items}


def _clock(text: str | None) -> datetime.time | None:
    return datetime.time.fromisoformat(text) if text else None


def _people(data: Data) -> Data:
    """Who was there: a table where people are named, else the organisations in a line."""
    groups = data["organisations"]
    rows = [
        [words(group["name"]), words(", ".join(named(**person) for person in group["people"]))]
        for group in groups
    ]
    speakers, absent = (
        [
            words(
                ", ".join(part for part in (named(p["name"], p["role"]), p["organisation"]) if part)
            )
            for p in data[name]
        ]
        for name in ("speakers", "absent")
    )
    return {
        "people_heading": words(_("Who took part")),
        "people_head": [words(_("Organisation")), words(_("Names"))],
        "people": rows if any(people for _name, people in rows) else [],
        "organisations": words(" · ".join(group["name"] for group in groups if group["name"])),
        "speakers_label": words(_("Speakers")),
        "speakers": speakers,
        "absent_label": words(_("Absent")),
        "absent": absent,
    }


def _in_short(data: Data, site: str) -> Data:
    items = data["items"]
    decisions = [
        {"runs": lines(text), "number": item["number"]}
        for item in items
        for text in item["decisions"]
    ]
    actions = [(action, item["number"]) for item in items for action in item["actions"]]
    points = [
        {"runs": lines(point["text"]), "line": words(point["line"]), "number": item["number"]}
        for item in items
        for point in item["points"]
    ]
    owned = any(action.get("owner") for action, _number in actions)
    dated = any(action["due"] for action, _number in actions)
    head = [_("Action item"), *([_("Owner")] if owned else []), *([_("Due")] if dated else [])]
    rows = [
        {
            "runs": lines(action["text"]),
            "cells": [
                *([words(action.get("owner") or "")] if owned else []),
                *([words(_due(action))] if dated else []),
            ],
            "number": number,
        }
        for action, number in actions
    ]
    return {
        "short_heading": words(_("In short")),
        "summary": tree(data["summary"], site=site),
        "item_word": words(pgettext("of an agenda, before a number", "item")),
        "decisions_label": words(ngettext("Decision", "Decisions", len(decisions))),
        "decisions": decisions,
        "actions_label": words(ngettext("Action item", "Action items", len(actions))),
        "actions_head": [words(name) for name in [*head, pgettext("column of a table", "Item")]],
        "actions": rows,
        "points_label": words(ngettext("Attention point", "Attention points", len(points))),
        "points": points,
    }


def _due(action: Data) -> str:
    due = action["due"]
    return ui_words.short_date(datetime.date.fromisoformat(due)) if due else ""


def _item(item: Data, site: str) -> Data:
    presenter = item["presenter"]
    meta = [str(Purpose(item["purpose"]).label)]
    if presenter:
        meta.append(_("presented by %(person)s") % {"person": presenter})
    return {
        "number": item["number"],
        "title": words(item["title"]),
        "meta": words(" · ".join(meta)),
        "confidential": words(_("Confidential")) if item.get("confidential") else "",
        "text": tree(item["text"], site=site),
        "outcomes": [
            outcome
            for outcome in (
                _outcome(
                    ngettext("Decision", "Decisions", len(item["decisions"])),
                    [(text, "") for text in item["decisions"]],
                ),
                _outcome(
                    ngettext("Action item", "Action items", len(item["actions"])),
                    [(action["text"], _whose(action)) for action in item["actions"]],
                ),
                _outcome(
                    ngettext("Attention point", "Attention points", len(item["points"])),
                    [(point["text"], point["line"]) for point in item["points"]],
                ),
            )
            if outcome["entries"]
        ],
    }


def _outcome(label: str, entries: list[tuple[str, str]]) -> Data:
    return {
        "label": words(label),
        "entries": [{"runs": lines(text), "note": words(note)} for text, note in entries],
    }


def _whose(action: Data) -> str:
    parts = [action.get("owner") or ""]
    if action["due"]:
        parts.append(_("by %(day)s") % {"day": _due(action)})
    return ", ".join(part for part in parts if part)
