"""Who may see which session, and what of it.

Each rule is written once, as a ``Q`` for any viewer (see ``civportal.accounts.viewers``); page,
list, feed and calendar ask the same ``visible_to``. Rules nest: what hangs on a session is
visible only when the session is.
"""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from civportal.accounts.viewers import (
    NOBODY,
    Viewer,
    has_permission,
    inside,
    is_office,
    viewer_key,
)
from civportal.lib.exists import Exists
from partners.querysets import is_member_of_signed_partner
from sessions_log.choices import (
    ActionState,
    BodyKind,
    BodyRole,
    MinutesState,
    ParticipationRole,
    RemarkState,
    Reply,
    SessionStatus,
    Visibility,
)

if TYPE_CHECKING:
    from sessions_log.models import (
        ActionItem,
        AgendaItem,
        AttentionPoint,
        BodyMembership,
        Decision,
        Document,
        Minutes,
        MinutesRemark,
        MinutesVersion,
        Participation,
        ReportImport,
        WorkSession,
    )

READ_ALL = "sessions_log.read_every_session"
"""The permission by which staff outside a body read what only the body may."""


STAYS_AWAY = [Reply.NO, Reply.REPLACED]
"""Answers of who does not come."""

TOOK_PART = Q(attended=True) | (Q(attended__isnull=True) & ~Q(reply__in=STAYS_AWAY))
"""Who was there; where nobody kept attendance, whoever did not decline."""


def active_on(date: object) -> Q:
    """Memberships of a body that hold on a date; an open end is no end."""
    return (Q(start__isnull=True) | Q(start__lte=date)) & (Q(end__isnull=True) | Q(end__gte=date))


def _among(field: str, rows: models.QuerySet[Any]) -> Q:
    """A rule that holds when ``field`` points at one of ``rows``.

    Asked row by row: ``field__in`` would have the database make the whole list first, of all
    sessions there ever were, for each page.
    """
    return Q(Exists(rows.filter(pk=OuterRef(field))))


def full_reader_rule(viewer: Viewer) -> Q:
    """Who reads everything of a session, confidential items included.

    Members of the body on that date or now, whoever the office invited, the programme office,
    and staff with the permission to. Signing oneself up grants nothing.
    """
    from sessions_log.models import BodyMembership, Participation  # noqa: PLC0415 - circular

    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    seats = BodyMembership.objects.filter(
        active_on(OuterRef("date")) | active_on(timezone.localdate()),
        body=OuterRef("body"),
        user=key,
        user__is_active=True,
    )
    invitations = Participation.objects.filter(
        session=OuterRef("pk"), user=key, user__is_active=True, invited=True
    )
    return (
        Q(Exists(seats))
        | Q(Exists(invitations))
        | is_office(viewer)
        | has_permission(viewer, READ_ALL)
    )


def steering_rule(viewer: Viewer) -> Q:
    """A rule that holds when the viewer sits in a steering group today."""
    from sessions_log.models import BodyMembership  # noqa: PLC0415 - circular

    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    return Q(
        Exists(
            BodyMembership.objects.filter(
                active_on(timezone.localdate()),
                body__kind=BodyKind.STEERING_GROUP,
                user=key,
                user__is_active=True,
            )
        )
    )


def expected_rule(viewer: Viewer) -> Q:
    """The sessions that someone takes part in, as far as is known.

    Whoever was asked or signed up, and the members of the body on that date; nobody who declined.
    """
    from sessions_log.models import BodyMembership, Participation  # noqa: PLC0415 - circular

    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    mine = Participation.objects.filter(session=OuterRef("pk"), user=key, user__is_active=True)
    seats = BodyMembership.objects.filter(
        active_on(OuterRef("date")), body=OuterRef("body"), user=key, user__is_active=True
    )
    declined = mine.filter(reply__in=STAYS_AWAY)
    return (Q(Exists(mine)) | Q(Exists(seats))) & ~Q(Exists(declined))


