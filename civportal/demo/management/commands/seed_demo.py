"""Loads the demo centre."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from civportal.demo import DEMO_LOGINS, DEMO_PASSWORD
from civportal.demo.seed import ForeignDataError, seed_demo


class Command(BaseCommand):
    help = (
        "Loads the demo centre, with invented people and organisations, into an empty database. "
        "Does nothing when it is there already; refuses a database with other data."
    )

    def handle(self, **options: Any) -> None:
        """Load it, and tell who can log in."""
        told = self.stdout.write if options["verbosity"] > 1 else lambda _: None
        try:
            loaded = seed_demo(tell=told)
        except ForeignDataError as error:
            raise CommandError(
                f"This database holds other data ({error}). The demo centre goes into an empty "
                "database only, so that nobody's work gets mixed with it. Point DATABASE_URL at "
                "an empty one."
            ) from None
        if not loaded:
            self.stdout.write("The demo centre is there already; nothing was changed.")
            return
        self.stdout.write(self.style.SUCCESS("The demo centre is loaded. Log in as:"))
        for email, role in DEMO_LOGINS:
            self.stdout.write(f"  {email:<24} {role}")
        self.stdout.write(f"The password of each is: {DEMO_PASSWORD}")
        if not settings.DEMO:
            self.stderr.write(
                self.style.WARNING(
                    "DEMO is off: `check --deploy` will refuse these logins. Use this database "
                    "for looking around only."
                )
            )
