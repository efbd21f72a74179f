"""Running Typst: a template and data in, a PDF out."""

import datetime
import functools
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from civportal.typeset.letters import FONTS

ROOT = Path(__file__).resolve().parent.parent.parent
"""What a template can reach, so that it can import ``/civportal/typeset/house.typ``."""


class NotTypesetError(Exception):
    """A document could not be made; its words say why, for who mends the template."""


@functools.cache
def _fonts() -> typst.Fonts:
    """The packaged fonts and no others, so that every machine makes the same document."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def typeset(template: Path, data: dict[str, Any], *, moment: datetime.datetime) -> bytes:
    """The PDF that ``template`` makes of ``data``; the same data gives the same bytes.

    ``moment`` is when the document says it was made. Texts in ``data`` have gone through
    ``letters.readable`` or ``html.tree``. Raises ``NotTypesetError``.
    """
    try:
        return typst.compile(
            str(template),
            root=str(ROOT),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(moment.timestamp()),
        )
    except RuntimeError as error:  # also what TypstError is
        raise NotTypesetError(f"{template.name}: {error}") from error


@functools.cache
def edition(templates: Path) -> str:
    """What changes when documents from the templates in a folder may come out otherwise."""
    ours = [*sorted(Path(__file__).parent.glob("*.typ")), *sorted(templates.glob("*.typ"))]
    parts = [version("typst").encode(), *(file.read_bytes() for file in ours)]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
