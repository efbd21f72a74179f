"""What sessions have to tell: reminders of them, and reports that can be read."""

import copy
import datetime
import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.lib.mail import Group, Letter, Line, absolute
from civportal.lib.text import plain_text, shortened
from civportal.notifications import following, kinds
from civportal.notifications.choices import Mode, Reason
from civportal.notifications.kinds import Entry, Message, Reminder, Topic, Withheld
from civportal.notifications.models import Notification
from civportal.notifications.outbox import followers, happened, notify
from civportal.ui import words
from civportal.ui.sections import register as register_section
from programme_lines.models import ProgrammeLine
from sessions_log.calendars import calendar
from sessions_log.choices import MinutesState, SessionStatus
from sessions_log.models import AgendaItem, Body, Minutes, Participation, WorkSession
from sessions_log.querysets import STAYS_AWAY, WorkSessionQuerySet

REMINDER = "sessions_log.reminder"
REPORT = "sessions_log.report_published"
SECTION = "sessions_log.report"
PREFIX = "worksession"
TEXT_LENGTH = 200
"""Letters of a report's summary that a mail quotes."""


def subject_of(session_id: int) -> str:
    """What the ledger calls a session."""
    return f"{PREFIX}:{session_id}"


def begins_at(day: datetime.date, start: datetime.time | None) -> datetime.datetime:
    """The moment a session begins; one that takes all day begins with the day."""
    zone = timezone.get_default_timezone()
    return datetime.datetime.combine(day, start or datetime.time(), tzinfo=zone)


# --- reminders -----------------------------------------------------------------------------------


def upcoming(
    after: datetime.datetime,
    before: datetime.datetime,
    *,
    user_id: int | None = None,
    subject: str = "",
) -> Iterator[Reminder]:
    """Everyone who takes part in a planned session of that time, session by session."""
    prefix, _colon, key = subject.partition(":")
    if subject and prefix != PREFIX:
        return
    these = Q(session=int(key)) if subject else Q()
    this = Q(pk=int(key)) if subject else Q()
    if user_id:
        these &= Q(user=user_id)
    first, last = (timezone.localtime(moment).date() for moment in (after, before))
    asked = (
        Participation.objects.exclude(reply__in=STAYS_AWAY)
        .filter(
            these,
            user__is_active=True,
            session__status=SessionStatus.PLANNED,
            session__date__gte=first,
            session__date__lte=last,
        )
        .annotate(since=Greatest("created_at", "session__created_at"))
        .values_list("session", "user", "session__date", "session__start", "since")
    )
    declined = Participation.objects.filter(
        session=OuterRef("pk"), user=OuterRef("body__memberships__user"), reply__in=STAYS_AWAY
    )
    seated = (
        # One filter: each of these conditions is about the same seat.
        WorkSession.objects.filter(
            Q(body__memberships__start__isnull=True) | Q(body__memberships__start__lte=F("date")),
            Q(body__memberships__end__isnull=True) | Q(body__memberships__end__gte=F("date")),
            ~Exists(declined),
            this,
            Q(body__memberships__user=user_id) if user_id else Q(),
            body__memberships__user__is_active=True,
            status=SessionStatus.PLANNED,
            date__gte=first,
            date__lte=last,
        )
        .annotate(since=Greatest("created_at", "body__memberships__created_at"))
        .values_list("pk", "body__memberships__user", "date", "start", "since")
    )
    rows = asked.order_by().union(seated.order_by(), all=True).order_by("session", "user")
    # Who sits in the body and was asked as well stands here twice, one after the other.
    for (session, user), same in itertools.groupby(
        rows.iterator(chunk_size=2000), key=lambda row: (row[0], row[1])
    ):
        found = list(same)
        yield Reminder(
            user_id=user,
            subject=subject_of(session),
            starts_at=begins_at(found[0][2], found[0][3]),
            since=min(row[4] for row in found),
        )


@dataclass(frozen=True)
class _Reader:
    """What one person may know of the sessions of a batch, at this moment."""

    expected: set[int]
    visible: set[int]
    full: set[int]
    items: set[int]


