"""What people read is translated, and the Dutch keeps to the words of ``docs/words.md``."""

import re
from pathlib import Path

import polib
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OURS = ("civportal", "partners", "programme_lines", "sessions_log", "news")
FORMAL = re.compile(r"\b(u|uw|uzelf|gelieve|middels)\b", re.I)
NOT_OURS = re.compile(r"\b(notulen|gremium|dashboard|geannuleerd|registreer\w*)\b", re.I)
STAYS_IN_ENGLISH = {
    "ui/style_guide.html",  # it quotes code and colours
    "sessions_log/writing/here.html",  # attributes of a button, no words
}


def dutch() -> list[polib.POEntry]:
    catalogue = polib.pofile(str(ROOT / "locale/nl/LC_MESSAGES/django.po"))
    return [entry for entry in catalogue if not entry.obsolete]


def test_every_text_has_a_dutch_one_that_nobody_guessed():
    assert [entry.msgid for entry in dutch() if not entry.translated() or entry.fuzzy] == []


def test_placeholders_and_markup_survive_translation():
    marks = re.compile(r"%\(\w+\)|%%|<[^>]+>")

    def differs(source: str, translated: str) -> bool:
        return sorted(marks.findall(source)) != sorted(marks.findall(translated))

    wrong = []
    for entry in dutch():
        if entry.msgid_plural:
            pairs = zip(
                (entry.msgid, entry.msgid_plural), entry.msgstr_plural.values(), strict=True
            )
        else:
            pairs = [(entry.msgid, entry.msgstr)]
        wrong += [source for source, translated in pairs if differs(source, translated)]
    assert wrong == []


def test_the_dutch_says_je_and_our_own_words():
    said = [text for entry in dutch() for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in said if FORMAL.search(text) or NOT_OURS.search(text)] == []


def test_gettext_goes_by_names_that_are_searched_for_texts():
    """``from … import gettext as say`` hides its texts from the catalogue."""
    alias = re.compile(r"\bn?p?n?gettext\w* as (?!_\b)\w+")
    files = [path for folder in OURS for path in (ROOT / folder).rglob("*.py")]
    assert [str(path) for path in files if alias.search(path.read_text("utf-8"))] == []


def test_templates_say_nothing_outside_the_catalogue():
    hidden = re.compile(
        r"\{#.*?#\}|\{% *comment.*?endcomment *%\}"
        r"|\{% *blocktranslate\b.*?\{% *endblocktranslate *%\}"
        r"|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<(script|style)\b.*?</\1>",
        re.S,
    )
    block = re.compile(r"\{% *block (bodyclass|coltype) *%\}.*?\{% *endblock[^%]*%\}", re.S)
    spoken = re.compile(r'\b(?:title|alt|placeholder|aria-label)="([^"]*[A-Za-z]{3}[^"]*)"')
    naked = {}
    for path in sorted((ROOT / "templates").rglob("*.*")):
        name = str(path.relative_to(ROOT / "templates"))
        if name in STAYS_IN_ENGLISH:
            continue
        source = hidden.sub(" ", block.sub(" ", path.read_text("utf-8")))
        words = [*spoken.findall(source), *re.sub(r"<[^>]*>|&\w+;", " ", source).split("\n")]
        found = [text.strip() for text in words if re.search(r"[A-Za-z]{3}", text)]
        if found:
            naked[name] = found
    assert naked == {}
