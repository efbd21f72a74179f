"""The Chromium that the browser tests use: found, or installed where that can be done."""

import os
import shutil
import subprocess
from pathlib import Path

from runtime.place import VAR
from runtime.say import StopError, hint

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_or_install() -> str:
    """The path of a Chromium; ``CHROMIUM`` in the environment names one by hand."""
    if named := os.environ.get("CHROMIUM"):
        if not shutil.which(named):
            raise StopError(f"CHROMIUM names {named}, which cannot be run.")
        return named
    if found := _find():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt_install()
        if found := _find():
            return found
    message = (
        "The browser tests need Chromium, and there is none on the PATH.\n"
        "On Debian: sudo apt-get install chromium. Elsewhere: install Chromium or Chrome, "
        "or set CHROMIUM to the path of its program."
    )
    raise StopError(message)


def _find() -> str | None:
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return str(MAC) if MAC.exists() else None


def _apt_install() -> None:
    hint("Installing Chromium for the browser tests (apt-get, a minute or so) …")
    log = VAR / "log" / "apt-get.log"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with log.open("wb") as file:
        for command in (
            ["apt-get", "update"],
            [
                "apt-get",
                "install",
                "-y",
                "--no-install-recommends",
                "chromium",
                "fonts-dejavu-core",
            ],
        ):
            done = subprocess.run(command, stdout=file, stderr=file, env=environment, check=False)
            if done.returncode:
                hint(f"apt-get did not succeed; see {log}.")
                return
