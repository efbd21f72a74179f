"""What programme lines put on pages of others: a partner's page, and one's desk."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest

from civportal.accounts.models import User
from civportal.ui.sections import register
from partners.models import Partner
from programme_lines.models import (
    EducationProgramme,
    Initiative,
    Milestone,
    PlanChapter,
    ProgrammeLine,
)
from programme_lines.route import route


def cooperation(request: HttpRequest, partner: Partner) -> dict[str, Any] | None:
    """What a partner does with whom: initiatives, lines that its people lead, its programmes."""
    others = Partner.objects.visible_to(request.user).exclude(pk=partner.pk)
    initiatives = list(
        Initiative.objects.filter(partners=partner)
        .select_related("line")
        .prefetch_related(Prefetch("partners", others))
        .order_by("line__order", "title", "pk")
    )
    led_lines = list(ProgrammeLine.objects.filter(leaders__partner=partner).distinct())
    programmes = list(EducationProgramme.objects.filter(institution=partner))
    if not (initiatives or led_lines or programmes):
        return None
    return {"initiatives": initiatives, "led_lines": led_lines, "programmes": programmes}


def own_chapters(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """The chapters of the activity plan that someone writes."""
    chapters = list(
        PlanChapter.objects.visible_to(user).filter(authors=user).select_related("line")
    )
    return {"chapters": chapters} if chapters else None


def own_milestones(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """The open milestones that someone looks after."""
    milestones = Milestone.objects.filter(owner=user, done=False).select_related("line")
    steps = route(milestones)
    return {"route": steps} if steps else None


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    register(
        "partner",
        "cooperation",
        template="programme_lines/section_partner.html",
        build=cooperation,
        order=10,
    )
    register(
        "desk",
        "chapters",
        template="programme_lines/section_desk_chapters.html",
        build=own_chapters,
        order=50,
    )
    register(
        "desk",
        "milestones",
        template="programme_lines/section_desk_milestones.html",
        build=own_milestones,
        order=60,
    )
