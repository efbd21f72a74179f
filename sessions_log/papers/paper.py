"""What the papers of a session share: how they are made, named and told apart."""

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from civportal.centre.letterhead import letterhead
from civportal.centre.models import CentreProfile
from civportal.lib.text import shortened, slug_for
from civportal.typeset.html import words
from civportal.typeset.letters import MISSING
from civportal.typeset.typesetting import edition, typeset
from civportal.ui import words as ui_words

TEMPLATES = Path(__file__).parent


@dataclass(frozen=True)
class Paper:
    """A document that is not made yet: its template, what stands in it, and its name."""

    template: str
    data: dict[str, Any]
    moment: datetime.datetime
    name: str

    @property
    def fingerprint(self) -> str:
        """Differs from that of any other paper, also of the same data in another look."""
        content = json.dumps(self.data, sort_keys=True, ensure_ascii=False)
        made_by = f"{edition(TEMPLATES)}\n{self.template}\n{self.moment.isoformat()}\n"
        return hashlib.sha256((made_by + content).encode()).hexdigest()

    def pdf(self) -> bytes:
        """Make it. Raises ``NotTypesetError``."""
        return typeset(TEMPLATES / self.template, self.data, moment=self.moment)


def paper(
    template: str,
    *,
    content: dict[str, Any],
    title: str,
    keywords: Sequence[str],
    day: datetime.date,
    language: str,
    moment: datetime.datetime,
    footer: Sequence[str],
    name: str,
    mark: str = "",
    warning: str = "",
) -> Paper:
    """A paper of the centre. ``day`` is that of the session, ``footer`` its lines from the left.

    Call it with the language of the paper in force.
    """
    profile = CentreProfile.current()
    day_name = ui_words.short_date(day)
    content = {**content, "letterhead": letterhead(profile)}
    if MISSING in json.dumps(content, ensure_ascii=False):
        content["missing"] = words(
            _("“%(sign)s” stands for a sign that this PDF cannot show. The website does.")
            % {"sign": MISSING}
        )
    content["doc"] = {
        "language": language,
        "title": words(f"{title}, {day_name}"),
        "author": words(profile.name),
        "keywords": [words(keyword) for keyword in keywords if keyword.strip()],
        "description": words(f"{profile.name}: {title}, {day_name}"),
        "date": [moment.year, moment.month, moment.day],
        "running": words(f"{shortened(title, 70)}, {day_name}"),
        "warning": words(warning),
        "footer": [words(line) for line in footer],
        "mark": words(mark),
        # Translators: {page} and {pages} are filled in on paper; leave them as they are.
        "page": _("Page {page} of {pages}"),
    }
    return Paper(template, content, moment, f"{slug_for(name, fallback='stuk')}.pdf")


def when(day: datetime.date, start: datetime.time | None, end: datetime.time | None) -> str:
    """``donderdag 18 februari 2021, 15.00–17.00 uur``."""
    clock = strip_tags(ui_words.time_range_html(start, end))
    return f"{ui_words.long_date(day)}, {clock}" if clock else ui_words.long_date(day)


def facts(rows: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The facts at the head of a paper, without those that nobody knows."""
    return [[words(name), words(value)] for name, value in rows if value.strip()]


def named(name: str, role: str) -> str:
    """A person with their role: ``Anna de Vries (voorzitter)``."""
    if not role:
        return name
    # Translators: a person and what they do, in a list of who was there.
    return pgettext("on paper", "%(name)s (%(role)s)") % {"name": name, "role": role}
