"""What people want to hear, how and when; with a login, or by the link in a mail."""

import zoneinfo

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from civportal.accounts.models import User
from civportal.notifications import actions
from civportal.notifications.choices import Frequency
from civportal.notifications.digests import setting_of
from civportal.notifications.forms import PreferencesForm
from civportal.notifications.kinds import topics
from civportal.notifications.links import LinkEndedError, person_of
from civportal.notifications.models import DigestSetting
from civportal.ui import words


def next_in_words(setting: DigestSetting) -> str:
    """``maandag 23 november 2026, 8.00 uur``, by the person's own clock; empty for never."""
    if setting.next_at is None:
        return ""
    moment = timezone.localtime(setting.next_at, zoneinfo.ZoneInfo(setting.user.time_zone))
    return f"{words.long_date(moment.date())}, {words.clock(moment.time())}"


def _said(setting: DigestSetting) -> str:
    moment = next_in_words(setting)
    if not moment:
        return _("Your preferences are saved. You get no digest.")
    return _("Your preferences are saved. Your next digest can come on %(moment)s.") % {
        "moment": moment
    }


def _page(
    request: HttpRequest, person: User, opened_by: User | AnonymousUser, *, by_link: bool
) -> HttpResponse:
    form = PreferencesForm(request.POST or None, user=person, opened_by=opened_by)
    if request.method == "POST" and form.is_valid():
        messages.success(request, _said(form.save()))
        return redirect(request.path)
    return render(
        request,
        "notifications/preferences.html",
        {
            "form": form,
            "person": person,
            "by_link": by_link,
            "next_digest": next_in_words(form.setting),
        },
    )


@never_cache
def preferences(request: HttpRequest) -> HttpResponse:
    """One's own preferences."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware saw to it
    return _page(request, request.user, request.user, by_link=False)


@never_cache
@login_not_required
def preferences_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The preferences of whom a mail was sent to; what only they may read is not shown."""
    try:
        person = person_of(token)
    except LinkEndedError:
        return render(request, "notifications/link_ended.html", status=410)
    if person is None:
        raise Http404
    with translation.override(person.language or translation.get_language()):
        return _page(request, person, AnonymousUser(), by_link=True)


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow what a page is about, or no longer."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware saw to it
    known = {topic.key: topic for topic in topics(request.user)}
    topic = known.get(request.POST.get("topic", ""))
    if topic is None:
        return HttpResponseBadRequest()
    if request.POST.get("wanted") == "yes":
        actions.follow(request.user, [topic.key])
        setting = setting_of(request.user)
        said = _("You follow %(topic)s from now on.") % {"topic": topic.label}
        if setting.frequency == Frequency.NEVER:
            said += " " + _("You get no digest; you can change that in your preferences.")
        else:
            said += " " + _(
                "You read what is new in your digest, on %(moment)s at the earliest."
            ) % {"moment": next_in_words(setting)}
    else:
        actions.unfollow(request.user, [topic.key])
        said = _("You no longer follow %(topic)s.") % {"topic": topic.label}
    messages.success(request, said)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = topic.url or resolve_url("preferences")
    return redirect(back)
