"""What holds on every page: a person's own language, and a second step for staff."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class PersonalLanguageMiddleware:
    """Show pages in the language a person chose, on whatever machine they log in.

    ``LocaleMiddleware`` has chosen already by cookie, ``Accept-Language``, then Dutch.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language and language != translation.get_language():
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)


class StaffSecondFactorMiddleware:
    """Let staff into the admin only with a second step at login; the demo spares them.

    Who has set one up was asked for it at login: allauth lets nobody past that stage. So having
    one is enough, and who has none is led to where it is set up.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.namespaces[:1] != ["admin"] or settings.DEMO:
            return None
        if not request.user.is_authenticated or not request.user.is_staff:
            return None  # the admin itself sends these away
        if is_mfa_enabled(request.user, SECOND_FACTORS):
            return None
        messages.warning(
            request,
            _(
                "The admin is for staff who log in with a second step. Set one up here; "
                "after that you can go on to the admin."
            ),
        )
        return redirect("mfa_index")
