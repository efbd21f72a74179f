"""Feeds and calendars, and the address of one's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civportal.accounts.models import User
from civportal.centre.models import CentreProfile
from civportal.lib.http import with_validators
from civportal.lib.ical import MEDIA_TYPE
from sessions_log.calendars import calendar, for_calendar, other_events
from sessions_log.feeds import ReportFeed, report_feed
from sessions_log.models import Body, BodyMembership, CalendarToken, WorkSession
from sessions_log.permissions import can_see_seats

PUBLIC = "public, max-age=300"
PRIVATE = "private, no-cache"


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _key(request: HttpRequest, name: str) -> str:
    return f"{name}:{translation.get_language()}:{request.get_host()}"


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The published public reports; the same for everyone, so that it may be kept anywhere."""
    content = report_feed(
        centre=CentreProfile.current().name,
        site=_site(request),
        page=request.build_absolute_uri(reverse("sessions_log:list")),
        address=request.build_absolute_uri(reverse("sessions_log:feed")),
    )
    response = HttpResponse(
        content, content_type=ReportFeed.mime_type, headers={"Cache-Control": PUBLIC}
    )
    return with_validators(request, response, key=_key(request, "werksessies.atom"))


@login_not_required
@require_safe
def public_calendar(request: HttpRequest) -> HttpResponse:
    """The public sessions; the same for everyone, so that it may be kept anywhere."""
    content = calendar(
        for_calendar(WorkSession.objects.all(), AnonymousUser()),
        name=_("Sessions of %(centre)s") % {"centre": CentreProfile.current().name},
        site=_site(request),
    )
    response = HttpResponse(content, content_type=MEDIA_TYPE, headers={"Cache-Control": PUBLIC})
    return with_validators(request, response, key=_key(request, "werksessies.ics"))


@login_not_required
@require_safe
def personal_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """What the owner of this secret address may see, in their own language.

    Without a body, it holds what other apps have for them as well.
    """
    found = get_object_or_404(
        CalendarToken.objects.select_related("user", "body"), token=token, user__is_active=True
    )
    owner, body = found.user, found.body
    sessions = WorkSession.objects.all()
    if body is not None:
        sessions = sessions.filter(body=body)
    site = _site(request)
    with translation.override(owner.language or translation.get_language()):
        about = body.name if body else CentreProfile.current().name
        content = calendar(
            for_calendar(sessions, owner),
            name=_("Sessions of %(centre)s, for %(person)s") % {"centre": about, "person": owner},
            site=site,
            others=[] if body else other_events(owner, site=site),
        )
    response = HttpResponse(
        content,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": PRIVATE, "X-Robots-Tag": "noindex"},
    )
    return with_validators(request, response, key=_key(request, f"agenda:{found.token}"))


@login_not_required
@require_safe
def session_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """One session, to put in one's own calendar."""
    session = get_object_or_404(WorkSession.objects.visible_to(request.user), pk=pk)
    content = calendar(
        for_calendar(WorkSession.objects.filter(pk=session.pk), request.user),
        name=session.title,
        site=_site(request),
    )
    return HttpResponse(
        content,
        content_type=MEDIA_TYPE,
        headers={
            "Cache-Control": PRIVATE,
            "Content-Disposition": f'attachment; filename="{session.slug}.ics"',
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_token(request: HttpRequest) -> HttpResponse:
    """The secret address of one's own calendar: make it, see it, replace it, end it.

    A GET shows; with ``?actie=`` it asks for confirmation. Only a POST changes anything.
    """
    return _token_page(request, None, reverse("sessions_log:calendar_token"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def body_calendar_token(request: HttpRequest, slug: str) -> HttpResponse:
    """The secret address of the sessions of one body, for who sits in it or reads it all.

    Whoever has such an address still can withdraw it after leaving the body.
    """
    body = get_object_or_404(Body, slug=slug)
    has_token = CalendarToken.objects.filter(user=request.user.pk, body=body).exists()
    if not (has_token or can_see_seats(request.user, body)):
        raise PermissionDenied
    return _token_page(request, body, reverse("sessions_log:body_calendar_token", args=[body.slug]))


def _token_page(request: HttpRequest, body: Body | None, page: str) -> HttpResponse:
    assert request.user.is_authenticated  # noqa: S101 - LoginRequiredMiddleware saw to it
    mine = CalendarToken.objects.filter(user=request.user)
    token = mine.filter(body=body).first()
    if request.method == "POST":
        _change_token(request, token, body)
        return redirect(page)
    asked = request.GET.get("actie", "")
    address = ""
    if token:
        address = request.build_absolute_uri(
            reverse("sessions_log:personal_calendar", args=[token.token])
        )
    return render(
        request,
        "sessions_log/calendar_token.html",
        {
            "token": token,
            "body": body,
            "page": page,
            "bodies": _bodies_of(request.user) if body is None else [],
            "address": address,
            "webcal": f"webcal:{address.partition(':')[2]}",
            "asked": asked if token and asked in {"vernieuwen", "intrekken"} else "",
        },
    )


def _bodies_of(user: User) -> QuerySet[Body]:
    """The bodies someone sits in or has a calendar of, with ``has_address``."""
    seats = BodyMembership.objects.current().filter(body=OuterRef("pk"), user=user)
    tokens = CalendarToken.objects.filter(body=OuterRef("pk"), user=user)
    return (
        Body.objects.annotate(has_address=Exists(tokens))
        .filter(Q(Exists(seats)) | Q(has_address=True))
        .order_by("name")
    )


def _change_token(request: HttpRequest, token: CalendarToken | None, body: Body | None) -> None:
    action = request.POST.get("action")
    if action == "renew":
        CalendarToken.renew(request.user, body)
        messages.success(
            request,
            _("You have a new address. The one before does not work any more.")
            if token
            else _("You have an address of your own. Add it to your calendar program."),
        )
    elif action == "revoke":
        if token:
            token.delete()
        messages.success(request, _("The address does not work any more."))
    else:
        raise BadRequest("unknown action")
