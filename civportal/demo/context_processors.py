"""Whether this is the demonstration, for the few pages that say so."""

from django.conf import settings
from django.http import HttpRequest

from civportal.demo import DEMO_LOGINS


def demo(request: HttpRequest) -> dict[str, object]:
    """``demo``: true where mail goes to ``/postvak/`` instead of to people.

    ``demo_logins``: the addresses to log in with there; none elsewhere.
    """
    logins = [email for email, _role in DEMO_LOGINS] if settings.DEMO else []
    return {"demo": settings.DEMO, "demo_logins": logins}
