"""Writing minutes: one text at a time, item by item, and the summary of all."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from civportal.accounts.models import User
from civportal.editor import autosave
from civportal.editor.autosave import keeps_text, wants_json
from civportal.editor.conflict import TextConflict
from civportal.editor.forms import ConflictForm, TextForm
from civportal.editor.widgets import allow_editor_style, with_nonce
from sessions_log.actions.agenda import AgendaRefused, add_item, change_item
from sessions_log.actions.writing import (
    NotStarted,
    WritingRefused,
    save_item_text,
    save_summary,
)
from sessions_log.forms.outcomes import OutcomePanel
from sessions_log.forms.writing import ItemForm
from sessions_log.models import AgendaItem, Minutes, MinutesRemark, WorkSession
from sessions_log.permissions import can_write_minutes
from sessions_log.views.outcomes import answer_outcomes, opened_panel

AS_MANY_UNHEARD = 5


@dataclass(frozen=True)
class Desk:
    """Who writes the minutes of which session."""

    user: User
    session: WorkSession
    minutes: Minutes | None


@dataclass(frozen=True)
class Place:
    """The text that is being written: an item's, or the summary where there is no item."""

    desk: Desk
    item: AgendaItem | None

    @property
    def url(self) -> str:
        if self.item is None:
            return reverse("sessions_log:write_summary", args=[self.desk.session.pk])
        return reverse("sessions_log:write_item", args=[self.desk.session.pk, self.item.pk])

    @property
    def part(self) -> str:
        """What the browser calls this text in what it keeps."""
        return f"item-{self.item.pk}" if self.item else f"summary-{self.desk.session.pk}"

    @property
    def text(self) -> str:
        if self.item:
            return str(self.item.text)
        return str(self.desk.minutes.summary) if self.desk.minutes else ""

    @property
    def revision(self) -> int:
        if self.item:
            return self.item.revision
        return self.desk.minutes.revision if self.desk.minutes else 0

    def save(self, text: str, *, base: int, sent: Collection[str] = ()) -> int:
        """Store the text; gives its new revision. Raises as the actions do."""
        by = self.desk.user
        if self.item:
            return save_item_text(self.item.pk, text, base=base, sent=sent, by=by).revision
        return save_summary(self.desk.session.pk, text, base=base, sent=sent, by=by).revision


def desk_of(request: HttpRequest, pk: int) -> Desk:
    """Where this person writes; 404 and 403 for who does not."""
    session = get_object_or_404(
        WorkSession.objects.visible_to(request.user).select_related("body"), pk=pk
    )
    if not isinstance(request.user, User) or not can_write_minutes(request.user, session):
        raise PermissionDenied
    return Desk(request.user, session, Minutes.objects.filter(session=session).first())


def around(desk: Desk, *, item: AgendaItem | None = None, here: str) -> dict[str, Any]:
    """What every page of writing shows beside its own: the list of parts, and the way on."""
    items = list(desk.session.items.visible_to(desk.user).order_by("order"))
    write = reverse("sessions_log:write", args=[desk.session.pk])
    summary = reverse("sessions_log:write_summary", args=[desk.session.pk])
    ways = [
        (write, _("Who was there")),
        *(
            (reverse("sessions_log:write_item", args=[desk.session.pk, one.pk]), one.title)
            for one in items
        ),
        (summary, _("In short")),
    ]
    now = next((place for place, (url, _name) in enumerate(ways) if url == here), 0)
    return {
        "session": desk.session,
        "minutes": desk.minutes,
        "items": items,
        "item": item,
        "number": next((n for n, one in enumerate(items, start=1) if one == item), 0),
        "here": here,
        "before": ways[now - 1] if now else None,
        "after": ways[now + 1] if now + 1 < len(ways) else None,
        "new_item": ItemForm(language=desk.session.language, prefix="new"),
    }


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def write_item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """What was said under one item, and what came out of it."""
    desk = desk_of(request, pk)
    items = desk.session.items.visible_to(desk.user).select_related("session")
    return _write(request, Place(desk, get_object_or_404(items, pk=item_pk)))


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def write_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """The session in short."""
    return _write(request, Place(desk_of(request, pk), None))


