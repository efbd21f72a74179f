"""What can be told: kinds, reminders and digest sections, registered by the apps that own them.

This room knows people and kinds, no app. An app calls ``register_kind``, ``register_reminders``
and ``register_section`` from ``AppConfig.ready``.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.functional import Promise

from civportal.lib.mail import Letter
from civportal.notifications.choices import Mode, Reason

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from civportal.accounts.models import User
    from civportal.notifications.models import Notification


@dataclass(frozen=True, kw_only=True)
class Message:
    """A letter, with a calendar part where it belongs.

    ``calendar`` is a whole VCALENDAR as bytes; ``method`` is its METHOD (RFC 5546), or "PUBLISH".
    ``language`` is the one the letter is in, where that is not the recipient's own.
    """

    letter: Letter
    language: str = ""
    calendar: bytes = b""
    method: str = "PUBLISH"


@contextmanager
def in_language_of(person: "User") -> Iterator[None]:
    """Write in the language that someone reads mail in."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        yield


@dataclass(frozen=True)
class Withheld:
    """Why a notification should not go out after all, found at the moment of sending."""

    reason: Reason


Composer = Callable[[Sequence["Notification"]], Mapping[int, "Message | Withheld"]]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of notification.

    ``compose`` makes the messages of a batch of notifications of this kind (recipients loaded),
    by their keys, with a constant number of queries, each in its recipient's language (see
    ``in_language_of``). It asks ``visible_to`` at that moment, and answers ``Withheld`` for what
    may no longer be seen or no longer holds. ``default`` is how people hear of it who have not
    chosen; ``modes`` are the choices they have. A ``required`` kind cannot be turned off, and
    goes out also while someone has paused their mail; ``help_text`` says why it must arrive, or
    what an optional kind is. ``quiet`` kinds wait for the morning.
    ``preview`` makes an example for the style guide, without the database.
    """

    name: str
    label: str | Promise
    group: str | Promise
    compose: Composer
    preview: Callable[[], Message]
    default: Mode = Mode.AT_ONCE
    modes: tuple[Mode, ...] = (Mode.AT_ONCE, Mode.OFF)
    required: bool = False
    quiet: bool = True
    help_text: str | Promise = ""


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """Something that begins, and someone who takes part in it.

    ``subject`` is what it is, such as ``worksession:12``; ``since`` is when the person came to
    take part: reminders that fell due before that moment are not sent.
    """

    user_id: int
    subject: str
    starts_at: datetime.datetime
    since: datetime.datetime


class Upcoming(Protocol):
    """How a source is asked; see ``ReminderSource``."""

    def __call__(
        self,
        after: datetime.datetime,
        before: datetime.datetime,
        *,
        user_id: int | None = None,
        subject: str = "",
    ) -> Iterable[Reminder]:
        """The reminders."""
        ...


@dataclass(frozen=True, kw_only=True)
class ReminderSource:
    """Where reminders of a kind come from.

    ``upcoming(after, before)`` yields everyone's reminders for what begins in that window, in
    one streamed query; with ``user_id`` or ``subject`` those of one person or about one thing.
    """

    kind: str
    upcoming: Upcoming


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a digest.

    ``topic`` is the heading that it comes under, mostly the title of a programme line; ``None``
    is the rest. ``text`` is in ``language``, as the title is.
    """

    subject: str
    title: str
    url: str
    moment: datetime.datetime
    text: str = ""
    language: str = "nl"
    topic: str | None = None


