"""Whether this is the demonstration, for the few pages that say so."""

from django.conf import settings
from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, bool]:
    """``demo``: true where mail goes to the page ``/postvak/`` instead of to people."""
    return {"demo": settings.DEMO}
