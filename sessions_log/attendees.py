"""Who is on the list of a session, for who plans it: asked when, answered what, was there."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from civportal.lib.text import fold
from sessions_log.choices import ParticipationRole, Reply
from sessions_log.models import Participation, WorkSession

REPLY_TONES = {Reply.YES: "good", Reply.NO: "", Reply.MAYBE: "info", Reply.REPLACED: "good"}


@dataclass(frozen=True)
class Attendee:
    """A row of the list, with the tone of its reply."""

    row: Participation
    tone: str
    is_organisation: bool
    has_office: bool


@dataclass
class Group:
    """The people of one organisation; those without one stand under no name."""

    name: str
    people: list[Attendee] = field(default_factory=list)


@dataclass(frozen=True)
class Numbers:
    """How many people: on the list, mailed, by reply, and there."""

    listed: int
    invited: int
    mailed: int
    yes: int
    maybe: int
    no: int
    replaced: int
    silent: int
    attended: int
    noted: int


def attendees(session: WorkSession) -> tuple[list[Group], Numbers]:
    """The list by organisation, in the order of their names, and its numbers; two queries."""
    rows = list(session.participations.select_related("user", "partner").order_by("pk"))
    groups: dict[str, Group] = {}
    for row in rows:
        name = row.organisation_name
        groups.setdefault(fold(name), Group(name)).people.append(_attendee(row))
    for group in groups.values():
        group.people.sort(key=lambda one: fold(str(one.row.person_name)))
    ordered = sorted(groups.values(), key=lambda group: (not group.name, fold(group.name)))
    return ordered, numbers(rows)


def _attendee(row: Participation) -> Attendee:
    return Attendee(
        row=row,
        tone=REPLY_TONES[Reply(row.reply)] if row.reply else "wait",
        is_organisation=not row.person_name,
        has_office=row.role != ParticipationRole.PARTICIPANT,
    )


def numbers(rows: Iterable[Participation]) -> Numbers:
    """Count people; an organisation alone counts as one."""
    rows = list(rows)

    def count(reply: str) -> int:
        return sum(1 for row in rows if row.reply == reply)

    return Numbers(
        listed=len(rows),
        invited=sum(1 for row in rows if row.invited),
        mailed=sum(1 for row in rows if row.invited_at),
        yes=count(Reply.YES),
        maybe=count(Reply.MAYBE),
        no=count(Reply.NO),
        replaced=count(Reply.REPLACED),
        silent=sum(1 for row in rows if row.invited_at and not row.reply),
        attended=sum(1 for row in rows if row.attended),
        noted=sum(1 for row in rows if row.attended is not None),
    )
