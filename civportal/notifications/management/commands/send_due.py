"""What the scheduler does at a moment: ``send_due --now 2021-02-18T15:00 --dry-run``.

As JSON: ``{"now", "dry_run", "policy": {"stopped", "sandbox"}, "counts": {outcome: number},
"due": [{"kind", "subject", "email", "name", "due_at", "outcome", "reason", "why", "detail",
"title", "next_try_at"}]}``. Moments are ISO 8601 in UTC. ``outcome`` is ``sent``, ``withheld``,
``failed`` or ``pending`` (not now: at ``next_try_at``); in a dry run it is what would become of
it. ``reason`` is a word of ``civportal.notifications.choices.Reason``, ``why`` the same in
English.
"""

import datetime
import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from civportal.notifications.choices import State
from civportal.notifications.due import Due, foresee, work_off
from civportal.notifications.models import MailPolicy

WORDS = {
    False: {"sent": "sent", "withheld": "not sent", "failed": "given up", "pending": "later"},
    True: {"sent": "goes out", "withheld": "does not", "failed": "cannot", "pending": "later"},
}


class Command(BaseCommand):
    help = "Sends the reminders and digests that are due, and tells for whom, or why not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now",
            type=moment,
            help="as if it were this moment (ISO 8601; in the centre's time zone unless it says "
            "another); dates in the mails themselves stay those of today",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only tell; keep and send nothing"
        )
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = options["now"] or timezone.now()
        found = foresee(now) if options["dry_run"] else work_off(now)
        if options["format"] == "json":
            self.stdout.write(as_json(found, now, dry_run=options["dry_run"]))
        else:
            self.stdout.write(as_text(found, now, dry_run=options["dry_run"]))


def moment(text: str) -> datetime.datetime:
    """A moment as ISO 8601 tells it."""
    try:
        given = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        message = f"“{text}” is not a moment such as 2021-02-18T15:00 or 2021-02-18T15:00+01:00."
        raise CommandError(message) from error
    return timezone.make_aware(given) if timezone.is_naive(given) else given


def counted(found: list[Due]) -> dict[str, int]:
    """How many of each outcome, none left out."""
    counts = Counter(due.outcome.value for due in found)
    return {state: counts[state] for state in State.values}


def as_json(found: list[Due], now: datetime.datetime, *, dry_run: bool) -> str:
    """For programs."""
    policy = MailPolicy.current()
    told = {
        "now": now.astimezone(datetime.UTC).isoformat(),
        "dry_run": dry_run,
        "policy": {"stopped": policy.stopped, "sandbox": policy.sandbox},
        "counts": counted(found),
        "due": [due.as_json() for due in found],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_text(found: list[Due], now: datetime.datetime, *, dry_run: bool) -> str:
    """For people: a line for each, those that go out first."""
    words = WORDS[dry_run]
    lines = [f"{timezone.localtime(now):%Y-%m-%d %H:%M %Z}{' (nothing is sent)' * dry_run}"]
    for state in State.values:
        for due in (due for due in found if due.outcome == state):
            about = due.title or due.subject
            more = [due.why, due.detail]
            if due.next_try_at:
                more.insert(0, f"{timezone.localtime(due.next_try_at):%Y-%m-%d %H:%M %Z}")
            because = f": {'; '.join(word for word in more if word)}" if any(more) else ""
            lines.append(
                f"{words[state]:<9} {due.email}  {due.kind}{f' “{about}”' * bool(about)}{because}"
            )
    told = ", ".join(f"{number} {words[state]}" for state, number in counted(found).items())
    lines.append(told)
    return "\n".join(lines)
