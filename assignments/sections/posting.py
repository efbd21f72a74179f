"""What posting puts on one's desk, and beside an assignment for those who make it."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from assignments.actions.posting import ENDED_BY_WITHDRAWING
from assignments.actions.publishing import has_both_yes
from assignments.choices import State
from assignments.models import Assignment
from assignments.permissions import can_check, can_post, is_teacher, on_company_side, schools_of
from assignments.querysets import company_side, named_in
from assignments.voices import drafts, may_edit, posted_by_teacher, voice_of
from civportal.accounts.models import User
from civportal.ui.sections import register

FEW = 5


def to_answer(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """What waits for one's own yes: as contact or representative, and as teacher."""
    rows = Assignment.objects.filter(state=State.SUBMITTED).filter(
        Q(named_in(user, "teacher"), teacher_yes_at__isnull=True)
        | Q(company_side(user), company_yes_at__isnull=True)
    )
    found = list(rows.select_related("partner", "teacher").order_by("submitted_at", "pk"))
    return {"assignments": found} if found else None


def own_drafts(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """One's own drafts, and what one sent and waits for others."""
    rows = Assignment.objects.visible_to(user).filter(posted_by=user)
    shown = rows.filter(state__in=[State.DRAFT, State.SUBMITTED]).select_related("partner")
    found = list(shown.order_by("-changed_at", "-pk")[: FEW + 1])
    if not found:
        return None
    return {"assignments": found[:FEW], "has_more": len(found) > FEW}


def needs(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """For teachers: what organisations look for a teacher for."""
    if not is_teacher(user):
        return None
    rows = Assignment.objects.visible_to(user).waiting_for_teacher()
    found = list(rows.select_related("partner").order_by("submitted_at", "pk")[: FEW + 1])
    return {"assignments": found[:FEW], "has_more": len(found) > FEW} if found else None


def to_check(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """For the office: what both sides said yes to."""
    if not can_check(user):
        return None
    rows = Assignment.objects.visible_to(user).waiting_for_office()
    found = list(rows.select_related("partner").order_by("submitted_at", "pk"))
    return {"assignments": found[:FEW], "number": len(found)} if found else None


def beside(request: HttpRequest, assignment: Assignment) -> dict[str, Any] | None:
    """How far it is, and what those who make it can do now."""
    user = request.user
    if not isinstance(user, User):
        return None
    voice = voice_of(user, assignment)
    adopts = (
        assignment.state == State.SUBMITTED
        and assignment.shape.needs_teacher
        and assignment.teacher_id is None
        and is_teacher(user)
    )
    if voice is None and not adopts:
        return None
    is_draft = assignment.state == State.DRAFT
    asked = assignment.state == State.SUBMITTED
    return {
        "assignment": assignment,
        "voice": voice,
        "is_draft": is_draft,
        "asked": asked,
        "adopts": adopts,
        "schools": schools_of(user) if adopts else [],
        "edits": may_edit(user, assignment),
        "answers": asked
        and voice is not None
        and (
            (voice.side == "teacher" and assignment.teacher_yes_at is None)
            or (assignment.company_yes_at is None and on_company_side(user, assignment))
        ),
        "checks": asked and can_check(user) and has_both_yes(assignment),
        "takes_back": voice is not None
        and (drafts(user, assignment) if is_draft else assignment.state in ENDED_BY_WITHDRAWING),
        "lets_go": asked
        and voice is not None
        and voice.side == "teacher"
        and not posted_by_teacher(assignment),
        # What has ended has "next year's copy" for those who took part (see ``finishing``).
        "copies": can_post(user)
        and bool(assignment.title)
        and not is_draft
        and assignment.state not in {State.FINISHED, State.ARCHIVED},
    }


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for name, build, order in (
        ("assignments_to_answer", to_answer, 14),
        ("assignments_to_check", to_check, 19),
        ("assignment_needs", needs, 26),
        ("assignment_drafts", own_drafts, 27),
    ):
        register(
            "desk", name, template=f"assignments/posting/desk/{name}.html", build=build, order=order
        )
    register(
        "assignment_side",
        "posting",
        template="assignments/posting/side.html",
        build=beside,
        order=10,
    )
