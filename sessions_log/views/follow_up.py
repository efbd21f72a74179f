"""What becomes of action items and attention points: from the site, and from a link in a mail."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civportal.accounts.models import User
from civportal.ui import words
from programme_lines.models import PlanChapter
from sessions_log.action_links import LinkEndedError, read_token
from sessions_log.actions import follow_up
from sessions_log.choices import ActionState, AttentionState
from sessions_log.forms.follow_up import AnswerForm
from sessions_log.models import ActionItem, AttentionPoint
from sessions_log.permissions import can_answer, can_change_action, can_follow_up
from sessions_log.registers import Places
from sessions_log.rendition import action_line, attention_tone
from sessions_log.story import story_of

QUICK = {"week": 7, "month": 30}
"""Days by which the two buttons put an action item off."""
UNDO = {"done": "reopen", "drop": "reopen", "week": "wake", "month": "wake", "snooze": "wake"}


def _step(action: ActionItem, data: Any, by: User) -> ActionItem | None:
    """Do what was asked for in a form; None for something that nobody can ask for."""
    what = data.get("what", "")
    if what in QUICK:
        until = timezone.localdate() + datetime.timedelta(days=QUICK[what])
        return follow_up.snooze(action, until=until, by=by)
    if what == "snooze":
        try:
            until = parse_date(data.get("until", "")) or datetime.date.min
        except ValueError:  # a day that no month has
            until = datetime.date.min
        return follow_up.snooze(action, until=until, by=by)
    steps = {"done": follow_up.finish, "reopen": follow_up.reopen, "wake": follow_up.wake}
    return steps[what](action, by=by) if what in steps else None


def _said(action: ActionItem, what: str) -> str:
    """What was done, for who did it."""
    if what in {*QUICK, "snooze"} and action.snoozed_until:
        return _("Put off until %(day)s.") % {"day": words.long_date(action.snoozed_until)}
    return {
        "done": _("Done. Well done!"),
        "drop": _("Dropped: nobody has to do this any more."),
        "reopen": _("This action item is open again."),
        "wake": _("This action item is no longer put off."),
    }[what]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """An address that stays: GET leads to its place in the report, POST says what became of it."""
    found = get_object_or_404(
        ActionItem.objects.visible_to(request.user).select_related("item__session"), pk=pk
    )
    place = Places(request.user).load([found.item.session_id]).of(found)
    if request.method != "POST":
        return redirect(place.url)
    if not request.user.is_authenticated:
        return redirect_to_login(place.url)
    if not can_change_action(request.user, found):
        raise PermissionDenied
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = place.url
    return _changed(request, found, request.user, back)


def _changed(request: HttpRequest, found: ActionItem, by: User, back: str) -> HttpResponse:
    what = request.POST.get("what", "")
    try:
        if what == "drop":
            if not can_follow_up(by, found.item.session):
                raise PermissionDenied
            row: ActionItem | None = follow_up.drop(found, by=by)
        else:
            row = _step(found, request.POST, by)
    except follow_up.FollowUpRefused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    if row is None:
        return HttpResponseBadRequest()
    told = {
        "said": _said(row, what),
        "action": found,
        "language": found.item.session.language,
        "undo": UNDO.get(what, ""),
        "next": back,
    }
    said = render_to_string("sessions_log/follow_up/said.html", told, request=request)
    messages.success(request, said, extra_tags="with-form")
    return redirect(back)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def action_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """One page about one action item on GET, which scanners of mail may open; POST changes it."""
    try:
        found = read_token(token)
    except LinkEndedError:
        return _linked(request, "sessions_log/follow_up/link_ended.html", {}, status=410)
    if found is None:
        raise Http404
    row, owner = found
    with translation.override(owner.language or translation.get_language()):
        context: dict[str, Any] = {"what": "", "refused": ""}
        if request.method == "POST":
            context["what"] = request.POST.get("what", "")
            try:
                changed = _step(row, request.POST, owner)
            except follow_up.FollowUpRefused as refused:
                context["refused"] = str(refused)
            else:
                if changed is None:
                    return HttpResponseBadRequest()
                context["said"] = _said(changed, context["what"])
            row.refresh_from_db(fields=["state", "done_on", "snoozed_until"])
        context |= {
            "line": action_line(row, viewer=owner, named=False),
            "session": row.item.session,
            "is_open": row.state == ActionState.OPEN,
            **follow_up.snooze_days(),
        }
        return _linked(request, "sessions_log/follow_up/by_link.html", context)


def _linked(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["Content-Language"] = translation.get_language()
    response["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """The story of an attention point; POST answers it."""
    chapters = PlanChapter.objects.visible_to(request.user).select_related("line")
    found = get_object_or_404(
        AttentionPoint.objects.visible_to(request.user)
        .select_related("item__session__body", "line")
        .prefetch_related(Prefetch("chapter", queryset=chapters)),
        pk=pk,
    )
    may_answer = can_answer(request.user, found)
    form = AnswerForm(request.POST or None, point=found)
    if request.method == "POST":
        if not isinstance(request.user, User):
            return redirect_to_login(request.path)
        if not may_answer:
            raise PermissionDenied
        if form.is_valid() and _answered(form, found, request.user):
            messages.success(request, _("Thank you. Your answer stands with the point."))
            return redirect(found)
    return render(
        request,
        "sessions_log/point.html",
        {
            "point": found,
            "session": found.item.session,
            "tone": attention_tone(found),
            "story": story_of(found, request.user),
            "form": form if may_answer else None,
            "age": (timezone.localdate() - found.item.session.date).days,
        },
    )


def _answered(form: AnswerForm, found: AttentionPoint, by: User) -> bool:
    """Whether the answer was taken; if not, the form says why."""
    said = form.cleaned_data
    try:
        follow_up.answer(
            found,
            state=AttentionState(said["state"]),
            text=said["answer"],
            seen=said["seen"],
            by=by,
        )
    except follow_up.AnsweredMeanwhile as refused:
        found.state, found.answer = refused.point.state, refused.point.answer
        form.see_again(refused.point)
        form.add_error(None, str(refused))
    except follow_up.NothingSaid as refused:
        form.add_error("answer", str(refused))
    else:
        return True
    return False
