"""Bringing in a report: read, check, confirm or discard.

A file is read once, when it comes in. What was understood is kept with it until the office has
looked at it; only confirming makes sessions of it.
"""

import hashlib
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civportal.accounts.models import Language, User
from civportal.lib.text import without_controls
from partners.models import Partner
from programme_lines.models import ProgrammeLine
from sessions_log.choices import ImportState, MinutesState, SessionStatus, Visibility
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Body,
    Decision,
    Minutes,
    Participation,
    ReportImport,
    WorkSession,
)
from sessions_log.reports import (
    Item,
    ItemList,
    KnownBody,
    Meeting,
    Person,
    Report,
    Vocabulary,
    fold,
    read_report,
)


class ImportRefused(Exception):  # noqa: N818 - reads as what happened
    """The import cannot go on; ``str()`` says why to a person. Nothing was changed."""


class AlreadyImported(ImportRefused):
    """The very same file came in before and was not discarded."""

    def __init__(self, earlier: ReportImport) -> None:
        super().__init__(earlier.pk)
        self.earlier = earlier

    def __str__(self) -> str:
        return _("This very file came in before, as “%(name)s” on %(date)s.") % {
            "name": self.earlier.filename,
            "date": timezone.localtime(self.earlier.uploaded_at).strftime("%d-%m-%Y"),
        }


class NotInReview(ImportRefused):
    """The import was confirmed or discarded already."""

    def __str__(self) -> str:
        return _("This import was dealt with already.")


class DateMissing(ImportRefused):
    """Some of the meetings have no date, and a session cannot do without."""

    def __init__(self, titles: list[str]) -> None:
        super().__init__(titles)
        self.titles = titles

    def __str__(self) -> str:
        return ngettext(
            "The date of %(titles)s is missing.",
            "The dates of %(titles)s are missing.",
            len(self.titles),
        ) % {"titles": ", ".join(f"“{title}”" for title in self.titles)}


class NothingToConfirm(ImportRefused):
    """Every meeting was left out."""

    def __str__(self) -> str:
        return _("There is no meeting left to make a session of. Discard the import instead.")


def vocabulary() -> Vocabulary:
    """The names that the portal knows today."""
    return Vocabulary(
        lines=tuple(ProgrammeLine.objects.values_list("title", flat=True)),
        bodies=tuple(
            KnownBody(name, kind) for name, kind in Body.objects.values_list("name", "kind")
        ),
        organisations=tuple(Partner.objects.values_list("name", flat=True)),
    )


def read_file(data: bytes, filename: str) -> Report:
    """Understand a file with the names of today; a ``ReportError`` says why it cannot be read."""
    return read_report(data, filename, vocabulary())


def bring_in_report(
    data: bytes,
    filename: str,
    *,
    by: User | None,
    visibility: str = Visibility.BODY,
    understood: Report | None = None,
) -> ReportImport:
    """Read a file (unless ``understood`` says that it was) and keep it for review.

    Raises a ``ReportError`` for a file that cannot be read and ``AlreadyImported`` for one that
    is here already; in both cases nothing is stored.
    """
    name = without_controls(PurePath(filename).name)
    sha256 = hashlib.sha256(data).hexdigest()
    refuse_a_second_time(sha256)
    understood = understood or read_file(data, name)
    report = ReportImport(
        filename=_shorten(name, 200),
        format=understood.format,
        sha256=sha256,
        text=understood.text,
        understood=understood.as_data(),
        visibility=visibility,
        uploaded_by=by,
    )
    report.file.save(f"{sha256[:16]}.{understood.format}", ContentFile(data), save=False)
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError:  # two submits at the same moment: the database lets one through
        report.file.delete(save=False)
        refuse_a_second_time(sha256)
        raise
    except BaseException:
        report.file.delete(save=False)
        raise
    return report


def refuse_a_second_time(sha256: str) -> None:
    """Raise ``AlreadyImported`` where a file with this content is here."""
    earlier = (
        ReportImport.objects.filter(sha256=sha256).exclude(state=ImportState.DISCARDED).first()
    )
    if earlier is not None:
        raise AlreadyImported(earlier)


@transaction.atomic
def correct_import(report: ReportImport, *, understood: dict[str, Any], visibility: str) -> None:
    """Keep what the office corrected, without making sessions yet."""
    locked = _in_review(report)
    locked.understood = understood
    locked.visibility = visibility
    locked.save(update_fields=["understood", "visibility"])


@transaction.atomic
def confirm_import(report: ReportImport, *, by: User | None) -> list[WorkSession]:
    """Make sessions with draft minutes of everything that was not left out.

    Confirming twice gives the same sessions: the second finds them made.
    """
    locked = ReportImport.objects.select_for_update().get(pk=report.pk)
    if locked.state == ImportState.CONFIRMED:
        return list(locked.sessions.order_by("date", "pk"))
    if locked.state != ImportState.REVIEW:
        raise NotInReview
    kept = [data for data in locked.understood["sessions"] if not data.get("left_out")]
    if not kept:
        raise NothingToConfirm
    if undated := [data["title"] for data in kept if not data["date"]]:
        raise DateMissing(undated)
    names = _Names()
    language = locked.understood.get("language", Language.DUTCH)
    sessions = [
        _make_session(
            Meeting.from_data(data),
            report=locked,
            visibility=data.get("visibility") or locked.visibility,
            language=language,
            names=names,
        )
        for data in kept
    ]
    locked.state = ImportState.CONFIRMED
    locked.decided_by = by
    locked.decided_at = timezone.now()
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    return sessions


