"""From a decision to an assignment, and what became of it back to the next agenda."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.choices import STATE_TONES, State
from assignments.models import AgendaReturn, Assignment
from assignments.permissions import can_post
from civportal.accounts.models import User
from civportal.lib.text import shortened
from sessions_log.choices import Purpose, SessionStatus, Visibility
from sessions_log.models import ActionItem, AgendaItem, Decision, WorkSession
from sessions_log.suggestions import TITLE_LENGTH, Suggestion, is_wider, register_source
from sessions_log.suggestions import Source as SuggestionSource
from sessions_log.trails import Source, Trail, register_teller

KIND = "assignment"
ENDED = [State.FINISHED, State.ARCHIVED, State.WITHDRAWN]
MINUTES_PLANNED = 5
NAMES: dict[type, str] = {Decision: "besluit", ActionItem: "actiepunt"}
"""How an address names what an assignment follows from."""


def state_trail(assignment: Assignment) -> Trail:
    """An assignment, with how far it is."""
    return Trail(
        text=str(assignment),
        url=assignment.get_absolute_url(),
        state=str(assignment.get_state_display()),
        tone=STATE_TONES[State(assignment.state)],
        language=assignment.language,
    )


def trails_of(
    sources: Sequence[Source], viewer: User | AnonymousUser
) -> Mapping[Source, list[Trail]]:
    """The assignments that follow from these, as far as the viewer may know of them.

    Who may post is offered to make one of what led to none yet.
    """
    told: dict[Source, list[Trail]] = defaultdict(list)
    decisions = {one.pk: one for one in sources if isinstance(one, Decision)}
    actions = {one.pk: one for one in sources if isinstance(one, ActionItem)}
    items = {one.pk: one for one in sources if isinstance(one, AgendaItem)}
    if decisions or actions:
        follows = Q(decision__in=decisions) | Q(action_item__in=actions)
        for row in Assignment.objects.visible_to(viewer).filter(follows).order_by("pk"):
            of = decisions.get(row.decision_id or 0) or actions[row.action_item_id or 0]
            told[of].append(state_trail(row))
        if can_post(viewer):
            said: list[Decision | ActionItem] = [*decisions.values(), *actions.values()]
            for one in said:
                if one not in told:
                    told[one].append(_offer(one))
    if items:
        returns = AgendaReturn.objects.visible_to(viewer).filter(item__in=items)
        for each in returns.select_related("assignment"):
            told[items[each.item_id]].append(state_trail(each.assignment))
    return told


def _offer(one: Decision | ActionItem) -> Trail:
    return Trail(
        text=_("Make an assignment of it"),
        url=f"{reverse('assignments:new')}?{NAMES[type(one)]}={one.pk}",
    )


def follows_from(parameters: Mapping[str, str], viewer: User | AnonymousUser) -> dict[str, Any]:
    """What a new assignment follows from, as an address or a form names it.

    ``besluit`` is the key of a decision, ``actiepunt`` that of an action item. Gives the field of
    the assignment with what it is; nothing for what the viewer may not read.
    """
    for field, model in (("decision", Decision), ("action_item", ActionItem)):
        key = parameters.get(NAMES[model], "")
        if key.isdecimal():
            rows: Any = model.objects
            found = rows.visible_to(viewer).select_related("item__session").filter(pk=int(key))
            if said := found.first():
                return {field: said}
    return {}


def named(origin: Mapping[str, Decision | ActionItem]) -> dict[str, Any] | None:
    """What ``follows_from`` found, for a page: ``said``, its ``session`` and its ``name``."""
    for said in origin.values():
        return {"said": said, "session": said.item.session, "name": NAMES[type(said)]}
    return None


# --- the next agenda -----------------------------------------------------------------------------


def to_come_back_to(session: WorkSession, viewer: User) -> list[Assignment]:
    """The assignments that follow from what this body said before, the latest change first.

    One that ended comes back once: until the body has met after that.
    """
    if session.body_id is None:
        return []
    said = {"item__session__body": session.body_id, "item__session__date__lte": session.date}
    theirs = Q(decision__in=Decision.objects.visible_to(viewer).filter(**said)) | Q(
        action_item__in=ActionItem.objects.visible_to(viewer).filter(**said)
    )
    met_since = WorkSession.objects.filter(
        body=session.body_id, status=SessionStatus.HELD, date__lt=session.date
    )
    told_since = Q(finished_at__isnull=False) & Exists(
        met_since.filter(date__gt=OuterRef("finished_at__date"))
    ) | Q(withdrawn_at__isnull=False) & Exists(
        met_since.filter(date__gt=OuterRef("withdrawn_at__date"))
    )
    return list(
        Assignment.objects.visible_to(viewer)
        .filter(theirs)
        .exclude(Q(state__in=ENDED) & told_since)
        .exclude(state=State.DRAFT)
        .select_related("partner", "decision__item__session", "action_item__item__session")
        .order_by("-changed_at", "pk")
    )


def offered(session: WorkSession, viewer: User) -> Sequence[Suggestion]:
    """The assignments to come back to that stand on no agenda to come."""
    taken = set(
        AgendaReturn.objects.filter(
            Q(item__session=session)
            | Q(
                item__session__status=SessionStatus.PLANNED,
                item__session__date__gte=timezone.localdate(),
            )
        ).values_list("assignment", flat=True)
    )
    return [
        _suggestion(session, row) for row in to_come_back_to(session, viewer) if row.pk not in taken
    ]


def _suggestion(session: WorkSession, assignment: Assignment) -> Suggestion:
    said: Any = assignment.decision or assignment.action_item
    origin = said.item.session
    return Suggestion(
        kind=KIND,
        pk=assignment.pk,
        title=shortened(_("Assignment: %(title)s") % {"title": assignment}, TITLE_LENGTH),
        text=str(assignment),
        origin=origin,
        purpose=Purpose.INFORM,
        minutes_planned=MINUTES_PLANNED,
        # An agenda must not tell more people of it than may know of the assignment by itself.
        confidential=not assignment.is_public
        and (session.visibility != Visibility.BODY or is_wider(session, origin)),
        days=(session.date - origin.date).days,
        state=State(assignment.state).label,
    )


def put(item: AgendaItem, pk: int) -> None:
    """Remember that this agenda item is about this assignment."""
    AgendaReturn.objects.create(item=item, assignment_id=pk)


def on_agenda(session: WorkSession, pk: int) -> AgendaItem | None:
    """The item of this session that is about this assignment."""
    return AgendaItem.objects.filter(session=session, assignment_return__assignment=pk).first()


def register() -> None:
    """Tell sessions where their decisions lead, and what agendas can come back to."""
    register_teller(KIND, trails_of)
    register_source(
        SuggestionSource(
            kind=KIND,
            heading=gettext_lazy("Assignments that follow from earlier decisions"),
            offered=offered,
            put=put,
            on_agenda=on_agenda,
        )
    )
