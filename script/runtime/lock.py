"""``script/lock``: makes the lock files from pyproject.toml. Standard library and uv only."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from runtime.place import ROOT, make_var
from runtime.say import StopError, hint, say
from runtime.venv import LOCKS

GROUPS = {"portal": [], "embedded": ["embedded"], "dev": ["embedded", "dev"]}


def run(arguments: list[str]) -> int:
    """Lock every dependency with hashes, for every Python and machine the portal runs on.

    What is locked stays as it is while it fits; ``--upgrade`` and ``--upgrade-package NAME`` take
    newer releases. No address of a package index is written down.
    """
    uv = _uv()
    for level, names in GROUPS.items():
        target = LOCKS[level]
        command = [
            *(uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-annotate", "--no-emit-index-url", "pyproject.toml"),
            *("--custom-compile-command", "script/lock", "--output-file", str(target)),
            *(word for name in names for word in ("--group", name)),
            *arguments,
        ]
        if level != "portal":  # the sets agree on what they share
            command += ["--constraint", str(LOCKS["portal"])]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StopError(f"{target.name} could not be made:\n{done.stderr.strip()}")
        say(f"{target.name}: {len(locked(target))} packages")
    return 0


def locked(path: Path) -> dict[str, str]:
    """Names and releases in a lock file."""
    pairs = re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", path.read_text(), flags=re.MULTILINE)
    return dict(pairs)


def complaints() -> str:
    """Where the lock files do not fit pyproject.toml or each other; needs no network."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found = []
    shared: dict[str, str] = {}
    for level, groups in GROUPS.items():
        path = LOCKS[level]
        releases = locked(path)
        wanted = [*project["project"]["dependencies"]]
        for group in groups:
            wanted += project["dependency-groups"][group]
        for text in wanted:
            requirement = Requirement(text)
            release = releases.get(canonicalize_name(requirement.name))
            if release is None:
                found.append(f"{path.name}: {requirement.name} is not in it")
            elif not requirement.specifier.contains(release, prereleases=True):
                found.append(f"{path.name}: {requirement.name} {release} does not fit {text}")
        found += [
            f"{path.name}: {name} is {releases.get(name)}, elsewhere {release}"
            for name, release in shared.items()
            if releases.get(name) != release
        ]
        shared |= releases
        if re.search(r"^\s*(--(extra-)?index-url|--find-links|.*://)", path.read_text(), re.M):
            found.append(f"{path.name}: names an address of a package index")
    return "\n".join([*found, "script/lock makes them anew."] if found else [])


def _uv() -> str:
    if found := shutil.which("uv"):
        return found
    tools = make_var() / "tools"
    if not (tools / "bin" / "uv").exists():
        hint("Installing uv, which makes the lock files, into var/tools …")
        subprocess.run([sys.executable, "-m", "venv", tools], check=True)
        subprocess.run([tools / "bin" / "pip", "install", "--quiet", "uv>=0.9"], check=True)
    return str(tools / "bin" / "uv")
