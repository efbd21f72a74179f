"""The mails about one's account, one function per message.

Each gets what allauth hands over with it: ``user`` or None, ``email``, the addresses to go to
and for notices the moment and the IP address. The language in force is the reader's.
"""

import datetime
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from civportal.lib.mail import Letter, absolute
from civportal.ui import words

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Details = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Along:
    """What somebody signed up along with: the mails about signing up say what comes of it.

    A page puts it on the request as ``along``. ``confirm`` is a sentence on what confirming does,
    ``go_on`` what somebody who has an account can do now, at ``url`` by a button with ``label``.
    No word of it may be a visitor's: these mails go to whatever address was typed.
    """

    confirm: "_StrPromise"
    go_on: "_StrPromise"
    label: "_StrPromise"
    url: str


def _greeting(user: User | None) -> str:
    return _("Hello %(name)s,") % {"name": user.name} if user and user.name else _("Hello,")


def confirm_at_signup(details: Details) -> Letter:
    """To a new address: the link that completes signing up."""
    return Letter(
        subject=_("Confirm your e-mail address and you can log in"),
        greeting=_greeting(details.get("user")),
        paragraphs=[
            _("Welcome to %(centre)s.") % {"centre": details["centre_name"]},
            _("One step left: confirm that this e-mail address is yours."),
            *([str(details["along"].confirm)] if details.get("along") else []),
        ],
        action=(_("Confirm my e-mail address"), absolute(details["activate_url"])),
        after=[
            _("The link works for three days."),
            _("Did you not sign up? Then do nothing: without this step the account stays closed."),
        ],
        why=_("Someone signed up with this e-mail address."),
    )


def confirm_address(details: Details) -> Letter:
    """To the address someone wants to change to."""
    return Letter(
        subject=_("Confirm your new e-mail address"),
        greeting=_greeting(details.get("user")),
        paragraphs=[
            _("From now on you want to log in with %(email)s. Confirm that this address is yours.")
            % {"email": details["email"]},
        ],
        action=(_("Confirm my e-mail address"), absolute(details["activate_url"])),
        after=[
            _("The link works for three days. Until you confirm, your old address holds."),
            _("Did you not ask for this? Then do nothing: nothing changes."),
        ],
        why=_("Someone gave this e-mail address as their new one."),
    )


def account_exists(details: Details) -> Letter:
    """To someone who has an account and signs up again; the page did not tell them."""
    along: Along | None = details.get("along")
    if along:
        return Letter(
            subject=_("You already have an account"),
            greeting=_greeting(details.get("user")),
            paragraphs=[
                _("You already have an account here with %(email)s.") % {"email": details["email"]},
                str(along.go_on),
            ],
            action=(str(along.label), absolute(along.url)),
            after=[
                _("Have you forgotten your password? You can choose a new one when you log in."),
                _("Was it not you? Then do nothing: your account has not changed."),
            ],
            why=_("Someone wanted to sign up with this e-mail address."),
        )
    return Letter(
        subject=_("You already have an account"),
        greeting=_greeting(details.get("user")),
        paragraphs=[
            _("Someone, probably you, signed up with %(email)s. You already have an account here.")
            % {"email": details["email"]},
            _("You can simply log in. Have you forgotten your password? Choose a new one."),
        ],
        action=(_("Choose a new password"), absolute(details["password_reset_url"])),
        after=[_("Was it not you? Then do nothing: your account has not changed.")],
        why=_("Someone wanted to sign up with this e-mail address."),
    )


def choose_password(details: Details) -> Letter:
    """The link to choose a new password."""
    return Letter(
        subject=_("Choose a new password"),
        greeting=_greeting(details.get("user")),
        paragraphs=[
            _("You asked for a new password. With this link you choose one."),
        ],
        action=(_("Choose a new password"), absolute(details["password_reset_url"])),
        after=[
            _("The link works for 24 hours, and once."),
            _("Did you not ask for this? Then do nothing: your password has not changed."),
        ],
        why=_("Someone asked for a new password for this e-mail address."),
    )


def no_account(details: Details) -> Letter:
    """To an address without an (active) account, when someone asks for a new password."""
    return Letter(
        subject=_("There is no account with this e-mail address"),
        greeting=_greeting(None),
        paragraphs=[
            _("Someone, probably you, asked for a new password for %(email)s.")
            % {"email": details["email"]},
            _(
                "No account that is in use has this address. Perhaps you signed up with another "
                "one? Or you do not have an account yet: then you can make one."
            ),
        ],
        action=(_("Sign up"), absolute(details["signup_url"])),
        after=[_("Was it not you? Then do nothing.")],
        why=_("Someone asked for a new password for this e-mail address."),
    )


