"""Documents and datasets: put down, taken away, and given to whom they may be given."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from assignments.actions.locks import locked
from assignments.actions.terms import OVER, hold_for_change, waiting_terms
from assignments.choices import UNDER_WAY, DocumentKind, TeamState
from assignments.errors import (
    DocumentGone,
    DownloadsClosed,
    NotAccepted,
    NotOfSides,
    NotTheCoach,
    NotUnderWay,
    TermsNotAccepted,
)
from assignments.models import Assignment, AssignmentDocument, Download, Team
from assignments.notifications import telling_running as telling
from assignments.permissions import coaches, on_a_side
from civportal.accounts.models import User

PRESSED_TWICE = datetime.timedelta(minutes=10)
"""The same file under the same title by the same person within this time was sent twice."""

GOES_ON = datetime.timedelta(days=1)
"""How long a download that broke off can go on without being a new one."""


@transaction.atomic
def add_document(
    assignment: Assignment, *, kind: DocumentKind, title: str, description: str, file: Any, by: User
) -> AssignmentDocument:
    """Put a document with the assignment; teams at work on it are told. Raises ``Over``."""
    assignment = hold_for_change(assignment)
    there = assignment.documents.there().filter(
        added_by=by, title=title, size=file.size, added_at__gt=timezone.now() - PRESSED_TWICE
    )
    if (twice := there.first()) is not None:
        return twice
    document = AssignmentDocument.objects.create(
        assignment=assignment,
        kind=kind,
        title=title,
        description=description,
        file=file,
        added_by=by,
    )
    telling.document_added(document)
    return document


@transaction.atomic
def describe_document(
    document: AssignmentDocument,
    *,
    kind: DocumentKind,
    title: str,
    description: str,
    by: User,
) -> AssignmentDocument:
    """Say something else about a document; its file stays. Raises ``Over``, ``DocumentGone``."""
    hold_for_change(document.assignment)
    document = locked(document)
    if document.removed_at:
        raise DocumentGone
    document.kind, document.title, document.description = kind, title, description
    document.save(update_fields=["kind", "title", "description"])
    return document


@transaction.atomic
def remove_document(document: AssignmentDocument, *, by: User) -> AssignmentDocument:
    """Take a document away, also when the assignment is over; who downloaded it stays on record.

    The file is deleted once that is sure. Pressed twice it changes nothing.
    """
    locked(document.assignment)
    document = locked(document)
    if document.removed_at is None:
        document.removed_at = timezone.now()
        document.save(update_fields=["removed_at"])
        storage, name = document.file.storage, document.file.name or ""
        transaction.on_commit(lambda: storage.delete(name))
    return document


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """A download on record, and the open file that goes with it; whoever gets it closes it."""

    download: Download
    file: Any


@transaction.atomic
def hand_out(
    document: AssignmentDocument, *, team: Team | None, by: User, goes_on: bool = False
) -> HandedOut:
    """Give a document to a team, by its coach, or (``team`` None) to who posted the assignment.

    The assignment is held, so its end, new terms or the removal of the document come before this
    or after it. A download that broke off and ``goes_on`` within a day is not a new one. Raises
    ``NotTheCoach`` or ``NotOfSides`` for somebody else, ``DocumentGone``, and for a team
    ``NotAccepted``, ``NotUnderWay``, ``DownloadsClosed``, ``TermsNotAccepted``.
    """
    assignment = locked(document.assignment)
    document = AssignmentDocument.objects.get(pk=document.pk)
    if team is None:
        if not on_a_side(by, assignment):
            raise NotOfSides
    else:
        if not coaches(by, team):
            raise NotTheCoach
        _may_take(locked(team), assignment)
    if document.removed_at:
        raise DocumentGone
    try:
        file = document.file.open("rb")
    except FileNotFoundError:
        raise DocumentGone from None
    try:
        return HandedOut(download=_on_record(document, team, by, goes_on=goes_on), file=file)
    except BaseException:
        file.close()
        raise


def _may_take(team: Team, assignment: Assignment) -> None:
    """What the database asks of a download for a team, said so that a person understands it."""
    if team.assignment_id != assignment.pk or team.state != TeamState.ACCEPTED:
        raise NotAccepted
    if assignment.state in OVER or team.finished_at:
        raise DownloadsClosed
    if assignment.state not in UNDER_WAY:
        raise NotUnderWay
    if waiting_terms(team):
        raise TermsNotAccepted


def _on_record(
    document: AssignmentDocument, team: Team | None, by: User, *, goes_on: bool
) -> Download:
    if goes_on:
        since = timezone.now() - GOES_ON
        earlier = Download.objects.filter(document=document, team=team, user=by, at__gt=since)
        if (download := earlier.first()) is not None:
            return download
    return Download.objects.create(document=document, team=team, user=by)
