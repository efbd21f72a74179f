"""Posting: choosing a form, copying, the preview, sending, withdrawing; needs, and the office."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments.actions.confirming import adopt, let_go
from assignments.actions.copying import copy_of, earlier_ones
from assignments.actions.posting import (
    ENDED_BY_WITHDRAWING,
    begin,
    delete_draft,
    submit,
    withdraw,
)
from assignments.actions.publishing import ask_for_changes, publish
from assignments.choices import Form, State
from assignments.errors import NotComplete, Refused
from assignments.forms.examples import EXAMPLES
from assignments.forms.posting import ReasonForm
from assignments.from_meetings import follows_from, named
from assignments.models import Assignment
from assignments.permissions import can_check, is_teacher, schools_of
from assignments.shapes import shape_of
from assignments.views.editing import said_after_sending
from assignments.voices import Hat, drafts, hats_of, voice_of
from civportal.accounts.models import User
from civportal.accounts.viewers import in_office

METHODS = ["GET", "HEAD", "POST"]
FEW = 4
PER_PAGE = 20


def viewer_of(request: HttpRequest) -> User:
    """Who is logged in: ``LoginRequiredMiddleware`` saw to that."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def with_all(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """With all that the readable part shows."""
    return rows.select_related(
        "partner", "school", "teacher", "contact", "posted_by"
    ).prefetch_related("lines", "goals")


# --- beginning ------------------------------------------------------------------------------------


def _hat(request: HttpRequest, hats: list[Hat]) -> Hat:
    """As what this person posts: what they chose, else the first that they can."""
    chosen = request.POST.get("as") or request.GET.get("als", "")
    return next((hat for hat in hats if hat.key == chosen), hats[0])


@never_cache
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """Choose the form of cooperation, or an earlier one to copy; then there is a draft."""
    viewer = viewer_of(request)
    hats = hats_of(viewer)
    if not hats:
        return render(request, "assignments/posting/who_can.html", status=403)
    hat = _hat(request, hats)
    if request.method == "POST":
        return _begin(request, viewer, hat)
    earlier = earlier_ones(viewer, hat).select_related("partner").order_by("-created_at", "-pk")
    rows = list(earlier[: FEW + 1])
    return render(
        request,
        "assignments/posting/new.html",
        {
            "cards": [(form, EXAMPLES[form], shape_of(form)) for form in Form],
            "hats": hats,
            "hat": hat,
            "key": uuid.uuid4(),
            "origin": named(follows_from(request.GET, viewer)),
            "earlier": rows[:FEW],
            "has_more": len(rows) > FEW,
        },
    )


def _begin(request: HttpRequest, viewer: User, hat: Hat) -> HttpResponse:
    """The same button on the same page twice is one draft; another button is another."""
    try:
        page = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return redirect("assignments:new")
    source = request.POST.get("copy", "")
    form = request.POST.get("form", "")
    key = uuid.uuid5(page, f"{hat.key}:{form}:{source}")
    try:
        if source.isdecimal() and len(source) < 10:
            earlier = get_object_or_404(earlier_ones(viewer, hat), pk=source)
            draft = copy_of(earlier, hat=hat, key=key, by=viewer)
        elif form in Form.values:
            origin = follows_from(request.POST, viewer)
            draft = begin(Form(form), hat=hat, key=key, by=viewer, follows_from=origin)
        else:
            return redirect("assignments:new")
    except Refused as error:
        messages.error(request, str(error))
        return redirect("assignments:new")
    return redirect("assignments:edit", draft.pk)


@never_cache
@require_safe
def copies(request: HttpRequest) -> HttpResponse:
    """All earlier ones that one can copy, with a search box."""
    viewer = viewer_of(request)
    hats = hats_of(viewer)
    if not hats:
        raise PermissionDenied
    hat = _hat(request, hats)
    query = request.GET.get("q", "").strip()[:100]
    rows = earlier_ones(viewer, hat).select_related("partner").order_by("-created_at", "-pk")
    if query:
        rows = rows.filter(
            Q(title__icontains=query)
            | Q(summary__icontains=query)
            | Q(partner__name__icontains=query)
        )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "assignments/posting/copies.html",
        {"page": page, "query": query, "hat": hat, "hats": hats, "key": uuid.uuid4()},
    )


# --- a draft --------------------------------------------------------------------------------------


def _draft(request: HttpRequest, pk: int) -> Assignment:
    """A draft of this person's."""
    viewer = viewer_of(request)
    found = get_object_or_404(with_all(Assignment.objects.visible_to(viewer)), pk=pk)
    if not drafts(viewer, found):
        raise PermissionDenied
    return found


@never_cache
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """As students will see it."""
    draft = _draft(request, pk)
    if draft.state != State.DRAFT:
        return redirect(draft)
    return render(request, "assignments/posting/preview.html", {"assignment": draft})


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """From the preview: to the other side. What is missing is said in the form."""
    draft = _draft(request, pk)
    voice = voice_of(request.user, draft)
    if voice is None:
        raise PermissionDenied
    try:
        sent = submit(draft, by=voice)
    except NotComplete as error:
        sentences = " ".join(error.missing.values())
        messages.error(request, f"{error} {sentences}")
        return redirect("assignments:edit", pk)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(draft)
    messages.success(request, said_after_sending(sent))
    return redirect(sent)


