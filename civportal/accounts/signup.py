"""What signing up asks beside e-mail address and password.

A file of its own: allauth imports it while it makes its own forms, on which ``forms.py`` builds.
"""

import re

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import Language, User

validate_name = RegexValidator(
    re.compile(r"[\x00-\x1f\x7f\u2028\u2029/]|www\.", re.IGNORECASE),
    _("Write a name on one line, without a web address."),
    inverse_match=True,
)
"""Whoever signs someone else up has them get a mail that greets this name: no place for a link."""


class SignupQuestions(forms.Form):
    """The name; the language is the one in which the page was read."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As colleagues and partners know you."),
        max_length=120,
        validators=[validate_name],
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep name and language; allauth calls this once the person exists."""
        user.name = self.cleaned_data["name"]
        language = get_language()
        user.language = language if language in Language.values else ""
        user.save(update_fields=["name", "language"])
