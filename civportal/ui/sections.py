"""Places on a page that apps from higher floors fill.

A page knows its places, not who fills them: ``programme_lines`` shows whatever was registered
for ``"programme_line"``, and ``sessions_log`` registers the line's sessions there. A section
looks up its own rows, already filtered by what the viewer may see, with a fixed number of
queries, and tells which template shows them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Builder = Callable[[HttpRequest, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class Section:
    """One section of a page: where it stands, what fills it, and what shows it."""

    place: str
    order: int
    name: str
    template: str
    build: Builder


_sections: dict[tuple[str, str], Section] = {}


def register(place: str, name: str, *, template: str, build: Builder, order: int) -> None:
    """Put a section in a place; ``build`` returns its context, or None to leave it out.

    Call this from ``AppConfig.ready``. Registering the same name again replaces the section.
    """
    _sections[place, name] = Section(place, order, name, template, build)


def sections_for(place: str, request: HttpRequest, subject: Any) -> list[dict[str, Any]]:
    """The sections of a place with something in them, in order.

    Each is ``{"name", "template", "context"}``, for
    ``{% include section.template with section=section.context only %}``.
    """
    there = sorted(
        (section for section in _sections.values() if section.place == place),
        key=lambda section: (section.order, section.name),
    )
    built = ((section, section.build(request, subject)) for section in there)
    return [
        {"name": section.name, "template": section.template, "context": context}
        for section, context in built
        if context is not None
    ]
