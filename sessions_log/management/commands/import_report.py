"""``import_report FILE``: take a report in from the command line."""

import json
from pathlib import Path
from textwrap import fill
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from civportal.ui.words import short_date
from sessions_log.actions.imports import (
    DateMissing,
    ImportRefused,
    bring_in_report,
    confirm_import,
    read_file,
)
from sessions_log.choices import SessionKind, Visibility
from sessions_log.models import ReportImport
from sessions_log.reports import MAX_BYTES, Item, Meeting, Report, ReportError, Table


class Command(BaseCommand):
    """Reads a report, shows what it understood and stores its sessions as drafts."""

    help = (
        "Reads a report (.txt, .docx), shows what it understood and stores its sessions as drafts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the contract."""
        parser.add_argument("file", type=Path, help="the report")
        parser.add_argument("--dry-run", action="store_true", help="show only, store nothing")
        parser.add_argument("--format", choices=["json", "text"], default="text")
        parser.add_argument(
            "--visibility",
            choices=Visibility.values,
            default=Visibility.BODY.value,
            help="who may see the sessions (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, show, store."""
        with translation.override(settings.LANGUAGE_CODE):
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            report = read_file(data, path.name)
            stored = None
            if not options["dry_run"]:
                stored = bring_in_report(
                    data,
                    path.name,
                    by=None,
                    visibility=options["visibility"],
                    understood=report,
                )
        except (ReportError, ImportRefused) as error:
            raise CommandError(f"{path}: {error}") from error
        if options["format"] == "json":
            self.stdout.write(json.dumps(report.as_contract(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_lines(report)))
        if stored is not None:
            self._confirm(stored)

    def _confirm(self, stored: ReportImport) -> None:
        """Make the drafts at once, unless a question stands in the way."""
        try:
            sessions = confirm_import(stored, by=None)
        except DateMissing as error:
            self.stderr.write(
                _("Kept for review: %(why)s Fill it in at %(address)s")
                % {"why": error, "address": settings.BASE_URL + stored.get_absolute_url()}
            )
            return
        for session in sessions:
            self.stderr.write(
                _("Draft: %(session)s, %(address)s")
                % {"session": session, "address": settings.BASE_URL + session.get_absolute_url()}
            )


def _lines(report: Report) -> list[str]:
    lines: list[str] = []
    for meeting in report.meetings:
        lines += [*_meeting(meeting), ""]
    asks = [notice for notice in report.notices if notice.level == "ask"]
    notes = [notice for notice in report.notices if notice.level != "ask"]
    for title, notices in ((_("Please check"), asks), (_("Noted"), notes)):
        if notices:
            lines += [
                title,
                *(_wrapped(str(one), first="  ! ", hanging="    ") for one in notices),
                "",
            ]
    return lines[:-1]


def _wrapped(text: str, *, first: str = "", hanging: str = "") -> str:
    return fill(
        text,
        88,
        initial_indent=first,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _meeting(meeting: Meeting) -> list[str]:
    date = short_date(meeting.date) if meeting.date else _("date not told")
    lines = [meeting.title, "=" * len(meeting.title)]
    facts = [
        (_("What"), str(SessionKind(meeting.kind).label)),
        (_("When"), date + _clock(meeting)),
        (_("Where"), meeting.place),
        (_("Body"), meeting.body or ""),
        (_("Programme lines"), ", ".join(meeting.programme_lines)),
        (_("Organisations"), ", ".join(meeting.organisations)),
        (_("In short"), meeting.summary),
    ]
    width = max(len(name) for name, _value in facts)
    hanging = " " * (width + 2)
    lines += [
        _wrapped(value, first=f"{name:<{width}}  ", hanging=hanging)
        for name, value in facts
        if value
    ]
    for person in meeting.people:
        details = ", ".join(filter(None, (person.function, person.organisation)))
        absent = "" if person.attended else f" – {_('absent')}"
        lines.append(f"  · {person.name}{f' ({details})' if details else ''}{absent}")
    for item in meeting.items:
        lines += ["", *_item(item)]
    return lines


def _clock(meeting: Meeting) -> str:
    clock = [f"{time:%H.%M}" for time in (meeting.start, meeting.end) if time]
    return f", {'–'.join(clock)}" if clock else ""


KINDS = {"attention_points": "?", "decisions": "✓", "actions": "→", "list": "•"}


def _item(item: Item) -> list[str]:
    lines = [item.heading, "-" * len(item.heading)] if item.heading else []
    for part in item.parts:
        if isinstance(part, str):
            lines.append(_wrapped(part))
        elif isinstance(part, Table):
            lines += [" | ".join(row) for row in part.rows]
        else:
            lines += [_wrapped(part.lead)] if part.lead else []
            for entry in part.entries:
                indent = "  " * (entry.depth + 1)
                lines.append(
                    _wrapped(
                        entry.text, first=f"{indent}{KINDS[part.kind]} ", hanging=f"{indent}  "
                    )
                )
    return lines