def _write(request: HttpRequest, place: Place) -> HttpResponse:
    if request.method != "POST":
        return _show(request, place)
    try:
        if "keep" in request.POST:
            return _decide(request, place)
        return _autosave(request, place) if wants_json(request) else _submit(request, place)
    except WritingRefused as error:
        if wants_json(request):
            return autosave.refused(str(error))
        return autosave.kept(request, reason=str(error), status=409)


def _show(request: HttpRequest, place: Place) -> HttpResponse:
    if wants_json(request):
        return autosave.state(request, place.revision)
    if place.desk.minutes is None or place.desk.minutes.is_settled:
        return redirect("sessions_log:write", place.desk.session.pk)
    panel = opened_panel(request, place.item) if place.item else None
    return _page(request, place, panel=panel)


def _autosave(request: HttpRequest, place: Place) -> HttpResponse:
    """The script saves."""
    form = TextForm(request.POST)
    if not form.is_valid():
        return autosave.refused(" ".join(str(e) for errors in form.errors.values() for e in errors))
    text, base = form.cleaned_data["text"], form.cleaned_data["base"]
    sent = request.POST.getlist("sent")[-AS_MANY_UNHEARD:]
    try:
        return autosave.saved(place.save(text, base=base, sent=sent))
    except TextConflict as found:
        return autosave.conflict(
            request,
            found,
            part=place.part,
            language=place.desk.session.language,
            action=place.url,
        )


def _submit(request: HttpRequest, place: Place) -> HttpResponse:
    """A button was pressed: all that is filled in is stored, whatever button it was."""
    panel = None
    if place.item:
        panel = answer_outcomes(request, place.item, by=place.desk.user)
        if request.htmx:  # type: ignore[attr-defined]  # the middleware's; the text stays
            return _outcomes(request, place, panel)
    form = TextForm(request.POST, **_form_words(place))
    if not form.is_valid():
        return _page(request, place, form=form, panel=panel)
    try:
        place.save(form.cleaned_data["text"], base=form.cleaned_data["base"])
    except TextConflict as found:
        return _conflict_page(request, place, found)
    if panel and panel.has_errors:
        return _page(request, _again(request, place), panel=panel)
    if panel and panel.opens:
        return redirect(f"{place.url}?wijzig={panel.opens}#wijzig")
    if not (panel and panel.told):
        messages.success(request, _("Saved."))
    return redirect(f"{place.url}#uitkomsten" if panel and panel.told else place.url)


def _decide(request: HttpRequest, place: Place) -> HttpResponse:
    """Of two texts one stays; the answer goes through the lock as any text does."""
    form = ConflictForm(request.POST)
    if not form.is_valid():
        return redirect(place.url)
    said = form.cleaned_data
    if said["keep"] == ConflictForm.THEIRS:
        messages.success(request, _("The text of the other stays."))
        return redirect(f"{place.url}?gekozen=1")
    if said["keep"] == ConflictForm.MERGE:
        theirs = _again(request, place)
        found = TextConflict(mine=said["mine"], theirs=theirs.text, revision=theirs.revision)
        return _conflict_page(request, place, found, merging=True)
    text = said["merged"] if said["keep"] == ConflictForm.MERGED else said["mine"]
    try:
        place.save(text, base=said["base"])
    except TextConflict as found:
        return _conflict_page(request, place, found)
    messages.success(request, _("Saved."))
    return redirect(f"{place.url}?gekozen=1")


