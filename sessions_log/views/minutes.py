"""From draft to public report: sending round, checking, approving, publishing."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from civportal.accounts.models import User
from sessions_log.actions import minutes as actions
from sessions_log.actions.minutes import MinutesRefused
from sessions_log.choices import MinutesState, RemarkState
from sessions_log.editions import for_page
from sessions_log.forms.minutes import AnswerForm, RemarkForm, WholeRemarkForm
from sessions_log.models import Minutes, MinutesRemark, WorkSession
from sessions_log.notifications.minutes import chairs_of, readers_of_circulated
from sessions_log.permissions import can_approve, can_publish, can_remark, can_write_minutes
from sessions_log.rendition import Item, Rendition, rendition
from sessions_log.versions import digest_of, snapshot

WHOLE = "whole"
"""In place of an item's key: the remark is on all of it."""


def user_of(request: HttpRequest) -> User:
    """Who is logged in; the pages here are for nobody else."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware sees to it
    return request.user


def minutes_or_404(request: HttpRequest, pk: int) -> Minutes:
    """The minutes of a session that this person may read, with ``session.is_full_reader``."""
    session = get_object_or_404(
        WorkSession.objects.visible_to(request.user)
        .with_full_reader(request.user)
        .select_related("body"),
        pk=pk,
    )
    minutes = get_object_or_404(Minutes.objects.visible_to(request.user), session=session)
    minutes.session = session
    return minutes


@require_http_methods(["GET", "HEAD", "POST"])
def circulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft round, or take it back while nothing is approved."""
    user, minutes = user_of(request), minutes_or_404(request, pk)
    if not can_write_minutes(user, minutes.session):
        raise PermissionDenied
    if request.method == "POST":
        back = request.POST.get("then") == "back"
        try:
            if back:
                actions.take_back(minutes, by=user)
                messages.success(request, _("The minutes are a draft again."))
            else:
                actions.circulate(minutes, by=user)
                messages.success(request, _("The minutes have been sent round."))
        except MinutesRefused as refused:
            messages.error(request, str(refused))
            return redirect("sessions_log:circulate", pk)
        return redirect(minutes.session if back else "sessions_log:check", *([] if back else [pk]))
    if minutes.is_settled:
        messages.info(request, str(actions.AlreadyApproved()))
        return redirect(minutes.session)
    session = minutes.session
    readers = User.objects.filter(
        pk__in=readers_of_circulated(session) | chairs_of(session)
    ).order_by("name", "email")
    return render(
        request,
        "sessions_log/minutes/circulate.html",
        {
            "session": session,
            "minutes": minutes,
            "readers": list(readers),
            "days": session.body.silent_days if session.body else None,
            "is_attendance_known": session.participations.filter(attended=True).exists(),
            "open_remarks": minutes.remarks.open().count(),
        },
    )


# --- checking ------------------------------------------------------------------------------------


@dataclass
class Asked:
    """A remark, with the form for its answer where this person writes the minutes."""

    remark: MinutesRemark
    tone: str
    form: AnswerForm | None = None


@dataclass
class Checked:
    """An item, or the whole, with what was remarked on it and the form for more."""

    key: str
    entry: Item | None
    remarks: list[Asked] = field(default_factory=list)
    form: RemarkForm | None = None


