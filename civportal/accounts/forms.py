"""Forms for one's own account."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import User


class SignupForm(forms.Form):
    """What signing up asks beside e-mail address and password."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"})
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; allauth calls this once the person exists."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
