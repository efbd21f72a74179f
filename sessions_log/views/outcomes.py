"""Decisions, action items and attention points, noted while the minutes are written."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from sessions_log.actions.outcomes import (
    OutcomeChanged,
    OutcomeGone,
    add_outcome,
    change_outcome,
    raise_outcome,
    remove_outcome,
)
from sessions_log.forms.outcomes import KINDS, Order, OutcomePanel
from sessions_log.models import AgendaItem


def opened_panel(request: HttpRequest, item: AgendaItem) -> OutcomePanel:
    """What came out of an item, with the row open that the address names."""
    panel = OutcomePanel(item, order=Order.of("edit:" + request.GET.get("wijzig", "")))
    if panel.order.verb:
        panel.edit()
    return panel


def answer_outcomes(request: HttpRequest, item: AgendaItem, *, by: User) -> OutcomePanel:
    """Do what a button asks, and store whatever else is filled in.

    Raises as the actions do where nothing can be written any more.
    """
    panel = OutcomePanel(item, data=request.POST, order=Order.of(request.POST.get("then", "")))
    for key, form in panel.new.items():
        if form.is_bound and form.is_valid():
            add_outcome(KINDS[key].model, item.pk, by=by, **form.facts())
            panel.empty(key)
            panel.told, panel.focus = str(KINDS[key].noted), f"id_{key}-text"
    _keep_open_row(request, panel, by=by)
    order = panel.order
    model: Any = KINDS[order.kind].model if order.kind else None
    if order.verb == "remove":
        remove_outcome(model, order.pk, item_id=item.pk, by=by)
        panel.told, panel.focus = _("It is removed."), f"id_{order.kind}-text"
    elif order.verb == "raise":
        try:
            raise_outcome(model, order.pk, item_id=item.pk, by=by)
        except OutcomeGone as error:
            panel.errors.append(str(error))
        panel.told, panel.focus = _("It is moved up."), f"raise-{order.kind}-{order.pk}"
    elif order.verb == "edit":
        if panel.edit() is None:
            panel.errors.append(str(OutcomeGone()))
        else:
            panel.opens, panel.focus = f"{order.kind}:{order.pk}", "id_edit-text"
    return panel


def _keep_open_row(request: HttpRequest, panel: OutcomePanel, *, by: User) -> None:
    """Store the row that stood open for changing, unless someone closes it as it was."""
    open_row = Order.of("keep:" + request.POST.get("edit-row", ""))
    if not open_row.kind or panel.order.verb == "leave":
        return
    asked, panel.order = panel.order, open_row
    form = panel.edit(request.POST)
    if form is None:
        panel.errors.append(str(OutcomeGone()))
    elif form.is_valid():
        try:
            change_outcome(
                KINDS[open_row.kind].model,
                open_row.pk,
                item_id=panel.item.pk,
                was=request.POST.get("edit-was", "").replace("\r\n", "\n"),
                by=by,
                **form.facts(),
            )
        except OutcomeChanged as error:
            form.add_error("text", str(error))
            form.was = error.text
            return
        panel.editing = None
        panel.told, panel.focus = _("It is changed."), f"edit-{open_row.kind}-{open_row.pk}"
    else:
        return
    panel.order = asked
