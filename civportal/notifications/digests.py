"""Digests: what is new since the last one, at each person's own hour.

Windows are drawn in transaction ids, not in time: a digest tells of the happenings of all
transactions that had ended by the time it fell due and were not told before. The window is fixed
when the digest is put into the outbox, its content when it is sent, so that a later retry tells
of the same window what may be seen by then.
"""

import calendar
import datetime
import zoneinfo
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection, transaction
from django.db.models import OuterRef
from django.utils import timezone, translation

from civportal.accounts.models import User
from civportal.notifications.choices import Frequency, State
from civportal.notifications.kinds import Entry, Section, sections
from civportal.notifications.models import DigestSetting, Follow, Happening, Notification

KIND = "digest"
BATCH = 200


def next_digest(setting: DigestSetting, after: datetime.datetime) -> datetime.datetime | None:
    """When the first digest falls due after a moment, in the person's own time; None for never.

    An hour that summer time skips is the hour after; one that it repeats is its first.
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
    # Monthly: the first such weekday of the month.
    first = next(
        number
        for number in range(1, 8)
        if calendar.weekday(day.year, day.month, number) == setting.weekday
    )
    return day.day == first


def horizon() -> int:
    """The oldest transaction that still runs: all before it have ended and can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def sweep(now: datetime.datetime | None = None) -> int:
    """Put the digests that are due into the outbox; how many.

    Several workers may sweep at once: each setting is claimed by one, and its window moves on in
    the transaction that writes its digest.
    """
    moment = now or timezone.now()
    count = 0
    while taken := _sweep_batch(moment):
        count += taken
    return count


@transaction.atomic
def _sweep_batch(now: datetime.datetime) -> int:
    due = list(
        DigestSetting.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(next_at__lte=now)
        .select_related("user")
        .order_by("next_at", "pk")[:BATCH]
    )
    if not due:
        return 0
    until = horizon()
    rows = []
    for setting in due:
        rows.append(
            Notification(
                recipient=setting.user,
                kind=KIND,
                dedupe_key=f"{KIND}:{setting.next_at:%Y%m%dT%H%M%z}:{setting.user_id}",
                data={"from": setting.told_until, "to": until},
                due_at=setting.next_at,
                next_try_at=setting.next_at,
            )
        )
        setting.told_until = until
        setting.next_at = next_digest(setting, now)
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    DigestSetting.objects.bulk_update(due, ["told_until", "next_at"])
    return len(due)


def news_for(rows: Sequence[Notification]) -> dict[int, list[tuple[Section, list[Entry]]]]:
    """What each of these digests has to tell now, by the row's key; nothing new is no entry.

    The number of queries grows with the sections, not with people or happenings.
    """
    lowest = min(row.data["from"] for row in rows)
    highest = max(row.data["to"] for row in rows)
    happenings = list(Happening.objects.filter(transaction__gte=lowest, transaction__lt=highest))
    people = [row.recipient_id for row in rows]
    follows: dict[int, set[str]] = defaultdict(set)
    for user, topic in Follow.objects.filter(user__in=people).values_list("user", "topic"):
        follows[user].add(topic)
    result: dict[int, list[tuple[Section, list[Entry]]]] = {row.pk: [] for row in rows}
    for section in sections():
        new = [happening for happening in happenings if happening.kind == section.name]
        if not new:
            continue
        keys = {int(happening.subject.removeprefix(f"{section.prefix}:")) for happening in new}
        visible = dict(_visible(section, people, keys))
        told = _mailed_at_once(section, people, {happening.subject for happening in new})
        entries: dict[str, Mapping[int, Entry]] = {}
        for row in rows:
            seen = visible.get(row.recipient_id, set())
            mine = {
                key
                for happening in new
                if row.data["from"] <= happening.transaction < row.data["to"]
                and follows[row.recipient_id] & set(happening.topics)
                and (row.recipient_id, happening.subject) not in told
                and (key := int(happening.subject.removeprefix(f"{section.prefix}:"))) in seen
            }
            if mine:
                language = row.recipient.language or "nl"
                if language not in entries:
                    entries[language] = _entries(section, keys, language)
                lines = [entries[language][key] for key in mine if key in entries[language]]
                result[row.pk].append(
                    (section, sorted(lines, key=lambda entry: entry.moment, reverse=True))
                )
    return {key: found for key, found in result.items() if found}


def _entries(section: Section, keys: set[int], language: str) -> Mapping[int, Entry]:
    with translation.override(language):
        return section.entries(sorted(keys))


def _visible(
    section: Section, people: Sequence[int], keys: set[int]
) -> Iterator[tuple[int, set[int]]]:
    """Which of these things each person may see now, in one query over all of them."""
    allowed = section.visible(OuterRef("pk")).filter(pk__in=keys).order_by().values("pk")
    seen = User.objects.filter(pk__in=people).annotate(seen=ArraySubquery(allowed))
    for user, found in seen.values_list("pk", "seen"):
        yield user, set(found)


def _mailed_at_once(
    section: Section, people: Sequence[int], subjects: set[str]
) -> set[tuple[int, str]]:
    """Who got, or is about to get, a mail of its own about which thing."""
    return set(
        Notification.objects.filter(
            recipient__in=people,
            subject__in=subjects,
            kind__in=section.told_by,
            state__in=[State.SENT, State.PENDING],
        ).values_list("recipient", "subject")
    )
