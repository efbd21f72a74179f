"""Brings database and static files up to date; runs inside Django, in a process of its own."""

import hashlib
import io
import json
import time
from pathlib import Path

from runtime.place import VAR, secret, write_private
from runtime.say import hint


def run(arguments: list[str]) -> int:
    """Migrate, collect static files, and load the demo centre into an empty database.

    With ``--new-only`` just what a database needs that nobody has used yet. Everything told goes to
    stderr: stdout belongs to the command that follows.
    """
    import django

    django.setup()
    new_only = "--new-only" in arguments
    if new_only and not _is_new():
        return 0
    _migrate()
    if not new_only:
        _collect_static()
    _load_demo()
    return 0


def _is_new() -> bool:
    from django.db import connection

    return "django_migrations" not in connection.introspection.table_names()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        hint(f"Bringing the database up to date ({len(plan)} migrations) …")
        call_command("migrate", interactive=False, verbosity=0)


def _collect_static() -> None:
    """Collect and compress static files, when any of them changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    root = Path(settings.STATIC_ROOT)
    stamp = VAR / "run" / "static.json"
    wanted = {"root": str(root), "digest": digest.hexdigest()}
    if stamp.exists() and json.loads(stamp.read_text()) == wanted and root.is_dir():
        return
    hint("Collecting and compressing the static files …")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=root.is_dir(), verbosity=0)
    write_private(stamp, json.dumps(wanted))


def _load_demo() -> None:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction

    if not settings.DEMO:
        return
    users = get_user_model().objects
    if not users.exists():
        hint("Loading the demo centre …")
        start = time.monotonic()
        with transaction.atomic():  # all of it or nothing: half a centre would never be completed
            call_command("seed_demo", verbosity=0, stdout=io.StringIO())  # server tells the logins
        hint(f"The demo centre is in ({time.monotonic() - start:.0f} s).")
    _set_demo_passwords()


def _set_demo_passwords() -> None:
    """Give the demo logins the password of this run, when the last run had another one."""
    import os

    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password

    from civportal.demo import DEMO_DOMAIN, DEMO_LOGINS

    write_private(VAR / "run" / "logins.json", json.dumps(DEMO_LOGINS))
    password = os.environ["DEMO_PASSWORD"]
    mark = hashlib.sha256(f"{secret('secret_key')} {password}".encode()).hexdigest()
    stamp = VAR / "run" / "demo-password.mark"
    if stamp.exists() and stamp.read_text() == mark:
        return
    users = get_user_model().objects.filter(email__endswith=f"@{DEMO_DOMAIN}")
    users.update(password=make_password(password))
    write_private(stamp, mark)
