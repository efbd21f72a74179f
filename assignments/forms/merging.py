"""Two windows, or two people, in one form: what each changed is kept, field by field.

A page carries what was stored when it was made (``seen``). What somebody did not touch is taken
from what is stored now; what only they touched is theirs; only where both changed the same field
to different things somebody has to choose.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from assignments.forms.posting import PostingForm

Raw = dict[str, list[str]]
"""A form as a browser sends it: by field the values, with plain line ends."""


def raw_of(form: PostingForm) -> Raw:
    """What an untouched form would send."""
    found: Raw = {}
    for name, field in form.fields.items():
        value = field.prepare_value(form.get_initial_for_field(field, name))
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput):
            found[name] = ["on"] if value else []
        elif isinstance(widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
            found[name] = sorted(str(getattr(each, "pk", each)) for each in value or [])
        elif isinstance(widget, forms.Select):
            found[name] = ["" if value is None else str(value)]
        else:
            shown = widget.format_value(value)
            found[name] = [_plain(str(shown)) if shown is not None else ""]
    return found


def raw_from(data: QueryDict, form: PostingForm) -> Raw:
    """What a browser sent, of the fields that the form asks."""
    found: Raw = {}
    for name, field in form.fields.items():
        values = [_plain(value) for value in data.getlist(name)]
        if isinstance(field.widget, forms.CheckboxInput):
            values = ["on"] if values else []
        elif isinstance(field.widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
            values = sorted(values)
        elif name not in data:
            continue
        found[name] = values
    return found


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def seen_from(text: str) -> Raw:
    """What the page carried; empty for what is none, so that all that was sent counts."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): [str(each) for each in values]
        for name, values in found.items()
        if isinstance(values, list)
    }


@dataclass(frozen=True)
class Merged:
    """``data`` is what the form holds now; ``conflicts`` are fields that both changed, with what
    is stored now."""

    data: Raw
    conflicts: Raw

    @property
    def as_data(self) -> QueryDict:
        """For a form."""
        query = QueryDict(mutable=True)
        for name, values in self.data.items():
            query.setlist(name, values)
        return query


def merge(
    mine: Raw,
    *,
    seen: Raw,
    theirs: Raw,
    take: Collection[str] = (),
    unheard: Collection[Raw] = (),
) -> Merged:
    """Put together what was sent and what is stored.

    ``take`` are fields of which the stored text is chosen. ``unheard`` was sent earlier from the
    same page, which never heard whether it was stored: that is no conflict with oneself.
    """
    data: Raw = {}
    conflicts: Raw = {}
    for name, now in theirs.items():
        sent = mine.get(name)
        before = seen.get(name, now)
        if sent is None or sent == before or name in take:
            data[name] = now
            continue
        data[name] = sent
        own = [before, sent, *(one[name] for one in unheard if name in one)]
        if _bare(now) not in [_bare(each) for each in own]:
            conflicts[name] = now
    return Merged(data, conflicts)


def _bare(values: list[str]) -> list[str]:
    """Without the spaces that storing takes away."""
    return [" ".join(value.split()) for value in values]


def without(merged: Merged, theirs: Raw) -> Merged:
    """The same, with what is stored for the fields on which nobody has chosen yet."""
    return Merged({**merged.data, **{n: theirs[n] for n in merged.conflicts}}, merged.conflicts)


def written_elsewhere(mine: Raw, *, seen: Raw, now: Raw) -> Raw:
    """What was stored elsewhere of fields that were not touched here: for the page to show."""
    return {
        name: values
        for name, values in now.items()
        if name in seen and mine.get(name) == seen[name] != values
    }


def next_seen(seen: Raw, now: Raw, still: Collection[str]) -> Raw:
    """What the page has seen after saving; of ``still``, which it does not show yet, the old.

    A field that waits for a choice, or that the page has still to renew, must not look as if
    somebody had changed it back.
    """
    return {name: seen.get(name, value) if name in still else value for name, value in now.items()}
