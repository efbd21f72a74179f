"""The stop switch and the try-out mode of the whole centre."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from civportal.accounts.viewers import in_office
from civportal.notifications.choices import State
from civportal.notifications.models import MailPolicy, Notification, StrangerMail
from civportal.notifications.outbox import nudge
from civportal.notifications.policy_form import PolicyForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_policy(request: HttpRequest) -> HttpResponse:
    """Stop all mail, or send to some addresses only; says what waits."""
    if not in_office(request.user):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None  # may be empty: all is switched off
    form = PolicyForm(posted, instance=MailPolicy.current())
    if request.method == "POST" and form.is_valid():
        policy = form.save()
        if not policy.stopped:
            transaction.on_commit(nudge, robust=True)  # else the clock finds what waits
        messages.success(request, _said(policy))
        return redirect("mail_policy")
    now = timezone.now()
    waiting = Notification.objects.filter(state=State.PENDING).aggregate(
        due=Count("pk", filter=Q(next_try_at__lte=now)),
        oldest=Min("next_try_at", filter=Q(next_try_at__lte=now)),
    )
    strangers = StrangerMail.objects.filter(next_try_at__lte=now).aggregate(
        due=Count("pk"), oldest=Min("next_try_at")
    )
    moments = [found["oldest"] for found in (waiting, strangers) if found["oldest"]]
    return render(
        request,
        "notifications/policy.html",
        {
            "form": form,
            "policy": MailPolicy.current(),
            "due": waiting["due"] + strangers["due"],
            "oldest": min(moments, default=None),
        },
    )


def _said(policy: MailPolicy) -> str:
    if policy.stopped:
        return _("All mail is stopped. What falls due waits.")
    if policy.sandbox:
        return _("The try-out mode is on. Only the listed addresses get mail.")
    return _("Mail goes out as usual.")
