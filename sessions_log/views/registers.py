"""The registers: decisions, action items and attention points over all sessions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Case, F, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civportal.accounts.viewers import in_office
from sessions_log.actions.follow_up import snooze_days
from sessions_log.choices import ActionState
from sessions_log.models import Decision
from sessions_log.outcome_filters import (
    ME,
    ActionFilter,
    DecisionFilter,
    OutcomeFilter,
    PointFilter,
)
from sessions_log.registers import Places, action_rows, decision_rows, point_rows
from sessions_log.trails import add_trails

PER_PAGE = 25
NEWEST = ["-item__session__date", "-item__session", "item__order", "order", "pk"]


@dataclass(frozen=True)
class Register:
    """One of the registers: what narrows it, what makes its rows, and in which order.

    ``leads_on`` names what of a row can lead to something elsewhere.
    """

    name: str
    filters: type[OutcomeFilter]
    rows: Callable[[Sequence[int], Any], Sequence[Any]]
    order: Sequence[Any]
    leads_on: str = ""


DECISIONS = Register("decisions", DecisionFilter, decision_rows, NEWEST, "decision")
# What is still to be done first, the most urgent on top; then what is done, the latest on top.
ACTIONS = Register(
    "actions",
    ActionFilter,
    action_rows,
    [
        Case(
            When(state=ActionState.OPEN, then=0), default=Value(1), output_field=IntegerField()
        ).asc(),
        Case(When(state=ActionState.OPEN, then=F("due"))).asc(nulls_last=True),
        F("done_on").desc(nulls_last=True),
        "-item__session__date",
        "pk",
    ],
    "action",
)
POINTS = Register("points", PointFilter, point_rows, NEWEST)


def _register(request: HttpRequest, register: Register) -> HttpResponse:
    filters = register.filters(request.GET, viewer=request.user)
    keys = filters.qs.order_by(*register.order).values_list("pk", flat=True)
    wanted = request.GET.get("page", "1")
    page = Paginator(keys, PER_PAGE).get_page(wanted)
    rows = register.rows(list(page.object_list), request.user)
    if register.leads_on:
        add_trails((getattr(row, register.leads_on) for row in rows), request.user)
    return render(
        request,
        f"sessions_log/registers/{register.name}.html",
        {
            "tabs": tabs(register.name),
            "form": filters.form,
            "is_filtered": any(filters.form.cleaned_data.values()),
            "rows": rows,
            "page": page,
            "total": page.paginator.count,
            "missing_page": wanted if wanted != str(page.number) else "",
            "exports": in_office(request.user) and request.user.is_staff,
            "is_mine": filters.form.cleaned_data.get("wie") == ME,
            **snooze_days(),
        },
    )


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """The registers beside each other: route, label, and whether it is this one."""
    return [
        (route, label, name == current)
        for name, route, label in [
            ("decisions", "sessions_log:decisions", _("Decisions")),
            ("actions", "sessions_log:actions", _("Action items")),
            ("points", "sessions_log:points", _("Attention points")),
        ]
    ]


@login_not_required
@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """What was decided, the newest first."""
    return _register(request, DECISIONS)


@login_not_required
@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    """Who does what by when; one's own (``?wie=ik``) need a login."""
    if request.GET.get("wie") == ME and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return _register(request, ACTIONS)


@login_not_required
@require_safe
def point_list(request: HttpRequest) -> HttpResponse:
    """What lines were asked to keep in mind, and what became of it."""
    return _register(request, POINTS)


@login_not_required
@require_safe
def decision_place(request: HttpRequest, pk: int) -> HttpResponse:
    """An address that stays: leads to where the decision stands in the report."""
    decisions = Decision.objects.visible_to(request.user).select_related("item")
    found = get_object_or_404(decisions, pk=pk)
    return redirect(Places(request.user).load([found.item.session_id]).of(found).url)
