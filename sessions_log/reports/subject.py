"""What a meeting is: its kind, title, programme lines and body."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .dates import without_dates
from .notices import Notice
from .organisations import sentences
from .outline import Section, speaks_of_several
from .vocabulary import Vocabulary, fold
from .words import REPORT_HEAD, find_kind, singular

_NAMES_LINE = re.compile(
    r"\b(?:programmalijn(?:en)?|programme lines?|program lines?)\b", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"\b(?:programmalijn(?:en)?|programme lines?|program lines?|over|rond(?:om)?|thema|"
    r"in het teken van|on|about|gewijd aan|dedicated to|theme|onderwerp|stond|verkenden|"
    r"explored)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset(("van", "de", "het", "en", "over", "met", "op", "the", "of", "and", "on"))
_GROUP = re.compile(
    r"\b(?:werkgroep|projectgroep|klankbordgroep|kerngroep|working group)\b(?:\s+[A-ZÀ-Þ]\w+)*",
    re.IGNORECASE,
)


def _without_shouting(word: str) -> str:
    """Small letters for a word in capitals, unless it may be an abbreviation."""
    return word if len(word) < 5 and word.lower() not in _SMALL_WORDS else word.lower()


@dataclass
class Subject:
    """The words of a report that say what a meeting is, strongest first."""

    heading: str
    above: list[Section]
    vocabulary: Vocabulary
    lang: str
    bodies: list[str] = field(default_factory=list)
    """Behind labels such as *Overleg:*."""
    subjects: list[str] = field(default_factory=list)
    """Behind *Betreft:* or *Onderwerp:*."""
    lines: list[str] = field(default_factory=list)
    """Behind *Programmalijn:*."""
    texts: list[str] = field(default_factory=list)

    def kind(self) -> tuple[str, str]:
        """The kind (empty where it is not told) and the word for it in the report."""
        noun = ""
        heads = [self.heading, *self.bodies, *self.subjects]
        for text in [*heads, *(section.heading for section in self.above)]:
            if found := find_kind(text):
                kind, match = found
                noun = noun or singular(match["noun"])
                if kind:
                    return kind, singular(match["noun"])
            body = self.vocabulary.body_in(text)
            if body and body.kind == "steering_group":
                return "steering_group", noun or body.name
        for text in self.texts[:2]:
            for sentence in sentences(text)[:3]:
                if (found := find_kind(sentence)) and found[0]:
                    return found[0], noun or found[1]["noun"]
        return "", noun

    def title(self, kind: str, noun: str, lines: list[str]) -> str:
        """The heading without *Verslag van* and its date; where little is left, with the line."""
        title = without_dates(REPORT_HEAD.sub("", self.heading, count=1))
        if not title or fold(title) in {"verslag", "verslagen", "notulen", "minutes"}:
            named = (
                without_dates(REPORT_HEAD.sub("", text)) for text in (*self.bodies, *self.subjects)
            )
            title = next(filter(None, named), noun) or title or self.heading
        if not title:
            title = " ".join(next(iter(self.texts), "").split()[:10])
        if noun and fold(title) == fold(noun) and lines and kind not in {"", "steering_group"}:
            title = f"{title} {(' and ' if self.lang == 'en' else ' en ').join(lines)}"
        if title.isupper():
            title = " ".join(_without_shouting(word) for word in title.split())
        title = title[:1].upper() + title[1:]
        return title[:160].strip() or self.heading[:160]

    def programme_lines(self, kind: str) -> tuple[list[str], list[Notice]]:
        """The lines that are the subject; a passing mention or an unknown line is only named."""
        for words in (self.heading, " ".join(self.lines), " ".join(self.subjects)):
            if found := self.vocabulary.lines_in(words):
                return found, []
        if kind == "steering_group":
            return [], []
        told = [*self._own_sentences(), *self._sentences_above(kind)]
        for sentence in told:
            if _SUBJECT.search(sentence) and (found := self.vocabulary.lines_in(sentence)):
                return found, []
        if mentioned := self.vocabulary.lines_in(" ".join(self.texts)):
            return [], [Notice("line_mentioned", values={"lines": ", ".join(mentioned)})]
        unknown = [*self.lines, *(one for one in told if _NAMES_LINE.search(one))]
        return [], [Notice("unknown_line", tuple(unknown[:1]))] if unknown else []

    def _own_sentences(self) -> Iterator[str]:
        for text in self.texts[:3]:
            yield from sentences(text)

    def _sentences_above(self, kind: str) -> Iterator[str]:
        """What the headings above say of a meeting of this kind."""
        for section in self.above:
            for text in section.paragraphs:
                for sentence in sentences(text):
                    word = find_kind(sentence)
                    if word and word[0] == kind:
                        yield sentence

    def body(self, kind: str) -> tuple[str | None, list[Notice]]:
        """The body that met; a steering group has one even where the portal knows none."""
        words = " · ".join([self.heading, *self.bodies, *self.subjects])
        if body := self.vocabulary.body_in(words):
            return body.name, []
        if kind == "steering_group":
            steering = [b.name for b in self.vocabulary.bodies if b.kind == "steering_group"]
            if len(steering) == 1:
                return steering[0], []
            name = "Steering group" if self.lang == "en" else "Stuurgroep"
            return name, [Notice("unknown_body", (name,))]
        if match := _GROUP.search(words):
            return None, [Notice("unknown_body", (match.group(),))]
        return None, []

    def summary(self, kind: str) -> str:
        """What a heading above several meetings says of this one."""
        if not kind:
            return ""
        told = (one for one in self._sentences_above(kind) if not speaks_of_several(one))
        return next(told, "")
