"""Asking for a mail to a dead address, and saying that it arrived."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from civportal.accounts.models import User
from civportal.notifications import waking


@require_POST
def ask_whether_address_works(request: HttpRequest) -> HttpResponse:
    """Send the person who asks a mail to their own address."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - LoginRequiredMiddleware saw to it
    if waking.ask(user):
        said = _("A mail is on its way to %(email)s. Follow the link in it.")
        messages.success(request, said % {"email": user.email})
    else:
        messages.info(request, _("A mail went there just now, or your address works already."))
    return redirect("my_notifications")


@login_not_required
@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def address_works(request: HttpRequest, token: str) -> HttpResponse:
    """One button, since scanners of mail open links; POST sends mail there from now on."""
    email = waking.address_of(token)
    if email is not None and request.method == "POST":
        waking.wake(email)
        said = _("Thank you. From now on mail goes to %(email)s again.")
        messages.success(request, said % {"email": email})
        return redirect("my_notifications")
    status = 200 if email else 404
    return render(request, "notifications/address_works.html", {"email": email}, status=status)
