"""The agenda as a document, as one reader may see it now."""

import datetime
import hashlib
import json
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from civportal.accounts.models import User
from civportal.lib.mail import absolute
from civportal.typeset.html import lines, words
from sessions_log.models import WorkSession
from sessions_log.papers.paper import Paper, facts, named, paper, when
from sessions_log.rendition import Attachment, Item, Person, Rendition, rendition

Data = dict[str, Any]

FINGERPRINT_SHOWN = 12
"""Letters of the hash at the foot: enough to see that two agendas on a table are the same."""


def agenda_paper(session: WorkSession, viewer: User | AnonymousUser) -> Paper:
    """The agenda; ``session`` comes from ``visible_to(viewer).with_full_reader(viewer)``.

    In the language of the session. Who comes, when items begin and the online link are for those
    who read everything.
    """
    with translation.override(session.language):
        found = rendition(session, viewer)
        content = {**_head(session, found), **_table(found), **_people(found)}
        mark = hashlib.sha256(
            json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()
        day = session.date
        is_confidential = any(item.item.confidential for item in found.items)
        return paper(
            "agenda.typ",
            content=content,
            title=_("Agenda of %(title)s") % {"title": session.title},
            keywords=[
                session.body.name if session.body else "",
                *(line.title for line in session.lines.all()),
            ],
            day=day,
            language=session.language,
            moment=datetime.datetime.combine(
                day, datetime.time(12), tzinfo=timezone.get_default_timezone()
            ),
            footer=[
                # Translators: a short code that differs between one agenda and another.
                _("Agenda, mark %(mark)s") % {"mark": mark[:FINGERPRINT_SHOWN]},
            ],
            name="-".join(
                [pgettext("in the name of a file", "agenda"), day.isoformat(), session.title]
            ),
            warning=_("Confidential") if is_confidential else "",
        )


def _head(session: WorkSession, found: Rendition) -> Data:
    is_cancelled = session.is_cancelled
    online = session.online_url if found.is_full_reader and not is_cancelled else ""
    return {
        "eyebrow": words(_("Agenda")),
        "heading": words(session.title),
        "cancelled": words(_("Cancelled")) if is_cancelled else "",
        "facts": facts(
            [
                (_("When"), when(session.date, session.start, session.end)),
                (_("Where"), session.place),
                (_("Body"), session.body.name if session.body else ""),
                (_("Programme lines"), ", ".join(line.title for line in session.lines.all())),
            ]
        ),
        "online": {"label": words(_("Online")), "address": online, "text": words(online)},
        "introduction": lines(session.introduction),
        "documents_heading": words(_("Documents")),
        "documents": [_document(attachment) for attachment in found.documents],
    }


def _table(found: Rendition) -> Data:
    """The items; a column that would be empty is left out."""
    timed = any(item.starts_at for item in found.items)
    presented = any(_presenter(item.presenter) for item in found.items)
    lengths = found.is_full_reader and any(item.item.minutes_planned for item in found.items)
    head = [
        *([_("Time")] if timed else []),
        pgettext("column of a table", "Item"),
        _("Purpose"),
        *([_("Presented by")] if presented else []),
        *([pgettext("column of a table, of time", "Minutes")] if lengths else []),
    ]
    return {
        "items_heading": words(_("Agenda items")),
        "head": [words(name) for name in head],
        "timed": timed,
        "items": [
            {
                "time": words(time_format(item.starts_at, "TIME_FORMAT") if item.starts_at else ""),
                "number": item.number,
                "title": words(item.item.title),
                "confidential": words(_("Confidential")) if item.item.confidential else "",
                "documents": [_document(attachment) for attachment in item.documents],
                "cells": [
                    words(str(item.item.get_purpose_display())),
                    *([words(_presenter(item.presenter))] if presented else []),
                    *([str(item.item.minutes_planned or "")] if lengths else []),
                ],
            }
            for item in found.items
        ],
        "total": words(_total(found.items)) if lengths else "",
        "empty": words(_("The agenda follows")) if not found.items else "",
    }


def _total(items: list[Item]) -> str:
    planned = sum(item.item.minutes_planned or 0 for item in items)
    return ngettext("%(number)d minute in all", "%(number)d minutes in all", planned) % {
        "number": planned
    }


def _presenter(person: Person | None) -> str:
    return (person.name or person.organisation) if person else ""


def _document(attachment: Attachment) -> Data:
    address = reverse("sessions_log:document", args=[attachment.document.pk])
    ending = f" ({attachment.ending})" if attachment.ending else ""
    return {
        "title": words(f"{attachment.document.title}{ending}"),
        "address": absolute(address),
    }


def _people(found: Rendition) -> Data:
    """Who comes, for those who read everything; speakers for all."""
    groups = found.organisations if found.is_full_reader else []
    return {
        "people_heading": words(_("Who takes part")),
        "people_head": [words(_("Organisation")), words(_("Names"))],
        "people": [
            [
                words(group.name),
                words(
                    ", ".join(
                        named(person.name, ", ".join(filter(None, [person.role, person.note])))
                        for person in group.people
                    )
                ),
            ]
            for group in groups
        ],
        "speakers_label": words(_("Speakers")),
        "speakers": [
            words(", ".join(filter(None, [named(p.name, p.role), p.organisation])))
            for p in found.speakers
        ],
    }
