"""Signing: which partners, what one states, and the proof that it is oneself."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.forms.people import fields_only
from partners.models import Agreement, Membership


class SignForm(forms.Form):
    """What somebody puts a name to.

    The password or the passkey is not judged here but by ``partners.views.proof``, last of all:
    an answer of a passkey holds once, and a wrong password counts.
    """

    all_optional = True  # a password or a passkey: neither is left to choice, nor asked for twice

    partners = forms.MultipleChoiceField(
        label=gettext_lazy("For which organisations do you sign?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one organisation.")},
    )
    stated = forms.BooleanField(error_messages={"required": gettext_lazy("Tick this to sign.")})
    document_sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    credential = forms.CharField(required=False, widget=forms.HiddenInput)
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=gettext_lazy("Once more, so that it is certain that it is you who signs."),
    )

    def __init__(
        self,
        *args: Any,
        agreement: Agreement,
        memberships: Sequence[Membership],
        with_password: bool,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {
            "partners": [str(one.partner_id) for one in memberships],
            "document_sha256": agreement.sha256,
        }
        super().__init__(*args, **kwargs)
        self.memberships = memberships
        self.helper = fields_only()
        if not with_password:
            del self.fields["password"]
        partners = self.fields["partners"]
        assert isinstance(partners, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        partners.choices = [
            (str(one.partner_id), f"{one.partner.name}: {one.mandate}") for one in memberships
        ]
        if len(memberships) == 1:
            # Sent along all the same: a page that was opened a while ago names whom it was for.
            partners.widget = forms.MultipleHiddenInput()
            self.fields["stated"].label = _(
                "I have read the document, and I may sign for %(partner)s: %(mandate)s."
            ) % {"partner": memberships[0].partner.name, "mandate": memberships[0].mandate}
        else:
            self.fields["stated"].label = _(
                "I have read the document, and I may sign for the organisations that I ticked, by "
                "the mandate that stands with each."
            )

    def chosen(self) -> list[Membership]:
        """For whom is signed."""
        keys = self.cleaned_data["partners"]
        return [one for one in self.memberships if str(one.partner_id) in keys]
