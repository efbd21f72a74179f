"""What the board puts on pages of others, and on the page of an assignment: when schools teach."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from assignments.choices import State
from assignments.models import Assignment
from assignments.periods import fits
from assignments.permissions import on_a_side, schools_of
from assignments.querysets import AssignmentQuerySet
from assignments.samples import sample_cards
from assignments.searches import own_searches, with_news
from civportal.accounts.models import User
from civportal.ui.sections import register
from partners.models import Partner
from programme_lines.models import ProgrammeLine

Context = dict[str, Any]

FEW = 3
"""Cards, and examples, on a page that is about something else."""


def _section(rows: AssignmentQuerySet, query: str) -> Context | None:
    """What is open, and below it what was done before; ``query`` shows the same on the board."""
    coming = list(rows.open().for_cards().open_first()[: FEW + 1])
    done = rows.filter(state__in=[State.FINISHED, State.ARCHIVED]).select_related("partner")
    examples = list(done.order_by("-finished_at", "-pk")[:FEW])
    if not (coming or examples):
        return None
    board = reverse("assignments:list")
    return {"open": coming[:FEW], "examples": examples, "board": f"{board}?{query}"}


def of_line(request: HttpRequest, line: ProgrammeLine) -> Context | None:
    """The assignments of a programme line."""
    return _section(Assignment.objects.public().filter(lines=line), f"line={line.slug}")


def of_partner(request: HttpRequest, partner: Partner) -> Context | None:
    """What an organisation asks and offers, or for a school what its teachers stand for."""
    rows = Assignment.objects.public()
    own = _section(rows.filter(partner=partner), f"partner={partner.slug}")
    adopted = list(
        rows.open().filter(Q(school=partner) & ~Q(partner=partner)).for_cards().open_first()[:FEW]
    )
    if not (own or adopted):
        return None
    return {**(own or {"open": [], "examples": [], "board": ""}), "adopted": adopted}


def in_time(request: HttpRequest, assignment: Assignment) -> Context | None:
    """For teachers: how it falls in the periods of their schools; for the sides, of theirs too."""
    if not isinstance(request.user, User) or assignment.starts_on is None:
        return None
    schools = schools_of(request.user)
    if assignment.school and on_a_side(request.user, assignment):
        schools = [*schools, assignment.school]
    found = fits(assignment.starts_on, assignment.ends_on, schools)
    return {"found": found} if found else None


def new_for_searches(request: HttpRequest, user: User) -> Context | None:
    """The searches that somebody keeps, of which something new is on the board."""
    fresh = [row for row in with_news(list(own_searches(user))) if row.number]
    return {"fresh": fresh} if fresh else None


def style_guide(request: HttpRequest, subject: None) -> Context | None:
    """The card in its states."""
    return {"cards": sample_cards()}


def register_sections() -> None:
    """Take the places; called once, when Django is ready."""
    for place, name, build, order in (
        ("programme_line", "of_line", of_line, 25),
        ("partner", "of_partner", of_partner, 15),
        ("assignment_side", "in_time", in_time, 50),
        ("style_guide", "cards", style_guide, 10),
        ("desk", "searches", new_for_searches, 60),
    ):
        template = f"assignments/board/section_{name}.html"
        register(place, f"assignments.{name}", template=template, build=build, order=order)
