"""Assignments of the demo: on the board, being made, under way and done, with their teams.

What a row leaves out follows from the day it was sent: made a day before, agreed to by both sides
within three days, public two days after that.
"""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from assignments.choices import State
from assignments.models import (
    Assignment,
    AssignmentDocument,
    Booking,
    LevelGoal,
    SavedSearch,
    SchoolPeriod,
    Slot,
    Step,
    Terms,
)
from assignments.wording import said
from civportal.accounts.models import User
from civportal.demo import datasets, paper
from civportal.demo.assignment_teams import DemoTeams, dated
from civportal.demo.story import at, chapter, day, plain
from civportal.notifications.actions import follow
from partners.models import Partner
from programme_lines.models import ProgrammeLine
from sessions_log.models import ActionItem, Decision, WorkSession

FILES = ("assignments_done", "assignments_open", "assignments_offers", "assignments_making")
"""What is copied comes before its copy."""

DAY = datetime.timedelta(days=1)
DONE = (State.FINISHED, State.ARCHIVED)
SCHOOL_YEAR_BEGINS = 8
TEXTS = ("description", "result", "guidance")
AS_WRITTEN = (
    "form", "title", "summary", "language", "mixed", "disciplines", "teams_wanted", "weeks",
    "place", "online", "compensation", "names_needed", "names_reason", "contact_name",
    "contact_email",
)  # fmt: skip


def signed_by(user: User) -> str:
    """As it is kept who said yes for an organisation."""
    return f"{user.get_full_name()} <{user.email}>"


