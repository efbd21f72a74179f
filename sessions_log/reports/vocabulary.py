"""The names the portal knows, handed in by the caller, and how a text is searched for them."""

import re
import unicodedata
from dataclasses import dataclass, field

_LEADING = re.compile(
    r"^(?:de|het|een|the|a|an|onze|our|stichting|foundation|coöperatie|cooperatie|vereniging)\s+",
    re.IGNORECASE,
)


def fold(name: str) -> str:
    """Letters and digits only, without accents and case: *mbo Rijnland* is *mboRijnland*."""
    decomposed = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o"))
    return "".join(c for c in decomposed.casefold() if c.isalnum())


@dataclass(frozen=True)
class KnownBody:
    name: str
    kind: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """Programme lines, bodies and organisations that exist; empty is allowed."""

    lines: tuple[str, ...] = ()
    bodies: tuple[KnownBody, ...] = ()
    organisations: tuple[str, ...] = ()
    _folded: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in self.organisations:
            self._folded.setdefault(fold(name), name)
            self._folded.setdefault(fold(_LEADING.sub("", name)), name)

    def organisation(self, text: str) -> str | None:
        """The known organisation that this whole text is the name of."""
        bare = re.sub(r"\s*\([^)]*\)$", "", text)
        for candidate in (text, bare, _LEADING.sub("", text), _LEADING.sub("", bare)):
            if candidate and (name := self._folded.get(fold(candidate))):
                return name
        return None

    def organisations_in(self, text: str) -> list[str]:
        """The known organisations named in a text, in the order of the text."""
        return find_names(text, self.organisations)

    def lines_in(self, text: str) -> list[str]:
        """The programme lines named in a text, in the order of the text."""
        return find_names(text, self.lines)

    def body_in(self, text: str) -> KnownBody | None:
        """The body named in a text, the longest name where one holds another."""
        found = find_names(text, tuple(body.name for body in self.bodies))
        longest = max(found, key=len, default=None)
        return next((body for body in self.bodies if body.name == longest), None)


def find_names(text: str, names: tuple[str, ...]) -> list[str]:
    """Which names stand in a text as whole words, whatever their case, accents and spaces.

    Where one name begins another the longer is found.
    """
    wanted = {folded: name for name in names if len(folded := fold(name)) > 1}
    longest = max(map(len, wanted), default=0)
    words = [fold(word) for word in re.findall(r"\w+", text)]
    found: list[str] = []
    place = 0
    while place < len(words):
        joined, hit, after = "", "", place + 1
        for end in range(place, len(words)):
            joined += words[end]
            if len(joined) > longest:
                break
            if joined in wanted:
                hit, after = wanted[joined], end + 1
        if hit and hit not in found:
            found.append(hit)
        place = after
    return found