@transaction.atomic
def discard_import(report: ReportImport, *, by: User | None) -> None:
    """Throw the file and its text away; that it was here stays known. Twice is once."""
    locked = ReportImport.objects.select_for_update().get(pk=report.pk)
    if locked.state == ImportState.DISCARDED:
        return
    if locked.state != ImportState.REVIEW:
        raise NotInReview
    storage, name = locked.file.storage, locked.file.name
    locked.state = ImportState.DISCARDED
    locked.decided_by = by
    locked.decided_at = timezone.now()
    locked.file = ""
    locked.text = ""
    locked.understood = {"sessions": [], "warnings": []}
    locked.save(update_fields=["state", "decided_by", "decided_at", "file", "text", "understood"])
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _in_review(report: ReportImport) -> ReportImport:
    locked = ReportImport.objects.select_for_update().get(pk=report.pk)
    if locked.state != ImportState.REVIEW:
        raise NotInReview
    return locked


class _Names:
    """Partners, lines and bodies by their folded names; a name of two is nobody's."""

    def __init__(self) -> None:
        self.partners = _by_name((partner.name, partner) for partner in Partner.objects.all())
        self.lines = _by_name((line.title, line) for line in ProgrammeLine.objects.all())
        self.bodies = _by_name((body.name, body) for body in Body.objects.all())


def _by_name(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    twice: set[str] = set()
    for name, thing in pairs:
        key = fold(name)
        if key in found:
            twice.add(key)
        found[key] = thing
    return {key: thing for key, thing in found.items() if key not in twice}


def _make_session(
    meeting: Meeting, *, report: ReportImport, visibility: str, language: str, names: _Names
) -> WorkSession:
    assert meeting.date is not None  # noqa: S101 - confirm_import refuses meetings without a date
    past = meeting.date <= timezone.localdate()
    session = WorkSession.objects.create(
        title=_shorten(meeting.title, 160),
        kind=meeting.kind,
        body=names.bodies.get(fold(meeting.body)) if meeting.body else None,
        date=meeting.date,
        start=meeting.start,
        end=meeting.end,
        place=_shorten(meeting.place, 160),
        language=language,
        status=SessionStatus.HELD if past else SessionStatus.PLANNED,
        visibility=visibility,
        source=report,
    )
    lines = [line for title in meeting.programme_lines if (line := names.lines.get(fold(title)))]
    session.lines.set(lines)
    Minutes.objects.create(
        session=session,
        summary="".join(Item("", [text]).html() for text in meeting.summary.split("\n\n") if text),
        state=MinutesState.DRAFT,
    )
    only_line = lines[0] if len(lines) == 1 else None
    for order, item in enumerate(meeting.items, 1):
        _make_item(item, session=session, order=order, line=only_line)
    _make_participations(meeting, session=session, names=names)
    return session


def _make_item(item: Item, *, session: WorkSession, order: int, line: ProgrammeLine | None) -> None:
    heading = item.heading or session.title
    text = item.whole_html()
    if len(heading) > 200:
        text = Item("", [heading]).html() + text
    made = AgendaItem.objects.create(
        session=session, order=order, title=_shorten(heading, 200), text=text
    )
    decisions: list[Decision] = []
    actions: list[ActionItem] = []
    points: list[AttentionPoint] = []
    for one in item.lists:
        for entry in one.entries:
            if one.kind == "decisions":
                decisions.append(Decision(item=made, text=entry.text, order=len(decisions)))
            elif one.kind == "actions":
                actions.append(
                    ActionItem(
                        item=made,
                        text=_action_text(one, entry.text),
                        owner_name=_shorten(entry.owner, 120),
                        due=entry.due,
                        order=len(actions),
                    )
                )
            elif one.kind == "attention_points":
                points.append(
                    AttentionPoint(item=made, text=entry.text, line=line, order=len(points))
                )
    Decision.objects.bulk_create(decisions)
    ActionItem.objects.bulk_create(actions)
    AttentionPoint.objects.bulk_create(points)


def _action_text(one: ItemList, text: str) -> str:
    """The words of an action; a name or number in its label (*Actie Jan:*) stays with it."""
    if one.has_label_only and len(one.lead.split()) > 1:
        return f"{one.lead} {text}"
    return text


def _make_participations(meeting: Meeting, *, session: WorkSession, names: _Names) -> None:
    """People as named guests: no account is linked by name alone, for that would open doors."""
    rows = [_participation(person, session=session, names=names) for person in meeting.people]
    known = {fold(person.organisation) for person in meeting.people if person.attended}
    for organisation in meeting.organisations:
        if fold(organisation) in known:
            continue
        partner = names.partners.get(fold(organisation))
        rows.append(
            Participation(
                session=session,
                partner=partner,
                organisation="" if partner else _shorten(organisation, 160),
                attended=True,
            )
        )
    Participation.objects.bulk_create(rows)


def _participation(person: Person, *, session: WorkSession, names: _Names) -> Participation:
    partner = names.partners.get(fold(person.organisation)) if person.organisation else None
    return Participation(
        session=session,
        name=_shorten(person.name, 120),
        function=_shorten(person.function, 120),
        partner=partner,
        organisation="" if partner else _shorten(person.organisation, 160),
        role=person.part,
        attended=person.attended,
    )


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
