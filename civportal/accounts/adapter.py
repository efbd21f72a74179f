"""How allauth behaves here: its words, its mails, where it leads to and what it keeps secret."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civportal.accounts.emails import LETTERS, PROVING, life_of
from civportal.accounts.models import User
from civportal.accounts.post import AccountMail, post
from civportal.lib.vault import vault

Words = dict[str, Any]  # texts, made when they are shown

SECRETS = "civportal.accounts.mfa"
"""What the secrets of second steps are locked up for."""


def centre_name(request: HttpRequest) -> str:
    """The centre's name as templates know it; this floor may not import the centre itself."""
    return render_to_string("mail/centre_name.txt", request=request).strip()


class AccountAdapter(DefaultAccountAdapter):
    """Signing up, logging in and changing one's account."""

    error_messages: ClassVar[Words] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is not in use at the moment."),
        "cannot_remove_primary_email": _("You cannot remove the address you log in with."),
        "duplicate_email": _("This is your e-mail address already."),
        "email_password_mismatch": _(
            "E-mail address and password do not match. Check both, or choose a new password."
        ),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
        "incorrect_password": _("This is not your password."),
        "invalid_or_expired_key": _("This link no longer works."),
        "invalid_password_reset": _("This link no longer works."),
        "same_as_current": _("This is your e-mail address already."),
        "too_many_login_attempts": _(
            "There were too many attempts. Wait five minutes and try again, "
            "or choose a new password."
        ),
        "rate_limited": _("That is a bit fast. Wait a minute and try again."),
        "unverified_primary_email": _("Confirm your e-mail address first."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; too many get the page that says so, with its own status (RFC 6585)."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def is_safe_url(self, url: str) -> bool:
        """Whether ``next`` may lead there: the host of this very request, nothing else."""
        request = current.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my_data")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """After confirming: one's details for who is logged in, else the login page."""
        return reverse("my_data" if self.request.user.is_authenticated else "account_login")

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make the address theirs, unless someone else logs in with it by now."""
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email=email_address.email).exists():
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False
        confirmed: bool = super().confirm_email(request, email_address)
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post one of our letters, in the language of who reads it.

        The page neither waits for the mail server nor fails with it, and does the same work for
        an address that is known as for one that is not.
        """
        request = current.request
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        language = (user.language if user else "") or translation.get_language() or "nl"
        write = LETTERS[template_prefix]
        with translation.override(language):
            letter = write(
                {
                    **context,
                    "user": user,
                    "email": email,
                    "centre_name": centre_name(request),
                    "along": getattr(request, "along", None),
                }
            )
        life = life_of(write)
        post(
            AccountMail(
                letter=letter,
                language=language,
                person=user,
                to=email.lower(),
                ends_at=timezone.now() + life if life else None,
                proves_address=write in PROVING,
            )
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """As allauth's, with the person in the context: the old address finds nobody any more."""
        super().send_notification_mail(
            template_prefix, user, {**(context or {}), "user": user}, email
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second step of logging in."""

    error_messages: ClassVar[Words] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _(
            "With a second step switched on you cannot change your e-mail address. Switch it off "
            "first, and on again afterwards."
        ),
        "cannot_delete_authenticator": _("You cannot switch off the second step."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes belong to a second step. Set up an authenticator app or a security "
            "key first."
        ),
        "incorrect_code": _("This code is not right. Wait for the next one and try again."),
        "unverified_email": _("Confirm your e-mail address first, then set up the second step."),
    }

    def get_totp_issuer(self) -> str:
        """The name under which the authenticator app keeps the code."""
        return centre_name(current.request)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Who the browser says is asking for the key."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": centre_name(current.request)}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's
        """A first name for a new key."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Key %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        """Keep secrets unreadable in the database and its backups."""
        return vault(SECRETS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return vault(SECRETS).decrypt(encrypted_text.encode()).decode()
