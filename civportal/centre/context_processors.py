"""The centre's profile in every template, as ``centre``."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from civportal.centre.models import CentreProfile


def centre(request: HttpRequest) -> dict[str, object]:
    """Read the profile once, and only where a template asks for it."""
    return {"centre": SimpleLazyObject(CentreProfile.current)}
