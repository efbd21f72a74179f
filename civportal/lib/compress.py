"""Pages travel compressed; files that are compressed by nature do not try it twice."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/atom+xml", "application/json")


class CompressTextMiddleware(GZipMiddleware):
    """Django's gzip, for text only.

    A picture or a document keeps its length, so that a browser shows how far a download is.
    Django adds random bytes against BREACH, and the CSRF token is masked anew on each page.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)
