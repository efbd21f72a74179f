"""Digests: what is new since the last one, at each person's own hour.

A window is drawn in positions of happenings, not in time: from where the person's last digest
ended up to the newest happening that can be seen, so that windows join exactly. The window is
fixed when the digest is put into the outbox, its content when it is sent, so that a later try
tells of the same window what may be seen by then. What a digest could not tell, because it was
given up or held back, the next one tells.
"""

import calendar
import datetime
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import Count, F, Max, OuterRef
from django.utils import timezone, translation

from civportal.accounts.models import User
from civportal.notifications.choices import Frequency, Mode, Reason, State
from civportal.notifications.kinds import Entry, Section, sections
from civportal.notifications.kinds import kinds as known_kinds
from civportal.notifications.models import (
    DigestSetting,
    Follow,
    Happening,
    Notification,
    Preference,
)

KIND = "digest"
BATCH = 200
NUMBERING_LOCK = 0x646967  # "dig"
TOLD = [Reason.NONE, Reason.NOTHING_NEW]
"""Why a settled digest needs no telling again: it was sent, or was empty."""
SAME_CAUSE = datetime.timedelta(hours=1)
"""A mail at once that was written this long before a happening, or later, told of it."""
LONG_AGO = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def next_digest(setting: DigestSetting, after: datetime.datetime) -> datetime.datetime | None:
    """When the first digest falls due after a moment, in the person's own time; None for never.

    An hour that summer time skips is the hour after; one that it repeats is its first. A monthly
    digest comes on the first such weekday of the month.
    """
    if setting.frequency == Frequency.NEVER:
        return None
    zone = zoneinfo.ZoneInfo(setting.user.time_zone)
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.datetime.combine(
            day, datetime.time(setting.hour), tzinfo=zone
        ).astimezone(datetime.UTC)
        if moment > after and _is_day(setting, day):
            return moment
        day += datetime.timedelta(days=1)


def _is_day(setting: DigestSetting, day: datetime.date) -> bool:
    if setting.frequency == Frequency.DAILY:
        return True
    if setting.frequency == Frequency.WEEKLY:
        return day.weekday() == setting.weekday
    first = next(
        number
        for number in range(1, 8)
        if calendar.weekday(day.year, day.month, number) == setting.weekday
    )
    return day.day == first


def end_of_pause(setting: DigestSetting, now: datetime.datetime) -> datetime.datetime | None:
    """When the pause ends that someone is in, at the start of that day in their zone, or None."""
    if setting.paused_until is None:
        return None
    zone = zoneinfo.ZoneInfo(setting.user.time_zone)
    end = datetime.datetime.combine(setting.paused_until, datetime.time(), tzinfo=zone)
    return end if now < end else None


