"""How assignments go this school year, on the desk of the office and the steering group."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from assignments.figures import Scope, totals
from assignments.permissions import can_see_figures
from civportal.accounts.models import User
from civportal.ui.sections import register


def this_year(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """The figures of the school year that it is; none where nothing happened in it."""
    if not can_see_figures(user):
        return None
    year = Scope().year_of(timezone.localdate())
    numbers = totals(Scope(first=year, last=year))
    return None if numbers.is_nothing else {"numbers": numbers, "year": Scope().label_of(year)}


def register_sections() -> None:
    """Take the place."""
    register("desk", "figures", template="assignments/desk/figures.html", build=this_year, order=47)
