"""Who looks at a page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from civportal.accounts.models import User


def viewer_of(request: HttpRequest) -> User:
    """The person who is logged in; a page that needs one is never reached without."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
