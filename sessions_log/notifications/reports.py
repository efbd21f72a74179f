"""Reports that can be read: told to who follows what a session is about."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from civportal.accounts.models import User
from civportal.lib.mail import Letter, absolute
from civportal.lib.text import plain_text, shortened
from civportal.notifications import kinds
from civportal.notifications.choices import Mode, Reason
from civportal.notifications.kinds import Entry, Message, Withheld
from civportal.notifications.models import Notification
from civportal.notifications.outbox import followers, happened, notify
from sessions_log.choices import MinutesState
from sessions_log.models import Minutes, WorkSession
from sessions_log.notifications.common import (
    PREFIX,
    begins_at,
    named,
    session_key,
    subject_of,
    topics_of,
)
from sessions_log.notifications.outcomes import outcomes_readable
from sessions_log.querysets import WorkSessionQuerySet

REPORT = "sessions_log.report_published"
SECTION = "sessions_log.report"
TEXT_LENGTH = 200
"""Letters of a report's summary that a mail quotes."""


def report_published(minutes: Minutes) -> None:
    """Tell of a report that can be read; again where it can be read by more people since.

    Call this in the transaction that publishes it or opens it up. Whoever was told of it before
    is not told again.
    """
    session = minutes.session
    topics = topics_of(session)
    subject = subject_of(session.pk)
    happened(kind=SECTION, subject=subject, topics=topics, key=session.visibility)
    wanting = followers(topics, kind=REPORT)
    visible = WorkSession.objects.filter(pk=session.pk).visible_to(OuterRef("pk"))
    notify(
        wanting.filter(Exists(visible)).values_list("pk", flat=True).iterator(),
        kind=REPORT,
        subject=subject,
        key=str(session.pk),
    )
    outcomes_readable(minutes)


def readable_reports(viewer: Any) -> WorkSessionQuerySet:
    """The sessions of which this person may read the published report."""
    return WorkSession.objects.visible_to(viewer).filter(minutes__state=MinutesState.PUBLISHED)


def report_entries(keys: Sequence[int]) -> dict[int, Entry]:
    """The lines of a digest: title, what it was about, and where it stands.

    What came out of a session may differ by reader; the summary is for all who may read it.
    """
    sessions = (
        WorkSession.objects.filter(pk__in=keys).select_related("minutes").prefetch_related("lines")
    )
    return {session.pk: _report_entry(session) for session in sessions}


def _report_entry(session: WorkSession) -> Entry:
    first_line = next(iter(session.lines.all()), None)
    text = plain_text(session.minutes.summary) or session.introduction
    return Entry(
        subject=subject_of(session.pk),
        title=named(session),
        url=session.get_absolute_url(),
        moment=session.minutes.published_at or begins_at(session.date, session.start),
        text=shortened(text, TEXT_LENGTH),
        language=session.language,
        topic=first_line.title if first_line else None,
    )


def compose_reports(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """The mails at once about reports that can be read."""
    keys = {session_key(row) for row in rows}
    allowed = readable_reports(OuterRef("pk")).filter(pk__in=keys).order_by().values("pk")
    people = User.objects.filter(pk__in={row.recipient_id for row in rows}).order_by()
    visible = {
        user: set(found)
        for user, found in people.annotate(seen=ArraySubquery(allowed)).values_list("pk", "seen")
    }
    sessions = WorkSession.objects.select_related("minutes").prefetch_related("lines").in_bulk(keys)
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        key = session_key(row)
        if key not in visible[row.recipient_id]:
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
            continue
        with kinds.in_language_of(row.recipient):
            entry = _report_entry(sessions[key])
            made[row.pk] = Message(letter=_report_letter(entry, name=row.recipient.name))
    return made


def _report_letter(entry: Entry, *, name: str) -> Letter:
    return Letter(
        subject=_("Report: %(title)s") % {"title": entry.title},
        greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        paragraphs=[
            _("The report of this session can be read: %(title)s.") % {"title": entry.title},
            *([entry.text] if entry.text else []),
        ],
        action=(pgettext("in a mail", "Read the report"), absolute(entry.url)),
        why=_("You get this mail because you follow what this session is about."),
    )


def preview_report() -> Message:
    """An example for the style guide."""
    return Message(
        letter=_report_letter(
            Entry(
                subject="worksession:1",
                title="Werksessie Practoraat, 18 februari 2021",
                url=reverse("sessions_log:list"),
                moment=datetime.datetime(2021, 3, 1, 12, tzinfo=datetime.UTC),
                text="Scholen en bedrijven kozen drie vragen voor het eerste jaar.",
            ),
            name="Yara Pinas",
        )
    )


def register() -> None:
    """Make the reports known, at once and in the digest."""
    kinds.register_kind(
        kinds.Kind(
            name=REPORT,
            label=gettext_lazy("Report that can be read"),
            group=gettext_lazy("Sessions"),
            compose=compose_reports,
            preview=preview_report,
            default=Mode.DIGEST,
            modes=(Mode.AT_ONCE, Mode.DIGEST, Mode.OFF),
            help_text=gettext_lazy("Of the lines, bodies and partners that you follow."),
        )
    )
    kinds.register_section(
        kinds.Section(
            name=SECTION,
            label=gettext_lazy("Report"),
            prefix=PREFIX,
            visible=readable_reports,
            entries=report_entries,
            told_by=(REPORT,),
            order=10,
        )
    )
