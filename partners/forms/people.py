"""Forms about the people of a partner."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civportal.accounts.models import Language
from partners.choices import MembershipRole
from partners.models import Membership

ROLES = gettext_lazy(
    "A representative speaks for the organisation: manages people, keeps its page and may get a "
    "mandate to sign. The others take part."
)


def fields_only() -> FormHelper:
    """A helper for a form that stands in a ``<form>`` of the page."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class InviteForm(forms.Form):
    """Whom to invite, as what, and the language of the mail."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.ChoiceField(
        label=pgettext_lazy("of a person", "Role"),
        choices=MembershipRole,
        initial=MembershipRole.MEMBER,
        help_text=ROLES,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the mail"), choices=Language)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        self.fields["email"].widget.attrs |= {"autocomplete": "off", "inputmode": "email"}


class PersonForm(forms.Form):
    """What somebody is in the organisation; only the fields that this viewer may change."""

    function = forms.CharField(
        label=pgettext_lazy("of a person", "Function"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Such as director or teacher."),
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("of a person", "Role"), choices=MembershipRole, help_text=ROLES
    )
    mandate = forms.CharField(
        label=gettext_lazy("Mandate"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Why this person may sign for the organisation, such as “director, registered with "
            "the KvK”. Empty: may not sign. It stands in every signature."
        ),
    )
    sure = forms.BooleanField(
        label=gettext_lazy(
            "I stop being representative. I know that I cannot undo this: a colleague or the "
            "programme office has to."
        ),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        membership: Membership,
        manages: bool,
        gives_mandate: bool,
        oneself: bool,
        **kwargs: Any,
    ) -> None:
        self.membership = membership
        kwargs["initial"] = {
            "function": membership.function,
            "role": membership.role,
            "mandate": membership.mandate,
        }
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        representative = membership.role == MembershipRole.REPRESENTATIVE
        if not manages:
            del self.fields["role"]
        if not (gives_mandate and representative):
            del self.fields["mandate"]
        if not (manages and oneself and representative):
            del self.fields["sure"]

    def clean(self) -> dict[str, Any]:
        """Whoever gives up the right to decide here says so twice."""
        data = super().clean() or {}
        stops = data.get("role", MembershipRole.REPRESENTATIVE) != MembershipRole.REPRESENTATIVE
        if "sure" in self.fields and stops and not data.get("sure"):
            self.add_error("sure", _("Tick this to go on."))
        return data


class RequestForm(forms.Form):
    """Letting somebody in or not, with a word."""

    role = forms.ChoiceField(
        label=pgettext_lazy("of a person", "Role"),
        choices=MembershipRole,
        initial=MembershipRole.MEMBER,
        help_text=ROLES,
    )
    answer = forms.CharField(
        label=gettext_lazy("A word along with it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands in the mail, whether you say yes or no."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()


class SuccessorForm(forms.Form):
    """Who becomes representative in the place of the last one."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("Who becomes representative?"),
        queryset=Membership.objects.none(),
        empty_label=gettext_lazy("Choose a colleague"),
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        field = self.fields["successor"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = (
            Membership.objects.filter(partner=membership.partner_id, user__is_active=True)
            .exclude(pk=membership.pk)
            .select_related("user")
            .order_by("user__name", "pk")
        )
        field.label_from_instance = lambda row: row.user.get_full_name()  # type: ignore[method-assign,assignment]
