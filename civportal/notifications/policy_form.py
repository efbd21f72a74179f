"""The form of the stop switch and the try-out mode."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from civportal.notifications.models import MailPolicy

if TYPE_CHECKING:
    PolicyBase = forms.ModelForm[MailPolicy]
else:
    PolicyBase = forms.ModelForm


class PolicyForm(PolicyBase):
    """Addresses stand one on a line, in lower case."""

    all_optional = True

    class Meta:
        model = MailPolicy
        fields = ["stopped", "sandbox", "sandbox_addresses"]
        widgets = {"sandbox_addresses": forms.Textarea(attrs={"rows": 4})}

    def clean_sandbox_addresses(self) -> str:
        """Refuse what is no address, naming it."""
        lines = [
            line.strip().lower() for line in self.cleaned_data["sandbox_addresses"].splitlines()
        ]
        found = [line for line in lines if line]
        for line in found:
            try:
                validate_email(line)
            except ValidationError:
                message = _("“%(line)s” is not an e-mail address.") % {"line": line}
                raise ValidationError(message) from None
        return "\n".join(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """A try-out without addresses would quietly drop all mail."""
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("sandbox")
            and "sandbox_addresses" in cleaned
            and not cleaned["sandbox_addresses"]
        ):
            self.add_error(
                "sandbox_addresses",
                _("Name at least one address, or stop all mail: then nothing is lost."),
            )
        return cleaned

    def save(self, commit: bool = True) -> MailPolicy:  # noqa: FBT001, FBT002 - Django's
        self.instance.pk = 1
        return super().save(commit)