REMARK_TONES = {
    RemarkState.OPEN: "wait",
    RemarkState.ACCEPTED: "good",
    RemarkState.ANSWERED: "info",
}


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what goes round item by item, and say what should be different."""
    user, minutes = user_of(request), minutes_or_404(request, pk)
    found = rendition(minutes.session, user)
    if request.method != "POST":
        return _check_page(request, minutes, found)
    if not can_remark(user, minutes.session):
        raise PermissionDenied
    key = request.POST.get("item", "")
    items = {str(entry.item.pk): entry.item for entry in found.items}
    if key != WHOLE and key not in items:
        raise Http404
    form = _remark_form(key, request.POST)
    if not form.is_valid():
        return _check_page(request, minutes, found, remarked=(key, form))
    try:
        actions.remark(minutes, items.get(key), form.cleaned_data["text"], by=user)
        messages.success(request, _("Thank you. Your remark has been passed on to the writer."))
    except MinutesRefused as refused:
        messages.error(request, str(refused))
        return _check_page(request, minutes, found, remarked=(key, form))
    return redirect("sessions_log:check", pk)


def _remark_form(key: str, data: Any = None) -> RemarkForm:
    form = WholeRemarkForm if key == WHOLE else RemarkForm
    return form(data, prefix=f"on-{key}")


@require_POST
def remark_answer(request: HttpRequest, pk: int, remark_pk: int) -> HttpResponse:
    """Accept a remark, or answer why the text stays."""
    user, minutes = user_of(request), minutes_or_404(request, pk)
    remark = get_object_or_404(
        MinutesRemark.objects.visible_to(user), pk=remark_pk, minutes=minutes
    )
    if not can_write_minutes(user, minutes.session):
        raise PermissionDenied
    form = AnswerForm(request.POST, prefix=f"to-{remark.pk}")
    accepting = request.POST.get("then") == "accept"
    if form.is_valid() and not accepting and not form.cleaned_data["answer"].strip():
        form.add_error("answer", _("Say in a few words why the text stays as it is."))
    if not form.is_valid():
        return _check_page(
            request, minutes, rendition(minutes.session, user), answered=(remark.pk, form)
        )
    try:
        if accepting:
            actions.accept_remark(remark, form.cleaned_data["answer"], by=user)
            messages.success(request, _("The remark is accepted. Now work it into the text."))
        else:
            actions.answer_remark(remark, form.cleaned_data["answer"], by=user)
            messages.success(request, _("The remark is answered."))
    except MinutesRefused as refused:
        messages.error(request, str(refused))
    return redirect("sessions_log:check", pk)


def _check_page(
    request: HttpRequest,
    minutes: Minutes,
    found: Rendition,
    *,
    remarked: tuple[str, RemarkForm] | None = None,
    answered: tuple[int, AnswerForm] | None = None,
) -> HttpResponse:
    """The minutes with their remarks, for who reads them before they are published."""
    user, session = user_of(request), minutes.session
    attended, writes = can_remark(user, session), can_write_minutes(user, session)
    if not (attended or writes or found.is_full_reader):
        raise PermissionDenied
    parts = [
        Checked(WHOLE, None),
        *(Checked(str(entry.item.pk), entry) for entry in found.items),
    ]
    by_key = {part.key: part for part in parts}
    remarks = list(
        MinutesRemark.objects.visible_to(user)
        .filter(minutes=minutes)
        .select_related("author", "answered_by")
        .order_by("created_at", "pk")
    )
    for remark in remarks:
        asked = Asked(remark, REMARK_TONES[RemarkState(remark.state)])
        if writes and remark.state == RemarkState.OPEN and not minutes.is_settled:
            is_bound = answered is not None and answered[0] == remark.pk
            asked.form = (
                answered[1] if answered and is_bound else AnswerForm(prefix=f"to-{remark.pk}")
            )
        by_key[str(remark.item_id or WHOLE)].remarks.append(asked)
    if attended and minutes.state == MinutesState.CIRCULATED:
        for part in parts:
            is_bound = remarked is not None and remarked[0] == part.key
            part.form = remarked[1] if remarked and is_bound else _remark_form(part.key)
    wrong = remarked[1] if remarked else answered[1] if answered else None
    return render(
        request,
        "sessions_log/minutes/check.html",
        {
            "session": session,
            "minutes": minutes,
            "report": found,
            "whole": parts[0],
            "parts": parts[1:],
            "wrong": wrong,
            "open_remarks": sum(remark.state == RemarkState.OPEN for remark in remarks),
            "attended": attended,
            "writes": writes,
            "approves": can_approve(user, session),
        },
    )


# --- approving and publishing --------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Read once more what will be frozen, and approve it."""
    user, minutes = user_of(request), minutes_or_404(request, pk)
    if not can_approve(user, minutes.session):
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.approve(minutes, seen=request.POST.get("seen", ""), by=user)
        except actions.AlreadyApproved as refused:
            messages.info(request, str(refused))
        except MinutesRefused as refused:
            messages.error(request, str(refused))
            return redirect("sessions_log:approve", pk)
        else:
            messages.success(request, _("The minutes are approved. You can publish them now."))
        return redirect(minutes.session)
    if minutes.is_settled:
        messages.info(request, str(actions.AlreadyApproved()))
        return redirect(minutes.session)
    text = snapshot(minutes.session, full=True)
    return render(
        request,
        "sessions_log/minutes/approve.html",
        {
            "session": minutes.session,
            "minutes": minutes,
            "text": for_page(text),
            "digest": digest_of(text),
            "open_remarks": minutes.remarks.open().count(),
            "is_going_round": minutes.state == MinutesState.CIRCULATED,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """See exactly what others will read, and publish it."""
    user, minutes = user_of(request), minutes_or_404(request, pk)
    session = minutes.session
    if not can_publish(user, session):
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.publish(minutes, by=user)
        except MinutesRefused as refused:
            messages.info(request, str(refused))
        else:
            messages.success(request, _("The report is published."))
        return redirect(session)
    if minutes.state != MinutesState.APPROVED:
        why = actions.AlreadyPublished() if minutes.is_published else actions.NotApproved()
        messages.info(request, str(why))
        return redirect(session)
    last = minutes.versions.order_by("-number").first()
    left_out = session.items.filter(confidential=True).order_by("order")
    return render(
        request,
        "sessions_log/minutes/publish.html",
        {
            "session": session,
            "minutes": minutes,
            "text": for_page(last.public if last else snapshot(session, full=False)),
            "left_out": list(left_out),
        },
    )
