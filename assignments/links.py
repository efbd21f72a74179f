"""The link in a mail by which an organisation's contact person answers without an account.

A token names an assignment and the address that the mail went to, is signed, and ends after
``DAYS``. It opens this one assignment for who reads mail at that address, and dies when the
assignment is withdrawn or goes back to who posted it, or has another contact person.
"""

from django.core import signing
from django.urls import reverse

from assignments.choices import State
from assignments.models import Assignment
from civportal.lib.mail import absolute

SALT = "assignments.confirm"
DAYS = 30


class LinkEnded(Exception):  # noqa: N818 - reads as what happened
    """The link is ours, but too old, or what it opened is not there for its reader any more."""


def address_of(assignment: Assignment) -> str:
    """The address at which the contact person is asked; empty where there is none."""
    contact = assignment.contact
    if contact is not None:
        return contact.email.lower() if contact.is_active else ""
    return assignment.contact_email


def confirm_token(assignment: Assignment) -> str:
    """The token for the contact person as it is now."""
    return signing.dumps([assignment.pk, address_of(assignment)], salt=SALT)


def confirm_url(assignment: Assignment) -> str:
    """The address to put into the mail."""
    return absolute(reverse("assignments:confirm_by_link", args=[confirm_token(assignment)]))


def read_confirm_token(token: str) -> Assignment | None:
    """The assignment that a token opens; None for a token that is not ours."""
    try:
        key, address = signing.loads(token, salt=SALT, max_age=DAYS * 24 * 60 * 60)
    except signing.SignatureExpired as error:
        raise LinkEnded from error
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Assignment.objects.select_related("partner", "contact", "teacher", "school")
    found = rows.filter(pk=key).first()
    if (
        found is None
        or not address
        or address_of(found) != address
        or found.state in {State.DRAFT, State.WITHDRAWN}
    ):
        raise LinkEnded
    return found
