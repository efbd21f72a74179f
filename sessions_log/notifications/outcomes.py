"""Decisions and answered attention points, for the digests of who follows their line or body."""

import hashlib
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.lib.text import shortened
from civportal.notifications import kinds
from civportal.notifications.kinds import Entry
from civportal.notifications.outbox import happened
from sessions_log.choices import AttentionState
from sessions_log.models import AttentionPoint, Decision, Minutes, WorkSession
from sessions_log.notifications.actions import tell_owners
from sessions_log.notifications.common import begins_at, named, topics_of

DECISION_SECTION = "sessions_log.decision"
DECISION_PREFIX = "decision"
POINT_SECTION = "sessions_log.point_answered"
POINT_PREFIX = "attentionpoint"
TITLE_LENGTH = 200


def outcomes_readable(minutes: Minutes) -> None:
    """Tell what came out of a session, now that its minutes have readers, or more of them.

    Call this in the transaction that sends minutes round, publishes them, corrects them or opens
    them up. Owners hear what they took on, followers find the decisions in their digest; whoever
    was told of one before is not told again.
    """
    session = minutes.session
    tell_owners(session)
    topics = topics_of(session)
    for key in Decision.objects.filter(item__session=session).values_list("pk", flat=True):
        happened(
            kind=DECISION_SECTION,
            subject=f"{DECISION_PREFIX}:{key}",
            topics=topics,
            key=f"{minutes.state}:{session.visibility}",
        )


def point_answered(point: AttentionPoint) -> None:
    """Tell that an attention point was settled; call this in the transaction that does so."""
    session = point.item.session
    topics = [f"body:{session.body_id}"] if session.body_id else []
    if point.line_id:
        topics.append(f"line:{point.line_id}")
    said = hashlib.sha256(f"{point.state}:{point.answer}".encode()).hexdigest()[:16]
    happened(
        kind=POINT_SECTION,
        subject=f"{POINT_PREFIX}:{point.pk}",
        topics=topics,
        key=said,
    )


def _topic(session: WorkSession) -> str | None:
    first = next(iter(session.lines.all()), None)
    return first.title if first else None


def decision_entries(keys: Sequence[int]) -> dict[int, Entry]:
    """The lines of a digest: the decision itself, and in which session it was taken."""
    decisions = (
        Decision.objects.filter(pk__in=keys)
        .select_related("item__session__minutes")
        .prefetch_related("item__session__lines")
    )
    return {decision.pk: _decision_entry(decision) for decision in decisions}


def _decision_entry(decision: Decision) -> Entry:
    session = decision.item.session
    minutes = session.minutes
    return Entry(
        subject=f"{DECISION_PREFIX}:{decision.pk}",
        title=shortened(decision.text, TITLE_LENGTH),
        url=decision.get_absolute_url(),
        moment=minutes.published_at
        or minutes.circulated_at
        or begins_at(session.date, session.start),
        text=named(session),
        language=session.language,
        topic=_topic(session),
    )


def point_entries(keys: Sequence[int]) -> dict[int, Entry]:
    """The lines of a digest: what was said, and the answer; one that is open again is left out."""
    points = (
        AttentionPoint.objects.filter(pk__in=keys)
        .exclude(state=AttentionState.OPEN)
        .select_related("line", "item__session")
    )
    return {point.pk: _point_entry(point) for point in points}


def _point_entry(point: AttentionPoint) -> Entry:
    session = point.item.session
    return Entry(
        subject=f"{POINT_PREFIX}:{point.pk}",
        title=shortened(point.text, TITLE_LENGTH),
        url=point.get_absolute_url(),
        moment=begins_at(session.date, session.start),
        # Translators: in a list of news: "Overgenomen: we beginnen in mei."
        text=_("%(state)s: %(answer)s")
        % {"state": point.get_state_display(), "answer": shortened(point.answer, TITLE_LENGTH)},
        language=session.language,
        topic=point.line.title if point.line else None,
    )


def register() -> None:
    """Make these known to digests and to the ledger."""
    kinds.register_subjects(
        DECISION_PREFIX,
        Decision.objects.visible_to,
        name=lambda decision: shortened(decision.text, TITLE_LENGTH),
    )
    kinds.register_subjects(
        POINT_PREFIX,
        AttentionPoint.objects.visible_to,
        name=lambda point: shortened(point.text, TITLE_LENGTH),
    )
    kinds.register_section(
        kinds.Section(
            name=DECISION_SECTION,
            label=gettext_lazy("Decision"),
            prefix=DECISION_PREFIX,
            visible=Decision.objects.visible_to,
            entries=decision_entries,
            order=12,
        )
    )
    kinds.register_section(
        kinds.Section(
            name=POINT_SECTION,
            label=gettext_lazy("Attention point answered"),
            prefix=POINT_PREFIX,
            visible=AttentionPoint.objects.visible_to,
            entries=point_entries,
            order=14,
        )
    )
