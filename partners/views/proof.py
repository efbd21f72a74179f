"""Asking once more who somebody is, for what one cannot take back.

Not allauth's own page with its five minutes: a signature needs a proof of its own, given on the
page where one signs. The password and the passkey are judged by allauth's forms and its limits.
"""

from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from partners.choices import SigningMethod


@dataclass(frozen=True, kw_only=True)
class Ways:
    """How this person can prove who they are."""

    password: bool
    passkey: bool


def ways_of(user: User) -> Ways:
    """With the password, where one is set, and with a passkey or security key."""
    return Ways(
        password=user.has_usable_password(),
        passkey=is_mfa_enabled(user, [Authenticator.Type.WEBAUTHN]),
    )


def passkey_question(user: User) -> dict[str, Any]:
    """What the browser asks the passkey; the answer holds for this session, once."""
    return {"request_options": begin_authentication(user)}


def too_often(request: HttpRequest) -> HttpResponse | None:
    """The answer 429 for who tries again and again; counted with allauth's own question."""
    if ratelimit.consume(request, action="reauthenticate", user=request.user):
        return None
    answer: HttpResponse = ratelimit.respond_429(request)
    return answer


def prove(request: HttpRequest, user: User) -> SigningMethod | str:
    """How somebody proved who they are, or a sentence that says why not."""
    if request.POST.get("credential"):
        form = ReauthenticateWebAuthnForm({"credential": request.POST["credential"]}, user=user)
        try:
            fits = form.is_valid()
        except (KeyError, TypeError, ValueError):  # fido2, of what no browser sends
            fits = False
        if not fits:
            return _("The passkey did not fit. Try again.")
        form.save()
        return SigningMethod.PASSKEY
    if not request.POST.get("password"):
        return _("Give your password, or use your passkey.")
    form = ReauthenticateForm({"password": request.POST["password"]}, user=user)
    if form.is_valid():
        return SigningMethod.PASSWORD
    return _("This is not your password.")


def address_of(request: HttpRequest) -> str:
    """The network address, past as many proxies as are trusted."""
    address: str = get_adapter().get_client_ip(request)
    return address