@never_cache
@require_http_methods(METHODS)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away, or withdraw what was sent, after asking once."""
    viewer = viewer_of(request)
    found = get_object_or_404(
        Assignment.objects.visible_to(viewer).select_related("partner"), pk=pk
    )
    voice = voice_of(viewer, found)
    is_draft = found.state == State.DRAFT
    if voice is None or (is_draft and not drafts(viewer, found)):
        raise PermissionDenied
    if not is_draft and found.state not in ENDED_BY_WITHDRAWING:
        return redirect(found)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        help_text=_("Everyone who has to do with it reads this, also teams that applied."),
    )
    if request.method == "POST" and (is_draft or form.is_valid()):
        try:
            if is_draft:
                delete_draft(found)
                messages.success(request, _("The draft is gone."))
                return redirect("assignments:new")
            withdraw(found, reason=form.cleaned_data["reason"], by=voice)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Withdrawn. Everyone who has to know of it is told."))
        return redirect(found)
    return render(
        request,
        "assignments/posting/take_back.html",
        {"assignment": found, "form": form, "is_draft": is_draft, "teams": found.teams.sent()},
    )


# --- needs ----------------------------------------------------------------------------------------


@never_cache
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """What organisations look for a teacher for: for teachers and the office."""
    viewer = viewer_of(request)
    if not (is_teacher(viewer) or in_office(viewer)):
        raise PermissionDenied
    rows = Assignment.objects.visible_to(viewer).waiting_for_teacher()
    found = rows.select_related("partner").prefetch_related("lines").order_by("submitted_at", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "schools": schools_of(viewer)}
    return render(request, "assignments/posting/needs.html", context)


@require_POST
def adopt_need(request: HttpRequest, pk: int) -> HttpResponse:
    """A teacher takes it on; who comes second hears who was first."""
    viewer = viewer_of(request)
    found = Assignment.objects.visible_to(viewer).filter(pk=pk).first()
    schools = schools_of(viewer)
    if not schools:
        if found is None:
            raise Http404
        raise PermissionDenied
    # Once adopted a need is hidden from other teachers; who just saw it still hears why.
    need = found or Assignment.objects.filter(pk=pk, state=State.SUBMITTED).first()
    if need is None:
        raise Http404
    chosen = request.POST.get("school", "")
    school = next((each for each in schools if str(each.pk) == chosen), schools[0])
    try:
        adopted = adopt(need, school=school, by=viewer)
    except Refused as error:
        messages.info(request, str(error))
        return redirect("assignments:needs")
    messages.success(
        request,
        _("It is yours. Look whether it fits your students, change what you like, and say yes."),
    )
    return redirect("assignments:edit", adopted.pk)


@require_POST
def let_go_of_need(request: HttpRequest, pk: int) -> HttpResponse:
    """The teacher who adopted it gives it back."""
    viewer = viewer_of(request)
    found = get_object_or_404(Assignment.objects.visible_to(viewer), pk=pk)
    try:
        let_go(found, by=viewer)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, _("Other teachers can adopt it now."))
    return redirect("assignments:needs")


# --- the office -----------------------------------------------------------------------------------


@never_cache
@require_safe
def to_check(request: HttpRequest) -> HttpResponse:
    """What waits for the office, and what waits for an organisation."""
    viewer = viewer_of(request)
    if not can_check(viewer):
        raise PermissionDenied
    rows = Assignment.objects.visible_to(viewer).select_related("partner", "teacher", "contact")
    ready = rows.waiting_for_office()
    asked = rows.filter(state=State.SUBMITTED, company_yes_at__isnull=True)
    context = {
        "ready": ready.order_by("submitted_at", "pk"),
        "asked": asked.order_by("asked_at", "pk"),
    }
    return render(request, "assignments/posting/to_check.html", context)


@never_cache
@require_http_methods(METHODS)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The office reads it, and publishes it or asks for changes."""
    viewer = viewer_of(request)
    found = get_object_or_404(with_all(Assignment.objects.visible_to(viewer)), pk=pk)
    if not can_check(viewer):
        raise PermissionDenied
    form = ReasonForm(
        label=_("What is to be changed?"),
        help_text=_("Who posted it reads this, in so many words. Such as: say what level 2 does."),
    )
    if request.method == "POST":
        form, answer = _checked(request, found, form)
        if answer is not None:
            return answer
    waiting = Assignment.objects.waiting_for_office().filter(pk=pk).exists()
    return render(
        request,
        "assignments/posting/check.html",
        {"assignment": found, "form": form, "waiting": waiting},
    )


def _checked(
    request: HttpRequest, found: Assignment, blank: ReasonForm
) -> tuple[ReasonForm, HttpResponse | None]:
    viewer = viewer_of(request)
    said: Any = request.POST.get("revision", "")
    try:
        if request.POST.get("then") == "publish":
            publish(found, revision=int(said) if said.isdecimal() else -1, by=viewer)
            messages.success(request, _("It is on the board. Both sides are told."))
            return blank, redirect("assignments:detail", found.pk, found.slug)
        field = blank.fields["reason"]
        form = ReasonForm(request.POST, label=str(field.label), help_text=str(field.help_text))
        if not form.is_valid():
            return form, None
        ask_for_changes(found, reason=form.cleaned_data["reason"], by=viewer)
        messages.success(request, _("Sent back. Who posted it gets a mail with your words."))
    except Refused as error:
        messages.error(request, str(error))
        return blank, redirect("assignments:check", found.pk)
    return form, redirect("assignments:to_check")
