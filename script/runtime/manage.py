"""``script/manage``: Django's commands with the checkout's settings and services."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from runtime import postgres
from runtime.place import ROOT, RUNTIME
from runtime.process import end_with_parent
from runtime.services import services
from runtime.surroundings import (
    for_checkout,
    path_with_programs,
    read_env_file,
    running_server,
)

# These work on the code alone, or bring their own idea of what the database should hold.
WITHOUT_PREPARATION = {
    *("check", "collectstatic", "compilemessages", "diffsettings", "help", "makemessages"),
    *("makemigrations", "migrate", "restore", "showmigrations", "startapp", "version"),
}


def run(arguments: list[str]) -> int:
    """Run ``manage.py`` with these arguments; its exit status."""
    read_env_file()
    with services(dict(os.environ)) as served:
        embedded = not os.environ.get("DATABASE_URL")
        environment = for_checkout(served, embedded=embedded)
        if url := running_server().get("url"):
            environment.setdefault("BASE_URL", url)
        if embedded:
            programs = postgres.program("psql").parent
            environment["PATH"] = path_with_programs(environment, programs)
            if arguments and arguments[0].lstrip("-") not in WITHOUT_PREPARATION:
                prepared = run_python(["runtime", "prepare", "--new-only"], environment)
                if prepared:
                    return prepared
        return run_python([str(ROOT / "manage.py"), *arguments], environment)


def run_python(
    arguments: list[str], environment: dict[str, str], *, folder: Path | None = None
) -> int:
    """Run this Python in a process of its own and wait for it; its exit status.

    ``folder`` is where it runs: the folder of whoever calls, unless another is named.

    Ctrl-C at the terminal reaches the child by itself; TERM is handed on. Either way this process
    lives on to leave the services as it found them.
    """
    if arguments[0] == "runtime":
        arguments = [str(RUNTIME), *arguments[1:]]
    earlier = signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        cwd=folder,
        preexec_fn=_for_child,
    )
    hand_on = signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
    try:
        status = child.wait()
    finally:
        signal.signal(signal.SIGINT, earlier)
        signal.signal(signal.SIGTERM, hand_on)
    return 128 - status if status < 0 else status


_end_with_parent = end_with_parent(signal.SIGTERM)


def _for_child() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _end_with_parent()
