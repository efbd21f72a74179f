"""Whether something goes out: asked at the moment of sending, and by the forecasts of it."""

import datetime
import logging
import zoneinfo
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from civportal.notifications.choices import ACCOUNT, Mode, Reason
from civportal.notifications.kinds import Kind, Message, Withheld
from civportal.notifications.kinds import kind as kind_named
from civportal.notifications.models import (
    DeadAddress,
    DigestSetting,
    MailPolicy,
    Notification,
    Preference,
)

log = logging.getLogger(__name__)

QUIET_FROM, QUIET_UNTIL = datetime.time(21), datetime.time(7)


@dataclass(frozen=True)
class Later:
    """Not now: try again at this moment."""

    moment: datetime.datetime


@dataclass(frozen=True)
class Broken:
    """It could not be made; why, as the error tells it."""

    detail: str


Verdict = Message | Withheld | Later | Broken


def end_of_quiet(moment: datetime.datetime, zone_name: str) -> datetime.datetime | None:
    """When the quiet hours end that ``moment`` falls in for someone in this zone, or None."""
    zone = zoneinfo.ZoneInfo(zone_name)
    local = moment.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return None
    day = local.date() + datetime.timedelta(days=1 if local.time() >= QUIET_FROM else 0)
    return datetime.datetime.combine(day, QUIET_UNTIL, tzinfo=zone)


def judge(
    rows: Sequence[Notification], policy: MailPolicy, now: datetime.datetime | None = None
) -> dict[int, Verdict]:
    """What should become of each row, by its key, asked now or as of another moment.

    A constant number of queries, beside what the kinds' own ``compose`` asks.
    """
    each = Judge.of(rows, policy, now)
    verdicts: dict[int, Verdict] = {}
    wanted: dict[str, list[Notification]] = defaultdict(list)
    for row in rows:
        verdict = each.verdict(row)
        if verdict is None:
            wanted[row.kind].append(row)
        else:
            verdicts[row.pk] = verdict
    for name, batch in wanted.items():
        verdicts |= _compose(kind_named(name), batch)
    return verdicts


@dataclass(frozen=True, kw_only=True)
class Judge:
    """What decides whether rows go out, before their mails are made; read at one moment."""

    now: datetime.datetime
    policy: MailPolicy
    dead: set[str]
    modes: Mapping[tuple[int, str], str]
    paused: Mapping[int, datetime.date | None]

    @classmethod
    def of(
        cls,
        rows: Sequence[Notification],
        policy: MailPolicy,
        now: datetime.datetime | None = None,
    ) -> "Judge":
        """Read what is needed for these rows; three queries."""
        people = {row.recipient_id for row in rows}
        dead = DeadAddress.objects.filter(email__in=[row.to for row in rows])
        modes = Preference.objects.filter(user__in=people)
        paused = DigestSetting.objects.filter(user__in=people, paused_until__isnull=False)
        return cls(
            now=now or timezone.now(),
            policy=policy,
            dead=set(dead.values_list("email", flat=True)),
            modes={
                (user, kind): mode for user, kind, mode in modes.values_list("user", "kind", "mode")
            },
            paused=dict(paused.values_list("user", "paused_until")),
        )

    def verdict(self, row: Notification) -> Verdict | None:
        """What keeps a row from going out now; None when nothing does."""
        try:
            kind = kind_named(row.kind)
        except KeyError:
            return Withheld(Reason.OUTDATED)  # its app no longer knows it
        reason = self._barred(row) or (None if kind.required else self._unwanted(row, kind))
        if reason:
            return Withheld(reason)
        if kind.quiet and not kind.required:
            morning = end_of_quiet(self.now, row.recipient.time_zone)
            # Better at a late hour than not at all.
            if morning and not (row.expires_at and row.expires_at <= morning):
                return Later(morning)
        return None

    def _barred(self, row: Notification) -> Reason | None:
        """Mail about an account goes to any account, since it tells only what was asked for.

        To a dead address goes what shows, when its link is followed, that it works again.
        """
        is_account = row.kind == ACCOUNT
        has_ended = row.expires_at is not None and row.expires_at <= self.now
        reasons = {
            Reason.INACTIVE: not is_account and not row.recipient.is_active,
            Reason.TOO_OLD: is_account and has_ended,
            Reason.TOO_LATE: not is_account and has_ended,
            Reason.DEAD_ADDRESS: row.to in self.dead and not row.data.get("proves_address"),
            Reason.SANDBOX: not self.policy.allows(row.to),
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def _unwanted(self, row: Notification, kind: Kind) -> Reason | None:
        mode = self.modes.get((row.recipient_id, kind.name), kind.default)
        until = self.paused.get(row.recipient_id)
        zone = zoneinfo.ZoneInfo(row.recipient.time_zone)
        reasons = {
            Reason.NOT_WANTED: mode == Mode.OFF,
            Reason.IN_DIGEST: mode == Mode.DIGEST,
            Reason.PAUSED: until is not None and self.now.astimezone(zone).date() < until,
        }
        return next((reason for reason, holds in reasons.items() if holds), None)


def _compose(kind: Kind, batch: list[Notification]) -> dict[int, Verdict]:
    """The kind's messages; when one cannot be made, the others of the batch still are."""
    try:
        made = kind.compose(batch)
    except Exception as error:  # whatever a kind does wrong, the others go on
        if len(batch) > 1:
            alone: dict[int, Verdict] = {}
            for row in batch:
                alone |= _compose(kind, [row])
            return alone
        log.exception("Notification %s (%s) could not be made", batch[0].pk, kind.name)
        return {batch[0].pk: Broken(f"{type(error).__name__}: {error}")}
    return {row.pk: made.get(row.pk, Withheld(Reason.OUTDATED)) for row in batch}
