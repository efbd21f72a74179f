"""What follows when somebody of the office edits an assignment's row itself, in the admin."""

from dataclasses import dataclass

from django.utils import timezone

from assignments.actions.teams import follow_wanted
from assignments.choices import State
from assignments.models import Assignment
from assignments.notifications import posting_telling as telling
from assignments.voices import EDITABLE_WHEN_PUBLIC, Voice
from assignments.wording import Said, said
from civportal.accounts.models import User


@dataclass(frozen=True)
class Before:
    """An assignment as it was before it was edited."""

    text: Said
    reached: tuple[int | None, str]
    teacher: int | None
    teams_wanted: int


def before_of(row: Assignment) -> Before:
    """As it is stored now."""
    return Before(said(row), telling.reached(row), row.teacher_id, row.teams_wanted)


def follow(row: Assignment, before: Before, *, by: User) -> None:
    """Do what the same change on the site would: ask who has to say yes, tell who takes part.

    ``row`` is as it is stored, and held by the caller.
    """
    after = said(row)
    voice = Voice("office", by.get_full_name(), by)
    if after != before.text:
        row.revision += 1
    if row.state == State.SUBMITTED:
        _ask_anew(row, before, voice)
    row.save(update_fields=["revision", "teacher_yes_at", "company_yes_at", "company_yes_by",
                            "asked_at", "reminded_at", "agreed", "changed_at"])  # fmt: skip
    if row.state in EDITABLE_WHEN_PUBLIC and after != before.text:
        row.agreed = {"teacher": after, "company": after}
        row.save(update_fields=["agreed"])
        follow_wanted(row, before=before.teams_wanted)
        telling.changed(row, before.text, after, by=voice)


def _ask_anew(row: Assignment, before: Before, voice: Voice) -> None:
    """Another teacher, or another contact person, has not said yes."""
    if row.teacher_id != before.teacher:
        row.teacher_yes_at = None
        row.agreed.pop("teacher", None)
        if row.teacher_id is not None:
            telling.teacher_asked(row, by=voice)
    if telling.reached(row) != before.reached:
        row.company_yes_at, row.company_yes_by = None, ""
        row.asked_at, row.reminded_at = timezone.now(), None
        telling.company_asked(row)
