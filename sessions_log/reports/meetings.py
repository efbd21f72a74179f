"""From blocks to meetings: the story of how a report is understood."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from .attendance import add_person, attendance_at, organisations_of
from .blocks import Block, build_blocks
from .dates import find_dates, find_times
from .labels import HEAD_LABELS, PEOPLE_LABELS, heading_label, label
from .lists import kind_of, labelled_list, make_entry, table_list
from .moments import Evidence, decide
from .notices import NOTE, Notice
from .organisations import (
    add_unique,
    enumerated,
    introduces_organisations,
    is_shared,
    looks_like_organisation,
    organisation_name,
    sentences,
    taking_part,
)
from .outline import Outline, Section, cut, is_date_line
from .people import find_speakers, parse_people
from .report import Entry, Item, ItemList, Meeting, Part, Person, Report, Table
from .source import Source
from .subject import Subject
from .surroundings import is_head, prose_before, remaining, take_off_residue
from .vocabulary import Vocabulary
from .words import language, like_person

_SPEAKERS = re.compile(r"\b(?:sprekers|inleiders|speakers)\b", re.IGNORECASE)


def understand(source: Source, vocabulary: Vocabulary) -> Report:
    """Understand a file that was read. All its text is in the meetings or in the notices."""
    lang = language(source.text)
    notices = list(source.notices)
    blocks, residue = take_off_residue(build_blocks(source))
    outline = cut(blocks, vocabulary)
    meetings: list[Meeting] = []
    for place, section in enumerate(outline.meetings):
        filler = _Filler(section, outline, vocabulary, lang)
        if section.before is not None:
            earlier = next(i for i, one in enumerate(outline.meetings) if one is section.before)
            filler.before = (section.before.heading, meetings[earlier].date)
        meetings.append(filler.fill())
        notices.extend(replace(notice, meeting=place) for notice in filler.notices)
    notices.extend(remaining(outline))
    if not outline.recognised:
        notices.insert(0, Notice("no_meeting"))
    if residue:
        notices.append(Notice("residue", tuple(residue), level=NOTE))
    return Report(meetings, notices, lang, source.text, source.format)


@dataclass
class _Head:
    """What the labelled lines at the head of a report say of a meeting."""

    lines: list[str] = field(default_factory=list)
    """The lines themselves, for the notice that they were read."""
    dates: list[str] = field(default_factory=list)
    bare_dates: list[str] = field(default_factory=list)
    other_dates: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    programme_lines: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    place: str = ""
    times: tuple[dt.time | None, dt.time | None] = (None, None)

    def take_times(self, text: str) -> None:
        """Take the hours that a text tells, where none are known yet."""
        if self.times == (None, None):
            self.times = find_times(text)

    def take(self, name: str, rest: str) -> None:
        """Take in what stands behind a label."""
        if name == "date":
            self.dates.append(rest)
            self.take_times(rest)
        elif name == "time":
            self.take_times(rest if re.search(r"uur|[ap]\.?m|:", rest) else f"{rest} uur")
        elif name == "place":
            self.place = self.place or rest
            self.take_times(rest)
        else:
            kept = {"line": self.programme_lines, "body": self.bodies, "subject": self.subjects}
            kept[name].append(rest)


@dataclass
class _Filler:
    """Fills one meeting from its section, block by block."""

    section: Section
    outline: Outline
    vocabulary: Vocabulary
    lang: str
    before: tuple[str, dt.date | None] | None = None
    notices: list[Notice] = field(default_factory=list)
    head: _Head = field(default_factory=_Head)
    items: list[Item] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    checks: list[Notice] = field(default_factory=list)
    told_speakers: int | None = None
    in_head: bool = True

    def fill(self) -> Meeting:
        """Read all that belongs to the meeting, then decide what it was."""
        blocks = list(self.section.blocks)
        if len(self.outline.meetings) == 1:
            prose = prose_before(self.outline)
            self._read([b for b in self.outline.front if is_head(b) or b in prose], front=True)
            self.in_head = True
            blocks[:0] = [block for holder in self.outline.holders for block in holder.blocks]
        self._read(blocks, front=False)
        return self._meeting()

    # --- reading blocks -----------------------------------------------------------------------

    def _read(self, blocks: list[Block], *, front: bool) -> None:
        place = 0
        while place < len(blocks):
            block = blocks[place]
            used = self._people(blocks, place)
            if used:
                place += used
                continue
            used = 1
            if block.kind == "heading":
                used = self._heading(blocks, place)
            elif block.kind == "paragraph":
                self._paragraph(block.text, front=front)
            elif block.kind == "list":
                self._list(block)
            else:
                self._table(block)
            place += used

    def _people(self, blocks: list[Block], place: int) -> int:
        taken = attendance_at(blocks, place, self.vocabulary)
        if taken is None:
            return 0
        self.notices += taken.notices
        for person in taken.found.people:
            add_person(self.people, person)
        add_unique(self.organisations, *taken.found.organisations)
        return taken.used

    def _item(self) -> Item:
        if not self.items:
            self.items.append(Item(heading=""))
        return self.items[-1]

    def _add(self, part: Part) -> None:
        """Add a part; *Actie:* after *Actie:* is one list."""
        parts = self._item().parts
        last = parts[-1] if parts else None
        if (
            isinstance(part, ItemList)
            and isinstance(last, ItemList)
            and part.lead
            and (part.lead, part.kind) == (last.lead, last.kind)
        ):
            last.entries.extend(part.entries)
        else:
            parts.append(part)

    def _heading(self, blocks: list[Block], place: int) -> int:
        block = blocks[place]
        self.in_head = False
        if block.marker is not None and block.marker.number:
            self.numbers.append(block.marker.text)
        if heading_label(block.text) == "summary":
            texts: list[str] = []
            for following in blocks[place + 1 :]:
                if following.kind != "paragraph":
                    break
                texts.append(following.text)
            if texts:
                self.summary += texts
                self.head.lines.append(block.text)
                return 1 + len(texts)
        self.items.append(Item(heading=block.text))
        return 1

    def _paragraph(self, text: str, *, front: bool) -> None:
        parts = label(text)
        if parts and self._labelled(*parts, text=text, front=front):
            return
        if (self.in_head or front) and is_date_line(text):
            if front and self.outline.letter:
                self.head.other_dates.append(text)
            else:
                self.head.bare_dates.append(text)
                self.head.take_times(text)
                self.head.lines.append(text)
            return
        if len(text) > 40 or text[-1:] in ".:":
            self.in_head = False
        if (lists := labelled_list(text)) is not None:
            self._add(lists)
            return
        self._add(text)
        self._look_into(text)

    def _labelled(self, name: str, lead: str, rest: str, *, text: str, front: bool) -> bool:
        """Take in a labelled line; False where it is an ordinary paragraph after all."""
        if not rest:
            return False
        if name == "summary":
            self.summary.append(rest)
            self.head.lines.append(lead)
            return True
        if not (self.in_head or front):
            return False
        plain_date = lead.rstrip(": ").lower() in {"datum", "date"}
        of_letter = name == "date" and front and self.outline.letter and plain_date
        if (name == "sent" and find_dates(rest)) or of_letter:
            self.head.other_dates.append(text)
            return True
        if name not in HEAD_LABELS:
            return False
        self.head.take(name, rest)
        self.head.lines.append(text)
        return True

    def _look_into(self, text: str) -> None:
        """Find speakers and organisations in running text."""
        speakers = find_speakers(text, self.vocabulary)
        if speakers.told is not None:
            self.told_speakers = speakers.told
        for person in speakers.people:
            add_person(self.people, person)
            name = person.organisation
            if name and not looks_like_organisation(name, self.vocabulary):
                values = {"organisation": name, "name": person.name}
                self.checks.append(Notice("check_organisation", values=values))
        found = enumerated(text, self.vocabulary)
        if not found and sum(len(item.parts) for item in self.items) <= 3:
            found = taking_part(text, self.vocabulary)
        add_unique(self.organisations, *found)

    def _list(self, block: Block) -> None:
        item = self._item()
        self.in_head = False
        lead = ""
        last = item.parts[-1] if item.parts else None
        if isinstance(last, str) and last.endswith(":"):
            lead = last
            item.parts.pop()
        kind = self._list_kind(item, lead)
        self._names_in_list(lead, [entry.text.rstrip(";.") for entry in block.entries])
        plain: list[Entry] = []
        for entry in block.entries:
            own = labelled_list(entry.text)
            if own is None:
                plain.append(make_entry(entry.text, kind, entry.depth))
                continue
            lead = self._flush(plain, lead, kind)
            self._add(own)
        self._flush(plain, lead, kind)

    def _flush(self, plain: list[Entry], lead: str, kind: str) -> str:
        """Add the entries gathered so far under their lead; a lead is told once."""
        if plain:
            self._add(ItemList(lead=lead, kind=kind, entries=plain.copy()))
            plain.clear()
        elif lead:
            self._add(lead)
        return ""

    def _list_kind(self, item: Item, lead: str) -> str:
        kind = kind_of(lead) if lead else "list"
        if kind == "list" and (heading_label(item.heading) or not item.parts):
            return kind_of(item.heading)
        return kind

    def _names_in_list(self, lead: str, texts: list[str]) -> None:
        """A list of organisations or of speakers, as its lead says."""
        if not lead:
            return
        if introduces_organisations(lead, texts):
            names = [organisation_name(text, self.vocabulary) for text in texts]
            add_unique(self.organisations, *(name for name in names if name))
        elif _SPEAKERS.search(lead) and all(like_person(text) for text in texts):
            for person in parse_people(texts, self.vocabulary, part="speaker").people:
                add_person(self.people, person)

    def _table(self, block: Block) -> None:
        self.in_head = False
        outcome = table_list(block.rows, self._item().heading)
        self._add(outcome if outcome is not None else Table(block.rows))

    # --- the meeting itself -------------------------------------------------------------------

    def _meeting(self) -> Meeting:
        texts = [part for item in self.items for part in item.parts if isinstance(part, str)]
        subject = Subject(
            heading=self.section.heading,
            above=self.section.holders(),
            vocabulary=self.vocabulary,
            lang=self.lang,
            bodies=self.head.bodies,
            subjects=self.head.subjects,
            lines=self.head.programme_lines,
            texts=texts,
        )
        kind, noun = subject.kind()
        lines, line_notices = subject.programme_lines(kind)
        title = subject.title(kind, noun, lines)
        body, body_notices = subject.body(kind)
        date, date_notices = decide(self._evidence(title, texts))
        self._take_times(date, texts)
        self._place_heading()
        start, end = self.head.times
        meeting = Meeting(
            title=title,
            kind=kind or "work_session",
            date=date,
            start=start,
            end=end if start and end and end > start else None,
            place=self.head.place,
            body=body,
            programme_lines=lines,
            summary="\n\n".join(self.summary) or subject.summary(kind),
            items=self.items,
            organisations=organisations_of(self.people, self.organisations),
            people=self.people,
        )
        asked = [*date_notices, *line_notices, *body_notices]
        if kind == "":
            asked.append(Notice("no_kind"))
        self.notices = [
            replace(notice, values={"title": title, **notice.values})
            for notice in (*asked, *self._checks(meeting), *self._read_lines(), *self.notices)
        ]
        return meeting

    def _place_heading(self) -> None:
        """The heading of the meeting, as it stands in the file, heads its first text."""
        for item in [one for one in self.items if not one.parts]:
            if heading_label(item.heading) in PEOPLE_LABELS:
                self.items.remove(item)
                self.head.lines.append(item.heading)
        heading = self.section.heading
        if not heading:
            return
        if self.items and not self.items[0].heading:
            self.items[0].heading = heading
        elif not self.items:
            self.items.append(Item(heading=heading))
        elif all(item.heading != heading for item in self.items):
            self.head.lines.insert(0, heading)

    def _checks(self, meeting: Meeting) -> list[Notice]:
        asked: list[Notice] = []
        if shared := tuple(name for name in meeting.organisations if is_shared(name)):
            asked.append(Notice("shared_seat", shared))
        found = sum(1 for person in meeting.people if person.part == "speaker")
        if self.told_speakers is not None and self.told_speakers != found:
            values = {"told": self.told_speakers, "found": found}
            asked.append(Notice("speaker_count", values=values))
        return asked + self.checks

    def _read_lines(self) -> list[Notice]:
        """What was taken in without becoming text."""
        return [
            Notice(code, tuple(quotes), level=NOTE)
            for code, quotes in (
                ("other_date", self.head.other_dates),
                ("head", self.head.lines),
                ("numbers", self.numbers),
            )
            if quotes
        ]

    def _evidence(self, title: str, texts: list[str]) -> Evidence:
        one = len(self.outline.meetings) == 1
        front = [block.text for block in self.outline.front if block.kind == "paragraph"]
        if self.outline.letter:
            front = []
        return Evidence(
            title=title,
            heading=self.section.heading,
            labelled=self.head.dates,
            bare=self.head.bare_dates,
            texts=texts[:6],
            above=[(holder.heading, holder.paragraphs) for holder in self.section.holders()],
            subject=self.head.subjects,
            front=[text for text in front if not (one and is_date_line(text))],
            before=self.before,
            lang=self.lang,
        )

    def _take_times(self, date: dt.date | None, texts: list[str]) -> None:
        """The hours in the heading, or in a sentence with the date of the meeting."""
        self.head.take_times(self.section.heading)
        if date is None:
            return
        for text in texts[:2]:
            for sentence in sentences(text):
                if any((d.day, d.month) == (date.day, date.month) for d in find_dates(sentence)):
                    self.head.take_times(sentence)
