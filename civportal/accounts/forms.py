"""The forms of one's own account: allauth's, in the words of this portal, and one's own details."""

import zoneinfo
from functools import cache
from typing import TYPE_CHECKING, Any

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language, User
from civportal.accounts.signup import validate_name

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

NEW_PASSWORD_HELP = _(
    "At least 12 characters. A short sentence is fine: easy to remember and hard to guess."
)


class InOwnWords(forms.BaseForm):
    """Gives fields the labels and help texts of this portal, and takes placeholders away.

    A placeholder that repeats the label is gone as soon as someone types, and too pale to read.
    """

    words: dict[str, "tuple[str | _StrPromise, str | _StrPromise]"] = {}
    """Label and help text by the name of the field."""
    field_attributes: dict[str, dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
            field.widget.attrs.update(self.field_attributes.get(name, {}))


# --- coming in -------------------------------------------------------------------------------


class LoginForm(InOwnWords, account.LoginForm):
    words = {
        "login": (_("E-mail address"), ""),
        "password": (_("Password"), ""),
        "remember": (_("Stay logged in on this device"), _("Not on a shared computer.")),
    }
    field_attributes = {"login": {"autocomplete": "username"}}


class SignupForm(InOwnWords, account.SignupForm):
    words = {
        "email": (
            _("E-mail address"),
            _("Preferably that of your school or organisation. You log in with it."),
        ),
        "password1": (_("Password"), NEW_PASSWORD_HELP),
    }
    field_order = ["name", "email", "password1"]

    def validate_unique_email(self, value: str) -> str:
        """Note whether someone logs in with this address already.

        An address that somebody only wants to change to, and has not confirmed, is not theirs:
        whoever really reads that mail can sign up with it.
        """
        self.account_already_exists = (
            User.objects.filter(email=value).exists()
            or EmailAddress.objects.filter(email=value, verified=True).exists()
        )
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Save, or do as if: who has an account already gets a mail and no account.

        Hashing a password is most of the work of signing up; without it here the time of the
        answer would tell which addresses have an account.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        user, response = super().try_save(request)
        return user, response


class ResetPasswordForm(InOwnWords, account.ResetPasswordForm):
    words = {"email": (_("E-mail address"), _("The address you log in with."))}
    users: list[User]

    def clean_email(self) -> str:
        """Find whose address this is: never someone who has yet to confirm it.

        After a typing error in a change of address the mail goes to a stranger; they must not
        get the account with it.
        """
        email: str = super().clean_email()
        self.users = [user for user in self.users if user.email == email.lower()]
        return email


class ResetPasswordKeyForm(InOwnWords, account.ResetPasswordKeyForm):
    words = {
        "password1": (_("New password"), NEW_PASSWORD_HELP),
        "password2": (_("New password, once more"), ""),
    }


# --- one's own account -----------------------------------------------------------------------


class ChangeEmailForm(InOwnWords, account.AddEmailForm):
    words = {
        "email": (
            _("New e-mail address"),
            _("You get a mail there. The change holds from the moment you confirm it."),
        )
    }


class ChangePasswordForm(InOwnWords, account.ChangePasswordForm):
    words = {
        "oldpassword": (_("Current password"), ""),
        "password1": (_("New password"), NEW_PASSWORD_HELP),
        "password2": (_("New password, once more"), ""),
    }


class SetPasswordForm(InOwnWords, account.SetPasswordForm):
    words = {
        "password1": (_("Password"), NEW_PASSWORD_HELP),
        "password2": (_("Password, once more"), ""),
    }


class ReauthenticateForm(InOwnWords, account.ReauthenticateForm):
    words = {"password": (_("Password"), "")}


class CodeForm(InOwnWords, mfa.AuthenticateForm):
    words = {"code": (_("Code"), _("The six digits in your app, or one of your recovery codes."))}
    field_attributes = {"code": {"inputmode": "numeric"}}


class CodeAgainForm(InOwnWords, mfa.ReauthenticateForm):
    words = CodeForm.words
    field_attributes = CodeForm.field_attributes


class ActivateAppForm(InOwnWords, totp.ActivateTOTPForm):
    words = {"code": (_("Code"), _("The six digits that the app now shows for this portal."))}
    field_attributes = CodeForm.field_attributes


KEY_NAME = (_("Name of the key"), _("For yourself, such as “blue key” or “my phone”."))


class AddKeyForm(InOwnWords, webauthn.AddWebAuthnForm):
    words = {"name": KEY_NAME}
    all_optional = True


class RenameKeyForm(InOwnWords, webauthn.EditWebAuthnForm):
    words = {"name": KEY_NAME}


REGIONS = {
    "Europe": _("Europe"),
    "Africa": _("Africa"),
    "America": _("America"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic Ocean"),
    "Australia": _("Australia"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific Ocean"),
}


@cache
def time_zone_choices() -> "list[tuple[str | _StrPromise, list[tuple[str, str]]]]":
    """Time zones by part of the world, named after their cities; read from disk once."""
    names = sorted(zoneinfo.available_timezones())
    return [
        (
            label,
            [
                (name, name.removeprefix(f"{region}/").replace("_", " ").replace("/", ", "))
                for name in names
                if name.startswith(f"{region}/")
            ],
        )
        for region, label in REGIONS.items()
    ]


class MyDataForm(forms.ModelForm):  # type: ignore[type-arg] # not subscriptable at run time
    """Name, language and time zone."""

    all_optional = True

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        help_text=_("Of the pages, and of the mails we send you."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "Decides when you get reminders. Meetings are always in the centre’s own time."
        ),
    )

    class Meta:
        model = User
        fields = ["name", "language", "time_zone"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("As colleagues and partners know you.")}
        widgets = {"name": forms.TextInput({"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].validators.append(validate_name)
        # Each language in its own words: whoever landed in the wrong one still finds it.
        own_words = {Language.DUTCH: "Nederlands", Language.ENGLISH: "English"}
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101 - tells the type checker
        language.choices = [
            ("", _("As my browser asks")),
            *((code, own_words[Language(code)]) for code, _name in settings.LANGUAGES),
        ]
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 - tells the type checker
        choices = time_zone_choices()
        current = self.instance.time_zone
        if all(current != name for _region, zones in choices for name, _city in zones):
            choices = [(_("Other"), [(current, current)]), *choices]
        zone.choices = choices