def follow_up_rule(viewer: Viewer) -> Q:
    """The sessions of which this person says what became of things: ``can_follow_up`` for many."""
    from sessions_log.models import BodyMembership, Participation  # noqa: PLC0415 - circular

    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    acts = Participation.objects.filter(
        session=OuterRef("pk"),
        user=key,
        user__is_active=True,
        invited=True,
        role__in=[ParticipationRole.CHAIR, ParticipationRole.SECRETARY],
    )
    sits = BodyMembership.objects.filter(
        active_on(timezone.localdate()),
        body=OuterRef("body"),
        user=key,
        user__is_active=True,
        role__in=[BodyRole.CHAIR, BodyRole.SECRETARY],
    )
    return Q(Exists(acts)) | Q(Exists(sits)) | is_office(viewer)


def session_rule(viewer: Viewer) -> Q:
    """Who may know that a session exists."""
    return (
        Q(visibility=Visibility.PUBLIC)
        | (Q(visibility=Visibility.PARTNERS) & is_member_of_signed_partner(viewer))
        | full_reader_rule(viewer)
    )


def item_rule(viewer: Viewer) -> Q:
    """Who may know that an agenda item exists: a confidential one is for full readers."""
    from sessions_log.models import WorkSession  # noqa: PLC0415 - circular

    sessions = WorkSession.objects.filter(session_rule(inside(viewer)))
    full = WorkSession.objects.filter(full_reader_rule(inside(viewer)))
    return _among("session", sessions) & (Q(confidential=False) | _among("session", full))


def minutes_rule(viewer: Viewer) -> Q:
    """Who may read the minutes of a session, by how far they are.

    Draft: its chair and secretary, and the office. Circulated and approved: also the body and
    those who attended. Published: whoever may see the session.
    """
    from sessions_log.models import BodyMembership, Participation, WorkSession  # noqa: PLC0415

    sessions = WorkSession.objects.filter(session_rule(inside(viewer)))
    rule = Q(state=MinutesState.PUBLISHED)
    key = viewer_key(viewer)
    if key is not None:
        mine = Participation.objects.filter(
            session=OuterRef("session"), user=key, user__is_active=True
        )
        writers = mine.filter(
            invited=True, role__in=[ParticipationRole.CHAIR, ParticipationRole.SECRETARY]
        )
        officers = BodyMembership.objects.filter(
            active_on(timezone.localdate()),
            body=OuterRef("session__body"),
            user=key,
            user__is_active=True,
            role__in=[BodyRole.CHAIR, BodyRole.SECRETARY],
        )
        full = WorkSession.objects.filter(full_reader_rule(inside(viewer)))
        going_round = Q(state__in=[MinutesState.CIRCULATED, MinutesState.APPROVED])
        rule |= (
            is_office(viewer)
            | Q(Exists(writers))
            | Q(Exists(officers))
            | (going_round & (Q(Exists(mine.filter(attended=True))) | _among("session", full)))
        )
    return _among("session", sessions) & rule


def remark_rule(viewer: Viewer) -> Q:
    """Who may read a remark: who reads the minutes as they go round, and the item it is on.

    Published minutes are for more people; what was said about their draft is not.
    """
    from sessions_log.models import (  # noqa: PLC0415 - circular
        AgendaItem,
        Minutes,
        Participation,
        WorkSession,
    )

    key = viewer_key(viewer)
    if key is None:
        return NOBODY
    deeper = inside(viewer)
    attended = Participation.objects.filter(
        session=OuterRef("minutes__session"), user=key, user__is_active=True, attended=True
    )
    full = WorkSession.objects.filter(full_reader_rule(deeper))
    return (
        _among("minutes", Minutes.objects.filter(minutes_rule(deeper)))
        & (Q(Exists(attended)) | _among("minutes__session", full))
        & (Q(item__isnull=True) | _among("item", AgendaItem.objects.filter(item_rule(deeper))))
    )


def outcome_rule(viewer: Viewer) -> Q:
    """Who may read a decision, action item or attention point: the item's minutes' readers."""
    from sessions_log.models import AgendaItem  # noqa: PLC0415 - circular

    return _among("item", AgendaItem.objects.readable_by(inside(viewer)))


