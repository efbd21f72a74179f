"""HTTP that Django leaves to us."""

import hashlib
import time

from csp.constants import NONE, SELF
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

A_MONTH = 30 * 24 * 3600

LETTER_POLICY = {
    "default-src": [NONE],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "script-src": [NONE],
    "frame-ancestors": [SELF],
    # No scripts, forms or cookies, in an origin of its own; a link opens in a new window.
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}
"""The Content-Security-Policy of a mail that is shown in a frame: mails style inline."""


def with_validators(request: HttpRequest, response: HttpResponse, *, key: str) -> HttpResponse:
    """Give a response its ETag and Last-Modified, or answer 304 to who has it already.

    ``key`` names what is answered, language and host included. Last-Modified is the moment at
    which this content was first given out, not the newest date of a row in it: when a row is
    withdrawn, the newest date that is left goes back in time, and a reader that asks with
    If-Modified-Since alone would keep what it should lose (RFC 9110, section 8.8.2).
    """
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    key = f"validators:{key}"
    known = cache.get(key)
    if known is None or known[0] != etag:
        known = (etag, int(time.time()))
        cache.set(key, known, A_MONTH)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(known[1])
    answer = get_conditional_response(request, etag=etag, last_modified=known[1], response=response)
    return answer or response
