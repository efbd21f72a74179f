"""One's own details, and the language of the pages."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from civportal.accounts.forms import MyDataForm
from civportal.accounts.middleware import SECOND_FACTORS
from civportal.accounts.models import Language, User


def _remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language in the browser, for whenever nobody is logged in there."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language: of this browser, and of the person who is logged in."""
    language = request.POST.get("language", "")
    if language not in Language.values:
        return HttpResponseBadRequest()
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = resolve_url("home")
    response = redirect(back)
    _remember_language(response, language)
    if isinstance(request.user, User) and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return response


@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone, and the ways to what belongs to logging in."""
    assert isinstance(request.user, User)  # noqa: S101 - LoginRequiredMiddleware saw to it
    # A copy: a form changes its instance, and the page's head shows who is logged in.
    person = User.objects.get(pk=request.user.pk)
    form = MyDataForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        person.save(update_fields=["name", "language", "time_zone"])
        with translation.override(person.language or translation.get_language()):
            messages.success(request, _("Your details are saved."))
        response = redirect("my_data")
        if person.language:
            _remember_language(response, person.language)
        else:
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # or it would go on deciding
        return response
    return render(
        request,
        "accounts/my_data.html",
        {"form": form, "has_second_factor": is_mfa_enabled(request.user, SECOND_FACTORS)},
    )
