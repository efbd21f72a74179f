"""The portal as the benchmarks run it: one kind of mail more, and a clock that ticks faster.

``celery --app tests.bench.portal worker`` starts the portal's own worker with it.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import django
from django.core.management import call_command
from django.db import transaction

from civportal.celery import app
from civportal.lib.mail import Letter
from civportal.notifications.kinds import Kind, Message, register_kind

KIND = "bench"

app.conf.beat_schedule = {
    "deliver": {
        "task": "civportal.notifications.tasks.deliver",
        "schedule": 1.0,
        "options": {"expires": 5},
    }
}


def compose(rows: Sequence[Any]) -> Mapping[int, Message]:
    """An ordinary short mail."""
    return {row.pk: Message(letter=letter(row.recipient.name)) for row in rows}


def letter(name: str) -> Letter:
    """What it says."""
    return Letter(
        subject="Donderdag 15.00 uur: stuurgroep",
        greeting=f"Dag {name},",
        paragraphs=["De agenda van de stuurgroep staat klaar."],
        facts=[("Waar", "Lab 2"), ("Wanneer", "donderdag, 15.00 uur")],
        action=("Open de agenda", "https://portaal.example.org/"),
        why="Je krijgt deze mail omdat je in de stuurgroep zit.",
    )


register_kind(
    Kind(
        name=KIND,
        label="Benchmark",
        group="Benchmark",
        compose=compose,
        preview=lambda: Message(letter=letter("Yara Pinas")),
        quiet=False,
    )
)


def ready() -> None:
    """Make Django ready, outside Celery."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civportal.settings")
    django.setup()


def make(people: int) -> None:
    """Make the tables of an empty database, and this many people."""
    from civportal.accounts.models import User

    call_command("migrate", verbosity=0)
    User.objects.bulk_create(
        [
            User(email=f"person{number}@example.org", name=f"Persoon {number}", password="!")
            for number in range(people)
        ],
        batch_size=1000,
    )


def tell_all(key: str) -> None:
    """Tell everyone something, in one transaction."""
    from civportal.accounts.models import User
    from civportal.notifications.outbox import notify

    with transaction.atomic():
        keys = User.objects.order_by("pk").values_list("pk", flat=True)
        notify(keys, kind=KIND, subject="bench:1", key=key)