def number_new() -> int:
    """Give a position to every happening that can be seen and has none; the newest position.

    One sweeper at a time: whatever another transaction still has to commit comes after this.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
        cursor.execute(
            """
            UPDATE notifications_happening AS happening
            SET position = newest.position + unnumbered.place
            FROM (SELECT coalesce(max(position), 0) AS position
                  FROM notifications_happening) AS newest,
                 (SELECT id, row_number() OVER (ORDER BY id) AS place
                  FROM notifications_happening WHERE position IS NULL) AS unnumbered
            WHERE happening.id = unnumbered.id
            """
        )
        return newest_position()


def newest_position() -> int:
    """The position of the latest happening that was numbered; 0 before the first."""
    return Happening.objects.aggregate(newest=Max("position"))["newest"] or 0


def setting_of(user: User) -> DigestSetting:
    """When someone gets reminders and digests; made with the defaults where it is not there yet.

    Digests then tell of what happens from now on.
    """
    found = DigestSetting.objects.filter(user=user).first()
    if found is None:
        setting = _new_setting(user, newest_position(), timezone.now())
        # Two at once: the first one counts.
        DigestSetting.objects.bulk_create([setting], ignore_conflicts=True)
        found = DigestSetting.objects.get(user=user)
    found.user = user
    return found


def setting_shown(user: User) -> DigestSetting:
    """The same to look at: what ``setting_of`` would make, and nothing is written."""
    setting = DigestSetting.objects.filter(user=user).first()
    if setting is None:
        return _new_setting(user, 0, timezone.now())
    setting.user = user
    return setting


def _new_setting(user: User, told_until: int, now: datetime.datetime) -> DigestSetting:
    setting = DigestSetting(user=user, told_until=told_until, reminders_since=now)
    plan(setting, now)
    return setting


def plan(setting: DigestSetting, now: datetime.datetime) -> None:
    """Reckon the next digest after this moment, or after the pause that someone is in; unsaved."""
    setting.next_at = next_digest(setting, end_of_pause(setting, now) or now)
    setting.zone = setting.user.time_zone


def follow_moves(now: datetime.datetime) -> None:
    """Reckon anew for who has gone to live by another clock."""
    while (
        moved := list(
            DigestSetting.objects.filter(next_at__gt=now)  # one that is overdue goes out first
            .exclude(zone=F("user__time_zone"))
            .select_related("user")
            .order_by("pk")[:BATCH]
        )
    ):
        for setting in moved:
            plan(setting, now)
        DigestSetting.objects.bulk_update(moved, ["next_at", "zone"])


def give_settings(now: datetime.datetime) -> None:
    """Make the row of everyone who has none yet, such as who has just signed up."""
    newest = newest_position()
    while people := list(
        User.objects.filter(is_active=True, digest_setting__isnull=True).order_by("pk")[:BATCH]
    ):
        rows = [_new_setting(user, newest, now) for user in people]
        DigestSetting.objects.bulk_create(rows, ignore_conflicts=True)


def sweep(now: datetime.datetime | None = None) -> int:
    """Put the digests that are due into the outbox; how many.

    Several workers may sweep at once: each setting is claimed by one, and its window moves on in
    the transaction that writes its digest.
    """
    moment = now or timezone.now()
    for section in sections():
        if section.find:
            section.find(moment)
    give_settings(moment)
    follow_moves(moment)
    newest = number_new()
    count, last = 0, 0
    while True:
        written, last = _sweep_batch(moment, newest, last)
        if not last:
            return count
        count += written


@transaction.atomic
def _sweep_batch(now: datetime.datetime, newest: int, after: int) -> tuple[int, int]:
    """The next settings that are due, by key; how many digests, and the last key (0: none)."""
    due = list(
        DigestSetting.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_at__lte=now, pk__gt=after)
        .select_related("user")
        .order_by("pk")[:BATCH]
    )
    if not due:
        return 0, 0
    previous = _previous([setting.user_id for setting in due])
    rows: list[Notification] = []
    moved: list[DigestSetting] = []
    taken_over: list[int] = []
    for setting in due:
        if end_of_pause(setting, now) or not setting.user.is_active:
            # The window stays open: what happens meanwhile is told afterwards.
            plan(setting, now)
            moved.append(setting)
            continue
        start = setting.told_until
        before = previous.get(setting.user_id)
        if before and before.data["to"] == setting.told_until:
            if before.lease:
                continue  # being sent at this moment; the next sweep knows what became of it
            if before.state == State.PENDING:
                taken_over.append(before.pk)
            if before.state == State.PENDING or before.reason not in TOLD:
                start = before.data["from"]
        end = max(newest, setting.told_until)
        assert setting.next_at is not None  # noqa: S101 - the query asked for those that are due
        rows.append(
            Notification(
                recipient=setting.user,
                kind=KIND,
                dedupe_key=f"{KIND}:{setting.next_at:%Y%m%dT%H%M%z}:{end}:{setting.user_id}",
                data={"from": start, "to": end},
                created_at=now,
                due_at=setting.next_at,
                next_try_at=setting.next_at,
            )
        )
        setting.told_until = end
        plan(setting, now)
        moved.append(setting)
    Notification.objects.filter(pk__in=taken_over).update(
        state=State.WITHHELD, reason=Reason.OVERTAKEN, settled_at=now
    )
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    DigestSetting.objects.bulk_update(moved, ["told_until", "next_at", "zone"])
    return len(rows), due[-1].pk


def _previous(people: Sequence[int]) -> dict[int, Notification]:
    """The latest digest of each person, held against workers who would begin to send it."""
    latest = (
        Notification.objects.filter(recipient__in=people, kind=KIND)
        .order_by()
        .values("recipient")
        .annotate(latest=Max("pk"))
        .values_list("latest", flat=True)
    )
    found = Notification.objects.select_for_update().filter(pk__in=list(latest))
    return {row.recipient_id: row for row in found.order_by("pk")}


@dataclass
class News:
    """What one digest has to tell: sections with their entries, newest first."""

    sections: list[tuple[Section, list[Entry]]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things."""
        return sum(len(entries) for _section, entries in self.sections)


