"""Reminders of a session, to those who take part."""

import datetime
import itertools
from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.centre.models import CentreProfile
from civportal.lib.mail import Letter, absolute
from civportal.notifications import kinds
from civportal.notifications.choices import Reason
from civportal.notifications.kinds import Message, Reminder, Withheld
from civportal.notifications.models import Notification
from civportal.ui import words
from sessions_log.calendars import calendar
from sessions_log.choices import SessionStatus
from sessions_log.models import Participation, WorkSession
from sessions_log.notifications.common import (
    PREFIX,
    Reader,
    agenda_of,
    as_seen,
    begins_at,
    example_session,
    facts_of,
    readers_of,
    session_key,
    short_when,
    subject_of,
)
from sessions_log.querysets import STAYS_AWAY

REMINDER = "sessions_log.reminder"


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


def compose_reminders(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """The reminders of a batch, each as its reader may see the session now."""
    keys = {session_key(row) for row in rows}
    sessions = (
        WorkSession.objects.select_related("body").prefetch_related("lines", "items").in_bulk(keys)
    )
    readers = readers_of({row.recipient_id for row in rows}, keys)
    centre_name = CentreProfile.current().name
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        session = sessions.get(session_key(row))
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


def _why_not(row: Notification, session: WorkSession | None, reader: Reader) -> Reason | None:
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


def subject_line(session: WorkSession, today: datetime.date, *, with_agenda: bool) -> str:
    """The subject of a reminder that is sent on a day."""
    # The day alone says which one only within a week.
    near = (session.date - today).days < 7
    moment = short_when(session) if near else words.long_date(session.date)
    told = {"when": moment[:1].upper() + moment[1:], "what": session.title}
    if with_agenda:
        # Translators: the subject of a mail: "Donderdag 15.00 uur: stuurgroep – agenda staat klaar"
        return _("%(when)s: %(what)s – the agenda is there") % told
    return _("%(when)s: %(what)s") % told


def _reminder(session: WorkSession, *, name: str, zone_name: str, centre_name: str) -> Message:
    agenda = agenda_of(session)
    return Message(
        letter=Letter(
            subject=subject_line(session, timezone.localdate(), with_agenda=bool(agenda)),
            greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
            paragraphs=[_("You take part in this session: %(title)s.") % {"title": session.title}],
            facts=facts_of(session, zone_name),
            groups=agenda,
            action=(_("Open the session"), absolute(session.get_absolute_url())),
            why=_("You get this mail because you take part in this session."),
        ),
        calendar=calendar([session], name=centre_name, site=settings.BASE_URL),
    )


def preview_reminder() -> Message:
    """An example for the style guide."""
    session = example_session()
    return _reminder(session, name="Yara Pinas", zone_name=settings.TIME_ZONE, centre_name="CIV")


def register() -> None:
    """Make the reminders known."""
    kinds.register_kind(
        kinds.Kind(
            name=REMINDER,
            label=gettext_lazy("Reminder of a session that you take part in"),
            group=gettext_lazy("Sessions"),
            compose=compose_reminders,
            preview=preview_reminder,
        )
    )
    kinds.register_reminders(kinds.ReminderSource(kind=REMINDER, upcoming=upcoming))
