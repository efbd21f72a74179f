"""One session as one person may read it: what a page, a document or a mail shows of it.

Items are numbered per rendition and anchors follow those numbers, so that nothing missing leaves
a gap; clock times and names of owners are for full readers.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext

from civportal.accounts.models import User
from civportal.lib.text import fold
from partners.models import Partner
from programme_lines.models import PlanChapter
from sessions_log.choices import (
    ActionState,
    AttentionState,
    MinutesState,
    ParticipationRole,
    Reply,
    SessionStatus,
)
from sessions_log.clock import Hours, hours
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Document,
    Minutes,
    Participation,
    WorkSession,
)

MINUTES_TONES = {
    MinutesState.DRAFT: "wait",
    MinutesState.CIRCULATED: "info",
    MinutesState.APPROVED: "good",
    MinutesState.PUBLISHED: "good",
}
ATTENTION_TONES = {
    AttentionState.OPEN: "wait",
    AttentionState.ADOPTED: "good",
    AttentionState.PARKED: "info",
    AttentionState.DECLINED: "",
}

MIDNIGHT = datetime.time()

Outcome = TypeVar("Outcome", Decision, ActionItem, AttentionPoint)


@dataclass(frozen=True)
class Person:
    """Someone as the viewer may know them; without a name only their organisation shows."""

    name: str
    role: str
    organisation: str
    note: str = ""


@dataclass
class Organisation:
    """An organisation that takes part, with those of its people whom the viewer may name."""

    name: str
    href: str
    people: list[Person] = field(default_factory=list)


@dataclass(frozen=True)
class DecisionLine:
    """A decision with the number of its item."""

    decision: Decision
    number: int


@dataclass(frozen=True)
class ActionLine:
    """An action item with the number of its item, and its state in a word and a tone."""

    action: ActionItem
    number: int
    owner: str
    label: str
    tone: str


@dataclass(frozen=True)
class PointLine:
    """An attention point with the number of its item, and the tone of its state."""

    point: AttentionPoint
    number: int
    tone: str


@dataclass(frozen=True)
class Attachment:
    """A document with the ending of its file, such as ``PDF``."""

    document: Document
    ending: str


@dataclass
class Item:
    """An agenda item as the viewer reads it; ``starts_at`` and ``ends_at`` for full readers."""

    item: AgendaItem
    number: int
    starts_at: datetime.time | None = None
    ends_at: datetime.time | None = None
    presenter: Person | None = None
    decisions: list[DecisionLine] = field(default_factory=list)
    actions: list[ActionLine] = field(default_factory=list)
    points: list[PointLine] = field(default_factory=list)
    documents: list[Attachment] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The fragment of its address; by number, as a key would show what is left out."""
        return f"punt-{self.number}"


@dataclass(frozen=True)
class Rendition:
    """Everything of a session that one person may read."""

    session: WorkSession
    minutes: Minutes | None
    minutes_tone: str
    items: list[Item]
    speakers: list[Person]
    absent: list[Person]
    organisations: list[Organisation]
    documents: list[Attachment]
    is_full_reader: bool

    @property
    def decisions(self) -> list[DecisionLine]:
        """The decisions of all items, in order."""
        return [line for item in self.items for line in item.decisions]

    @property
    def actions(self) -> list[ActionLine]:
        """The action items of all items, in order."""
        return [line for item in self.items for line in item.actions]

    @property
    def points(self) -> list[PointLine]:
        """The attention points of all items, in order."""
        return [line for item in self.items for line in item.points]


def rendition(session: WorkSession, viewer: User | AnonymousUser) -> Rendition:
    """The session as ``viewer`` may read it, in a fixed number of queries.

    ``session`` comes from ``visible_to(viewer).with_full_reader(viewer)``.
    """
    full = session.is_full_reader  # type: ignore[attr-defined] # annotated
    participations = list(
        Participation.objects.listed_to(viewer)
        .filter(session=session)
        .select_related("user", "partner")
        .order_by("pk")
    )
    known_partners = set(
        Partner.objects.visible_to(viewer)
        .filter(participations__session=session)
        .values_list("pk", flat=True)
    )
    minutes = Minutes.objects.visible_to(viewer).filter(session=session).first()
    people = {row.pk: _person(row, session) for row in participations}
    away = {row.pk for row in participations if _was_away(row, session)}
    items = _items(session, viewer, full=full, people=people)
    documents = _documents(session, viewer)
    for item in items:
        item.documents = documents.get(item.item.pk, [])
    return Rendition(
        session=session,
        minutes=minutes,
        minutes_tone=MINUTES_TONES[MinutesState(minutes.state)] if minutes else "",
        items=items,
        speakers=[
            people[row.pk]
            for row in participations
            if row.role == ParticipationRole.SPEAKER and people[row.pk].name
        ],
        absent=[people[row.pk] for row in participations if row.pk in away and people[row.pk].name],
        organisations=by_organisation(
            [row for row in participations if row.pk not in away], people, known_partners
        ),
        documents=documents.get(None, []),
        is_full_reader=full,
    )


