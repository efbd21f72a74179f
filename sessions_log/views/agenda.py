"""The agenda builder: items in order, their clock, their documents, and what is offered."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from civportal.accounts.models import User
from sessions_log.actions.agenda import (
    AgendaRefused,
    add_document,
    add_item,
    change_item,
    is_open,
    move_item,
    put_in_order,
    put_on_agenda,
    remove_document,
    remove_item,
)
from sessions_log.choices import SessionStatus
from sessions_log.clock import Hours, fit, hours
from sessions_log.forms.agenda import DocumentForm, ItemForm, labelled
from sessions_log.models import AgendaItem, Document, WorkSession
from sessions_log.querysets import AgendaItemQuerySet
from sessions_log.suggestions import suggestions_for
from sessions_log.views.access import planned_by


@dataclass
class Entry:
    """An item on the page of the agenda, with when it begins and ends."""

    item: AgendaItem
    number: int
    hours: Hours
    presenter: str
    documents: list[Document] = field(default_factory=list)


def items_of(session: WorkSession, user: User) -> AgendaItemQuerySet:
    """The items of a session that this person may know of, in order."""
    return AgendaItem.objects.visible_to(user).filter(session=session).order_by("order")


@require_http_methods(["GET", "HEAD", "POST"])
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda as it is built; POST puts its items in another order."""
    session, user = planned_by(request, pk)
    if request.method == "POST":
        return _reorder(request, session, user)
    items = list(items_of(session, user).select_related("presenter__user", "presenter__partner"))
    documents = list(Document.objects.visible_to(user).filter(session=session).order_by("title"))
    entries = [
        Entry(
            item,
            number,
            clock,
            labelled(item.presenter) if item.presenter else "",
            [document for document in documents if document.item_id == item.pk],
        )
        for number, (item, clock) in enumerate(
            zip(items, hours(session, items), strict=True), start=1
        )
    ]
    can_change = is_open(session)
    is_to_come = can_change and session.status == SessionStatus.PLANNED
    return render(
        request,
        "sessions_log/agenda/agenda.html",
        {
            "session": session,
            "entries": entries,
            "documents": [document for document in documents if document.item_id is None],
            "fit": fit(session, items),
            "form": ItemForm(session=session, place=len(items) + 1) if can_change else None,
            "offers": suggestions_for(session, viewer=user) if is_to_come else [],
            "can_change": can_change,
            "moved": request.GET.get("verplaatst", ""),
        },
    )


def _reorder(request: HttpRequest, session: WorkSession, user: User) -> HttpResponse:
    """One item up or down (``up``, ``down``), or all of them as they were dragged (``order``)."""
    moved = request.POST.get("up") or request.POST.get("down") or ""
    keys = [int(key) for key in request.POST.get("order", "").split(",") if key.isdecimal()]
    address = reverse("sessions_log:agenda", args=[session.pk])
    try:
        if moved.isdecimal():
            item = get_object_or_404(items_of(session, user), pk=int(moved))
            move_item(item, by=-1 if "up" in request.POST else 1)
            way = "up" if "up" in request.POST else "down"
            # The button that was pressed has the focus again: one can go on pressing. No fragment,
            # as browsers do not set the focus in a page that they scroll to one.
            address += f"?verplaatst={way}-{item.pk}"
        elif keys:
            put_in_order(session, keys)
        else:
            raise BadRequest("nothing to put in order")
    except AgendaRefused as error:
        messages.error(request, str(error))
    return redirect(address)


@require_http_methods(["GET", "HEAD", "POST"])
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """An item that is new on the agenda."""
    session, user = planned_by(request, pk)
    place = items_of(session, user).count() + 1
    form = ItemForm(request.POST or None, session=session, place=place)
    if request.method == "POST" and form.is_valid():
        item = form.save(commit=False)
        try:
            item = add_item(session, item, place=form.cleaned_data["place"] or 0)
        except AgendaRefused as error:
            messages.error(request, str(error))
            return redirect("sessions_log:agenda", pk)
        messages.success(request, _("“%(title)s” is on the agenda.") % {"title": item.title})
        return redirect(f"{reverse('sessions_log:agenda', args=[pk])}#nieuw-punt")
    return render(
        request,
        "sessions_log/agenda/item.html",
        {"form": form, "session": session, "item": None, "can_change": is_open(session)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """What an item is about."""
    session, user = planned_by(request, pk)
    item = get_object_or_404(items_of(session, user).select_related("session"), pk=item_pk)
    form = ItemForm(request.POST or None, instance=item, session=session)
    if request.method == "POST" and form.is_valid():
        try:
            change_item(item, **form.facts)
        except AgendaRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your changes are kept."))
        return redirect(f"{reverse('sessions_log:agenda', args=[pk])}#item-{item_pk}")
    return render(
        request,
        "sessions_log/agenda/item.html",
        {
            "form": form,
            "session": session,
            "item": items_of(session, user).get(pk=item_pk),
            "can_change": is_open(session),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def item_remove(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Take an item off the agenda, after asking."""
    session, user = planned_by(request, pk)
    item = items_of(session, user).select_related("session").filter(pk=item_pk).first()
    if request.method == "POST":
        try:
            if item is not None:
                remove_item(item)
                messages.success(
                    request, _("“%(title)s” is off the agenda.") % {"title": item.title}
                )
        except AgendaRefused as error:
            messages.error(request, str(error))
        return redirect("sessions_log:agenda", pk)
    item = get_object_or_404(items_of(session, user), pk=item_pk)
    return render(
        request,
        "sessions_log/agenda/item_remove.html",
        {"session": session, "item": item, "documents": item.documents.count()},
    )


@require_POST
def suggestion_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put something that is still open on the agenda."""
    session, user = planned_by(request, pk)
    try:
        item = put_on_agenda(session, request.POST.get("what", ""), by=user)
    except AgendaRefused as error:
        messages.error(request, str(error))
        return redirect("sessions_log:agenda", pk)
    messages.success(request, _("“%(title)s” is on the agenda.") % {"title": item.title})
    return redirect(f"{reverse('sessions_log:agenda', args=[pk])}#aangeboden")


@require_http_methods(["GET", "HEAD", "POST"])
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file with the session, or with the item that ``?punt=`` names."""
    session, user = planned_by(request, pk)
    items = items_of(session, user)
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        session=session,
        items=items,
        initial={"item": request.GET.get("punt", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            document = add_document(session, form.document(), form.cleaned_data["file"])
        except AgendaRefused as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, _("“%(title)s” is put with it.") % {"title": document.title})
            place = f"item-{document.item_id}" if document.item_id else "stukken"
            return redirect(f"{reverse('sessions_log:agenda', args=[pk])}#{place}")
    return render(request, "sessions_log/agenda/document.html", {"form": form, "session": session})


@require_http_methods(["GET", "HEAD", "POST"])
def document_remove(request: HttpRequest, pk: int, document_pk: int) -> HttpResponse:
    """Take a document away, after asking."""
    session, user = planned_by(request, pk)
    documents = Document.objects.visible_to(user).filter(session=session)
    document = documents.filter(pk=document_pk).first()
    if request.method == "POST":
        if document is not None:
            remove_document(document)
            messages.success(request, _("“%(title)s” is gone.") % {"title": document.title})
        return redirect("sessions_log:agenda", pk)
    document = get_object_or_404(documents, pk=document_pk)
    return render(
        request,
        "sessions_log/agenda/document_remove.html",
        {"session": session, "document": document},
    )
