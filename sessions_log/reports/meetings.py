"""From blocks to meetings: the story of how a report is understood."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from .blocks import Block, build_blocks
from .dates import find_dates, find_times
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
from .outline import Outline, Section, cut, is_date_line, speaks_of_several
from .people import Attendance, find_speakers, parse_people
from .report import Item, ItemList, Meeting, Part, Person, Report, Table
from .source import Source
from .vocabulary import Vocabulary, fold
from .words import (
    HEAD_LABELS,
    PEOPLE_LABELS,
    REPORT_HEAD,
    find_kind,
    heading_label,
    label,
    language,
    like_person,
    meeting_word,
    singular,
)

_RESIDUE = re.compile(
    r"^(?:gerelateerde? (?:nieuws|berichten|artikelen|items)|related (?:news|posts|articles|items)|"
    r"lees (?:meer|verder|ook)|read (?:more|also)|deel (?:dit|deze|op)\b.*|share(?: this.*)?|"
    r"terug naar .*|back to .*|meer nieuws|ander nieuws|more news|print(?: dit)?|vorige|volgende|"
    r"nieuwsbrief|newsletter|volg ons.*|follow us.*|cookies?.*|contact|tags?:?.*)$",
    re.IGNORECASE,
)
_NAMES_LINE = re.compile(
    r"\b(?:programmalijn(?:en)?|programme lines?|program lines?)\b", re.IGNORECASE
)
_SUBJECT = re.compile(
    r"\b(?:programmalijn(?:en)?|programme lines?|program lines?|over|rond(?:om)?|thema|in het teken van|"
    r"on|about|gewijd aan|dedicated to|theme|onderwerp|stond|verkenden|explored)\b",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\b(?:werkgroep|projectgroep|klankbordgroep|kerngroep|working group)\b(?:\s+[A-ZÀ-Þ]\w+)*",
    re.IGNORECASE,
)
_NAME_HEADS = frozenset(("naam", "name", "deelnemer", "aanwezig", "wie", "participant"))
_PEOPLE_COLUMNS = frozenset(
    (
        "organisatie",
        "organisation",
        "organization",
        "functie",
        "function",
        "role",
        "rol",
        "namens",
        "bedrijf",
        "company",
        "instelling",
        "aanwezig",
        "present",
        "aanwezig/afwezig",
        "affiliation",
    )
)


def understand(source: Source, vocabulary: Vocabulary) -> Report:
    """Understand a file that was read. All its text is in the meetings or in the notices."""
    blocks = build_blocks(source)
    lang = language(source.text)
    notices = list(source.notices)
    blocks, residue = _take_off_residue(blocks)
    outline = cut(blocks, vocabulary)
    meetings: list[Meeting] = []
    for place, section in enumerate(outline.meetings):
        filler = _Filler(section, outline, vocabulary, lang)
        if section.before is not None:
            filler.before = (section.before.heading, _date_of(section.before, outline, meetings))
        meetings.append(filler.fill())
        notices.extend(replace(notice, meeting=place) for notice in filler.notices)
    notices.extend(_rest(outline))
    if not outline.recognised:
        notices.insert(0, Notice("no_meeting"))
    if residue:
        notices.append(Notice("residue", tuple(residue), level=NOTE))
    return Report(meetings, notices, lang, source.text, source.format)


def _date_of(section: Section, outline: Outline, meetings: list[Meeting]) -> dt.date | None:
    place = next(i for i, other in enumerate(outline.meetings) if other is section)
    return meetings[place].date


def _take_off_residue(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """The tail of a web page: *Gerelateerd nieuws* and what follows, or an empty last heading."""
    for place, block in enumerate(blocks):
        if place and block.kind == "heading" and _RESIDUE.match(block.text):
            tail = blocks[place:]
            if sum(len(_words(one)) for one in tail) < 600 and not any(
                meeting_word(one.text) and find_dates(one.text) and one.kind == "heading"
                for one in tail[1:]
            ):
                return blocks[:place], [_words(one) for one in tail]
    kept = list(blocks)
    residue: list[str] = []
    while len(kept) > 1 and kept[-1].kind == "heading" and not find_kind(kept[-1].text):
        if kept[-1].marker is not None:
            break
        residue.insert(0, kept.pop().text)
    return kept, residue


def _words(block: Block) -> str:
    """All words of a block, in order."""
    if block.kind == "list":
        return " · ".join(entry.text for entry in block.entries)
    if block.kind == "table":
        return " · ".join(" — ".join(cell for cell in row if cell) for row in block.rows)
    if block.marker is not None:
        return f"{block.marker.text} {block.text}"
    return block.text


def _rest(outline: Outline) -> list[Notice]:
    """What belongs to no meeting: named whole."""
    notices: list[Notice] = []
    one = len(outline.meetings) == 1
    for holder in outline.holders:
        notices.append(Notice("document_title", (holder.heading,), level=NOTE))
        if quotes := tuple(_words(block) for block in holder.blocks if _words(block)):
            if not one:
                notices.append(Notice("introduction", quotes))
    front = [block for block in outline.front if _words(block)]
    if one:
        prose = _prose(outline)
        front = [block for block in front if not _is_head(block) and block not in prose]
    if front:
        notices.append(Notice("unplaced", tuple(_words(block) for block in front), level=NOTE))
    return notices


def _prose(outline: Outline) -> list[Block]:
    """What before the only meeting is text of it, rather than the head of a letter."""
    if outline.letter:
        return []
    for place, block in enumerate(outline.front):
        if (
            block.kind in ("list", "table")
            or (block.kind == "heading" and block.marker is not None)
            or (
                block.kind == "paragraph"
                and len(block.text) > 60
                and block.text[-1] in '.:!?”"'
                and not _is_head(block)
            )
        ):
            return [other for other in outline.front[place:] if not _is_head(other)]
    return []


def _is_head(block: Block) -> bool:
    """A labelled line or a date, which the meeting takes in itself."""
    if block.kind != "paragraph":
        return False
    parts = label(block.text)
    return bool(parts and parts[0] in HEAD_LABELS | PEOPLE_LABELS | {"sent"}) or (
        is_date_line(block.text)
    )


@dataclass
class _Filler:
    """Fills one meeting from its section, block by block."""

    section: Section
    outline: Outline
    vocabulary: Vocabulary
    lang: str
    notices: list[Notice] = field(default_factory=list)
    before: tuple[str, dt.date | None] | None = None
    items: list[Item] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    other_dates: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    labelled_dates: list[str] = field(default_factory=list)
    bare_dates: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    place: str = ""
    times: tuple[dt.time | None, dt.time | None] = (None, None)
    line_words: list[str] = field(default_factory=list)
    body_words: list[str] = field(default_factory=list)
    checks: list[Notice] = field(default_factory=list)
    told: int | None = None
    in_head: bool = True

    def fill(self) -> Meeting:
        one = len(self.outline.meetings) == 1
        blocks = list(self.section.blocks)
        if one:
            prose = _prose(self.outline)
            front = [b for b in self.outline.front if _is_head(b) or b in prose]
            self._read(front, front=True)
            self.in_head = True
            blocks = [
                *(block for holder in self.outline.holders for block in holder.blocks),
                *blocks,
            ]
        self._read(blocks, front=False)
        return self._meeting()

    # --- reading blocks -----------------------------------------------------------------------

    def _read(self, blocks: list[Block], *, front: bool) -> None:
        place = 0
        while place < len(blocks):
            block = blocks[place]
            used = self._people_block(blocks, place)
            if used:
                place += used
                continue
            if block.kind == "heading":
                used = self._heading(blocks, place)
                place += used
                continue
            if block.kind == "paragraph":
                self._paragraph(block, blocks[place + 1 : place + 2], front=front)
            elif block.kind == "list":
                self._list(block)
            else:
                self._table(block)
            place += 1

    def _item(self) -> Item:
        if not self.items:
            self.items.append(Item(heading=""))
        return self.items[-1]

    def _add(self, part: Part) -> None:
        parts = self._item().parts
        last = parts[-1] if parts else None
        if (
            isinstance(part, ItemList)
            and isinstance(last, ItemList)
            and part.lead == last.lead
            and part.kind == last.kind
            and part.lead
        ):
            last.entries.extend(part.entries)
        else:
            parts.append(part)

    def _heading(self, blocks: list[Block], place: int) -> int:
        block = blocks[place]
        self.in_head = False
        if block.marker is not None and block.marker.kind in ("number", "agenda"):
            self.numbers.append(block.marker.text)
        if heading_label(block.text) == "summary":
            used = 1
            while place + used < len(blocks) and blocks[place + used].kind == "paragraph":
                self.summary.append(blocks[place + used].text)
                used += 1
            if used > 1:
                self.head.append(block.text)
                return used
        self.items.append(Item(heading=block.text))
        return 1

    def _paragraph(self, block: Block, following: list[Block], *, front: bool) -> None:
        text = block.text
        parts = label(text)
        if parts and self._labelled(*parts, text=text, front=front):
            return
        if (self.in_head or front) and is_date_line(text):
            if front and self.outline.letter:
                self.other_dates.append(text)
            else:
                self.bare_dates.append(text)
                self._take_times(text)
                self.head.append(text)
            return
        if len(text) > 40 or text[-1:] in ".:":
            self.in_head = False
        lists = labelled_list(text)
        if lists is not None:
            self._add(lists)
            return
        self._add(text)
        self._look_into(text)

    def _look_into(self, text: str) -> None:
        speakers = find_speakers(text, self.vocabulary)
        if speakers.told is not None:
            self.told = speakers.told
        for person in speakers.people:
            self._add_person(person)
            if person.organisation and not looks_like_organisation(
                person.organisation, self.vocabulary
            ):
                self.checks.append(
                    Notice(
                        "check_organisation",
                        values={"organisation": person.organisation, "name": person.name},
                    )
                )
        found = enumerated(text, self.vocabulary)
        if not found and sum(len(item.parts) for item in self.items) <= 3:
            found = taking_part(text, self.vocabulary)
        add_unique(self.organisations, *found)

    def _labelled(self, name: str, lead: str, rest: str, *, text: str, front: bool) -> bool:
        """Take in a labelled line; False where it is an ordinary paragraph after all."""
        if name == "summary" and rest:
            self.summary.append(rest)
            self.head.append(lead)
            return True
        if name == "sent":
            if find_dates(rest) and (self.in_head or front):
                self.other_dates.append(text)
                return True
            return False
        if not (self.in_head or front) or name not in HEAD_LABELS or not rest:
            return False
        if name == "date":
            bare = lead.rstrip(": ").lower() in ("datum", "date")
            if front and self.outline.letter and bare:
                self.other_dates.append(text)
                return True
            self.labelled_dates.append(rest)
            self._take_times(rest)
        elif name == "time":
            self._take_times(rest if re.search(r"uur|[ap]\.?m|:", rest) else f"{rest} uur")
        elif name == "place":
            self.place = self.place or rest
            self._take_times(rest)
        elif name == "line":
            self.line_words.append(rest)
        elif name == "body":
            self.body_words.append(rest)
        else:
            self.subjects.append(rest)
        self.head.append(text)
        return True

    def _take_times(self, text: str) -> None:
        if self.times == (None, None):
            self.times = find_times(text)

    def _list(self, block: Block) -> None:
        item = self._item()
        lead = ""
        last = item.parts[-1] if item.parts else None
        if isinstance(last, str) and last.endswith(":"):
            lead = last
            item.parts.pop()
        self.in_head = False
        kind = kind_of(lead) if lead else "list"
        if kind == "list":
            kind = kind_of(item.heading) if heading_label(item.heading) else kind
        if kind == "list" and not item.parts and kind_of(item.heading) != "list":
            kind = kind_of(item.heading)
        texts = [entry.text.rstrip(";.") for entry in block.entries]
        if lead and introduces_organisations(lead, texts):
            names = [organisation_name(text, self.vocabulary) for text in texts]
            add_unique(self.organisations, *(name for name in names if name))
        if lead and re.search(r"\b(?:sprekers|inleiders|speakers)\b", lead, re.IGNORECASE):
            if all(like_person(text) for text in texts):
                found = parse_people(texts, self.vocabulary, part="speaker")
                for person in found.people:
                    self._add_person(person)
        plain: list[int] = []
        for place, entry in enumerate(block.entries):
            own = labelled_list(entry.text)
            if own is None:
                plain.append(place)
                continue
            self._flush(block, plain, lead, kind)
            lead, plain = ("", []) if plain else (lead, [])
            self._add(own)
        self._flush(block, plain, lead, kind)
        if lead and not plain and all(part != lead for part in item.parts):
            self._keep_lead(item, lead)

    def _keep_lead(self, item: Item, lead: str) -> None:
        """The lead of a list whose entries all went elsewhere stays as a paragraph."""
        if not any(isinstance(part, ItemList) and part.lead == lead for part in item.parts):
            place = next((i for i, part in enumerate(item.parts) if isinstance(part, ItemList)), 0)
            item.parts.insert(place, lead)

    def _flush(self, block: Block, places: list[int], lead: str, kind: str) -> None:
        if not places:
            return
        entries = [
            make_entry(block.entries[place].text, kind, block.entries[place].depth)
            for place in places
        ]
        self._add(ItemList(lead=lead, kind=kind, entries=entries))

    def _table(self, block: Block) -> None:
        self.in_head = False
        item = self._item()
        found = table_list(block.rows, item.heading)
        if found is not None:
            self._add(found)
        else:
            self._add(Table(block.rows))

    # --- people -------------------------------------------------------------------------------

    def _people_block(self, blocks: list[Block], place: int) -> int:
        """Take in an attendance list that begins here; the number of blocks it took."""
        block = blocks[place]
        if block.kind == "table":
            return self._people_table(block)
        if block.kind not in ("heading", "paragraph"):
            return 0
        parts = label(block.text)
        name = parts[0] if parts else heading_label(block.text)
        if name not in PEOPLE_LABELS:
            return 0
        rest = parts[2] if parts else ""
        if meeting_word(rest):
            return 0
        texts = [rest] if rest else []
        used = 1
        while not rest and place + used < len(blocks):
            following = blocks[place + used]
            if following.kind == "list":
                texts.extend(entry.text for entry in following.entries)
            elif following.kind == "table" and (more := self._people_table(following)):
                used += more
                continue
            elif (
                following.kind == "paragraph"
                and label(following.text) is None
                and heading_label(following.text) is None
                and (like_person(following.text) or self.vocabulary.organisation(following.text))
            ):
                texts.append(following.text)
            else:
                break
            used += 1
        part = name if name in ("speaker", "chair", "secretary") else "participant"
        found = parse_people(texts, self.vocabulary, part=part, attended=name != "absent")
        if (not found.people and not found.organisations) or (
            len(found.unclear) > len(found.people) + len(found.organisations)
        ):
            nobody = bool(texts) and not found.unclear
            tables_only = used > 1 and not texts
            if not nobody and not tables_only:
                return 0
        quotes = (block.text,) if rest else (block.text, *texts)
        code = "absent" if name == "absent" else "attendance"
        self.notices.append(Notice(code, quotes, level=NOTE))
        self._take_people(found)
        return used

    def _take_people(self, found: Attendance) -> None:
        for person in found.people:
            self._add_person(person)
        add_unique(self.organisations, *found.organisations)
        if found.unclear:
            self.notices.append(Notice("unclear_person", tuple(found.unclear)))

    def _people_table(self, block: Block) -> int:
        if len(block.rows) < 2:
            return 0
        head = [cell.strip().rstrip(":").lower() for cell in block.rows[0]]
        if not head or head[0] not in _NAME_HEADS or not set(head[1:]) & _PEOPLE_COLUMNS:
            return 0
        texts: list[str] = []
        found = Attendance()
        for row in block.rows[1:]:
            cells = dict(zip(head, row, strict=False))
            details = [
                cell
                for column, cell in zip(head[1:], row[1:], strict=False)
                if column in _PEOPLE_COLUMNS
                and column not in ("aanwezig", "present", "aanwezig/afwezig")
            ]
            presence = next(
                (
                    cells[c]
                    for c in ("aanwezig", "present", "aanwezig/afwezig")
                    if c in cells and c != head[0]
                ),
                "",
            )
            one = parse_people(
                [", ".join(filter(None, (row[0], *details)))] if row[0] else [],
                self.vocabulary,
                attended=not re.match(
                    r"(?:nee|no\b|afwezig|absent|-|x?m\.?k)", presence, re.IGNORECASE
                ),
            )
            found.people += one.people
            found.organisations += one.organisations
            found.unclear += one.unclear
        texts = [" — ".join(cell for cell in row if cell) for row in block.rows]
        if not found.people:
            return 0
        self.notices.append(Notice("attendance", tuple(texts), level=NOTE))
        self._take_people(found)
        return 1

    def _add_person(self, person: Person) -> None:
        for known in self.people:
            same = fold(known.name) == fold(person.name)
            first = fold(known.name).startswith(fold(person.name)) and " " not in person.name
            if same or first:
                if person.part != "participant":
                    known.part = person.part if known.part == "participant" else known.part
                known.function = known.function or person.function
                known.organisation = known.organisation or person.organisation
                return
        self.people.append(person)

    # --- the meeting itself -------------------------------------------------------------------

    def _meeting(self) -> Meeting:
        kind, noun = self._kind()
        lines, line_notices = self._lines(kind)
        title = self._title(noun, lines)
        body, body_notices = self._body(kind)
        date, date_notices = decide(self._evidence(title))
        if self.times == (None, None):
            self._times_from_text(date)
        self._place_heading()
        self._summarise(kind)
        organisations = list(self.organisations)
        for person in self.people:
            if person.attended and person.organisation:
                add_unique(organisations, person.organisation)
        asked: list[Notice] = [*date_notices, *line_notices, *body_notices]
        if kind == "":
            asked.append(Notice("no_kind"))
        shared = tuple(name for name in organisations if is_shared(name))
        if shared:
            asked.append(Notice("shared_seat", shared))
        speakers = [person for person in self.people if person.part == "speaker"]
        if self.told is not None and self.told != len(speakers):
            asked.append(
                Notice("speaker_count", values={"told": self.told, "found": len(speakers)})
            )
        asked += self.checks
        if self.other_dates:
            asked.append(Notice("other_date", tuple(self.other_dates), level=NOTE))
        if self.head:
            asked.append(Notice("head", tuple(self.head), level=NOTE))
        if self.numbers:
            asked.append(Notice("numbers", tuple(self.numbers), level=NOTE))
        self.notices = [
            replace(notice, values={"title": title, **notice.values})
            for notice in (*asked, *self.notices)
        ]
        start, end = self.times
        if start and end and end <= start:
            end = None
        return Meeting(
            title=title,
            kind=kind or "work_session",
            date=date,
            start=start,
            end=end,
            place=self.place,
            body=body,
            programme_lines=lines,
            summary="\n\n".join(self.summary),
            items=self.items,
            organisations=organisations,
            people=self.people,
        )

    def _place_heading(self) -> None:
        """The heading of the meeting, as it stands in the file, heads its first text."""
        heading = self.section.heading
        if not heading:
            return
        if self.items and not self.items[0].heading:
            self.items[0].heading = heading
        elif not self.items:
            self.items.append(Item(heading=heading))
        elif all(item.heading != heading for item in self.items):
            self.head.insert(0, heading)

    def _summarise(self, kind: str) -> None:
        """What a heading above several meetings says of this one, where nothing else sums it up."""
        if self.summary or not kind:
            return
        for holder in self._above():
            for text in holder.paragraphs:
                for sentence in sentences(text):
                    word = find_kind(sentence)
                    if word and word[0] == kind and not speaks_of_several(sentence):
                        self.summary.append(sentence)
                        return

    def _texts(self) -> list[str]:
        return [part for item in self.items for part in item.parts if isinstance(part, str)]

    def _above(self) -> list[Section]:
        return self.section.holders()

    def _kind(self) -> tuple[str, str]:
        """The kind and the word for it in the report."""
        sources = [
            self.section.heading,
            *self.body_words,
            *self.subjects,
            *(holder.heading for holder in self._above()),
        ]
        noun = ""
        for text in sources:
            if found := find_kind(text):
                kind, match = found
                noun = noun or singular(match["noun"])
                if kind:
                    return kind, singular(match["noun"])
            body = self.vocabulary.body_in(text)
            if body and body.kind == "steering_group":
                return "steering_group", noun or body.name
        for text in self._texts()[:2]:
            for sentence in sentences(text)[:3]:
                if (found := find_kind(sentence)) and found[0]:
                    return found[0], noun or found[1]["noun"]
        return "", noun

    def _title(self, noun: str, lines: list[str]) -> str:
        heading = self.section.heading
        title = _without_dates(REPORT_HEAD.sub("", heading, count=1))
        if not title or fold(title) in ("verslag", "verslagen", "notulen", "minutes"):
            named = [_without_dates(REPORT_HEAD.sub("", text)) for text in self.body_words]
            named += [_without_dates(REPORT_HEAD.sub("", text)) for text in self.subjects]
            title = next(filter(None, named), noun) or title or heading
        if not title:
            first = next(iter(self._texts()), "")
            title = " ".join(first.split()[:10])
        if noun and fold(title) == fold(noun) and lines and find_kind(noun):
            found = find_kind(noun)
            if found and found[0] != "steering_group":
                joiner = " and " if self.lang == "en" else " en "
                title = f"{title} {joiner.join(lines)}"
        if title.isupper() and fold(title) == fold(noun):
            title = title.lower()
        title = title[:1].upper() + title[1:]
        return title[:160].strip() or heading[:160]

    def _lines(self, kind: str) -> tuple[list[str], list[Notice]]:
        """The programme lines that are the subject; a passing mention is only named."""
        for text in (self.section.heading, " ".join(self.line_words), " ".join(self.subjects)):
            if found := self.vocabulary.lines_in(text):
                return found, []
        if kind == "steering_group":
            return [], []
        unknown = [text for text in self.line_words if text]
        for text in [*self.bare_dates, *self._texts()[:3]]:
            for sentence in sentences(text):
                found = self.vocabulary.lines_in(sentence)
                cue = _SUBJECT.search(sentence)
                if found and cue:
                    return found, []
                if _NAMES_LINE.search(sentence) and not found:
                    unknown.append(sentence)
        for holder in self._above():
            for text in holder.paragraphs:
                for sentence in sentences(text):
                    word = find_kind(sentence)
                    found = self.vocabulary.lines_in(sentence)
                    if found and word and word[0] == kind and _SUBJECT.search(sentence):
                        return found, []
                    if not found and word and word[0] == kind and _NAMES_LINE.search(sentence):
                        unknown.append(sentence)
        mentioned = self.vocabulary.lines_in(" ".join(self._texts()))
        notices: list[Notice] = []
        if mentioned:
            notices.append(Notice("line_mentioned", values={"lines": ", ".join(mentioned)}))
        elif unknown:
            notices.append(Notice("unknown_line", tuple(unknown[:1])))
        return [], notices

    def _body(self, kind: str) -> tuple[str | None, list[Notice]]:
        words = " · ".join([self.section.heading, *self.body_words, *self.subjects])
        if body := self.vocabulary.body_in(words):
            return body.name, []
        if kind == "steering_group":
            steering = [b.name for b in self.vocabulary.bodies if b.kind == "steering_group"]
            if len(steering) == 1:
                return steering[0], []
            name = "Steering group" if self.lang == "en" else "Stuurgroep"
            return name, [Notice("unknown_body", (name,))]
        if match := _GROUP.search(words):
            return None, [Notice("unknown_body", (match.group(),))]
        return None, []

    def _evidence(self, title: str) -> Evidence:
        one = len(self.outline.meetings) == 1
        front = [block.text for block in self.outline.front if block.kind == "paragraph"]
        letter = self.outline.letter
        return Evidence(
            title=title,
            heading=self.section.heading,
            labelled=self.labelled_dates,
            bare=self.bare_dates,
            texts=self._texts()[:6],
            above=[(holder.heading, holder.paragraphs) for holder in self._above()],
            subject=self.subjects,
            front=[text for text in front if not letter and not (one and is_date_line(text))],
            before=self.before,
            lang=self.lang,
        )

    def _times_from_text(self, date: dt.date | None) -> None:
        self._take_times(self.section.heading)
        if date is None or self.times != (None, None):
            return
        for text in self._texts()[:2]:
            for sentence in sentences(text):
                if any(
                    (found.day, found.month) == (date.day, date.month)
                    for found in find_dates(sentence)
                ):
                    self._take_times(sentence)


def _without_dates(text: str) -> str:
    for date in reversed(find_dates(text)):
        text = text[: date.start] + "\0" + text[date.end :]
    text = re.sub(
        r"\0?[,\s]*(?:\b(?:van\s+)?\d{1,2}[.:]\d\d\s*(?:uur)?\s*(?:[-–—]|tot)\s*\d{1,2}[.:]\d\d(?:\s*uur)?)",
        "\0",
        text,
    )
    text = re.sub(r"\s*[(\[]\s*\0\s*[)\]]", "", text)
    text = re.sub(
        r"(?:[\s,.–—:-]|\b(?:d\.\s?d\.|dd\.?|d\.d|op|van|on|of|held on|gehouden op|en|and|the)\b)*\0(?:\s*(?:en|and|,)?\s*\0)*",
        " ",
        text,
    )
    return re.sub(r"\s+", " ", text).strip(" ,–—:-")
