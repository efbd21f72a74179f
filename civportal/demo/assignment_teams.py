"""Teams of the demo's assignments: what they are, said, accepted, handed in and brought."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db.models import Model

from assignments.models import (
    Acceptance,
    Assignment,
    AssignmentDocument,
    Download,
    Feedback,
    HandIn,
    Outcome,
    Step,
    Team,
    TeamCount,
    TeamMember,
    TeamMessage,
)
from civportal.accounts.models import User
from civportal.demo import paper
from civportal.demo.story import at, day, plain
from partners.models import Partner


def dated(row: Model, **values: Any) -> None:
    """Put moments that a model fills in by itself on the day of the story."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)


class DemoTeams:
    """Adds the teams of one assignment; its steps and documents go by the keys of the story."""

    def __init__(
        self,
        *,
        people: Mapping[str, User],
        partners: Mapping[str, Partner],
        documents: Mapping[str, AssignmentDocument],
        steps: Mapping[str | None, Step],
        store: Callable[[Any, str, bytes], None],
    ) -> None:
        self.people = people
        self.partners = partners
        self.documents = documents
        self.steps = steps
        self.store = store

    def add(self, assignment: Assignment, row: dict[str, Any]) -> None:
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
            self.add_hand_in(team, hand_in)
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

    def add_hand_in(self, team: Team, row: dict[str, Any]) -> None:
        hand_in = HandIn(
            team=team,
            step=self.steps[row["step"]],
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
            read_at=at(row["read"], 9) if "read" in row else None,
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
