"""``script/test``: the whole suite against real PostgreSQL and Redis, in parallel."""

import os

from runtime.browser import find_or_install
from runtime.locks import FileLock
from runtime.manage import run_python
from runtime.place import ROOT, VAR, make_var, secret
from runtime.say import StopError
from runtime.services import services

# What decides by itself in how many processes to run, or needs the terminal.
ALONE = ("-n", "--numprocesses", "--pdb", "--trace", "-h", "--help", "--version", "--collect-only")


def run(arguments: list[str]) -> int:
    """Run pytest with these arguments; its exit status.

    Nothing of ``.env`` or of a production environment reaches the tests but DATABASE_URL and
    REDIS_URL. Tests make databases of their own beside the one named (``test_…``), and empty the
    Redis databases from the one named upward, one per process.
    """
    lock = FileLock(make_var() / "run" / "test.lock")
    if not lock.try_hold():
        raise StopError("The tests of this checkout are running already, on the same databases.")
    chromium = find_or_install()
    given = dict(os.environ)
    with services(given) as served:
        environment = served | {
            "SECRET_KEY": secret("secret_key"),
            "DJANGO_SETTINGS_MODULE": "civportal.settings",
            "ENV_FILE": os.devnull,
            "CHROMIUM": chromium,
            "DEBUG": "0",
            "DEMO": "0",
            "STATIC_ROOT": str(VAR / "test" / "static"),
            "MEDIA_ROOT": str(VAR / "test" / "media"),
            "LOG_LEVEL": "WARNING",
        }
        if not given.get("REDIS_URL"):
            environment["REDIS_URL"] = served["REDIS_URL"].replace(
                "db=0", "db=1"
            )  # 0 is the demo's
        for name in ("BASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "TIME_ZONE"):
            environment.pop(name, None)
        alone = any(word.startswith(ALONE) for word in arguments)
        parallel = [] if alone else ["-n", "auto", "--dist", "worksteal"]
        return run_python(["-m", "pytest", *parallel, *arguments], environment, folder=ROOT)
