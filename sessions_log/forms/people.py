"""Putting people on the list of a session."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Row
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.accounts.models import User
from partners.models import Partner
from sessions_log.choices import ParticipationRole
from sessions_log.models import Participation


def _helper(*fields: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*fields)
    return helper


class PersonForm(forms.Form):
    """Someone with an account, out of those who were found."""

    user = forms.ModelChoiceField(
        label=gettext_lazy("Who"),
        queryset=User.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who it is.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=ParticipationRole,
        initial=ParticipationRole.PARTICIPANT,
    )
    function = forms.CharField(
        label=gettext_lazy("Function"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Such as “practor” or “manager”."),
    )

    def __init__(self, *args: Any, people: Any, labels: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - see above
        field.queryset = people
        field.choices = list(labels.items())
        self.helper = _helper("user", Row("role", "function"))


class GuestForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """A guest without an account, who gets the invitation at an address of their own."""

    class Meta:
        model = Participation
        fields = ("name", "email", "function", "partner", "organisation", "role")

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].label = _("Name")
        self.fields["name"].help_text = ""
        self.fields["email"].label = _("E-mail address")
        _choose_partner(self, partners)
        self.helper = _helper(
            Row("name", "email"), Row("role", "function"), Row("partner", "organisation")
        )

    def clean_email(self) -> str:
        """Someone with an account is put on the list with it, so that they read what is theirs."""
        email: str = self.cleaned_data["email"].strip().lower()
        if email and User.objects.filter(email=email, is_active=True).exists():
            raise forms.ValidationError(
                _("Somebody with this address has an account. Look them up by name instead."),
                code="has_account",
            )
        return email


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """An organisation of which it is not known who comes."""

    class Meta:
        model = Participation
        fields = ("partner", "organisation")

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_partner(self, partners)
        self.helper = _helper(Row("partner", "organisation"))

    def clean(self) -> dict[str, Any]:
        """One of the two names it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("partner") and not cleaned.get("organisation"):
            self.add_error("partner", _("Choose a partner, or write the name beside it."))
        return cleaned


class ListedForm(forms.ModelForm):  # type: ignore[type-arg]  # no brackets at run time
    """What the list says of someone who is on it."""

    class Meta:
        model = Participation
        fields = ("name", "email", "role", "function", "partner", "organisation")

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_partner(self, partners)
        guest = self.instance.user_id is None
        if guest and self.instance.name:
            self.fields["name"].required = True
            self.fields["name"].label = _("Name")
            self.fields["email"].label = _("E-mail address")
        else:
            del self.fields["name"], self.fields["email"]
        if guest and not self.instance.name:
            del self.fields["role"], self.fields["function"]
        shown = [
            [name for name in pair if name in self.fields]
            for pair in (("name", "email"), ("role", "function"), ("partner", "organisation"))
        ]
        self.helper = _helper(*(Row(*pair) for pair in shown if pair))

    def clean(self) -> dict[str, Any]:
        """An organisation alone keeps a name."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        nameless = self.instance.user_id is None and "name" not in self.fields
        if nameless and not cleaned.get("partner") and not cleaned.get("organisation"):
            self.add_error("partner", _("Choose a partner, or write the name beside it."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """The fields that were on the page."""
        return {name: self.cleaned_data[name] for name in self.fields}


def _choose_partner(form: forms.BaseForm, partners: Any) -> None:
    field = form.fields["partner"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - it is a foreign key
    field.queryset = partners
    field.label = _("Partner organisation")
    field.empty_label = _("None, or another organisation")
    form.fields["organisation"].label = _("Organisation as written")
    form.fields["organisation"].help_text = _("For one that is no partner here.")


def partners_by_name(viewer: Any) -> Any:
    """The partners to choose from, in the order of their names."""
    return Partner.objects.visible_to(viewer).order_by("sort_name")
