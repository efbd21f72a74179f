"""The form of an assignment: saved by itself while it is a draft, and by a button after that."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assignments.actions.locks import locked
from assignments.actions.posting import change, submit, write_draft
from assignments.choices import State
from assignments.errors import NotComplete, Refused, WrongState
from assignments.forms.merging import (
    Merged,
    Raw,
    merge,
    next_seen,
    raw_from,
    raw_of,
    seen_from,
    without,
    written_elsewhere,
)
from assignments.forms.posting import PostingForm, contacts_of
from assignments.models import Assignment
from assignments.voices import Voice, may_edit, voice_of
from assignments.wording import label_of
from civportal.editor import autosave
from civportal.editor.autosave import keeps_text, wants_json
from civportal.ui.sections import sections_for

AS_MANY_UNHEARD = 5


@dataclass
class Editing:
    """Who writes at which assignment, and what came of the last time that it was sent."""

    assignment: Assignment
    voice: Voice
    url: str
    back: str
    by_link: bool = False
    mine: Raw = field(default_factory=dict)
    seen: Raw = field(default_factory=dict)
    conflicts: Raw = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        return self.assignment.state == State.DRAFT

    def form(self, data: Any = None) -> PostingForm:
        return PostingForm(
            data, assignment=self.assignment, side=self.voice.side, by_link=self.by_link
        )


@never_cache
@keeps_text
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write it; drafts are saved while one writes."""
    rows = Assignment.objects.visible_to(request.user).select_related("partner", "contact")
    assignment = get_object_or_404(rows, pk=pk)
    voice = voice_of(request.user, assignment)
    if voice is None or not may_edit(request.user, assignment):
        raise PermissionDenied
    here = reverse("assignments:edit", args=[pk])
    return work_on(request, Editing(assignment, voice, here, assignment.get_absolute_url()))


def work_on(request: HttpRequest, editing: Editing) -> HttpResponse:
    """Show the form, or take what was written."""
    if request.method != "POST":
        if wants_json(request):
            return autosave.state(request, editing.assignment.revision)
        editing.seen = raw_of(editing.form())
        return _page(request, editing, editing.form())
    try:
        if editing.is_draft:
            return _take_draft(request, editing)
        if wants_json(request):
            raise WrongState  # what others hear of is never saved by itself
        return _take_change(request, editing)
    except WrongState as error:
        if wants_json(request):
            return autosave.refused(str(error))
        messages.error(request, str(error))
        return redirect(editing.back)


def _merged(request: HttpRequest, editing: Editing, row: Assignment) -> tuple[Merged, Raw]:
    """What the form says with what is stored by now; and the latter."""
    editing.assignment = row
    theirs = raw_of(editing.form())
    editing.seen = seen_from(request.POST.get("seen", ""))
    editing.mine = raw_from(request.POST, editing.form())
    merged = merge(
        editing.mine,
        seen=editing.seen,
        theirs=theirs,
        take=request.POST.getlist("take"),
        unheard=[seen_from(text) for text in request.POST.getlist("unheard")[-AS_MANY_UNHEARD:]],
    )
    editing.conflicts = merged.conflicts
    return merged, theirs


def _take_draft(request: HttpRequest, editing: Editing) -> HttpResponse:
    """Keep all that can be kept; what cannot is said, and stays in the form."""
    with transaction.atomic():
        row = locked(editing.assignment)
        if row.state != State.DRAFT:
            raise WrongState
        merged, theirs = _merged(request, editing, row)
        kept = editing.form(without(merged, theirs).as_data)
        kept.is_valid()
        editing.assignment = write_draft(row, kept.values)
    if wants_json(request):
        return _told(editing, kept)
    if kept.errors or merged.conflicts:
        return _mend(request, editing, merged)
    then = request.POST.get("then", "save")
    if then == "send":
        return _send(request, editing)
    if then == "preview":
        return redirect("assignments:preview", editing.assignment.pk)
    messages.success(request, _("Saved as a draft."))
    return redirect(editing.url)


def _told(editing: Editing, kept: PostingForm) -> JsonResponse:
    """The script's answer: what is stored now, and what it has to show."""
    answer = json.loads(autosave.saved(editing.assignment.revision).content)
    now = raw_of(editing.form())
    elsewhere = written_elsewhere(editing.mine, seen=editing.seen, now=now)
    answer |= {
        "seen": next_seen(editing.seen, now, {*editing.conflicts, *elsewhere}),
        "elsewhere": elsewhere,
        "errors": {name: [str(each) for each in found] for name, found in kept.errors.items()},
        "conflicts": {
            name: {"values": values, "label": label_in(kept, name), "shown": shown(kept, name)}
            for name, values in editing.conflicts.items()
        },
    }
    if "contact" in kept.fields and editing.voice.side != "company":
        assignment = editing.assignment
        answer["contacts"] = contacts_of(assignment.partner, assignment.contact)
    return JsonResponse(answer)


