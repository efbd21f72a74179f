"""When somebody confirms an e-mail address, their applications go to the office."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed

from partners.actions.applications import confirm_application
from partners.errors import Refused
from partners.models import PartnerApplication


def confirm_applications(*, email_address: EmailAddress, **kwargs: Any) -> None:
    """Whichever browser it happens in: the mail said what confirming does."""
    user = email_address.user
    for application in PartnerApplication.objects.claimable_by(user).order_by("pk"):
        try:
            confirm_application(application, by=user)
        except Refused:
            continue  # the address is no longer the one that the person logs in with


def register() -> None:
    """Listen; called once, when Django is ready."""
    email_confirmed.connect(confirm_applications, dispatch_uid="partners.confirm_applications")