def _readers(people: Iterable[int], sessions: Iterable[int]) -> dict[int, _Reader]:
    """In one query for all of them."""
    key = OuterRef("pk")
    about = WorkSession.objects.filter(pk__in=list(sessions)).order_by()
    items = AgendaItem.objects.filter(session__in=about).order_by()
    rows = (
        User.objects.filter(pk__in=list(people))
        .order_by()
        .annotate(
            expected=ArraySubquery(about.expecting(key).values("pk")),
            visible=ArraySubquery(about.visible_to(key).values("pk")),
            full=ArraySubquery(about.fully_readable_by(key).values("pk")),
            seen_items=ArraySubquery(items.visible_to(key).values("pk")),
        )
        .values_list("pk", "expected", "visible", "full", "seen_items")
    )
    return {row[0]: _Reader(*(set(found) for found in row[1:])) for row in rows}


def compose_reminders(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """The reminders of a batch, each as its reader may see the session now."""
    keys = {_session_key(row) for row in rows}
    sessions = (
        WorkSession.objects.select_related("body").prefetch_related("lines", "items").in_bulk(keys)
    )
    readers = _readers({row.recipient_id for row in rows}, keys)
    centre_name = CentreProfile.current().name
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        session = sessions.get(_session_key(row))
        reader = readers[row.recipient_id]
        reason = _why_not(row, session, reader)
        if reason:
            made[row.pk] = Withheld(reason)
            continue
        assert session is not None  # noqa: S101 - one that is gone has a reason above
        with kinds.in_language_of(row.recipient):
            made[row.pk] = _reminder(
                as_seen(session, reader.full, reader.items),
                name=row.recipient.name,
                zone_name=row.recipient.time_zone,
                centre_name=centre_name,
            )
    return made


def _session_key(row: Notification) -> int:
    return int(row.subject.removeprefix(f"{PREFIX}:"))


def _why_not(row: Notification, session: WorkSession | None, reader: _Reader) -> Reason | None:
    if (
        session is None
        or session.status != SessionStatus.PLANNED
        or begins_at(session.date, session.start)
        != datetime.datetime.fromisoformat(row.data["starts_at"])
    ):
        return Reason.OUTDATED
    if session.pk not in reader.visible:
        return Reason.NO_LONGER_VISIBLE
    return None if session.pk in reader.expected else Reason.OUTDATED


def as_seen(session: WorkSession, full: set[int], items: set[int]) -> WorkSession:
    """The session as ``calendars.for_calendar`` gives it to one viewer."""
    seen: Any = copy.copy(session)
    seen.is_full_reader = session.pk in full
    seen.agenda = [item for item in session.items.all() if item.pk in items]
    return seen  # type: ignore[no-any-return]


def when(session: WorkSession, zone_name: str = "") -> str:
    """``donderdag 18 februari 2021, 15.00 uur``; with the place for who lives elsewhere in time."""
    day = words.long_date(session.date)
    if session.start is None:
        return day
    clock = strip_tags(words.time_range_html(session.start, session.end))
    if zone_name and zone_name != settings.TIME_ZONE:
        city = settings.TIME_ZONE.rpartition("/")[2].replace("_", " ")
        clock = _("%(clock)s (time in %(city)s)") % {"clock": clock, "city": city}
    return f"{day}, {clock}"


def _short_when(session: WorkSession) -> str:
    """``Donderdag 15.00 uur``, ``Thursday 15:00``."""
    day = date_format(session.date, "l")
    day = day[:1].upper() + day[1:]
    return f"{day} {words.clock(session.start)}" if session.start else day


def subject_line(session: WorkSession, today: datetime.date, *, with_agenda: bool) -> str:
    """The subject of a reminder that is sent on a day."""
    # The day alone says which one only within a week.
    near = (session.date - today).days < 7
    moment = _short_when(session) if near else words.long_date(session.date)
    told = {"when": moment[:1].upper() + moment[1:], "what": session.title}
    if with_agenda:
        # Translators: the subject of a mail: "Donderdag 15.00 uur: stuurgroep – agenda staat klaar"
        return _("%(when)s: %(what)s – the agenda is there") % told
    return _("%(when)s: %(what)s") % told


def _reminder(session: WorkSession, *, name: str, zone_name: str, centre_name: str) -> Message:
    agenda: list[AgendaItem] = session.agenda  # type: ignore[attr-defined] # see as_seen
    title = session.title
    facts = [(_("When"), when(session, zone_name))]
    if session.place:
        facts.append((_("Where"), session.place))
    if session.online_url and session.is_full_reader:  # type: ignore[attr-defined]
        facts.append((_("Online"), session.online_url))
    groups = []
    address = absolute(session.get_absolute_url())
    if agenda:
        groups.append(
            Group(
                title=_("Agenda"),
                lines=[
                    Line(title=f"{place}. {item.title}", url="", language=session.language)
                    for place, item in enumerate(agenda, start=1)
                ],
            )
        )
    return Message(
        letter=Letter(
            subject=subject_line(session, timezone.localdate(), with_agenda=bool(agenda)),
            greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            paragraphs=[_("You take part in this session: %(title)s.") % {"title": title}],
            facts=facts,
            groups=groups,
            action=(_("Open the session"), address),
            why=_("You get this mail because you take part in this session."),
        ),
        calendar=calendar([session], name=centre_name, site=settings.BASE_URL),
    )


def preview_reminder() -> Message:
    """An example for the style guide."""
    session: Any = WorkSession(
        pk=1,
        title="Stuurgroep",
        slug="stuurgroep",
        kind="steering_group",
        date=datetime.date(2021, 2, 18),
        start=datetime.time(15),
        end=datetime.time(17),
        place="Lab 2, Leiden",
        changed_at=datetime.datetime(2021, 2, 1, 12, tzinfo=datetime.UTC),
        uid=uuid.UUID(int=1),
    )
    session._prefetched_objects_cache = {"lines": ProgrammeLine.objects.none()}
    session.is_full_reader = True
    session.agenda = [
        AgendaItem(title="Stand van de aanvraag"),
        AgendaItem(title="Nieuwe partners"),
    ]
    return _reminder(session, name="Yara Pinas", zone_name=settings.TIME_ZONE, centre_name="CIV")


# --- reports -------------------------------------------------------------------------------------


def topics_of(session: WorkSession) -> list[str]:
    """What people follow who want to hear of this session."""
    lines = [f"line:{pk}" for pk in session.lines.values_list("pk", flat=True)]
    theirs = (
        session.participations.took_part()
        .filter(partner__isnull=False)
        .order_by()
        .values_list("partner", flat=True)
        .distinct()
    )
    body = [f"body:{session.body_id}"] if session.body_id else []
    return [*lines, *body, *(f"partner:{pk}" for pk in theirs)]


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


def named(session: WorkSession) -> str:
    """What a session is called in a list: ``Stuurgroep, 18 februari 2021``."""
    # Translators: in a list of news: "Stuurgroep, 18 februari 2021".
    return _("%(title)s, %(date)s") % {
        "title": session.title,
        "date": words.short_date(session.date),
    }


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
    keys = {_session_key(row) for row in rows}
    allowed = readable_reports(OuterRef("pk")).filter(pk__in=keys).order_by().values("pk")
    people = User.objects.filter(pk__in={row.recipient_id for row in rows}).order_by()
    visible = {
        user: set(found)
        for user, found in people.annotate(seen=ArraySubquery(allowed)).values_list("pk", "seen")
    }
    sessions = WorkSession.objects.select_related("minutes").prefetch_related("lines").in_bulk(keys)
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        key = _session_key(row)
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


# --- what to follow ------------------------------------------------------------------------------


def body_topics(user: User | AnonymousUser) -> Iterator[Topic]:
    """Every body can be followed; what one hears of it is what one may read."""
    for body in Body.objects.order_by("kind", "name"):
        yield Topic(
            key=f"body:{body.pk}", label=body.name, group=_("Bodies"), url=body.get_absolute_url()
        )


def follow_body(request: HttpRequest, body: Body) -> dict[str, Any]:
    """The button on a body's page."""
    return following.follow_button(request, f"body:{body.pk}")


def register() -> None:
    """Make all of this known; called once, when Django is ready."""
    group = gettext_lazy("Sessions")
    kinds.register_kind(
        kinds.Kind(
            name=REMINDER,
            label=gettext_lazy("Reminder of a session that you take part in"),
            group=group,
            compose=compose_reminders,
            preview=preview_reminder,
        )
    )
    kinds.register_reminders(kinds.ReminderSource(kind=REMINDER, upcoming=upcoming))
    kinds.register_subjects(PREFIX, WorkSession.objects.visible_to, name=named)
    kinds.register_kind(
        kinds.Kind(
            name=REPORT,
            label=gettext_lazy("Report that can be read"),
            group=group,
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
    kinds.register_topics("bodies", body_topics)
    register_section(
        "body_head", "follow", template=following.TEMPLATE, build=follow_body, order=10
    )
