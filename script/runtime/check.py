"""``script/check``: everything a change must pass besides the tests."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from runtime import lock, messages
from runtime.place import ROOT, RUNTIME, VAR
from runtime.say import say, tint
from runtime.services import services
from runtime.venv import VENV

PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "BASE_URL": "https://portaal.example.org",
    "ALLOWED_HOSTS": "portaal.example.org",
    "EMAIL_URL": "smtp+tls://portaal:password@smtp.example.org:587",
    "DEFAULT_FROM_EMAIL": "Portaal <portaal@example.org>",
}


@dataclass
class Step:
    """One thing to check: its name, and how: a command, or a function giving complaints."""

    name: str
    command: list[str] | Callable[[dict[str, str]], str]

    def run(self, environment: dict[str, str]) -> tuple[str, float]:
        """What is wrong, empty when all is well, and the seconds it took."""
        start = time.monotonic()
        if callable(self.command):
            return self.command(environment).strip(), time.monotonic() - start
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        output = done.stdout.strip() or f"{self.command[0]} ended with status {done.returncode}"
        return (output if done.returncode else ""), time.monotonic() - start


def tracked(*patterns: str) -> list[str]:
    """The files of the checkout that match, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def steps() -> list[Step]:
    """All checks, the slowest first."""
    python = sys.executable
    manage = [python, "-W", "error", "manage.py"]
    ruff, concise = [python, "-m", "ruff"], ["--output-format", "concise"]
    templates = tracked("*.html")
    return [
        Step("types", [python, "-m", "mypy"]),
        Step("translations", messages.complaints),
        Step("format", [*ruff, "format", "--check", *concise, "."]),
        Step("lint", [*ruff, "check", *concise, "."]),
        Step("templates, lint", [python, "-m", "djlint", "templates", "--lint", "--quiet"]),
        Step(
            "templates, format",
            [str(VENV / "bin" / "djade"), "--check", "--target-version", "5.2", *templates],
        ),
        Step("import floors", [str(VENV / "bin" / "lint-imports"), "--no-cache"]),
        Step("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
        Step("production settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"]),
        Step("unused dependencies", [python, "-m", "deptry", "."]),
        Step("lock files", lambda _environment: lock.complaints()),
    ]


def run(_arguments: list[str]) -> int:
    """Run every check, also after one failed, and tell the outcome; 0 when all is well."""
    environment = dict(os.environ)
    for name in ("DATABASE_POOL", "SENTRY_DSN", "OIDC_CLIENT_ID"):
        environment.pop(name, None)
    with services(environment) as served:
        environment = served | PRODUCTION
        environment["ENV_FILE"] = os.devnull
        environment["PYTHONPATH"] = str(RUNTIME.parent)  # where import-linter finds runtime
        environment["SECRET_KEY"] = secrets.token_urlsafe(48)
        environment["STATIC_ROOT"] = str(VAR / "static")
        environment["DJANGO_SETTINGS_MODULE"] = "civportal.settings"
        with ThreadPoolExecutor(max_workers=2) as pool:
            running = [(step, pool.submit(step.run, environment)) for step in steps()]
            failed = [step.name for step, future in running if not _tell(step, *future.result())]
    say()
    if failed:
        say(tint(f"Not in order: {', '.join(failed)}.", "red"))
        return 1
    say(tint(f"All {len(running)} checks passed.", "green"))
    return 0


def _tell(step: Step, output: str, seconds: float) -> bool:
    """Print the outcome of one step; whether it was well."""
    mark = tint("failed", "red") if output else tint("ok", "green")
    say(f"{step.name:<22} {mark} {tint(f'({seconds:.0f} s)', 'dim')}")
    if output:
        say("".join(f"    {line}\n" for line in output.splitlines()).rstrip())
    return not output
