"""Who looks at a page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict

from civportal.accounts.models import User


def viewer_of(request: HttpRequest) -> User:
    """The person who is logged in; a page that needs one is never reached without."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when that is nothing; None when it was not sent."""
    return request.POST if request.method == "POST" else None
