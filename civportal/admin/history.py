"""What happened to something: every change, with who and when, in words.

Read from the events that pghistory's triggers keep; so changes by a script, a task or the
database itself are there as well, only without a person.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pghistory.models import Context, Event

from civportal.admin.visibility import NOT_VISIBLE, Person, visible_rows
from civportal.editor.fields import RichTextField
from civportal.lib.difference import Piece, difference, plain_lines

PER_PAGE = 25
INSERT, UPDATE, DELETE = "insert", "update", "delete"


@cache
def _event_models() -> dict[type[models.Model], type[Event]]:
    """The events of each table, by its model; proxies (of links, of groups) lead to the table."""
    found: dict[type[models.Model], type[Event]] = {}
    for model in apps.get_models():
        if issubclass(model, Event) and model.pgh_tracked_model is not None:
            found[model.pgh_tracked_model._meta.concrete_model] = model
    return found


def events_of(model: type[models.Model]) -> type[Event] | None:
    """The events of a model; None when no history of it is kept."""
    return _event_models().get(model._meta.concrete_model or model)


@dataclass(frozen=True)
class Link:
    """A many-to-many field with a history: where its events are, and which keys they hold."""

    field: "models.ManyToManyField[Any, Any]"
    events: type[Event]

    @property
    def from_key(self) -> str:
        """The event's field with the key of the thing itself."""
        return str(self.field.m2m_column_name())

    @property
    def to_key(self) -> str:
        """The event's field with the key of what it is linked to."""
        return str(self.field.m2m_reverse_name())


def links_of(model: type[models.Model]) -> list[Link]:
    """The many-to-many fields of a model that have a history."""
    found = []
    for many in model._meta.many_to_many:
        between: Any = many.remote_field.through
        events = events_of(between)
        if events is not None and between._meta.auto_created:
            found.append(Link(many, events))
    return found


def told_fields(
    model: type[models.Model], events: type[Event], *, without: Collection[str] = ()
) -> list["models.Field[Any, Any]"]:
    """The fields whose changes mean something to people: those that a form could hold."""
    kept = {one.name for one in events._meta.get_fields()}
    return [
        one
        for one in model._meta.concrete_fields
        if one.editable and not one.primary_key and one.name in kept and one.name not in without
    ]


# --- values in words -------------------------------------------------------------------------


class Names:
    """The names of things that events point at, as far as the reader may know them.

    Ask with ``want`` for all of a page first; ``load`` then takes two queries for each kind.
    """

    def __init__(self, user: Person) -> None:
        self.user = user
        self._wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        self._names: dict[tuple[type[models.Model], Any], str] = {}

    def want(self, model: type[models.Model], key: Any) -> None:
        if key is not None:
            self._wanted[model].add(key)

    def load(self) -> None:
        for model, keys in self._wanted.items():
            there = set(
                model._base_manager.filter(pk__in=keys).order_by().values_list("pk", flat=True)
            )
            related = [one.name for one in model._meta.concrete_fields if one.many_to_one]
            seen = visible_rows(model, self.user).filter(pk__in=there).select_related(*related)
            names = {row.pk: str(row) for row in seen}
            for key in keys:
                gone = _("(no longer there: number %(key)s)") % {"key": key}
                self._names[model, key] = names.get(key) or (
                    str(NOT_VISIBLE) if key in there else gone
                )

    def of(self, model: type[models.Model], key: Any) -> str:
        return self._names[model, key]


