"""Assignments of the demo: on the board, being made, under way and done, with their teams.

What a row leaves out follows from the day it was sent: made a day before, agreed to by both sides
within three days, public two days after that.
"""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db.models import Model
from django.utils import timezone

from assignments.choices import State
from assignments.models import (
    Acceptance,
    Assignment,
    AssignmentDocument,
    Booking,
    Download,
    Feedback,
    HandIn,
    LevelGoal,
    Outcome,
    SavedSearch,
    SchoolPeriod,
    Slot,
    Step,
    Team,
    TeamCount,
    TeamMember,
    TeamMessage,
    Terms,
)
from civportal.accounts.models import User
from civportal.demo import datasets, paper
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


def dated(row: Model, **values: Any) -> None:
    """Put moments that a model fills in by itself on the day of the story."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)


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

    def add(self) -> int:
        """Everything; how many assignments."""
        for name in FILES:
            data = chapter(name)
            for row in data["assignments"]:
                self.add_assignment(row)
            for row in data.get("periods", []):
                self.add_periods(self.partners[row["school"]], row["periods"])
            for row in data.get("searches", []):
                self.add_search(row)
        return len(self.assignments)

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
        for team in row.get("teams", []):
            self.add_team(assignment, known, team)
        for slot in row.get("slots", []):
            self.add_slot(assignment, slot)
        begun = at(row["begun"], 9) if "begun" in row else self.sent(row) - DAY
        dated(assignment, state=state, created_at=begun, changed_at=begun + DAY / 24)

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
            known["company_yes_by"] = self.people[row["contact"]].email
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

    def add_team(
        self, assignment: Assignment, steps: Mapping[str | None, Step], row: dict[str, Any]
    ) -> None:
        """One team, from its first words to what it brought."""
        decided_by = self.people[row["decided_by"]] if "decided_by" in row else assignment.contact
        team = Team(
            assignment=assignment,
            name=row["name"],
            coach=self.people[row["coach"]],
            state=row["state"],
            motivation=row["motivation"],
            language=assignment.language,
            applied_at=at(row["applied"], 12, 40),
            decided_at=at(row["decided"], 16) if "decided" in row else None,
            decided_by=decided_by if "decided" in row else None,
            reason=row.get("reason", ""),
            hours_made=Decimal(row["hours_made"]) if "hours_made" in row else None,
        )
        team.full_clean()
        team.save()
        dated(team, created_at=at(row["applied"], 11))
        for count in row["counts"]:
            TeamCount.objects.create(
                team=team,
                school=self.partners[count["school"]],
                level=count["level"],
                number=count["number"],
            )
        for name in row.get("members", []):
            member = TeamMember.objects.create(
                team=team, name=name, consent_on=day(row["decided"]), added_by=team.coach
            )
            dated(member, added_at=at(row["decided"], 17))
        for message in row.get("messages", []):
            said = TeamMessage.objects.create(
                team=team,
                side=message["side"],
                author=self.people[message["by"]],
                text=message["text"],
            )
            dated(said, created_at=at(message["on"], 16, 30))
        self.add_papers(team, row)
        for hand_in in row.get("hand_ins", []):
            self.add_hand_in(team, steps, hand_in)
        for words in row.get("feedback", []):
            self.add_feedback(team, words)
        if "outcome" in row:
            self.add_outcome(team, row["outcome"])
        if "finished" in row:
            team.finished_at = at(row["finished"], 15, 30)
            team.save(update_fields=["finished_at"])

    def add_papers(self, team: Team, row: dict[str, Any]) -> None:
        """What the coach accepted for the team, and what it downloaded after that."""
        if "accepted_terms" in row:
            assert team.coach is not None  # noqa: S101 - a team of the story has one
            with pgtrigger.ignore("assignments.Acceptance:stays_as_it_is"):
                for terms in team.assignment.terms.current():
                    accepted = Acceptance.objects.create(
                        terms=terms,
                        team=team,
                        user=team.coach,
                        name=team.coach.get_full_name(),
                        sha256=terms.sha256,
                    )
                    dated(accepted, accepted_at=at(row["accepted_terms"], 17, 5))
        for each in row.get("downloads", []):
            download = Download.objects.create(
                document=self.documents[each["document"]], team=team, user=team.coach
            )
            dated(download, at=at(each["on"], 17, 10))

    def add_hand_in(
        self, team: Team, steps: Mapping[str | None, Step], row: dict[str, Any]
    ) -> None:
        hand_in = HandIn(
            team=team,
            step=steps[row["step"]],
            note=row["note"],
            by=team.coach,
            seen_at=at(row["seen"], 17, 40) if "seen" in row else None,
            seen_by=self.people[row["seen_by"]] if "seen_by" in row else None,
        )
        content = paper.pdf(row["note"], plain(row["text"]), language=team.language)
        self.store(hand_in.file, row["file"], content)
        hand_in.size = len(content)
        hand_in.save()
        dated(hand_in, at=at(row["on"], 16, 50))

    def add_feedback(self, team: Team, row: dict[str, Any]) -> None:
        feedback = Feedback.objects.create(
            team=team,
            side=row["side"],
            went_well=row["went_well"],
            better=row.get("better", ""),
            again=row.get("again"),
            author=self.people[row["by"]],
        )
        dated(feedback, at=at(row["on"], 14))

    def add_outcome(self, team: Team, row: dict[str, Any]) -> None:
        outcome = Outcome.objects.create(
            team=team,
            title=row["title"],
            summary=row["summary"],
            result=row["result"],
            learned=row["learned"],
            lasts=row.get("lasts", ""),
            language=team.language,
            written_by=self.people[row["by"]],
            company_yes_at=at(row["company"], 10) if "company" in row else None,
            company_yes_by=self.people[row["company_by"]] if "company_by" in row else None,
            team_yes_at=at(row["team"], 9) if "team" in row else None,
            team_yes_by=team.coach if "team" in row else None,
            published_at=at(row["published"], 10) if "published" in row else None,
        )
        dated(outcome, changed_at=at(row["on"], 15))

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