def document_rule(viewer: Viewer) -> Q:
    """Who may open a document: readers of its session and item, as far as its own word goes."""
    from sessions_log.models import AgendaItem, WorkSession  # noqa: PLC0415 - circular

    deeper = inside(viewer)
    full = WorkSession.objects.filter(full_reader_rule(deeper))
    return (
        _among("session", WorkSession.objects.filter(session_rule(deeper)))
        & (Q(item__isnull=True) | _among("item", AgendaItem.objects.filter(item_rule(deeper))))
        & (
            Q(visibility=Visibility.PUBLIC)
            | (Q(visibility=Visibility.PARTNERS) & is_member_of_signed_partner(viewer))
            | _among("session", full)
        )
    )


class BodyMembershipQuerySet(models.QuerySet["BodyMembership"]):
    def current(self) -> Self:
        """Seats that are taken today."""
        return self.filter(active_on(timezone.localdate()))


class WorkSessionQuerySet(models.QuerySet["WorkSession"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The sessions that this person may know of."""
        return self.filter(session_rule(viewer))

    def expecting(self, viewer: Viewer) -> Self:
        """The sessions that this person takes part in, as far as is known."""
        return self.filter(expected_rule(viewer))

    def fully_readable_by(self, viewer: Viewer) -> Self:
        """The sessions of which this person reads everything, confidential items included."""
        return self.filter(full_reader_rule(viewer))

    def with_full_reader(self, viewer: Viewer) -> Self:
        """Mark each session with ``is_full_reader``: names, clock times and links may show."""
        return self.annotate(
            is_full_reader=Case(When(full_reader_rule(viewer), then=True), default=Value(False))  # noqa: FBT003 - SQL
        )

    def with_follow_up(self, viewer: Viewer) -> Self:
        """Mark each session with ``is_followed_up``: this person says what became of things."""
        return self.annotate(
            is_followed_up=Case(When(follow_up_rule(viewer), then=True), default=Value(False))  # noqa: FBT003 - SQL
        )

    def with_outcomes(self, viewer: Viewer) -> Self:
        """What came out of each session, as far as this person may read it.

        ``decision_count``, ``action_count``, ``attention_count``; ``report_state`` and
        ``report_summary`` are None where there is no report for them.
        """
        from sessions_log.models import (  # noqa: PLC0415 - circular
            ActionItem,
            AttentionPoint,
            Decision,
            Minutes,
        )

        deeper = inside(viewer)

        def number(outcomes: models.QuerySet[Any]) -> Coalesce:
            per_session = (
                outcomes.filter(item__session=OuterRef("pk"))
                .order_by()
                .values("item__session")
                .annotate(number=Count("pk"))
            )
            return Coalesce(Subquery(per_session.values("number")), 0)

        report = Minutes.objects.visible_to(deeper).filter(session=OuterRef("pk"))
        return self.annotate(
            decision_count=number(Decision.objects.visible_to(deeper)),
            action_count=number(ActionItem.objects.visible_to(deeper)),
            attention_count=number(AttentionPoint.objects.visible_to(deeper)),
            report_state=Subquery(report.values("state")[:1]),
            report_summary=Subquery(report.values("summary")[:1]),
        )

    def from_today(self) -> Self:
        """What is still to come, the cancelled ones too, soonest first."""
        return (
            self.filter(date__gte=timezone.localdate())
            .exclude(status=SessionStatus.HELD)
            .order_by("date", "start", "pk")
        )

    def before_today(self) -> Self:
        """Everything that ``from_today`` leaves out, newest first."""
        return self.filter(
            Q(date__lt=timezone.localdate()) | Q(status=SessionStatus.HELD)
        ).order_by("-date", "-start", "-pk")

    def upcoming(self) -> Self:
        """Planned sessions from today on, soonest first."""
        return self.filter(date__gte=timezone.localdate(), status=SessionStatus.PLANNED).order_by(
            "date", "start", "pk"
        )

    def past(self) -> Self:
        """Sessions that took place, newest first."""
        return self.filter(status=SessionStatus.HELD).order_by("-date", "-start", "-pk")


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The items whose title this person may see."""
        return self.filter(item_rule(viewer))

    def readable_by(self, viewer: Viewer) -> Self:
        """The items whose minutes this person may read."""
        from sessions_log.models import Minutes  # noqa: PLC0415 - circular

        minutes = Minutes.objects.filter(minutes_rule(inside(viewer)))
        return self.filter(item_rule(viewer), _among("session__minutes", minutes))


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Who takes part in the sessions this person may know of, with ``is_named``.

        Speakers are named to everyone; the others to full readers and to themselves. Show the
        organisation alone where ``is_named`` is false.
        """
        from sessions_log.models import WorkSession  # noqa: PLC0415 - circular

        deeper = inside(viewer)
        named = Q(role=ParticipationRole.SPEAKER) | _among(
            "session", WorkSession.objects.filter(full_reader_rule(deeper))
        )
        if not isinstance(viewer, OuterRef) and viewer.is_authenticated:
            named |= Q(user=viewer.pk)
        return self.filter(
            _among("session", WorkSession.objects.filter(session_rule(deeper)))
        ).annotate(
            is_named=Case(When(named, then=True), default=Value(False))  # noqa: FBT003 - SQL
        )

    def listed_to(self, viewer: Viewer) -> Self:
        """Who is shown as taking part, with ``is_named`` (see ``visible_to``).

        Full readers see the whole list. Others see themselves, the speakers, and of a session
        that was held those who were there: whom the office invites, and who stays away, is
        between the office and them.
        """
        from sessions_log.models import WorkSession  # noqa: PLC0415 - circular

        deeper = inside(viewer)
        rule = _among("session", WorkSession.objects.filter(full_reader_rule(deeper))) | (
            TOOK_PART & (Q(role=ParticipationRole.SPEAKER) | Q(session__status=SessionStatus.HELD))
        )
        if not isinstance(viewer, OuterRef) and viewer.is_authenticated:
            rule |= Q(user=viewer.pk)
        return self.visible_to(viewer).filter(rule)

    def took_part(self) -> Self:
        """Those who were there, or will be as far as is known."""
        return self.filter(TOOK_PART)


class MinutesQuerySet(models.QuerySet["Minutes"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The minutes that this person may read."""
        return self.filter(minutes_rule(viewer))

    def to_approve_silently(self) -> Self:
        """Those whose day has come by the centre's clock, without an open remark."""
        return self.filter(
            state=MinutesState.CIRCULATED, approve_by_itself_on__lte=timezone.localdate()
        ).exclude(remarks__state=RemarkState.OPEN)


class MinutesVersionQuerySet(models.QuerySet["MinutesVersion"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The versions of the minutes that this person may read, with ``reads_full``.

        Where ``reads_full`` is false, show nothing but the public text and its hash: neither the
        number nor the reason of a version, which tell of corrections under confidential items.
        """
        from sessions_log.models import Minutes, WorkSession  # noqa: PLC0415 - circular

        deeper = inside(viewer)
        full = WorkSession.objects.filter(full_reader_rule(deeper))
        return self.filter(
            _among("minutes", Minutes.objects.filter(minutes_rule(deeper)))
        ).annotate(
            reads_full=Case(
                When(_among("minutes__session", full), then=True),
                default=Value(False),  # noqa: FBT003 - SQL
            )
        )


class MinutesRemarkQuerySet(models.QuerySet["MinutesRemark"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The remarks that this person may read."""
        return self.filter(remark_rule(viewer))

    def open(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(state=RemarkState.OPEN)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The decisions that this person may read."""
        return self.filter(outcome_rule(viewer))


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The action items that this person may read."""
        return self.filter(outcome_rule(viewer))

    def open(self) -> Self:
        """Those that are still to be done."""
        return self.filter(state=ActionState.OPEN)

    def late(self) -> Self:
        """Those that should have been done before today."""
        return self.open().filter(due__lt=timezone.localdate())

    def snoozed(self) -> Self:
        """Those that their owners have put off."""
        return self.open().filter(snoozed_until__gt=timezone.localdate())


class AttentionPointQuerySet(models.QuerySet["AttentionPoint"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The attention points that this person may read."""
        return self.filter(outcome_rule(viewer))


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The documents that this person may open."""
        return self.filter(document_rule(viewer))


class ReportImportQuerySet(models.QuerySet["ReportImport"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Imports are the programme office's work."""
        return self.filter(
            is_office(viewer) | has_permission(viewer, "sessions_log.view_reportimport")
        )