FollowedLines = Mapping[int, Mapping[int, AbstractSet[str]]]
"""By person and key: the topics that the person follows under which this was told."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one kind of happening gives to the digest.

    ``model`` and ``prefix`` tell the objects (``worksession:12`` is a ``WorkSession``);
    ``visible`` is the rows a viewer, mostly an ``OuterRef``, may see, such as
    ``WorkSession.objects.visible_to``. ``entries`` makes the lines of these objects in the
    language in force, by key, with a constant number of queries. ``told_by`` names the kinds that
    tell of the same at once: who got such a mail does not get the line as well, and who turned
    all of them off gets neither. ``find`` writes down (``outbox.happened``) what has come about
    without anybody's doing, such as news of which the moment has come; it is called with the
    present moment before digests are drawn, and may be called again.
    """

    name: str
    label: str | Promise
    prefix: str
    visible: Callable[[Any], QuerySet[Any]]
    entries: Callable[[Sequence[int]], Mapping[int, Entry]]
    told_by: tuple[str, ...] = ()
    find: Callable[[datetime.datetime], None] | None = None
    headings: Callable[[FollowedLines], Mapping[tuple[int, int], str]] | None = None
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Something to follow: ``key`` such as ``line:3``."""

    key: str
    label: str
    group: str | Promise
    url: str = ""


@dataclass
class _Register:
    kinds: dict[str, Kind] = field(default_factory=dict)
    reminders: dict[str, ReminderSource] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    subjects: dict[str, tuple[Callable[[Any], QuerySet[Any]], Callable[[Any], str]]] = field(
        default_factory=dict
    )
    topics: dict[str, Callable[["User | AnonymousUser"], Iterable[Topic]]] = field(
        default_factory=dict
    )
    sweeps: dict[str, Callable[[datetime.datetime], int]] = field(default_factory=dict)


_known = _Register()


def register_kind(kind: Kind) -> None:
    """Make a kind known; its name is unique."""
    _known.kinds[kind.name] = kind


def register_reminders(source: ReminderSource) -> None:
    """Let the sweep ask this source; its kind must be registered too."""
    _known.reminders[source.kind] = source


def register_sweep(name: str, sweep: Callable[[datetime.datetime], int]) -> None:
    """Let something be looked for each minute that falls due by a rule of its own.

    ``sweep(now)`` puts what has fallen due into the outbox, and gives how many were new; called
    again, or by two workers at once, it changes nothing.
    """
    _known.sweeps[name] = sweep


def register_section(section: Section) -> None:
    """Let digests tell of these happenings."""
    _known.sections[section.name] = section


def register_topics(name: str, topics: Callable[["User | AnonymousUser"], Iterable[Topic]]) -> None:
    """Let people follow these; ``topics(user)`` gives what this person may see of them."""
    _known.topics[name] = topics


def register_subjects(
    prefix: str,
    visible: Callable[[Any], QuerySet[Any]],
    *,
    name: Callable[[Any], str] = str,
) -> None:
    """Let the ledger name what notifications are about: ``prefix:key`` is one of ``visible(user)``.

    ``name`` tells what it is called in the language in force, ``get_absolute_url`` its page.
    """
    _known.subjects[prefix] = (visible, name)


def subjects() -> Mapping[str, tuple[Callable[[Any], QuerySet[Any]], Callable[[Any], str]]]:
    """By prefix: how to find what a viewer may see of them, and what each is called."""
    return _known.subjects


def kind(name: str) -> Kind:
    """The kind of this name; ``KeyError`` for one that nobody registered."""
    return _known.kinds[name]


def kinds() -> list[Kind]:
    """All kinds, in the order they came."""
    return list(_known.kinds.values())


def reminder_sources() -> list[ReminderSource]:
    """All sources of reminders."""
    return list(_known.reminders.values())


def sweeps() -> list[Callable[[datetime.datetime], int]]:
    """All sweeps of apps, in the order they came."""
    return list(_known.sweeps.values())


def sections() -> list[Section]:
    """All digest sections, in order."""
    return sorted(_known.sections.values(), key=lambda section: (section.order, section.name))


def topics(user: "User | AnonymousUser") -> list[Topic]:
    """Everything that this person can follow; what a visitor would see is open to all."""
    return [topic for give in _known.topics.values() for topic in give(user)]