def _items(
    session: WorkSession,
    viewer: User | AnonymousUser,
    *,
    full: bool,
    people: dict[int, Person],
) -> list[Item]:
    rows = list(AgendaItem.objects.visible_to(viewer).filter(session=session).order_by("order"))
    clock: list[Hours] = hours(session, rows) if full else [(None, None)] * len(rows)
    items = [
        Item(row, number, start, end, people.get(row.presenter_id) if row.presenter_id else None)
        for number, (row, (start, end)) in enumerate(zip(rows, clock, strict=True), start=1)
    ]
    by_key = {item.item.pk: item for item in items}
    chapters = PlanChapter.objects.visible_to(viewer).select_related("line")
    for decision in _of(session, Decision.objects.visible_to(viewer)):
        item = by_key[decision.item_id]
        item.decisions.append(DecisionLine(decision, item.number))
    for action in _of(session, ActionItem.objects.visible_to(viewer).select_related("owner")):
        item = by_key[action.item_id]
        item.actions.append(action_line(action, number=item.number, viewer=viewer, named=full))
    points = AttentionPoint.objects.visible_to(viewer).select_related("line")
    for point in _of(session, points.prefetch_related(Prefetch("chapter", queryset=chapters))):
        item = by_key[point.item_id]
        item.points.append(PointLine(point, item.number, attention_tone(point)))
    return items


def _of(session: WorkSession, outcomes: "QuerySet[Outcome]") -> "QuerySet[Outcome]":
    return outcomes.filter(item__session=session).order_by("order", "pk")


def _person(row: Participation, session: WorkSession) -> Person:
    named = row.is_named  # type: ignore[attr-defined] # annotated by visible_to
    office = ""
    if row.role in {ParticipationRole.CHAIR, ParticipationRole.SECRETARY}:
        office = row.get_role_display()
    role = ", ".join(word for word in (office, row.function) if word)
    return Person(
        name=row.person_name if named else "",
        role=role if named else "",
        organisation=row.organisation_name,
        note=_reply(row, session) if named else "",
    )


def _was_away(row: Participation, session: WorkSession) -> bool:
    """Whether a session was held without this person or organisation."""
    declined = row.attended is None and row.reply in {Reply.NO, Reply.REPLACED}
    return session.status == SessionStatus.HELD and (row.attended is False or declined)


def _reply(row: Participation, session: WorkSession) -> str:
    """What someone answered to the invitation, as long as the session is to come."""
    if session.status != SessionStatus.PLANNED or not row.reply:
        return ""
    answers = {
        Reply.YES: pgettext("a reply, after a name", "will be there"),
        Reply.NO: pgettext("a reply, after a name", "cannot come"),
        Reply.MAYBE: pgettext("a reply, after a name", "might come"),
        Reply.REPLACED: pgettext("a reply, after a name", "someone else goes"),
    }
    return answers[Reply(row.reply)]


def by_organisation(
    participations: list[Participation], people: dict[int, Person], known: set[int]
) -> list[Organisation]:
    """The organisations that take part, in the order of their names, each with its people.

    Speakers have a list of their own. People without an organisation stand last, under no name.
    """
    found: dict[tuple[int | None, str], Organisation] = {}
    for row in participations:
        name = row.organisation_name
        person = people[row.pk]
        listed = person.name if row.role != ParticipationRole.SPEAKER else ""
        if not (name or listed):
            continue
        partner = row.partner if row.partner_id in known and not row.organisation else None
        key = (row.partner_id if not row.organisation else None, fold(name))
        group = found.setdefault(
            key, Organisation(name, partner.get_absolute_url() if partner else "")
        )
        if listed:
            group.people.append(person)
    for group in found.values():
        group.people.sort(key=lambda person: fold(person.name))
    return sorted(found.values(), key=lambda group: (not group.name, fold(group.name)))


def _documents(
    session: WorkSession, viewer: User | AnonymousUser
) -> dict[int | None, list[Attachment]]:
    found: dict[int | None, list[Attachment]] = defaultdict(list)
    rows = Document.objects.visible_to(viewer).filter(session=session).order_by("title", "pk")
    for document in rows:
        ending = PurePosixPath(document.file.name or "").suffix.lstrip(".").upper()
        found[document.item_id].append(Attachment(document, ending))
    return found


def action_line(
    action: ActionItem, *, viewer: User | AnonymousUser, named: bool, number: int = 0
) -> ActionLine:
    """An action item with its state in a word; the owner only where ``named``, or oneself."""
    own = viewer.is_authenticated and action.owner_id == viewer.pk
    owner = str(action.owner) if action.owner else action.owner_name
    late = (
        action.state == ActionState.OPEN
        and action.due is not None
        and action.due < timezone.localdate()
    )
    if late:
        label, tone = pgettext("state of an action item", "Late"), "bad"
    else:
        label = str(action.get_state_display())
        tone = {ActionState.OPEN: "wait", ActionState.DONE: "good", ActionState.DROPPED: ""}[
            ActionState(action.state)
        ]
    return ActionLine(action, number, owner if named or own else "", label, tone)


def attention_tone(point: AttentionPoint) -> str:
    """The tone of the pill that tells the state of an attention point."""
    return ATTENTION_TONES[AttentionState(point.state)]


def neighbours(
    session: WorkSession, viewer: User | AnonymousUser
) -> tuple[WorkSession | None, WorkSession | None]:
    """The sessions of this body before and after, among those that the viewer may see."""
    if session.body_id is None:
        return None, None
    clock = session.start or MIDNIGHT
    visible = (
        WorkSession.objects.visible_to(viewer)
        .filter(body=session.body_id)
        .annotate(clock=Coalesce("start", MIDNIGHT))
    )
    same_day = Q(date=session.date)
    before = visible.filter(
        Q(date__lt=session.date)
        | (same_day & Q(clock__lt=clock))
        | (same_day & Q(clock=clock, pk__lt=session.pk))
    ).order_by("-date", "-clock", "-pk")
    after = visible.filter(
        Q(date__gt=session.date)
        | (same_day & Q(clock__gt=clock))
        | (same_day & Q(clock=clock, pk__gt=session.pk))
    ).order_by("date", "clock", "pk")
    return before.first(), after.first()
