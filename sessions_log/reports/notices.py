"""What the reader of a report could not tell, or left out, said in words a person can act on."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

ASK = "ask"
NOTE = "note"


@dataclass(frozen=True)
class Notice:
    """One warning: a question to the office, or a note on what was done with a piece of text.

    ``quotes`` holds text of the file itself, whole: what stands in no draft stands here.
    ``meeting`` is the place of the meeting in the report, or None where it is about the file.
    """

    code: str
    quotes: tuple[str, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)
    meeting: int | None = None
    level: str = ASK

    def message(self) -> str:
        """The sentence, without the quotes, in the language that is active."""
        return _sentence(self.code) % self.values

    def __str__(self) -> str:
        if not self.quotes:
            return self.message()
        quoted = " · ".join(f"“{quote}”" for quote in self.quotes)
        return f"{self.message()} {quoted}"

    def as_data(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "quotes": list(self.quotes),
            "values": self.values,
            "meeting": self.meeting,
            "level": self.level,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Notice":
        return cls(
            code=data["code"],
            quotes=tuple(data["quotes"]),
            values=data["values"],
            meeting=data["meeting"],
            level=data["level"],
        )


def _sentence(code: str) -> str:
    sentences = {
        "no_date": _("“%(title)s”: the date of this meeting is not told. Please fill it in."),
        "no_year": _(
            "“%(title)s”: no year is given for “%(date)s”. Please fill in the whole date."
        ),
        "impossible_date": _("“%(title)s”: “%(date)s” is not a date in the calendar."),
        "ambiguous_date": _(
            "“%(title)s”: “%(date)s” can be read in two ways (day or month first). "
            "Please fill in the date."
        ),
        "several_dates": _(
            "“%(title)s”: several dates are named (%(dates)s). Please fill in the right one."
        ),
        "more_days": _(
            "“%(title)s” names more than one day (%(dates)s); the first is used. Please check."
        ),
        "date_conflict": _(
            "“%(title)s”: the report names both %(dates)s as its date; %(date)s is used. "
            "Please check."
        ),
        "wrong_weekday": _(
            "“%(title)s”: “%(date)s” fell on another day of the week. Please check the date."
        ),
        "year_from": _(
            "“%(title)s”: the year of “%(date)s” (%(year)s) comes from elsewhere in the report:"
        ),
        "date_from": _("“%(title)s”: the date (%(date)s) comes from what stands above it:"),
        "other_date": _(
            "“%(title)s”: this date was not taken for the date of the meeting "
            "(sending, signing, a next meeting):"
        ),
        "no_kind": _(
            "“%(title)s”: the kind of meeting is not told; work session is filled in. Please check."
        ),
        "unknown_line": _("“%(title)s”: a programme line is named that the portal does not know:"),
        "line_mentioned": _(
            "“%(title)s”: %(lines)s is mentioned, but may not be the subject. "
            "Link the programme line if it is."
        ),
        "unknown_body": _("“%(title)s”: this group is not known in the portal:"),
        "shared_seat": _(
            "“%(title)s”: this seat seems to be shared by two organisations; it stays one seat:"
        ),
        "speaker_count": _(
            "“%(title)s”: the text speaks of %(told)s speakers, %(found)s were recognised."
        ),
        "check_organisation": _(
            "“%(title)s”: %(organisation)s was taken for the organisation of %(name)s. "
            "Please check."
        ),
        "unclear_person": _("“%(title)s”: this stands among the people, but is no clear name:"),
        "attendance": _("“%(title)s”: read as the people who were there:"),
        "absent": _("“%(title)s”: read as absent:"),
        "head": _("“%(title)s”: read as date, time, place or subject of the meeting:"),
        "introduction": _("This introduction belongs to several meetings; it is not in a draft:"),
        "unplaced": _("This stands before the first meeting; it is not in a draft:"),
        "document_title": _("Read as the title of the whole report:"),
        "residue": _("This seems to be left over from a web page or mail; it is not in a draft:"),
        "page_furniture": _("Page numbers and running heads were left out:"),
        "numbers": _("Numbers before agenda items were left out; the portal numbers them itself:"),
        "no_meeting": _(
            "No meeting was recognised; the whole text is in one draft. Please check everything."
        ),
        "encoding": _(
            "The characters of this file were not marked; please check accents and quotes."
        ),
        "page_header": _("In the header of the page:"),
        "page_footer": _("In the footer of the page:"),
        "text_box": _("This stood in a text box; its place in the text may be another:"),
        "footnote": _("This was a footnote or endnote; it follows the paragraph it belongs to:"),
        "comment": _("A comment in the margin is not in a draft:"),
        "deleted": _("Text that was struck out with tracked changes is not in a draft:"),
        "tracked": _("This file has tracked changes; the proposed text was read."),
        "pictures": _("Pictures in the file (%(count)s) were left out."),
        "embedded": _("Another document inside this file was left out."),
    }
    return sentences[code]
