"""Answering an invitation on the site, by the link in a mail, and signing up."""

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_log.actions.replies import (
    ReplyRefused,
    Visitor,
    answer,
    answer_for,
    places_left,
    sign_off,
    sign_up,
    sign_up_visitor,
)
from sessions_log.answering import is_asked, reply_block
from sessions_log.choices import Reply
from sessions_log.forms.replies import ReplyForm, VisitorForm
from sessions_log.links import WORDS, Answering, AnswerLinkEnded, read_answer_token
from sessions_log.models import Participation, WorkSession
from sessions_log.notifications.guests import ask_to_confirm, read_sign_up

METHODS = ["GET", "HEAD", "POST"]


def _visible(request: HttpRequest, pk: int) -> WorkSession:
    sessions = WorkSession.objects.visible_to(request.user).select_related("body")
    return get_object_or_404(sessions, pk=pk)


# --- on the site ----------------------------------------------------------------------------------


@never_cache
@require_http_methods(METHODS)
def session_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own answer: a page for it, and the block on the session's page by htmx."""
    assert request.user.is_authenticated  # noqa: S101 - LoginRequiredMiddleware saw to it
    session = _visible(request, pk)
    place = session.participations.filter(user=request.user).first()
    if not is_asked(request.user, session, place):
        raise Http404
    form = ReplyForm.of(place, WORDS.get(request.GET.get("antwoord", ""), ""))
    if request.method == "POST":
        form = ReplyForm(request.POST)
        if form.is_valid():
            try:
                place = answer(session, request.user, form.answer)
            except ReplyRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                if not request.htmx:  # type: ignore[attr-defined] # by its middleware
                    messages.success(request, told(place))
                    return redirect(_back(request, session))
                form = ReplyForm.of(place)
    block = reply_block(request.user, session, form)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "sessions_log/replies/block.html", {"reply": block})
    return render(request, "sessions_log/replies/answer.html", {"session": session, "reply": block})


def _back(request: HttpRequest, session: WorkSession) -> str:
    """To the desk for who answered there, else to the session."""
    if request.POST.get("next") == "desk":
        return reverse("desk")
    return session.get_absolute_url()


def told(place: Participation) -> str:
    """What someone answered, said back to them."""
    if place.reply == Reply.REPLACED:
        return _("Thank you. %(name)s goes for you.") % {"name": place.replaced_by}
    words = {
        Reply.YES: pgettext("said back to who answered", "Thank you. You will be there."),
        Reply.MAYBE: pgettext("said back to who answered", "Thank you. You might come."),
        Reply.NO: pgettext("said back to who answered", "Thank you. You will not be there."),
    }
    return words[Reply(place.reply)]


# --- by the link in a mail ------------------------------------------------------------------------


@login_not_required
@never_cache
@require_http_methods(METHODS)
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The answer of who got the mail, without a login.

    GET only shows, since scanners of mail open links; POST changes. Whose link does not work any
    more reads the same words, whatever the reason.
    """
    try:
        answering = read_answer_token(token)
    except AnswerLinkEnded:
        return _private(render(request, "sessions_log/replies/link_ended.html", status=410))
    if answering is None:
        return _private(render(request, "sessions_log/replies/link_ended.html", status=404))
    place, session = answering.participation, answering.session
    language = (place.user.language if place.user else "") or session.language
    with translation.override(language):
        response = _answer_page(request, answering)
    response["Content-Language"] = language
    return _private(response)


def _answer_page(request: HttpRequest, answering: Answering) -> HttpResponse:
    place, session = answering.participation, answering.session
    form = ReplyForm.of(place, WORDS.get(request.GET.get("antwoord", ""), ""))
    if request.method == "POST" and session.takes_answers:
        form = ReplyForm(request.POST)
        if form.is_valid():
            try:
                answer_for(place, form.answer)
            except ReplyRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(f"{request.path}?gedaan=1")
    return render(
        request,
        "sessions_log/replies/by_link.html",
        {
            "session": session,
            "place": place,
            "form": form,
            "is_done": "gedaan" in request.GET and bool(place.reply),
            "told": told(place) if place.reply else "",
            "is_changed": answering.told != session.sequence,
            "is_other": request.user.is_authenticated and place.user != request.user,
            "opens_page": place.user_id is not None or session.visibility == "public",
        },
    )


def _private(response: HttpResponse) -> HttpResponse:
    """The address is a key: no search engine, and no other site, should come to know it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer", with which browsers send forms without the origin that Django checks.
    response["Referrer-Policy"] = "same-origin"
    return response


# --- signing up -----------------------------------------------------------------------------------


@login_not_required
@never_cache
@require_http_methods(METHODS)
def session_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign up for an open session, and off again; visitors by a mail that they confirm."""
    session = _visible(request, pk)
    if not session.sign_up:
        raise Http404
    if request.user.is_authenticated:
        return _sign_up_person(request, session)
    form = VisitorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limited: HttpResponse | None = consume_or_429(
            request, action="session_sign_up", key=form.cleaned_data["email"].lower()
        )
        if limited:
            return limited
        if not form.is_robot and session.takes_answers and places_left(session) != 0:
            visitor = form.visitor
            with transaction.atomic():
                ask_to_confirm(
                    session,
                    name=visitor.name,
                    email=visitor.email,
                    organisation=visitor.organisation,
                    language=translation.get_language() or session.language,
                )
        # The same for everyone, whoever has an account or is on the list already.
        return redirect(f"{request.path}?verstuurd=1")
    return render(
        request,
        "sessions_log/replies/sign_up.html",
        {
            "session": session,
            "form": form,
            "is_sent": "verstuurd" in request.GET,
            "left": places_left(session),
        },
    )


def _sign_up_person(request: HttpRequest, session: WorkSession) -> HttpResponse:
    assert request.user.is_authenticated  # noqa: S101 - the caller saw to it
    if request.method != "POST":
        return redirect(session)
    try:
        if request.POST.get("action") == "off":
            place = session.participations.filter(user=request.user).first()
            if place is not None:
                sign_off(place)
            messages.success(request, _("You signed off. Your place is free for someone else."))
        else:
            sign_up(session, by=request.user)
            messages.success(request, _("You are on the list. See you there."))
    except ReplyRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(session)


def _is_listed(session: WorkSession, email: str) -> bool:
    theirs = Q(email__iexact=email) | Q(user__email__iexact=email)
    return session.participations.filter(theirs, reply=Reply.YES).exists()


@login_not_required
@never_cache
@require_http_methods(METHODS)
def confirm_sign_up(request: HttpRequest, token: str) -> HttpResponse:
    """A visitor confirms the address, and is on the list; GET shows one button."""
    found = read_sign_up(token)
    session = None
    if found is not None:
        session = WorkSession.objects.visible_to(AnonymousUser()).filter(pk=found[0]).first()
    if found is None or session is None:
        return _private(render(request, "sessions_log/replies/link_ended.html", status=404))
    _key, name, email, organisation = found
    refusal = ""
    if request.method == "POST":
        try:
            sign_up_visitor(session, Visitor(name, email, organisation))
        except ReplyRefused as error:
            refusal = str(error)
        else:
            return _private(redirect(f"{request.path}?gedaan=1"))
    elif not session.takes_answers:
        refusal = _("You cannot sign up for this session any more.")
    return _private(
        render(
            request,
            "sessions_log/replies/confirm.html",
            {
                "session": session,
                "name": name,
                "refusal": refusal,
                "is_done": "gedaan" in request.GET and _is_listed(session, email),
            },
        )
    )
