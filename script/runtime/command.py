"""A command of the checkout: makes the virtual environment, then runs the command inside it."""

import io
import os
import sys
from importlib import import_module
from pathlib import Path

from runtime.place import RUNTIME
from runtime.say import StopError, say, tint
from runtime.venv import VENV, ensure

# Which lock file a command needs.
LEVELS = {
    "server": "embedded",
    "manage": "embedded",
    "test": "dev",
    "bench": "dev",
    "check": "dev",
    "messages": "dev",
}


def main() -> int:
    """Run ``runtime <command> [arguments]``; its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no "…"
    try:
        return _run(*sys.argv[1:])
    except StopError as stop:
        say(tint(str(stop), "red", stderr=True), error=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: str, *given: str) -> int:
    arguments = list(given)
    module = import_module(f"runtime.{command}")
    if early := getattr(module, "check_arguments", None):
        early(arguments)  # wrong arguments are told before a minute of installing
    level = LEVELS.get(command)  # the others are run by these, inside the environment already
    if level == "embedded" and os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        level = "portal"
    if level and (python := ensure(level)) and Path(sys.prefix) != VENV:
        os.environ.pop("__PYVENV_LAUNCHER__", None)  # macOS: would lead back to the outer Python
        os.execv(python, [str(python), str(RUNTIME), command, *arguments])
    status: int = module.run(arguments)
    return status
