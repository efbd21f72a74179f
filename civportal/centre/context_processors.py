"""The centre's profile in every template, as ``centre``."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from civportal.centre.models import CentreProfile
from civportal.centre.stylesheet import digest, stylesheet


def centre(request: HttpRequest) -> dict[str, object]:
    """Read the profile once, and only where a template asks for it.

    ``centre_stylesheet`` is the address of the centre's colours; empty as long as it has none
    of its own.
    """
    profile = cast("CentreProfile", SimpleLazyObject(CentreProfile.current))

    def address() -> str:
        css = stylesheet(profile)
        return reverse("centre_stylesheet", args=[digest(css)]) if css else ""

    return {"centre": profile, "centre_stylesheet": SimpleLazyObject(address)}
