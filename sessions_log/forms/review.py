"""Checking what was understood of a report: all of an import in one form."""

import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civportal.ui import widgets
from programme_lines.models import ProgrammeLine
from sessions_log.choices import SessionKind, Visibility
from sessions_log.forms.groups import ItemGroup, MeetingGroup, NoticeGroup, Piece
from sessions_log.models import Body, ReportImport
from sessions_log.models.sessions import check_day
from sessions_log.reports import Item, Notice
from sessions_log.reports.notices import ASK

LIST_KINDS = [
    ("list", gettext_lazy("An ordinary list")),
    ("attention_points", gettext_lazy("Attention points")),
    ("decisions", gettext_lazy("Decisions")),
    ("actions", gettext_lazy("Action items")),
]
PARTS = [
    ("participant", gettext_lazy("Participant")),
    ("speaker", gettext_lazy("Speaker")),
    ("chair", gettext_lazy("Chair")),
    ("secretary", gettext_lazy("Secretary")),
    ("absent", pgettext_lazy("someone who did not attend", "Absent")),
    ("", gettext_lazy("Leave out")),
]
KEEP, LEAVE_OUT = "keep", "leave_out"
PLACEABLE = frozenset(
    (
        "introduction", "unplaced", "residue", "comment", "deleted", "page_header", "page_footer",
        "page_furniture", "document_title",
    )
)  # fmt: skip
"""Notices whose text the office may still put into a session."""


def fingerprint(understood: dict[str, Any]) -> str:
    """Tells whether what was understood is still what the page showed."""
    return hashlib.sha256(json.dumps(understood, sort_keys=True).encode()).hexdigest()[:16]


