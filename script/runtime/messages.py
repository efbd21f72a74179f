"""``script/messages``: takes the texts out of the code into the catalogues, and compiles them.

The source is English; ``locale/nl`` holds the Dutch. The ``.mo`` files are part of the checkout, so
that running the portal needs no gettext.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from runtime.place import ROOT
from runtime.say import StopError, say

LANGUAGES = ["nl"]
OUTSIDE = [".venv", "var", "tests", "script", "node_modules", "docs"]
TOOLS = ("xgettext", "msgmerge", "msguniq", "msgattrib")


def run(_arguments: list[str]) -> int:
    """Bring the catalogues in step with the code, compile them, and say what is left to do."""
    _need_gettext()
    (ROOT / "locale").mkdir(exist_ok=True)
    for domain in _domains(ROOT):
        _extract(ROOT, domain)
    for path in _catalogues(ROOT):
        open_texts = _tidy_and_compile(path)
        say(f"{path.relative_to(ROOT)}: {_amount(open_texts)} to translate")
    return 0


def complaints(_environment: dict[str, str] | None = None) -> str:
    """What is not in step: texts missing in or gone from the code, untranslated, not compiled."""
    import polib

    try:
        _need_gettext()
    except StopError as stop:
        return str(stop)
    found = []
    with tempfile.TemporaryDirectory(prefix="civportal-messages-") as folder:
        fresh_root = Path(folder)
        _copy_sources(fresh_root)
        for domain in _domains(fresh_root):
            _extract(fresh_root, domain)
        for fresh_path in _catalogues(fresh_root):
            name = fresh_path.relative_to(fresh_root)
            fresh = {_key(entry): entry for entry in polib.pofile(str(fresh_path))}
            kept_path = ROOT / name
            kept = polib.pofile(str(kept_path)) if kept_path.exists() else []
            known = {_key(entry): entry for entry in kept if not entry.obsolete}
            found += [
                f"{name}: not in it yet: {_shown(key)}" for key in fresh.keys() - known.keys()
            ]
            found += [
                f"{name}: no longer used: {_shown(key)}" for key in known.keys() - fresh.keys()
            ]
            for key in known.keys() & fresh.keys():
                if not known[key].translated():
                    kind = "to be looked at again" if known[key].fuzzy else "not translated"
                    found.append(f"{name}: {kind}: {_shown(key)}")
    for path in _catalogues(ROOT):
        compiled_path = path.with_suffix(".mo")
        wanted = _compiled_texts(polib.pofile(str(path)).translated_entries())
        have = _compiled_texts(polib.mofile(str(compiled_path))) if compiled_path.exists() else None
        if have != wanted:
            found.append(f"{compiled_path.relative_to(ROOT)}: not compiled from the .po")
    if found:
        shown = sorted(found)
        more = [f"… and {len(shown) - 40} more"] * (len(shown) > 40)
        return "\n".join([*shown[:40], *more, "script/messages brings the catalogues in step."])
    return ""


def _need_gettext() -> None:
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        message = (
            f"The translations need gettext ({', '.join(missing)} is missing). "
            "On Debian: sudo apt-get install gettext"
        )
        raise StopError(message)


def _copy_sources(target: Path) -> None:
    skip = shutil.ignore_patterns(".*", "__pycache__", "*.mo", *OUTSIDE)
    for path in ROOT.iterdir():
        if path.name.startswith(".") or path.name in OUTSIDE:
            continue
        if path.is_dir():
            shutil.copytree(path, target / path.name, ignore=skip)
        elif path.suffix == ".py":
            shutil.copy(path, target)


def _domains(root: Path) -> list[str]:
    """The catalogues there are: one for pages, one for scripts if a script speaks."""
    scripts = (root / "static" / "js").rglob("*.js")
    speaks = any("gettext(" in script.read_text(encoding="utf-8") for script in scripts)
    return ["django", "djangojs"] if speaks else ["django"]


def _catalogues(root: Path) -> list[Path]:
    return sorted((root / "locale").glob("*/LC_MESSAGES/*.po"))


def _extract(root: Path, domain: str) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "django", "makemessages", "--domain", domain),
            *(word for language in LANGUAGES for word in ("--locale", language)),
            *(word for folder in OUTSIDE for word in ("--ignore", folder)),
            *("--no-location", "--no-obsolete"),
        ],
        cwd=root,
        env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StopError(f"makemessages did not succeed:\n{done.stdout}{done.stderr}".rstrip())


def _tidy_and_compile(path: Path) -> int:
    """Take dates out of the catalogue, which differ every time, and compile it; texts left open."""
    import polib

    catalogue = polib.pofile(str(path), wrapwidth=100)
    for name in ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team"):
        catalogue.metadata.pop(name, None)
    catalogue.metadata |= {
        "Project-Id-Version": "civportal",
        "Report-Msgid-Bugs-To": "",
        "Language": path.parent.parent.name,
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    catalogue.header = ""
    catalogue.metadata_is_fuzzy = 0
    catalogue.save()
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))
    return len([entry for entry in catalogue if not entry.translated() and not entry.obsolete])


def _key(entry: object) -> tuple[str, str, str]:
    return tuple(getattr(entry, name) or "" for name in ("msgctxt", "msgid", "msgid_plural"))  # type: ignore[return-value]


def _compiled_texts(entries: object) -> dict[tuple[str, str, str], object]:
    return {
        _key(entry): entry.msgstr_plural or entry.msgstr
        for entry in entries  # type: ignore[attr-defined]
    }


def _shown(key: tuple[str, str, str]) -> str:
    text = " ".join(key[1].split())
    return text if len(text) < 80 else f"{text[:77]}…"


def _amount(texts: int) -> str:
    return "nothing" if not texts else "1 text" if texts == 1 else f"{texts} texts"