class DemoAssignments:
    """Adds all of it to the rows of the story."""

    def __init__(
        self,
        *,
        people: Mapping[str, User],
        partners: Mapping[str, Partner],
        lines: Mapping[str, ProgrammeLine],
        sessions: Mapping[str, WorkSession],
        store: Callable[[Any, str, bytes], None],
    ) -> None:
        self.people = people
        self.partners = partners
        self.lines = lines
        self.sessions = sessions
        self.store = store
        self.assignments: dict[str, Assignment] = {}
        self.documents: dict[str, AssignmentDocument] = {}

    def add(self) -> dict[str, Assignment]:
        """Everything; the assignments by their keys in the story."""
        for name in FILES:
            data = chapter(name)
            for row in data["assignments"]:
                self.add_assignment(row)
            for row in data.get("periods", []):
                self.add_periods(self.partners[row["school"]], row["periods"])
            for row in data.get("searches", []):
                self.add_search(row)
        return self.assignments

    def add_assignment(self, row: dict[str, Any]) -> None:
        """One with all that belongs to it.

        One that is over is built while it runs, for the database lets nobody download after that.
        """
        state = State(row["state"])
        assignment = Assignment(
            state=State.RUNNING if state in DONE else state,
            **{name: row[name] for name in AS_WRITTEN if name in row},
            **{name: plain(row.get(name, ""), row.get("language", "nl")) for name in TEXTS},
            **self.sides(row),
            **self.sizes(row),
            **self.moments(row, state),
            **self.follows(row.get("follows")),
            withdrawn_reason=row.get("reason", ""),
            copied_from=self.assignments.get(row.get("copied_from", "")),
        )
        assignment.full_clean(exclude=["slug"])
        assignment.save()
        assignment.lines.set(self.lines[slug] for slug in row["lines"])
        self.assignments[row["key"]] = assignment
        for goal in row.get("goals", []):
            LevelGoal.objects.create(assignment=assignment, **goal)
        for terms in row.get("terms", []):
            self.add_terms(assignment, terms)
        for document in row.get("documents", []):
            self.add_document(assignment, document)
        steps = {step["title"]: self.add_step(assignment, step) for step in row.get("steps", [])}
        known = {step.get("key"): steps[step["title"]] for step in row.get("steps", [])}
        teams = DemoTeams(
            people=self.people,
            partners=self.partners,
            documents=self.documents,
            steps=known,
            store=self.store,
        )
        for team in row.get("teams", []):
            teams.add(assignment, team)
        for slot in row.get("slots", []):
            self.add_slot(assignment, slot)
        begun = at(row["begun"], 9) if "begun" in row else self.sent(row) - DAY
        dated(
            assignment,
            state=state,
            agreed=self.agreed(assignment),
            created_at=begun,
            changed_at=begun + DAY / 24,
        )

    def agreed(self, assignment: Assignment) -> dict[str, Any]:
        """What each side said yes to: the words as they are, for nobody changed them since."""
        said_yes = {"teacher": assignment.teacher_yes_at, "company": assignment.company_yes_at}
        return {side: said(assignment) for side, moment in said_yes.items() if moment}

    def sides(self, row: dict[str, Any]) -> dict[str, Any]:
        """Who stands for it, on either side."""
        teacher = self.people[row["teacher"]] if "teacher" in row else None
        contact = self.people[row["contact"]] if "contact" in row else None
        posted_by = self.people[row["posted_by"]] if "posted_by" in row else teacher
        return {
            "partner": self.partners[row["partner"]],
            "contact": contact,
            "teacher": teacher,
            "school": self.partners[row["school"]] if "school" in row else None,
            "posted_by": posted_by,
        }

    def sizes(self, row: dict[str, Any]) -> dict[str, Any]:
        """Levels, hours and days."""
        low, high = row["levels"]
        smallest, largest = row.get("team_size", (None, None))
        return {
            "level_min": low,
            "level_max": high,
            "team_size_min": smallest,
            "team_size_max": largest,
            **{
                name: Decimal(row[name])
                for name in ("hours_per_week", "guidance_hours")
                if name in row
            },
            **{name: day(row[name]) for name in ("starts_on", "apply_by") if name in row},
        }

    def sent(self, row: dict[str, Any]) -> datetime.datetime:
        """When the one who made it was ready."""
        return (
            at(row["submitted"], 16, 10)
            if "submitted" in row
            else at(row["published"], 10) - (5 * DAY)
        )

    def moments(self, row: dict[str, Any], state: State) -> dict[str, Any]:
        """When each side said yes, the office looked, and it went on."""
        if state == State.DRAFT:
            return {}
        sent = self.sent(row)
        yes = row.get("said_yes", ["teacher", "company"])
        public = at(row["published"], 10) if "published" in row else None
        offered = "teacher" not in row  # by the organisation itself
        known: dict[str, Any] = {
            "submitted_at": sent,
            "teacher_yes_at": sent if "teacher" in yes and not offered else None,
            "published_at": public,
            "checked_at": public,
            "checked_by": self.people["agnieszka"] if public else None,
        }
        if "company" in yes:
            known["company_yes_at"] = sent if offered else min(sent + 3 * DAY, timezone.now())
            known["company_yes_by"] = signed_by(self.people[row["contact"]])
        elif not offered:
            known["asked_at"] = sent
        for name in ("matched", "started", "finished", "withdrawn"):
            if name in row:
                known[f"{name}_at"] = at(row[name], 15, 30)
        return known

    def follows(self, row: dict[str, str] | None) -> dict[str, Any]:
        """The decision or action item of a session that it came from, by its first words."""
        if row is None:
            return {}
        session = self.sessions[row["session"]]
        if "decision" in row:
            decisions = Decision.objects.filter(item__session=session)
            return {"decision": decisions.get(text__startswith=row["decision"])}
        actions = ActionItem.objects.filter(item__session=session)
        return {"action_item": actions.get(text__startswith=row["action"])}

    def add_terms(self, assignment: Assignment, row: dict[str, Any]) -> None:
        made = assignment.submitted_at
        if "replaced" in row:
            replaced = at(row["replaced"], 9)
        else:
            replaced = None
            earlier = assignment.terms.filter(kind=row["kind"]).first()
            made = earlier.replaced_at if earlier else made
        terms = Terms.objects.create(
            assignment=assignment,
            kind=row["kind"],
            version=row.get("version", 1),
            text=plain(row["text"], assignment.language),
            language=assignment.language,
            made_by=assignment.contact,
            replaced_at=replaced,
        )
        dated(terms, made_at=made)

    def add_document(self, assignment: Assignment, row: dict[str, Any]) -> None:
        document = AssignmentDocument(
            assignment=assignment,
            kind=row["kind"],
            title=row["title"],
            description=row["description"],
            added_by=self.people[row["by"]],
        )
        if "measured" in row:
            content = datasets.measurements(row["measured"])
        else:
            content = paper.pdf(
                row["title"], plain(row["text"], assignment.language), language=assignment.language
            )
        self.store(document.file, row["file"], content)
        document.size = len(content)
        document.full_clean()
        document.save()
        dated(document, added_at=assignment.published_at)
        self.documents[row["key"]] = document

    def add_step(self, assignment: Assignment, row: dict[str, Any]) -> Step:
        return Step.objects.create(
            assignment=assignment,
            title=row["title"],
            due=day(row["due"]),
            wants_file=row.get("wants_file", True),
        )

    def add_slot(self, assignment: Assignment, row: dict[str, Any]) -> None:
        start, _, end = row["hours"].partition("-")
        cancelled = at(row["cancelled"], 9) if "cancelled" in row else None
        slot = Slot(
            assignment=assignment,
            date=day(row["date"]),
            start=datetime.time.fromisoformat(start),
            end=datetime.time.fromisoformat(end),
            place=row["place"],
            online_url=row.get("online", ""),
            capacity=row["capacity"],
            book_by=day(row["book_by"]) if "book_by" in row else None,
            cancelled_at=cancelled,
            cancel_reason=row.get("reason", ""),
            sequence=1 if cancelled else 0,
        )
        slot.full_clean()
        slot.save()
        for each in row.get("bookings", []):
            booking = Booking(
                slot=slot,
                teacher=self.people[each["by"]],
                school=self.partners[each["school"]],
                group=each["group"],
                level=each.get("level"),
                number=each["number"],
                note=each.get("note", ""),
                cancelled_at=at(each["cancelled"], 9) if "cancelled" in each else None,
            )
            booking.full_clean()
            booking.save()
            dated(booking, booked_at=at(each["on"], 13, 15))

    def add_periods(self, school: Partner, rows: list[dict[str, Any]]) -> None:
        """The periods of this school year and the next, by ISO weeks as schools count them."""
        today = timezone.localdate()
        this = today.year if today.month >= SCHOOL_YEAR_BEGINS else today.year - 1
        for begins in (this, this + 1):
            for row in rows:
                first, last = row["weeks"]
                start_year, end_year = (
                    begins if week >= rows[0]["weeks"][0] else begins + 1 for week in (first, last)
                )
                SchoolPeriod.objects.create(
                    school=school,
                    name=row["name"],
                    starts_on=datetime.date.fromisocalendar(start_year, first, 1),
                    ends_on=datetime.date.fromisocalendar(end_year, last, 5),
                )

    def add_search(self, row: dict[str, Any]) -> None:
        user = self.people[row["by"]]
        search = SavedSearch.objects.create(
            user=user, name=row["name"], query=row["query"], looked_at=at(row["looked"], 20)
        )
        dated(search, created_at=at(row["looked"], 19))
        if row.get("follow"):
            follow(user, [search.topic])
