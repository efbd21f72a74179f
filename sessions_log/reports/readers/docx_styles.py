"""The styles and the numbering of a Word document, and small helpers for its XML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ..source import Marker

SPACES = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
}


def tag_of(element: Element) -> str:
    space, _brace, name = element.tag[1:].partition("}")
    prefix = SPACES.get(space)
    return f"{prefix}:{name}" if prefix else name


def attribute(element: Element | None, name: str) -> str | None:
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return None


def find(element: Element | None, *path: str) -> Element | None:
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if tag_of(child) == name), None)
    return element


def is_on(element: Element | None) -> bool:
    return element is not None and attribute(element, "val") not in ("0", "false", "off", "none")


@dataclass
class Style:
    name: str = ""
    based_on: str | None = None
    level: int | None = None
    bold: bool = False
    num_id: str | None = None
    depth: int = 0


class Styles:
    """What the styles of a document say, with the counters of its numbered lists."""

    def __init__(self, styles: Iterable[Element], numbering: Iterable[Element]) -> None:
        self.styles = _read_styles(styles)
        self.formats: dict[tuple[str, int], str] = {}
        self.counted_as: dict[str, str] = {}
        self._read_numbering(numbering)
        self.counters: dict[str, list[int]] = {}

    def resolve(self, style_id: str | None) -> Style:
        """A style with what it takes over from the styles it is based on."""
        result = Style()
        seen: set[str] = set()
        while style_id and style_id in self.styles and style_id not in seen:
            seen.add(style_id)
            style = self.styles[style_id]
            if result.level is None:
                result.level = style.level
            if result.num_id is None and style.num_id is not None:
                result.num_id, result.depth = style.num_id, style.depth
            result.bold = result.bold or style.bold
            style_id = style.based_on
        return result

    def _read_numbering(self, elements: Iterable[Element]) -> None:
        """The format of each level of each list: bullet, decimal and so on."""
        abstract: dict[str, dict[int, str]] = {}
        for element in elements:
            if tag_of(element) == "w:abstractNum":
                abstract[attribute(element, "abstractNumId") or ""] = {
                    int(attribute(level, "ilvl") or 0): attribute(find(level, "w:numFmt"), "val")
                    or "decimal"
                    for level in element
                    if tag_of(level) == "w:lvl"
                }
            elif tag_of(element) == "w:num":
                num_id = attribute(element, "numId") or ""
                kind = attribute(find(element, "w:abstractNumId"), "val") or ""
                restarts = find(element, "w:lvlOverride", "w:startOverride") is not None
                self.counted_as[num_id] = f"own {num_id}" if restarts else kind
                for depth, fmt in abstract.get(kind, {}).items():
                    self.formats[num_id, depth] = fmt

    def marker(self, paragraph: Element, style: Style) -> tuple[Marker | None, int]:
        """The bullet or number that Word puts before a paragraph, and how deep it is nested."""
        properties = find(paragraph, "w:pPr", "w:numPr")
        num_id = attribute(find(properties, "w:numId"), "val") or style.num_id or "0"
        depth = int(attribute(find(properties, "w:ilvl"), "val") or style.depth)
        fmt = self.formats.get((num_id, depth), self.formats.get((num_id, 0), "bullet"))
        if num_id == "0" or fmt == "none":
            return None, 0
        if fmt == "bullet":
            return Marker("bullet", "•"), max(depth, style.depth)
        counter = self.counters.setdefault(self.counted_as.get(num_id, num_id), [])
        del counter[depth + 1 :]
        counter.extend([0] * (depth + 1 - len(counter)))
        counter[depth] += 1
        if "etter" in fmt:
            letter = chr(96 + min(counter[depth], 26))
            return Marker("letter", f"{letter}.", (counter[depth],)), depth
        number = tuple(counter[: depth + 1])
        return Marker("number", ".".join(map(str, number)) + ".", number), depth


def _read_styles(elements: Iterable[Element]) -> dict[str, Style]:
    styles: dict[str, Style] = {}
    for element in elements:
        if tag_of(element) != "w:style":
            continue
        name = (attribute(find(element, "w:name"), "val") or "").lower()
        style = Style(name=name, based_on=attribute(find(element, "w:basedOn"), "val"))
        outline = attribute(find(element, "w:pPr", "w:outlineLvl"), "val")
        if match := re.fullmatch(r"(?:heading|kop|überschrift) ?(\d)", name):
            style.level = int(match[1])
        elif name in {"title", "titel"}:
            style.level = 0
        elif outline is not None and int(outline) < 9:
            style.level = int(outline) + 1
        style.bold = is_on(find(element, "w:rPr", "w:b"))
        style.num_id = attribute(find(element, "w:pPr", "w:numPr", "w:numId"), "val")
        style.depth = int(attribute(find(element, "w:pPr", "w:numPr", "w:ilvl"), "val") or 0)
        if match := re.fullmatch(r"list(?: bullet| number)? (\d)", name):
            style.depth = int(match[1]) - 1
        styles[attribute(element, "styleId") or name] = style
    return styles
