"""Action items: told to their owners when they took them on, and when they are due or late.

When to tell of a date is reckoned in days of the centre's calendar, because that is what was
agreed; at which hour a mail then goes out is the reader's own (quiet hours).
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateTimeField, Exists, OuterRef, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from civportal.accounts.models import User
from civportal.lib.mail import Group, Letter, Line, absolute
from civportal.lib.text import shortened
from civportal.notifications import kinds
from civportal.notifications.choices import Reason
from civportal.notifications.kinds import Message, Withheld
from civportal.notifications.models import Notification
from civportal.notifications.outbox import notify
from civportal.ui import words
from sessions_log.action_links import done_url
from sessions_log.choices import MinutesState
from sessions_log.models import ActionItem, WorkSession
from sessions_log.notifications.common import named, session_key, subject_of
from sessions_log.querysets import ActionItemQuerySet

ASSIGNED = "sessions_log.action_assigned"
DUE = "sessions_log.action_due"
PREFIX = "actionitem"
READABLE = [MinutesState.CIRCULATED, MinutesState.APPROVED, MinutesState.PUBLISHED]
"""From circulation on an owner hears of it; a draft may still change, and leaks nothing."""
AHEAD = datetime.timedelta(days=2)
"""How long before its date someone is reminded of an action item."""
STALE = datetime.timedelta(days=14)
"""What fell due longer ago is not told any more: a report from last year mails nobody."""
SUBJECT_LENGTH = 70


def action_subject(action_id: int) -> str:
    """What the ledger calls an action item."""
    return f"{PREFIX}:{action_id}"


def action_name(action: ActionItem) -> str:
    """What an action item is called in a list or a subject line."""
    return shortened(action.text, SUBJECT_LENGTH)


def _readable(people: Iterable[int] | None, actions: ActionItemQuerySet) -> dict[int, set[int]]:
    """By owner: which of these action items of theirs they may read now; in one query."""
    mine = actions.filter(owner=OuterRef("pk"))
    owners = User.objects.filter(Exists(mine), is_active=True)
    if people is not None:
        owners = owners.filter(pk__in=list(people))
    found = owners.order_by("pk").annotate(
        found=ArraySubquery(mine.visible_to(OuterRef("pk")).order_by("pk").values("pk"))
    )
    return {user: set(keys) for user, keys in found.values_list("pk", "found")}


# --- taken on ------------------------------------------------------------------------------------


def tell_owners(session: WorkSession) -> None:
    """Tell the owners of a session's open action items what they took on, each of them once.

    Only those who may read it by now, and nothing of a draft. Call this in the transaction that
    gives minutes readers, or gives an action item an owner; calling it again changes nothing.
    """
    taken = (
        ActionItem.objects.open()
        .filter(item__session=session.pk, item__session__minutes__state__in=READABLE)
        .order_by()
    )
    told: dict[int, set[int]] = defaultdict(set)
    rows = Notification.objects.filter(kind=ASSIGNED, subject=subject_of(session.pk))
    for person, data in rows.values_list("recipient", "data"):
        told[person].update(data["actions"])
    for person, keys in _readable(None, taken).items():
        if new := sorted(keys - told[person]):
            listed = hashlib.sha256(",".join(map(str, new)).encode()).hexdigest()[:16]
            notify(
                [person],
                kind=ASSIGNED,
                subject=subject_of(session.pk),
                key=f"{session.pk}:{listed}",
                data={"actions": new},
            )


def compose_assigned(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """What each took on in a session, as far as it is still theirs and open."""
    keys = {key for row in rows for key in row.data["actions"]}
    actions = ActionItem.objects.in_bulk(keys)
    readable = _readable(
        {row.recipient_id for row in rows},
        ActionItem.objects.open()
        .filter(pk__in=keys, item__session__minutes__state__in=READABLE)
        .order_by(),
    )
    sessions = WorkSession.objects.in_bulk({session_key(row) for row in rows})
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        mine = [
            actions[key] for key in row.data["actions"] if key in readable.get(row.recipient_id, ())
        ]
        if not mine:
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
            continue
        with kinds.in_language_of(row.recipient):
            made[row.pk] = Message(
                letter=_assigned_letter(
                    sessions[session_key(row)],
                    [(action, done_url(action.pk, row.recipient_id)) for action in mine],
                    name=row.recipient.name,
                )
            )
    return made


def _assigned_letter(
    session: WorkSession, mine: list[tuple[ActionItem, str]], *, name: str
) -> Letter:
    count = len(mine)
    about = {"count": count, "session": named(session)}
    return Letter(
        subject=ngettext(
            "You took on an action item: %(session)s",
            "You took on %(count)s action items: %(session)s",
            count,
        )
        % about,
        greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        paragraphs=[
            ngettext(
                "The report of %(session)s can be read, and one thing in it is for you.",
                "The report of %(session)s can be read, and %(count)s things in it are for you.",
                count,
            )
            % about
        ],
        groups=[
            Group(
                title=_("Your action items"),
                lines=[
                    Line(
                        title=action.text,
                        url=address,
                        about=_by(action.due),
                        language=session.language,
                    )
                    for action, address in mine
                ],
            )
        ],
        action=(pgettext("in a mail", "Read the report"), absolute(session.get_absolute_url())),
        after=[
            _(
                "Follow the link of an action item to say that it is done, or to put it off. "
                "You need not log in."
            )
        ],
        why=_("You get this mail because these action items have your name on them."),
    )


def _by(due: datetime.date | None) -> str:
    if due is None:
        return _("No date was agreed")
    return _("By %(day)s") % {"day": words.long_date(due)}


# --- due and late --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """Why someone hears of an action item now, and since which day there is reason to."""

    name: str
    day: datetime.date


def stage_of(action: ActionItem, today: datetime.date) -> Stage | None:
    """What there is to tell of an open action item on a day; the latest reason counts.

    ``soon`` two days before its date, ``late`` the day after, ``back`` on the day to which it was
    put off. Nothing while it is put off.
    """
    snoozed = action.snoozed_until
    if snoozed is not None and snoozed > today:
        return None
    stages = []
    if snoozed is not None:
        stages.append(Stage("back", snoozed))
    if action.due is not None:
        stages += [
            Stage("soon", action.due - AHEAD),
            Stage("late", action.due + datetime.timedelta(days=1)),
        ]
    begun = [stage for stage in stages if today - STALE <= stage.day <= today]
    return max(begun, key=lambda stage: stage.day, default=None)


def sweep(now: datetime.datetime) -> int:
    """Put what is due, late or back today into the outbox; how many were new."""
    today = timezone.localdate(now, timezone.get_default_timezone())
    window = (today - STALE, today)
    waiting = (
        ActionItem.objects.open()
        .filter(
            Q(due__range=(today - STALE - datetime.timedelta(days=1), today + AHEAD))
            | Q(snoozed_until__range=window),
            Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=today),
            owner__isnull=False,
            item__session__minutes__state__in=READABLE,
        )
        .order_by()
    )
    readable = _readable(None, waiting)
    actions = waiting.annotate(
        # What fell due before the minutes had readers, the mail about them told.
        readers_since=Greatest(
            "item__session__minutes__circulated_at",
            "item__session__minutes__published_at",
            output_field=DateTimeField(),
        )
    ).in_bulk({key for keys in readable.values() for key in keys})
    found = [
        (person, actions[key], stage)
        for person, keys in readable.items()
        for key in sorted(keys)
        if (stage := stage_of(actions[key], today)) and not _told_already(actions[key], stage)
    ]
    known = set(
        Notification.objects.filter(
            kind=DUE, subject__in=[action_subject(action.pk) for _p, action, _s in found]
        ).values_list("recipient", "subject", "data__stamp")
    )
    new = 0
    for person, action, stage in found:
        told = _data(action, stage)
        if (person, action_subject(action.pk), told["stamp"]) not in known:
            new += 1
            notify(
                [person],
                kind=DUE,
                subject=action_subject(action.pk),
                key=told["stamp"],
                data=told,
                due_at=now,
            )
    return new


def _told_already(action: Any, stage: Stage) -> bool:
    """Whether the mail about what someone took on came later than this would have."""
    since = action.readers_since
    if since is None or stage.name == "back":
        return False
    return stage.day <= timezone.localdate(since, timezone.get_default_timezone())


def _data(action: ActionItem, stage: Stage) -> dict[str, Any]:
    """What a row remembers: the date and the day put off to, and a stamp for each occasion."""
    due = action.due.isoformat() if action.due else ""
    snoozed = action.snoozed_until.isoformat() if action.snoozed_until else ""
    return {
        "stage": stage.name,
        "due": due,
        "snoozed": snoozed,
        "stamp": f"{action.pk}:{stage.name}:{stage.day:%Y%m%d}:{due}",
    }


def compose_due(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
    """The mails of a batch, each as far as it still holds."""
    keys = {int(row.subject.removeprefix(f"{PREFIX}:")) for row in rows}
    actions = ActionItem.objects.select_related("item__session").in_bulk(keys)
    readable = _readable(
        {row.recipient_id for row in rows},
        ActionItem.objects.filter(
            pk__in=keys, item__session__minutes__state__in=READABLE
        ).order_by(),
    )
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        action = actions.get(int(row.subject.removeprefix(f"{PREFIX}:")))
        if action is None or not _still_holds(row, action):
            made[row.pk] = Withheld(Reason.OUTDATED)
        elif action.pk not in readable.get(row.recipient_id, ()):
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
        else:
            with kinds.in_language_of(row.recipient):
                letter = _due_letter(
                    action,
                    action.item.session,
                    stage=row.data["stage"],
                    address=done_url(action.pk, row.recipient_id),
                    name=row.recipient.name,
                )
            made[row.pk] = Message(letter=letter)
    return made


def _still_holds(row: Notification, action: ActionItem) -> bool:
    """Whether it is open, theirs, and neither its date nor the day put off to has moved."""
    due = action.due.isoformat() if action.due else ""
    snoozed = action.snoozed_until.isoformat() if action.snoozed_until else ""
    return (
        action.state == "open"
        and action.owner_id == row.recipient_id
        and (due, snoozed) == (row.data["due"], row.data["snoozed"])
        and not (row.data["stage"] == "soon" and action.is_late)
    )


def _due_letter(
    action: ActionItem, session: WorkSession, *, stage: str, address: str, name: str
) -> Letter:
    told = {"what": action_name(action), "day": ""}
    if action.due:
        told["day"] = words.long_date(action.due)
    if stage == "soon":
        # Translators: the subject of a mail: "Af op donderdag 18 februari: offerte opvragen"
        subject = _("By %(day)s: %(what)s") % told
        said = _("Something you took on is due soon.")
    elif stage == "late":
        subject = _("Late since %(day)s: %(what)s") % told
        said = _("Something you took on should have been done by now.")
    else:
        subject = _("Back on your list: %(what)s") % told
        said = _("You put this action item off until now.")
    facts = [(_("Action item"), action.text)]
    if action.due:
        facts.append((pgettext("of an action item", "Due"), told["day"]))
    facts.append((_("Agreed in"), named(session)))
    return Letter(
        subject=subject,
        greeting=_("Hello %(name)s,") % {"name": name} if name else _("Hello,"),
        paragraphs=[said],
        facts=facts,
        action=(pgettext("in a mail", "Done, or put it off"), address),
        after=[_("You need not log in. The link is yours alone: do not pass it on.")],
        why=_("You get this mail because this action item has your name on it."),
    )


# --- examples ------------------------------------------------------------------------------------


def _example() -> tuple[WorkSession, list[ActionItem]]:
    session = WorkSession(
        pk=1, title="Stuurgroep", slug="stuurgroep", date=datetime.date(2021, 2, 18)
    )
    return session, [
        ActionItem(pk=1, text="Offertes voor de meetopstelling opvragen"),
        ActionItem(pk=2, text="De tekst over onderzoek rondsturen", due=datetime.date(2021, 3, 4)),
    ]


def preview_assigned() -> Message:
    """An example for the style guide."""
    session, actions = _example()
    address = absolute(reverse("sessions_log:list"))
    return Message(
        letter=_assigned_letter(
            session, [(action, address) for action in actions], name="Yara Pinas"
        )
    )


def preview_due() -> Message:
    """An example for the style guide."""
    session, actions = _example()
    return Message(
        letter=_due_letter(
            actions[1],
            session,
            stage="late",
            address=absolute(reverse("sessions_log:list")),
            name="Yara Pinas",
        )
    )


def register() -> None:
    """Make these mails known."""
    group = gettext_lazy("Sessions")
    kinds.register_subjects(PREFIX, ActionItem.objects.visible_to, name=action_name)
    kinds.register_kind(
        kinds.Kind(
            name=ASSIGNED,
            label=gettext_lazy("What you took on in a session"),
            group=group,
            compose=compose_assigned,
            preview=preview_assigned,
        )
    )
    kinds.register_kind(
        kinds.Kind(
            name=DUE,
            label=gettext_lazy("Action items of yours that are due or late"),
            group=group,
            compose=compose_due,
            preview=preview_due,
            help_text=gettext_lazy("Two days before the date, and once when it has passed."),
        )
    )
    kinds.register_sweep(DUE, sweep)
