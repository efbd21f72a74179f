"""The three steps of applying to become a partner, and what follows on them."""

import hashlib
import json
from typing import Any

from crispy_forms.layout import Div, Layout, Row
from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.accounts.forms import SignupForm
from civportal.accounts.signup import validate_name
from civportal.lib.dutch import (
    clean_kvk_number,
    clean_phone_number,
    clean_postcode,
    validate_kvk_number,
)
from civportal.lib.fields import LineField, SeenTextField
from civportal.lib.text import seen_line
from partners.choices import CooperationForm, PartnerKind
from partners.forms.people import fields_only
from partners.models import Sector

TYPED_KEPT = 6000
"""Characters of a field that going back keeps, though not all of it may be allowed later."""


class WebsiteField(forms.URLField):
    """A website; ``https://`` may be left out, another scheme leads nowhere."""

    default_validators = [
        URLValidator(
            schemes=["http", "https"],
            message=gettext_lazy("Write the address of a website, such as www.example.nl."),
        )
    ]
    default_error_messages = {
        "invalid": gettext_lazy("Write the address of a website, such as www.example.nl.")
    }


class Step(forms.Form):
    """A step: its fields, the trap for robots, and what of it is carried to the next one."""

    trap = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
        help_text=gettext_lazy("Robots fill in everything; you need not."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field.widget, forms.TextInput | forms.Textarea) and name != "trap":
                # A browser stops typing there without a word; the form says what is too long.
                field.widget.attrs.pop("maxlength", None)
        # Shown once it is filled in, so that a person whose browser did that can mend it.
        shown = self.is_bound and self.data.get(self.add_prefix("trap"))
        self.trap_box = Div(
            "trap", **({} if shown else {"css_class": "visually-hidden", "aria_hidden": "true"})
        )

    def clean_trap(self) -> str:
        """Refuse what was filled in by who does not look."""
        if self.cleaned_data["trap"]:
            raise forms.ValidationError(_("This field stays empty: it keeps robots out."))
        return ""

    @classmethod
    def typed(cls, data: Any) -> dict[str, Any]:
        """What somebody typed in this step, to find it back; never a password."""
        kept: dict[str, Any] = {}
        for name, field in cls.base_fields.items():
            widget = field.widget
            if name == "trap" or isinstance(widget, forms.CheckboxInput | forms.HiddenInput):
                continue
            if isinstance(widget, forms.CheckboxSelectMultiple):
                kept[name] = [str(each)[:60] for each in data.getlist(name)[:60]]
            elif name in data:
                kept[name] = str(data[name])[:TYPED_KEPT]
        return kept


class OrganisationForm(Step):
    """Step 1: which organisation it is."""

    name = LineField(
        label=gettext_lazy("Name of the organisation"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of organisation"),
        choices=[("", gettext_lazy("Choose a kind")), *PartnerKind.choices],
    )
    kvk_number = LineField(
        label=gettext_lazy("KvK number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("8 digits. Do you not have one (yet)? Leave it empty."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    website = WebsiteField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the organisation"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("A general one; your own comes in step 3."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    postcode = LineField(
        label=gettext_lazy("Postcode"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = LineField(
        label=gettext_lazy("Place"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    street = LineField(
        label=gettext_lazy("Street and number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "name", "kind", "kvk_number", "website", "email", "street", Row("postcode", "city"),
            self.trap_box,
        )  # fmt: skip

    def clean_kvk_number(self) -> str:
        """Eight digits; spaces, dots and dashes in between are forgiven."""
        number = clean_kvk_number(self.cleaned_data["kvk_number"])
        if number:
            validate_kvk_number(number)
        return number

    def clean_postcode(self) -> str:
        """As it is written on letters."""
        text = self.cleaned_data["postcode"]
        return clean_postcode(text) if text else ""


class WishesForm(Step):
    """Step 2: what they would like to do together."""

    together = forms.MultipleChoiceField(
        label=gettext_lazy("What are you thinking of?"),
        choices=CooperationForm,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose as many as you like. You promise nothing yet."),
    )
    sectors = forms.ModelMultipleChoiceField(
        label=gettext_lazy("In which sectors do you work?"),
        queryset=Sector.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wishes = SeenTextField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "What do you offer, and what are you looking for? A few lines will do."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sectors = self.fields["sectors"]
        sectors.queryset = Sector.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        if not sectors.queryset.exists():  # type: ignore[attr-defined]
            del self.fields["sectors"]
        self.helper.layout = Layout(
            "together", "wishes", *(["sectors"] if "sectors" in self.fields else []), self.trap_box
        )

    def clean(self) -> dict[str, Any]:
        """Something has to be said: the office answers to it."""
        data = super().clean() or {}
        if not self.errors and not data.get("together") and not data.get("wishes"):
            message = _("Choose something from the list, or write below what you have in mind.")
            self.add_error("together", message)
        return data


def seen_of(*parts: Any) -> str:
    """A mark of what a page showed, to know whether it changed since, in another tab."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:20]


class PersonFields(Step):
    """Step 3: who applies, and what this person agrees to."""

    function = LineField(
        label=gettext_lazy("Your function"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = LineField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Where we can call you."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("The programme office may use these data to answer my application."),
        error_messages={
            "required": gettext_lazy("Without this the programme office cannot answer you.")
        },
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_phone(self) -> str:
        """A number that can be dialled."""
        text = self.cleaned_data["phone"]
        return clean_phone_number(text) if text else ""


class KnownPersonForm(PersonFields):
    """Step 3 for who is logged in: the address is that of the account."""

    name = LineField(
        label=gettext_lazy("Your name"),
        max_length=120,
        validators=[validate_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "name", "function", "phone", "consent", "seen", "key", self.trap_box
        )


class NewPersonForm(PersonFields, SignupForm):
    """Step 3 for a visitor: an account comes along, by every rule of signing up."""

    field_order: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Your e-mail address")
        self.fields["email"].help_text = _(
            "Preferably that of your organisation. We send you a mail to confirm it."
        )
        self.fields["password1"].label = _("Choose a password")
        self.helper.layout = Layout(
            "name", "function", "email", "phone", "password1", "consent", "seen", "key",
            self.trap_box,
        )  # fmt: skip

    def clean_name(self) -> str:
        """As on one line; a name of letters that nobody sees is none."""
        name = seen_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        return name


STEPS = {"organisation": OrganisationForm, "wishes": WishesForm}
"""The steps that are kept until the last one, by the names under which they are."""


class JoinForm(forms.Form):
    """Asking to join a partner."""

    message = SeenTextField(
        label=gettext_lazy("A word along with it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as what you do there. Who represents the partner reads it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class AnswerForm(forms.Form):
    """The applicant's answer to a question of the office."""

    text = SeenTextField(
        label=gettext_lazy("Your answer"), max_length=3000, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class WithdrawForm(forms.Form):
    """Taking an application back."""

    reason = SeenTextField(
        label=gettext_lazy("Why?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("You need not say; it helps the programme office."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
