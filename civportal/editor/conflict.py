"""Two people wrote the same text at the same time: what each wrote, and where they differ."""

from dataclasses import dataclass
from datetime import datetime

from civportal.editor.blocks import both
from civportal.editor.sanitise import sanitise
from civportal.lib.difference import Piece, difference, plain_lines


class TextConflict(Exception):  # noqa: N818 - reads as what happened
    """The text was changed since the revision that someone began from; nothing was saved.

    ``mine`` is what that person wanted to save and ``theirs`` what is stored now, at
    ``revision``; both are clean. ``writer`` and ``at`` tell who stored it and when, as far as is
    known; ``is_own`` that it was the same person, as in another window.
    """

    def __init__(
        self,
        *,
        mine: str,
        theirs: str,
        revision: int,
        writer: str = "",
        at: datetime | None = None,
        is_own: bool = False,
    ) -> None:
        super().__init__(revision)
        self.mine = sanitise(mine)
        self.theirs = theirs
        self.revision = revision
        self.writer = writer
        self.at = at
        self.is_own = is_own

    @property
    def sides(self) -> "Sides":
        """Both texts, to be read beside each other."""
        return sides(self.theirs, self.mine)

    @property
    def together(self) -> str:
        """A text to begin merging with: all that either says."""
        return both(self.theirs, self.mine)


@dataclass(frozen=True)
class Sides:
    """Two texts beside each other, cut where they differ; empty when they say the same words."""

    theirs: list[Piece]
    mine: list[Piece]


def sides(theirs: str, mine: str) -> Sides:
    """Cut two texts of HTML into what they share and what only one of them says."""
    pieces = difference(plain_lines(theirs), plain_lines(mine))
    return Sides(
        [piece for piece in pieces if piece.kind != "in"],
        [piece for piece in pieces if piece.kind != "out"],
    )
