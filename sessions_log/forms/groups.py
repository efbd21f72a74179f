"""The fields of a review, grouped as its page shows them."""

from dataclasses import dataclass, field

from django.forms import BoundField

from sessions_log.reports import Notice


@dataclass
class Piece:
    """A stretch of an item as HTML, and for a list the choice of what it is."""

    html: str
    kind: BoundField | None = None


@dataclass
class ItemGroup:
    heading: BoundField
    pieces: list[Piece]


@dataclass
class MeetingGroup:
    """The fields of one meeting, grouped for the page."""

    number: int
    title: str
    main: list[BoundField]
    when: list[BoundField]
    where: list[BoundField]
    about: list[BoundField]
    organisations: BoundField
    items: list[ItemGroup]
    people: list[list[BoundField]]
    what: BoundField
    left_out: bool
    questions: list["NoticeGroup"] = field(default_factory=list)


@dataclass
class NoticeGroup:
    """A notice with its ways to deal with it."""

    notice: Notice
    done: BoundField | None
    place: BoundField | None
    is_done: bool
    link: str = ""

    @property
    def message(self) -> str:
        """The sentence in the language of the page."""
        return self.notice.message()