class ReviewForm(forms.Form):
    """All of an import in one form; ``understood()`` gives it back as corrected."""

    all_optional = True
    """Hardly anything must be filled in, so "(optional)" would be noise."""

    base = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, report: ReportImport, confirming: bool = False) -> None:
        super().__init__(data.copy() if data is not None else None, label_suffix="")
        self.report = report
        self.confirming = confirming
        self.original: dict[str, Any] = report.understood
        self.sessions: list[dict[str, Any]] = self.original["sessions"]
        self.fields["base"].initial = fingerprint(self.original)
        self._lines = [
            (title, title) for title in ProgrammeLine.objects.values_list("title", flat=True)
        ]
        self._bodies = [(name, name) for name in Body.objects.values_list("name", flat=True)]
        for place in range(len(self.sessions)):
            self._add_meeting(place)
        for place, notice in enumerate(self.original["warnings"]):
            self._add_notice(place, notice)

    # --- fields -------------------------------------------------------------------------------

    def _add_meeting(self, place: int) -> None:
        session = self.sessions[place]
        key = f"m{place}"
        others = [
            (f"merge-{other}", _("Put it under “%(title)s”") % {"title": data["title"]})
            for other, data in enumerate(self.sessions)
            if other != place
        ]
        body = session["body"]
        bodies = [("", _("None")), *self._bodies]
        line_choices = list(self._lines)
        new: dict[str, forms.Field] = {
            "what": forms.ChoiceField(
                label=_("What to do with it"),
                choices=[
                    (KEEP, _("Make it a session")),
                    *others,
                    (LEAVE_OUT, _("Leave it out")),
                ],
                initial=LEAVE_OUT if session.get("left_out") else KEEP,
            ),
            "title": forms.CharField(label=_("Title"), max_length=160, initial=session["title"]),
            "kind": forms.ChoiceField(
                label=_("Kind"), choices=SessionKind, initial=session["kind"]
            ),
            "date": forms.DateField(
                label=_("Date"),
                initial=session["date"],
                required=False,
                validators=[check_day],
                widget=widgets.DateInput,
            ),
            "start": forms.TimeField(
                label=_("Begins at"),
                initial=session["start"],
                required=False,
                widget=widgets.TimeInput,
            ),
            "end": forms.TimeField(
                label=_("Ends at"), initial=session["end"], required=False, widget=widgets.TimeInput
            ),
            "place": forms.CharField(
                label=_("Place"), max_length=160, initial=session["place"], required=False
            ),
            "body": forms.ChoiceField(
                label=_("Body"),
                choices=bodies,
                initial=body if (body, body) in self._bodies else "",
                required=False,
            ),
            "lines": forms.MultipleChoiceField(
                label=_("Programme lines"),
                choices=line_choices,
                initial=session["programme_lines"],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            "visibility": forms.ChoiceField(
                label=_("Who may see this"),
                choices=Visibility,
                initial=session.get("visibility") or self.report.visibility,
            ),
            "summary": forms.CharField(
                label=_("In short"),
                initial=session["summary"],
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
            "organisations": forms.CharField(
                label=_("Organisations"),
                help_text=_("One on each line."),
                initial="\n".join(session["organisations"]),
                required=False,
                widget=forms.Textarea(attrs={"rows": max(3, len(session["organisations"]))}),
            ),
        }
        for number, item in enumerate(session["items"]):
            new[f"i{number}-heading"] = forms.CharField(
                label=_("Heading"), initial=item["heading"], required=False
            )
            for spot, part in enumerate(item["parts"]):
                if "entries" in part:
                    new[f"i{number}-p{spot}"] = forms.ChoiceField(
                        label=_("This list is"), choices=LIST_KINDS, initial=part["kind"]
                    )
        for number, person in enumerate(session["people"]):
            new |= self._person_fields(number, person)
        for name, one in new.items():
            self.fields[f"{key}-{name}"] = one

    def _person_fields(self, number: int, person: dict[str, Any]) -> dict[str, forms.Field]:
        return {
            f"w{number}-name": forms.CharField(
                label=_("Name"), max_length=120, initial=person["name"], required=False
            ),
            f"w{number}-function": forms.CharField(
                label=_("Function"), max_length=120, initial=person["function"], required=False
            ),
            f"w{number}-organisation": forms.CharField(
                label=_("Organisation"),
                max_length=160,
                initial=person["organisation"],
                required=False,
            ),
            f"w{number}-part": forms.ChoiceField(
                label=_("Takes part as"),
                choices=PARTS,
                initial=person["part"] if person["attended"] else "absent",
                required=False,
            ),
        }

    def _add_notice(self, place: int, notice: dict[str, Any]) -> None:
        if notice.get("placed") is not None:
            return
        if notice["level"] == ASK:
            self.fields[f"n{place}-done"] = forms.BooleanField(
                label=_("Checked"), initial=notice.get("done", False), required=False
            )
        if notice["code"] in PLACEABLE and self.sessions:
            self.fields[f"n{place}-place"] = forms.ChoiceField(
                label=_("Put this text"),
                choices=[
                    ("", _("in no session")),
                    *(
                        (str(other), _("at the front of “%(title)s”") % {"title": data["title"]})
                        for other, data in enumerate(self.sessions)
                    ),
                ],
                required=False,
            )

    # --- for the page -------------------------------------------------------------------------

    def meetings(self) -> Iterator[MeetingGroup]:
        """Each meeting with its fields."""
        for place, session in enumerate(self.sessions):
            key = f"m{place}"

            def bound(*names: str, key: str = key) -> list[BoundField]:
                return [self[f"{key}-{name}"] for name in names]

            yield MeetingGroup(
                number=place + 1,
                title=session["title"],
                main=bound("title"),
                when=bound("kind", "date"),
                where=bound("start", "end", "place"),
                about=bound("body", "lines", "visibility", "summary"),
                organisations=self[f"{key}-organisations"],
                items=[
                    self._item(key, number, item) for number, item in enumerate(session["items"])
                ],
                people=[
                    bound(
                        *(
                            f"w{number}-{name}"
                            for name in ("name", "function", "organisation", "part")
                        )
                    )
                    for number in range(len(session["people"]))
                ],
                what=self[f"{key}-what"],
                left_out=bool(session.get("left_out")),
                questions=[
                    group
                    for group in self._notices()
                    if group.notice.meeting == place and group.notice.level == ASK
                ],
            )

    def _item(self, key: str, number: int, data: dict[str, Any]) -> ItemGroup:
        item = Item.from_data(data)
        pieces: list[Piece] = []
        for spot, part in enumerate(item.parts):
            if f"{key}-i{number}-p{spot}" in self.fields:
                pieces.append(Piece(_list_as_shown(part), self[f"{key}-i{number}-p{spot}"]))
            elif pieces and pieces[-1].kind is None:
                pieces[-1].html += Item("", [part]).html()
            else:
                pieces.append(Piece(Item("", [part]).html()))
        return ItemGroup(self[f"{key}-i{number}-heading"], pieces)

    def _notices(self) -> Iterator[NoticeGroup]:
        for place, data in enumerate(self.original["warnings"]):
            notice = Notice.from_data(data)
            done, where = f"n{place}-done", f"n{place}-place"
            yield NoticeGroup(
                notice,
                self[done] if done in self.fields else None,
                self[where] if where in self.fields else None,
                is_done=bool(data.get("done")) or data.get("placed") is not None,
                link=self._link(notice),
            )

    def _link(self, notice: Notice) -> str:
        """The field that a question is about."""
        names = {
            "no_kind": "kind", "unknown_line": "lines", "line_mentioned": "lines",
            "unknown_body": "body", "shared_seat": "organisations",
        }  # fmt: skip
        name = (
            "date"
            if "date" in notice.code or notice.code in _DATE_CODES
            else names.get(notice.code)
        )
        if notice.meeting is None or notice.meeting >= len(self.sessions):
            return ""
        return f"id_m{notice.meeting}-{name}" if name else f"meeting-{notice.meeting + 1}"

    def questions(self) -> list[NoticeGroup]:
        """What the office should look at, what is dealt with last."""
        asked = [group for group in self._notices() if group.notice.level == ASK]
        return sorted(asked, key=lambda group: group.is_done)

    def notes(self) -> list[NoticeGroup]:
        """What was done with the rest of the text."""
        return [group for group in self._notices() if group.notice.level != ASK]

    # --- cleaning -----------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Dates where sessions are to be made; nothing merged with itself; nobody overwritten."""
        cleaned = super().clean() or {}
        if cleaned.get("base") and cleaned["base"] != fingerprint(self.original):
            self.data["base"] = fingerprint(self.original)  # type: ignore[index] # our own copy
            self.add_error(
                None,
                _(
                    "Someone else changed this import since you opened it. Below is what you "
                    "filled in; saving again puts it in the place of theirs."
                ),
            )
        choices = [cleaned.get(f"m{place}-what", "") for place in range(len(self.sessions))]
        if self.confirming and all(what == LEAVE_OUT for what in choices):
            self.add_error(
                None,
                _("There is no meeting left to make a session of. Discard the import instead."),
            )
        for place, session in enumerate(self.sessions):
            what = choices[place]
            if what == LEAVE_OUT:
                continue
            if what.startswith("merge-"):
                target = cleaned.get(f"m{what.removeprefix('merge-')}-what", "")
                if target != KEEP:
                    self.add_error(
                        f"m{place}-what",
                        _("“%(title)s” can only go under a meeting that becomes a session.")
                        % {"title": session["title"]},
                    )
                continue
            if (
                self.confirming
                and not cleaned.get(f"m{place}-date")
                and (f"m{place}-date" not in self.errors)
            ):
                self.add_error(
                    f"m{place}-date",
                    _("Fill in the date of “%(title)s”.") % {"title": session["title"]},
                )
            start, end = cleaned.get(f"m{place}-start"), cleaned.get(f"m{place}-end")
            if end and (start is None or end <= start):
                self.add_error(f"m{place}-end", _("A session ends after it begins."))
        return cleaned

    def understood(self) -> dict[str, Any]:
        """What was understood, as corrected."""
        result = copy.deepcopy(self.original)
        for place, session in enumerate(result["sessions"]):
            self._correct(place, session)
        self._deal_with_notices(result)
        self._merge(result)
        return result

    def _correct(self, place: int, session: dict[str, Any]) -> None:
        def value(name: str) -> Any:
            return self.cleaned_data[f"m{place}-{name}"]

        session["left_out"] = value("what") == LEAVE_OUT
        for name in ("title", "kind", "place", "summary", "visibility"):
            session[name] = value(name)
        session["summary"] = "\n\n".join(
            " ".join(text.split()) for text in value("summary").split("\n\n") if text.strip()
        )
        session["date"] = value("date").isoformat() if value("date") else None
        for name in ("start", "end"):
            session[name] = value(name).isoformat("minutes") if value(name) else None
        session["body"] = value("body") or None
        session["programme_lines"] = value("lines")
        session["organisations"] = [
            " ".join(line.split()) for line in value("organisations").splitlines() if line.strip()
        ]
        for number, item in enumerate(session["items"]):
            item["heading"] = value(f"i{number}-heading")
            for spot, part in enumerate(item["parts"]):
                if "entries" in part:
                    part["kind"] = value(f"i{number}-p{spot}")
        people = []
        for number in range(len(session["people"])):
            name, part = value(f"w{number}-name"), value(f"w{number}-part")
            if name and part:
                people.append(
                    {
                        "name": name,
                        "function": value(f"w{number}-function"),
                        "organisation": value(f"w{number}-organisation"),
                        "part": "participant" if part == "absent" else part,
                        "attended": part != "absent",
                    }
                )
        session["people"] = people

    def _deal_with_notices(self, result: dict[str, Any]) -> None:
        for place, notice in enumerate(result["warnings"]):
            if f"n{place}-done" in self.fields:
                notice["done"] = self.cleaned_data[f"n{place}-done"]
            target = self.cleaned_data.get(f"n{place}-place", "")
            if target == "":
                continue
            session = result["sessions"][int(target)]
            if not session["items"]:
                session["items"].append({"heading": session["title"], "parts": []})
            texts = [{"text": quote} for quote in notice["quotes"]]
            session["items"][0]["parts"][:0] = texts
            notice["placed"] = int(target)
            notice["done"] = True

    def _merge(self, result: dict[str, Any]) -> None:
        """Put what goes under another meeting there, and count the rest anew."""
        sessions = result["sessions"]
        goes_to = {
            place: int(what.removeprefix("merge-"))
            for place in range(len(sessions))
            if (what := self.cleaned_data[f"m{place}-what"]).startswith("merge-")
        }
        for place, target in goes_to.items():
            gone, kept = sessions[place], sessions[target]
            if gone["items"] and not gone["items"][0]["heading"]:
                gone["items"][0]["heading"] = gone["title"]
            if gone["summary"]:
                kept["summary"] = "\n\n".join(filter(None, (kept["summary"], gone["summary"])))
            kept["items"] += gone["items"]
            for name in ("people", "organisations", "programme_lines"):
                kept[name] += [one for one in gone[name] if one not in kept[name]]
        numbers: dict[int, int] = {}
        for place in range(len(sessions)):
            if place not in goes_to:
                numbers[place] = len(numbers)
        for notice in result["warnings"]:
            for name in ("meeting", "placed"):
                if (old := notice.get(name)) is not None:
                    notice[name] = numbers[goes_to.get(old, old)]
        result["sessions"] = [
            session for place, session in enumerate(sessions) if place not in goes_to
        ]


_DATE_CODES = frozenset(("no_year", "more_days", "wrong_weekday", "several_dates"))


def _list_as_shown(part: Any) -> str:
    """A list as the page shows it, whatever its kind."""
    return Item("", [type(part)(lead=part.lead, kind="list", entries=part.entries)]).whole_html()