def _send(request: HttpRequest, editing: Editing) -> HttpResponse:
    try:
        sent = submit(editing.assignment, by=editing.voice)
    except NotComplete as error:
        form = editing.form(Merged(raw_of(editing.form()), {}).as_data)
        _add_missing(form, error)
        editing.seen = raw_of(editing.form())
        return _page(request, editing, form)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(editing.url)
    messages.success(request, said_after_sending(sent))
    return redirect(sent)


def said_after_sending(sent: Assignment) -> str:
    """What happens next, in a sentence."""
    if sent.is_public:
        return _("It is on the board.")
    if sent.company_yes_at is None:
        return _("Sent. %(name)s gets a mail to say yes; we tell you what the answer is.") % {
            "name": sent.contact or sent.contact_name or sent.partner
        }
    if sent.shape.needs_teacher and sent.teacher_yes_at is None:
        return _("Sent. Teachers see it now; we tell you when one of them adopts it.")
    return _("Sent. The programme office has a look, and then it is on the board.")


def _add_missing(form: PostingForm, error: NotComplete) -> None:
    form.is_valid()
    for name, sentence in error.missing.items():
        form.add_error(name if name in form.fields else None, sentence)


def _take_change(request: HttpRequest, editing: Editing) -> HttpResponse:
    """What was sent or is public already: all of it at once, or nothing."""
    with transaction.atomic():
        row = locked(editing.assignment)
        merged, _theirs = _merged(request, editing, row)
        form = editing.form(merged.as_data)
        if "then" in request.POST:  # from the page of a draft, which was sent meanwhile
            messages.warning(
                request, _("This was sent meanwhile. Look at what you wrote, and save it again.")
            )
            return _mend(request, editing, merged)
        if merged.conflicts or not form.is_valid():
            return _mend(request, editing, merged)
        try:
            changed = change(row, form.values, by=editing.voice)
        except NotComplete as error:
            _add_missing(form, error)
        except WrongState:
            raise
        except Refused as error:
            form.add_error("teams_wanted" if "teams_wanted" in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved. Who has to know of it gets a mail."))
            return redirect(editing.back if editing.by_link else changed)
    editing.assignment = Assignment.objects.get(pk=row.pk)
    editing.seen = raw_of(editing.form())
    return _page(request, editing, form)


def _mend(request: HttpRequest, editing: Editing, merged: Merged) -> HttpResponse:
    """The form as it was sent, with what is wrong, and what was written elsewhere meanwhile."""
    form = editing.form(merged.as_data)
    form.is_valid()
    editing.seen = raw_of(editing.form())
    return _page(request, editing, form, status=409 if merged.conflicts else 200)


def label_in(form: PostingForm, name: str) -> str:
    """What a field is called, of a level's with the level."""
    return label_of(name) if name[-1].isdigit() else str(form.fields[name].label)


def shown(form: PostingForm, name: str) -> str:
    """What is stored of a field, as a person reads it."""
    initial = form.get_initial_for_field(form.fields[name], name)
    choices = dict(getattr(form.fields[name], "choices", []))
    if isinstance(initial, bool):
        return _("yes") if initial else _("no")
    if choices:
        several = initial if isinstance(initial, list) else [initial]
        names = {str(key): str(label) for key, label in choices.items()}
        return ", ".join(names.get("" if one is None else str(one), "") for one in several)
    return str(form.fields[name].prepare_value(initial) or _("empty"))


def _page(
    request: HttpRequest, editing: Editing, form: PostingForm, *, status: int = 200
) -> HttpResponse:
    assignment = editing.assignment
    stored = editing.form()
    return render(
        request,
        "assignments/posting/edit.html",
        {
            "assignment": assignment,
            "form": form,
            "editing": editing,
            "voice": editing.voice,
            "is_draft": editing.is_draft,
            "seen": json.dumps(editing.seen),
            "conflicts": [
                (name, label_in(stored, name), shown(stored, name)) for name in editing.conflicts
            ],
            "autosave": autosave.hooks(request, part=f"opdracht-{assignment.pk}"),
            "beside": []
            if editing.by_link
            else sections_for("assignment_edit", request, assignment),
        },
        status=status,
    )