def news_for(rows: Sequence[Notification]) -> dict[int, News]:
    """What each of these digests has to tell now, by the row's key; nothing new is no entry.

    The number of queries grows with the sections, not with people or happenings. A thing is told
    once, also where it happened twice.
    """
    lowest = min(row.data["from"] for row in rows)
    highest = max(row.data["to"] for row in rows)
    happenings = list(Happening.objects.filter(position__gt=lowest, position__lte=highest))
    people = [row.recipient_id for row in rows]
    follows: dict[int, set[str]] = defaultdict(set)
    for user, topic in Follow.objects.filter(user__in=people).values_list("user", "topic"):
        follows[user].add(topic)
    off = _turned_off(people)
    result: dict[int, News] = defaultdict(News)
    for section in sections():
        new = [happening for happening in happenings if happening.kind == section.name]
        wanted = {
            row.pk: found
            for row in rows
            if not (section.told_by and off[row.recipient_id].issuperset(section.told_by))
            and (found := _followed(new, row, follows[row.recipient_id]))
        }
        if not wanted:
            continue
        keys = {_key(section, happening) for found in wanted.values() for happening in found}
        visible = _visible(section, people, keys)
        told = _told(section, people, keys)
        headings = _headings(section, rows, wanted, follows)
        entries: dict[str, Mapping[int, Entry]] = {}
        for row in rows:
            mine = {
                key
                for happening in wanted.get(row.pk, [])
                if (key := _key(section, happening)) in visible.get(row.recipient_id, ())
                and told.get((row.recipient_id, happening.subject), LONG_AGO)
                <= happening.happened_at
            }
            if mine:
                language = language_of(row.recipient)
                if language not in entries:
                    with translation.override(language):
                        entries[language] = section.entries(sorted(keys))
                made = entries[language]
                lines = [
                    replace(made[key], topic=headings.get((row.recipient_id, key), made[key].topic))
                    for key in mine
                    if key in made
                ]
                lines.sort(key=lambda entry: (entry.moment, entry.subject), reverse=True)
                if lines:
                    result[row.pk].sections.append((section, lines))
    return dict(result)


def language_of(user: User) -> str:
    """The language that someone reads mail in."""
    return user.language or "nl"


def _key(section: Section, happening: Happening) -> int:
    return int(happening.subject.removeprefix(f"{section.prefix}:"))


def _followed(
    happenings: Iterable[Happening], row: Notification, follows: set[str]
) -> list[Happening]:
    """Those in the window of this digest that its reader follows."""
    return [
        happening
        for happening in happenings
        if happening.position is not None
        and row.data["from"] < happening.position <= row.data["to"]
        and not follows.isdisjoint(happening.topics)
    ]


def _headings(
    section: Section,
    rows: Sequence[Notification],
    wanted: Mapping[int, Iterable[Happening]],
    follows: Mapping[int, set[str]],
) -> Mapping[tuple[int, int], str]:
    """By person and thing: a heading of the person's own for it, where the section gives one."""
    if section.headings is None:
        return {}
    followed: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        for happening in wanted.get(row.pk, []):
            topics = follows[row.recipient_id].intersection(happening.topics)
            followed[row.recipient_id][_key(section, happening)] |= topics
    return section.headings(followed)


def _turned_off(people: Sequence[int]) -> dict[int, set[str]]:
    """The kinds that each person wants to hear nothing of."""
    defaults = {kind.name for kind in known_kinds() if kind.default == Mode.OFF}
    found = {user: set(defaults) for user in people}
    for user, kind, mode in Preference.objects.filter(user__in=people).values_list(
        "user", "kind", "mode"
    ):
        if mode == Mode.OFF:
            found[user].add(kind)
        else:
            found[user].discard(kind)
    return found


def _visible(section: Section, people: Sequence[int], keys: set[int]) -> dict[int, set[int]]:
    """Which of these things each person may see now, in one query over all of them."""
    allowed = section.visible(OuterRef("pk")).filter(pk__in=keys).order_by().values("pk")
    seen = User.objects.filter(pk__in=people).annotate(seen=ArraySubquery(allowed))
    return {user: set(found) for user, found in seen.values_list("pk", "seen")}


def _told(
    section: Section, people: Sequence[int], keys: set[int]
) -> dict[tuple[int, str], datetime.datetime]:
    """By person and thing: the latest moment from which a mail told, or is about to tell, of it.

    Mails of its own, and earlier digests: a report that becomes readable for more people happens
    again, and whoever was told of it does not hear of it twice.
    """
    found: dict[tuple[int, str], datetime.datetime] = {}
    subjects = [f"{section.prefix}:{key}" for key in keys]
    at_once = Notification.objects.filter(
        recipient__in=people,
        subject__in=subjects,
        kind__in=section.told_by,
        state__in=[State.SENT, State.PENDING],
    ).order_by("created_at")
    for person, subject, created in at_once.values_list("recipient", "subject", "created_at"):
        found[person, subject] = created + SAME_CAUSE
    again = list(
        Happening.objects.filter(kind=section.name, subject__in=subjects)
        .order_by()
        .values("subject")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .values_list("subject", flat=True)
    )
    if again:
        digests = Notification.objects.filter(
            recipient__in=people,
            kind=KIND,
            state=State.SENT,
            data__told__has_any_keys=again,
        )
        for person, data in digests.values_list("recipient", "data"):
            for subject in data["told"]:
                found[person, subject] = datetime.datetime.max.replace(tzinfo=datetime.UTC)
    return found