def in_words(one: "models.Field[Any, Any]", value: Any, names: Names) -> str:  # noqa: PLR0911 - a table of kinds
    """A stored value as people read it; empty for none."""
    if value is None or value == "":
        return ""
    if one.remote_field:
        return names.of(one.remote_field.model, value)
    if one.choices:
        return str(dict(one.flatchoices).get(value, value))
    if isinstance(one, RichTextField):
        return plain_lines(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return formats.localize(timezone.localtime(value) if timezone.is_aware(value) else value)
    if isinstance(value, date | time):
        return formats.localize(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=1)
    return str(value)


@dataclass(frozen=True)
class Change:
    """One field that changed: in pieces of text, of which some went and some came."""

    label: str
    pieces: list[Piece]
    marks_only: bool = False
    """Rich text of which the words stayed and only marks, such as bold, changed."""


def change_of(one: "models.Field[Any, Any]", before: Any, after: Any, names: Names) -> Change:
    """The change of one field from one stored value to another."""
    label = capfirst(str(one.verbose_name))
    old, new = in_words(one, before, names), in_words(one, after, names)
    if isinstance(one, models.TextField) or isinstance(before or after, dict | list):
        return Change(label, difference(old, new), marks_only=old == new)
    pieces = [Piece("out", old)] if old else []
    return Change(label, [*pieces, Piece("in", new)] if new else pieces)


# --- the timeline ----------------------------------------------------------------------------


@dataclass
class Version:
    """A version of the thing itself, to look back at and perhaps return to."""

    event_id: int
    kind: str


@dataclass
class Entry:
    """What one person did at one moment."""

    at: datetime
    who: str
    via: str
    restored: bool
    kinds: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    version: Version | None = None

    @property
    def in_admin(self) -> bool:
        return self.via.startswith(reverse("admin:index"))

    @property
    def is_addition(self) -> bool:
        return INSERT in self.kinds

    @property
    def is_deletion(self) -> bool:
        return DELETE in self.kinds


def _timeline(model: type[models.Model], key: Any, events: Any) -> QuerySet[Any]:
    """All events of a thing and its links, newest first: (moment, context, source, event)."""

    def rows(source: int, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = (
            queryset.order_by()
            .annotate(pgh_source=Value(source))
            .values_list("pgh_created_at", "pgh_context_id", "pgh_source", "pgh_id")
        )
        return found

    own = rows(0, events._base_manager.filter(pgh_obj_id=key))
    others = [
        rows(number, link.events._base_manager.filter(**{link.from_key: key}))
        for number, link in enumerate(links_of(model), start=1)
    ]
    # Of what happened at one moment the thing itself comes first, then its links.
    timeline = own.union(*others, all=True)
    ordered: QuerySet[Any] = timeline.order_by("-pgh_created_at", "pgh_source", "-pgh_id")
    return ordered


def _who(metadata: dict[str, Any] | None, people: dict[Any, Any]) -> str:
    """The person in the words of a reader; a process where there was none."""
    key = (metadata or {}).get("user")
    if key is None:
        return _("The portal itself")
    person = people.get(key)
    return str(person) if person else _("Someone who was removed (number %(key)s)") % {"key": key}


class _Loaded:
    """The events of one page with all they need, read with a fixed number of queries."""

    def __init__(
        self,
        model: type[models.Model],
        events: Any,
        rows: list[tuple[datetime, UUID | None, int, int]],
        *,
        key: Any,
        user: Person,
        without: Collection[str],
    ) -> None:
        self.fields = told_fields(model, events, without=without)
        self.links = links_of(model)
        own_ids = sorted(event for _at, _context, source, event in rows if source == 0)
        self.own = events._base_manager.in_bulk(own_ids)
        before = None
        if own_ids:
            earlier = events._base_manager.filter(pgh_obj_id=key, pgh_id__lt=own_ids[0])
            before = earlier.order_by("-pgh_id").first()
        self.previous: dict[int, Any] = {}
        for event_id in own_ids:
            self.previous[event_id], before = before, self.own[event_id]
        self.linked: dict[tuple[int, int], Any] = {}
        for number, link in enumerate(self.links, start=1):
            ids = [event for _at, _context, source, event in rows if source == number]
            found = link.events._base_manager.in_bulk(ids) if ids else {}
            self.linked |= {(number, event_id): event for event_id, event in found.items()}
        self.contexts = Context.objects.in_bulk(
            [context for _at, context, _s, _e in rows if context]
        )
        keys = {one.metadata.get("user") for one in self.contexts.values()} - {None}
        self.people = get_user_model()._default_manager.in_bulk(keys)
        self.names = Names(user)
        self._load_names()

    def _load_names(self) -> None:
        versions = [*self.own.values(), *self.previous.values()]
        for one in self.fields:
            if one.remote_field:
                for event in filter(None, versions):
                    self.names.want(one.remote_field.model, getattr(event, one.attname))
        for (number, _event_id), event in self.linked.items():
            link = self.links[number - 1]
            self.names.want(link.field.remote_field.model, getattr(event, link.to_key))
        self.names.load()

    def entry(self, at: datetime, context: UUID | None) -> Entry:
        """An entry with nothing told yet: when, who, from where."""
        metadata = self.contexts[context].metadata if context in self.contexts else {}
        return Entry(
            at,
            _who(metadata, self.people),
            metadata.get("url", ""),
            restored=bool(metadata.get("restored")),
        )

    def tell(self, entry: Entry, event_id: int) -> None:
        """Put a change of the thing itself in its entry."""
        event = self.own[event_id]
        entry.kinds.add(event.pgh_label)
        if event.pgh_label == DELETE:
            return
        entry.version = entry.version or Version(event.pgh_id, event.pgh_label)
        changes = _changes(self.fields, self.previous[event_id], event, self.names)
        entry.changes[:0] = changes  # before the links

    def tell_link(self, entry: Entry, source: int, event_id: int) -> None:
        """Put something linked or unlinked in its entry."""
        link, event = self.links[source - 1], self.linked[source, event_id]
        name = self.names.of(link.field.remote_field.model, getattr(event, link.to_key))
        piece = Piece("in" if event.pgh_label == INSERT else "out", name)
        entry.changes.append(Change(capfirst(str(link.field.verbose_name)), [piece]))


def entries_of(
    model: type[models.Model],
    key: Any,
    *,
    user: Person,
    page: str | int,
    without: Collection[str] = (),
) -> tuple[list[Entry], Page[Any]]:
    """A page of what happened to one thing, newest first, as this person may read it.

    ``without`` names fields that they may not read. The number of queries does not grow with
    the number of events, only with the number of kinds of things that they point at.
    """
    events = events_of(model)
    if events is None:
        raise ValueError(f"No history is kept of {model._meta.label}.")
    shown = Paginator(_timeline(model, key, events), PER_PAGE).get_page(page)
    rows = list(shown.object_list)
    loaded = _Loaded(model, events, rows, key=key, user=user, without=without)
    found: dict[Any, Entry] = {}
    for at, context, source, event_id in rows:
        # What one request did belongs together; without a request, what one transaction did.
        together = context or at
        entry = found.get(together) or found.setdefault(together, loaded.entry(at, context))
        if source == 0:
            loaded.tell(entry, event_id)
        elif loaded.links[source - 1].field.name not in without:
            loaded.tell_link(entry, source, event_id)
    told = [entry for entry in found.values() if entry.changes or entry.kinds - {UPDATE}]
    return told, shown


def _changes(
    fields: Iterable["models.Field[Any, Any]"], before: Any, after: Any, names: Names
) -> list[Change]:
    """What changed between two events; all that was filled in when there is none before."""
    found = []
    for one in fields:
        old = getattr(before, one.attname) if before is not None else None
        new = getattr(after, one.attname)
        if old != new and not (old in (None, "") and new in (None, "")):
            found.append(change_of(one, old, new, names))
    return found


# --- going back ------------------------------------------------------------------------------


def differences_from_now(
    obj: models.Model, event: Event, *, user: Person, fields: Iterable["models.Field[Any, Any]"]
) -> list[Change]:
    """What would change by giving ``obj`` the values it had in ``event``."""
    fields = list(fields)
    names = Names(user)
    for one in fields:
        if one.remote_field:
            names.want(one.remote_field.model, getattr(event, one.attname))
            names.want(one.remote_field.model, getattr(obj, one.attname))
    names.load()
    return _changes(fields, obj, event, names)


# --- what is gone ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Gone:
    """Something that was deleted: its name at the time, and when."""

    key: Any
    name: str
    at: datetime


def name_at(model: type[models.Model], event: Event) -> str:
    """What something was called at an event."""
    values = {}
    for one in model._meta.concrete_fields:
        try:
            event._meta.get_field(one.name)
        except FieldDoesNotExist:
            continue
        values[one.attname] = getattr(event, one.attname)
    try:
        return str(model(**values))
    except (ObjectDoesNotExist, AttributeError):  # what its name is made of is gone as well
        return f"{capfirst(str(model._meta.verbose_name))} {event.pgh_obj_id}"  # type: ignore[attr-defined]


def deleted(model: type[models.Model], events: type[Event], *, page: str | int) -> Page[Any]:
    """What was deleted and is not back, newest first."""
    alive = model._base_manager.filter(pk=OuterRef("pgh_obj_id"))
    rows = (
        events._base_manager.filter(pgh_label=DELETE)
        .exclude(Exists(alive))
        .order_by("-pgh_created_at", "-pgh_id")
    )
    return Paginator(rows, PER_PAGE).get_page(page)
