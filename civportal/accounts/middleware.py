"""The language of a page: a person's own choice goes before what the browser asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


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
