"""Root's services: the user they run as, and a place where that user can work.

PostgreSQL refuses to run as root. A user without rights takes its place; where a closed home
keeps that user out of the checkout, data and programs go below ``/var/lib/civportal``.
"""

import os
import pwd
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

from runtime.place import write_private
from runtime.process import Account, run_as
from runtime.say import StopError

SHARED = Path("/var/lib/civportal")
SOCKET_PATH_LIMIT = 103 if sys.platform == "darwin" else 107


def service_account() -> Account | None:
    """The user that runs the services: nobody in particular for root, oneself for anyone else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    message = (
        "PostgreSQL does not run as root, and there is no user 'nobody' to run it. "
        "Run this as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )
    raise StopError(message)


def service_home(var: Path, account: Account | None) -> Path:
    """The folder for the services' data: in the checkout where their user can reach it."""
    home = var / "services"
    if account is None:
        home.mkdir(mode=0o700, exist_ok=True)
        return home
    if home.is_symlink():  # decided before
        return _shared_home(var, home)
    if _can_enter(account, var):
        home.mkdir(mode=0o711, exist_ok=True)
        return home
    if home.exists():
        message = (
            f"The database's data are in {home}, where the user {account.name} who runs it cannot "
            "come since a folder above it was closed. Open those folders (chmod o+x), or move "
            "var/services away to start with an empty database."
        )
        raise StopError(message)
    return _shared_home(var, home)


def _shared_home(var: Path, link: Path) -> Path:
    """This checkout's folder outside of it, found again by the name kept in ``var``.

    A copied checkout brings the name along; it gets a folder of its own while the first exists.
    """
    name_file = var / "services-name"
    name = name_file.read_text().strip() if name_file.exists() else ""
    home = SHARED / name
    if name and (home / "checkout").exists():
        owner = Path((home / "checkout").read_text().strip())
        taken = owner != var.parent and (owner / "var" / "services-name").exists()
        if not taken:
            (home / "checkout").write_text(f"{var.parent}\n")
            return home
    home = SHARED / uuid.uuid4().hex[:12]
    try:
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        home.mkdir(mode=0o711)
    except OSError as error:
        message = (
            f"The embedded services need a folder below {SHARED}, which cannot be made "
            f"({error.strerror}). Run this as an ordinary user, or set DATABASE_URL and REDIS_URL."
        )
        raise StopError(message) from None
    (home / "checkout").write_text(f"{var.parent}\n")
    write_private(name_file, home.name)
    link.unlink(missing_ok=True)
    link.symlink_to(home)
    return home


def _can_enter(account: Account, folder: Path) -> bool:
    return _succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], account)


def _succeeds(command: list[str], account: Account) -> bool:
    try:
        result = subprocess.run(  # type: ignore[call-overload]  # run_as() is a plain dict
            command, cwd="/", capture_output=True, check=False, **run_as(account)
        )
    except PermissionError:
        return False
    return bool(result.returncode == 0)


def reachable(program: Path, folders: list[Path], account: Account | None, label: str) -> Path:
    """``program``, or its copy where ``account`` may run it.

    ``folders`` are what the program needs, side by side; ``label`` names this release of it.
    """
    if account is None or _succeeds([str(program), "--version"], account):
        return program
    copies = SHARED / "programs" / label
    if not copies.exists():
        copies.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = copies.with_name(f".{label}.{os.getpid()}")
        for folder in folders:
            shutil.copytree(
                folder,
                unfinished / folder.name,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "__pycache__"),
            )
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            unfinished.rename(copies)
        except OSError:  # another checkout was first
            shutil.rmtree(unfinished)
    copy = copies / folders[0].name / program.relative_to(folders[0])
    if not _succeeds([str(copy), "--version"], account):
        message = (
            f"The user {account.name} cannot run {copy}. Run this as an ordinary user, "
            "or set DATABASE_URL and REDIS_URL."
        )
        raise StopError(message)
    return copy


def own_folder(path: Path, account: Account | None) -> Path:
    """Make a folder that only the services' user may enter."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path


def socket_folder(home: Path, account: Account | None) -> Path:
    """A folder for unix sockets whose path is short enough for the kernel."""
    longest = len(os.fsencode(home / "sockets" / ".s.PGSQL.5432"))
    if longest <= SOCKET_PATH_LIMIT:
        return own_folder(home / "sockets", account)
    link = home / "sockets-elsewhere"
    if link.is_symlink():
        folder = Path(os.readlink(link))
        uid = account.uid if account else os.geteuid()
        if folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == uid:
            return folder
        link.unlink()
    folder = Path("/tmp") / f"civportal-{uuid.uuid4().hex[:12]}"  # noqa: S108 - a new name, closed
    folder.mkdir(mode=0o700)
    own_folder(folder, account)
    link.symlink_to(folder)
    return folder