def _again(request: HttpRequest, place: Place) -> Place:
    """The same place as it is stored now."""
    desk = desk_of(request, place.desk.session.pk)
    if place.item is None:
        return Place(desk, None)
    items = desk.session.items.visible_to(desk.user).select_related("session")
    return Place(desk, get_object_or_404(items, pk=place.item.pk))


def _form_words(place: Place) -> dict[str, str]:
    label = _("What was said") if place.item else _("The session in short")
    return {"label": label, "language": place.desk.session.language}


def _page(
    request: HttpRequest,
    place: Place,
    *,
    form: TextForm | None = None,
    panel: OutcomePanel | None = None,
) -> HttpResponse:
    """The editor with what is around it."""
    desk, item = place.desk, place.item
    if form is None:
        initial = {"text": place.text, "base": place.revision}
        form = TextForm(initial=initial, **_form_words(place))
    remarks = MinutesRemark.objects.visible_to(desk.user).open().filter(minutes=desk.minutes)
    settled = "gekozen" in request.GET
    context = around(desk, item=item, here=place.url) | {
        "form": form,
        "panel": panel,
        "url": place.url,
        "remarks": remarks.filter(item=item).select_related("author"),
        "autosave": autosave.hooks(request, part=place.part, settled=settled),
        "media": with_nonce(form.media, request),
    }
    if item:
        context["about"] = ItemForm(instance=item, language=desk.session.language, prefix="item")
    response = render(request, "sessions_log/writing/text.html", context)
    allow_editor_style(response)
    return response


def _outcomes(request: HttpRequest, place: Place, panel: OutcomePanel) -> HttpResponse:
    """What came out of the item, alone: the rest of the page is being written in."""
    return render(
        request,
        "sessions_log/writing/outcomes.html",
        {"panel": panel, "session": place.desk.session, "url": place.url, "alone": True},
    )


def _conflict_page(
    request: HttpRequest, place: Place, found: TextConflict, *, merging: bool = False
) -> HttpResponse:
    """Both texts beside each other, with the question which is to stay."""
    form = ConflictForm(initial={"merged": found.together})
    form.fields["merged"].widget.attrs["lang"] = place.desk.session.language
    response = render(
        request,
        "sessions_log/writing/conflict.html",
        around(place.desk, item=place.item, here=place.url)
        | {
            "conflict": found,
            "form": form,
            "part": place.part,
            "url": place.url,
            "merging": merging,
            "language": place.desk.session.language,
            "media": with_nonce(form.media, request),
        },
        status=200 if merging else 409,
    )
    allow_editor_style(response)
    return response


# --- the items themselves ------------------------------------------------------------------------


@keeps_text
@require_POST
def write_add_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Something came up that was not on the agenda."""
    desk = desk_of(request, pk)
    form = ItemForm(request.POST, language=desk.session.language, prefix="new")
    if desk.minutes is None or not form.is_valid():
        messages.error(
            request, str(NotStarted() if desk.minutes is None else _("Give it a title."))
        )
        return redirect("sessions_log:write", pk)
    try:
        item = add_item(desk.session, form.save(commit=False), place=_number(request))
    except AgendaRefused as error:
        messages.error(request, str(error))
        return redirect("sessions_log:write", pk)
    return redirect("sessions_log:write_item", pk, item.pk)


def _number(request: HttpRequest) -> int:
    """The place the new item was going to have when its form was shown."""
    number = request.POST.get("place", "")
    return int(number) if number.isdecimal() and len(number) < 6 else 0


@keeps_text
@require_POST
def write_describe_item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """What an item is called, and whether it is confidential."""
    desk = desk_of(request, pk)
    item = get_object_or_404(desk.session.items.visible_to(desk.user), pk=item_pk)
    form = ItemForm(request.POST, instance=item, language=desk.session.language, prefix="item")
    if form.is_valid():
        try:
            change_item(item, **form.cleaned_data)
            messages.success(request, _("Saved."))
        except AgendaRefused as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Give it a title."))
    return redirect("sessions_log:write_item", pk, item_pk)
