"""What was sent, what will be, what was not, and why: for oneself, and for the office."""

import datetime
import zoneinfo
from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from civportal.notifications import forecast
from civportal.notifications import ledger as told
from civportal.notifications.choices import ACCOUNT, Reason
from civportal.notifications.digests import KIND as DIGEST
from civportal.notifications.filters import DayFilter, MyFilter
from civportal.notifications.kinds import kind as kind_named
from civportal.notifications.models import DeadAddress, DigestSetting, MailPolicy, Notification
from civportal.notifications.resending import (
    NotKeptError,
    NotSentAgainError,
    send_again,
    times_sent_again,
)
from civportal.notifications.subjects import names_of

PER_PAGE = 25
MOST_COMING = 200
"""Names of people to be mailed that a page shows; the numbers tell the rest."""
NOT_KEPT = gettext_lazy(
    "This mail is not kept: its link was for one person and one time. They can ask for a new one "
    "themselves, at the login page."
)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware saw to it
    return request.user


def _officer(request: HttpRequest) -> User:
    user = _person(request)
    if not in_office(user):
        raise PermissionDenied
    return user


@never_cache
@require_safe
def my_notifications(request: HttpRequest) -> HttpResponse:
    """Everything to the person who looks, on their own clock."""
    user = _person(request)
    now = timezone.now()
    form = MyFilter(request.GET)
    rows = form.narrow(Notification.objects.filter(recipient=user).select_related("recipient"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
        coming = list(forecast.coming(now, user_id=user.pk))
        setting = DigestSetting.objects.filter(user=user).first()
        if setting and setting.next_at and setting.next_at > now:
            coming.append(
                forecast.Coming(
                    person=user, kind=kind_named(DIGEST), subject="", moment=setting.next_at
                )
            )
        coming.sort(key=forecast.soonest_first)
        return render(
            request,
            "notifications/my_notifications.html",
            {
                "form": form,
                "page": page,
                "lines": told.lines_of(
                    list(page.object_list), viewer=user, stopped=MailPolicy.current().stopped
                ),
                "coming": told.lines_of_coming(coming, viewer=user),
                "is_filtered": any(form.cleaned_data.values()),
                "dead": DeadAddress.objects.filter(email=user.email).first(),
                "time_zone": user.time_zone,
            },
        )


def _bounds(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """The moments at which a day of the centre begins and ends."""
    zone = timezone.get_default_timezone()
    begin = datetime.datetime.combine(day, datetime.time(), tzinfo=zone)
    end = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), tzinfo=zone)
    return begin, end


@never_cache
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """For the office: a day, with its numbers by kind and every person."""
    user = _officer(request)
    today = timezone.localdate()
    chosen = request.GET.copy()
    chosen.setdefault("day", today.isoformat())
    form = DayFilter(chosen)
    day = form.chosen_day(today)
    begin, end = _bounds(day)
    of_day = Notification.objects.filter(due_at__gte=begin, due_at__lt=end)
    rows = form.narrow(of_day).select_related("recipient")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    policy = MailPolicy.current()
    found: Iterable[forecast.Coming] = ()
    if day >= today and not form.cleaned_data.get("state"):
        of_that_day = forecast.coming(timezone.now(), begin=begin, end=end)
        found = (one for one in of_that_day if _fits(one, form))
    return render(
        request,
        "notifications/ledger.html",
        {
            "form": form,
            "narrowing": form.without_day(),
            "day": day,
            "before": day - datetime.timedelta(days=1),
            "after": day + datetime.timedelta(days=1),
            "page": page,
            "counts": told.counts_of(of_day),
            "lines": told.lines_of(
                list(page.object_list), viewer=user, stopped=policy.stopped, for_office=True
            ),
            **_still_to_come(found, user),
            "policy": policy,
            "dead_count": DeadAddress.objects.count(),
        },
    )


def _still_to_come(found: Iterable[forecast.Coming], viewer: User) -> dict[str, object]:
    """What the templates show of it."""
    seen = forecast.overview(found, most=MOST_COMING)
    return {
        "coming": told.lines_of_coming(seen.soonest, viewer=viewer, for_office=True),
        "coming_count": seen.going,
        "left_out": seen.left_out,
    }


def _fits(one: forecast.Coming, form: DayFilter) -> bool:
    kind, text = form.cleaned_data.get("kind"), (form.cleaned_data.get("q") or "").lower()
    who = f"{one.person.name}\n{one.person.email}".lower()
    return (not kind or one.kind.name == kind) and text in who


@never_cache
@require_safe
def about(request: HttpRequest, subject: str) -> HttpResponse:
    """For the office: who was, will be and was not told of one thing, such as a session."""
    user = _officer(request)
    name = names_of([subject], user).get(subject)
    if name is None:
        raise Http404
    rows = (
        Notification.objects.filter(subject=subject)
        .select_related("recipient")
        .order_by("recipient__name", "recipient__email", "due_at", "pk")
    )
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    policy = MailPolicy.current()
    found = forecast.coming(timezone.now(), subject=subject)
    return render(
        request,
        "notifications/about.html",
        {
            "about": name,
            "subject": subject,
            "page": page,
            "counts": told.counts_of(rows),
            "lines": told.lines_of(
                list(page.object_list), viewer=user, stopped=policy.stopped, for_office=True
            ),
            **_still_to_come(found, user),
            "policy": policy,
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and on POST send one notification again; refused with the reason where it may not be."""
    user = _officer(request)
    row = get_object_or_404(Notification.objects.select_related("recipient"), pk=pk)
    line = told.lines_of([row], viewer=user, stopped=False, for_office=True)[0]
    if request.method != "POST":
        return render(
            request,
            "notifications/resend.html",
            {
                "line": line,
                "not_kept": NOT_KEPT if row.kind == ACCOUNT else "",
                "number": times_sent_again(row),
                "back": _back(row, user),
            },
        )
    number = request.POST.get("number", "")
    try:
        send_again(row, by=user, number=int(number) if number.isdecimal() else 0)
    except NotKeptError:
        messages.error(request, NOT_KEPT)
    except NotSentAgainError as error:
        why = error.reason.label if error.reason != Reason.NONE else _("it still waits to be sent")
        messages.error(request, _("This is not sent again: %(reason)s.") % {"reason": why})
    else:
        messages.success(
            request,
            _("“%(title)s” is on its way to %(person)s again.")
            % {"title": line.title, "person": row.recipient},
        )
    return redirect(_back(row, user))


def _back(row: Notification, user: User) -> str:
    """The page of the ledger that shows this row."""
    if row.subject in names_of([row.subject], user):
        return reverse("ledger_about", args=[row.subject])
    return f"{reverse('ledger')}?day={timezone.localtime(row.due_at).date().isoformat()}"