def _notice(details: Details, subject: str, what: str) -> Letter:
    """Tells that something about the account changed, when and from where."""
    user = details.get("user")
    zone = zoneinfo.ZoneInfo(user.time_zone) if user else None
    moment = timezone.localtime(details["timestamp"], zone)
    return Letter(
        subject=subject,
        greeting=_greeting(user),
        paragraphs=[
            what,
            # Translators: "donderdag 18 februari 2021 om 15.04 uur, vanaf internetadres …"
            _("This happened on %(day)s at %(time)s, from internet address %(address)s.")
            % {
                "day": words.long_date(moment.date()),
                "time": words.clock(moment.time()),
                "address": details["ip"],
            },
            _("Was it you? Then you need not do anything."),
            _("Was it not you? Choose a new password right away, and tell us."),
        ],
        action=(_("Choose a new password"), absolute(reverse("account_reset_password"))),
        why=_("We send this mail with every change in how you log in."),
    )


def password_changed(details: Details) -> Letter:
    return _notice(details, _("Your password has changed"), _("Your password has changed."))


def password_set(details: Details) -> Letter:
    return _notice(
        details,
        _("Your account now has a password"),
        _("You can now log in with a password."),
    )


def address_changed(details: Details) -> Letter:
    """To the old address."""
    return _notice(
        details,
        _("Your e-mail address has changed"),
        _("From now on you log in with %(new)s instead of %(old)s.")
        % {"new": details["to_email"], "old": details["from_email"]},
    )


def address_removed(details: Details) -> Letter:
    return _notice(
        details,
        _("An e-mail address was taken off your account"),
        _("%(email)s no longer belongs to your account.") % {"email": details["deleted_email"]},
    )


def app_activated(details: Details) -> Letter:
    return _notice(
        details,
        _("Logging in now takes a code as well"),
        _("From now on logging in asks for a code of your authenticator app."),
    )


def app_deactivated(details: Details) -> Letter:
    return _notice(
        details,
        _("Your authenticator app was switched off"),
        _("Logging in no longer asks for a code of your authenticator app."),
    )


def codes_renewed(details: Details) -> Letter:
    return _notice(
        details,
        _("You have new recovery codes"),
        _("New recovery codes were made for your account. Older ones no longer work."),
    )


def key_added(details: Details) -> Letter:
    return _notice(
        details,
        _("A security key was added"),
        _("From now on you can log in with your new security key as the second step."),
    )


def key_removed(details: Details) -> Letter:
    return _notice(
        details,
        _("A security key was removed"),
        _("A security key no longer belongs to your account."),
    )


Writer = Callable[[Details], Letter]

LETTERS: dict[str, Writer] = {
    "account/email/email_confirmation_signup": confirm_at_signup,
    "account/email/email_confirmation": confirm_address,
    "account/email/account_already_exists": account_exists,
    "account/email/password_reset_key": choose_password,
    "account/email/unknown_account": no_account,
    "account/email/password_changed": password_changed,
    "account/email/password_reset": password_changed,
    "account/email/password_set": password_set,
    "account/email/email_changed": address_changed,
    "account/email/email_deleted": address_removed,
    "mfa/email/totp_activated": app_activated,
    "mfa/email/totp_deactivated": app_deactivated,
    "mfa/email/recovery_codes_generated": codes_renewed,
    "mfa/email/webauthn_added": key_added,
    "mfa/email/webauthn_removed": key_removed,
}
"""The message for each of allauth's template names."""

PROVING: frozenset[Writer] = frozenset({confirm_at_signup, confirm_address})
"""Whoever follows the link in one of these shows that mail to the address arrives."""

ANSWERS: frozenset[Writer] = frozenset({choose_password, no_account, account_exists})
"""To someone who waits for it at the page where they asked; tomorrow it is of no use."""


def life_of(write: Writer) -> datetime.timedelta | None:
    """How long a letter is worth sending; None for a notice, which holds however late it is."""
    if write in PROVING:
        return datetime.timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    if write in ANSWERS:
        return datetime.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return None
