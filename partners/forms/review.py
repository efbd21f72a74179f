"""What the office does with an application."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civportal.lib.fields import LineField, SeenTextField
from partners.choices import MembershipRole
from partners.doubles import Double
from partners.forms.people import ROLES, fields_only
from partners.models import Partner, PartnerApplication

NEW = "new"


def in_language(application: PartnerApplication) -> str:
    """Asks to write in the applicant's language."""
    return _("The applicant reads this, in a mail and on the site. Write it in %(language)s.") % {
        "language": application.get_language_display()
    }


class OfficeForm(forms.Form):
    """A form about one application; ``text_field`` is what the applicant reads."""

    text_field = "text"

    def __init__(self, *args: Any, application: PartnerApplication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application = application
        self.helper = fields_only()
        field = self.fields[self.text_field]
        field.help_text = in_language(application)
        field.widget.attrs |= {"lang": application.language}


class QuestionForm(OfficeForm):
    """A question to the applicant."""

    text = SeenTextField(
        label=gettext_lazy("Your question"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class DeclineForm(OfficeForm):
    """A no, with the reason."""

    text_field = "reason"
    reason = SeenTextField(
        label=gettext_lazy("Why not?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )


class AcceptForm(OfficeForm):
    """A yes: which organisation it is, what the applicant becomes in it, and a word along."""

    text_field = "reason"
    organisation = forms.ChoiceField(
        label=gettext_lazy("Which organisation is it?"), widget=forms.RadioSelect
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("of a person", "Role"),
        choices=MembershipRole,
        initial=MembershipRole.REPRESENTATIVE,
        help_text=ROLES,
    )
    mandate = LineField(
        label=gettext_lazy("Mandate"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Why this person may sign for the organisation, such as “director, registered with "
            "the KvK”. You can also fill this in later."
        ),
    )
    reason = SeenTextField(
        label=gettext_lazy("A word along with it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, doubles: list[Double], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = {str(each.partner.pk): each.partner for each in doubles}
        linked = self.application.partner
        if linked is not None:
            self.partners[str(linked.pk)] = linked
        certain = [str(each.partner.pk) for each in doubles if each.is_certain]
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [
            (key, _("%(name)s (%(status)s)") % {
                "name": partner.name, "status": partner.get_status_display()
            })
            for key, partner in self.partners.items()
        ]  # fmt: skip
        if not certain and linked is None:
            new = _("A new organisation: %(name)s") % {"name": self.application.name}
            field.choices = [*field.choices, (NEW, new)]
        if linked is not None:
            self.initial.setdefault("organisation", str(linked.pk))
        elif certain:
            self.initial.setdefault("organisation", certain[0])
        elif not self.partners:
            self.initial.setdefault("organisation", NEW)

    def clean(self) -> dict[str, Any]:
        """Only a representative has a mandate."""
        data = super().clean() or {}
        if data.get("mandate") and data.get("role") != MembershipRole.REPRESENTATIVE:
            self.add_error("mandate", _("Only a representative can have a mandate."))
        return data

    @property
    def partner(self) -> Partner | None:
        """The organisation that was chosen; None for a new one."""
        return self.partners.get(self.cleaned_data["organisation"])


class LinkForm(forms.Form):
    """Another organisation than those that look alike."""

    partner = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"),
        queryset=Partner.objects.none(),
        empty_label=gettext_lazy("Choose an organisation"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = fields_only()
        self.fields["partner"].queryset = Partner.objects.order_by("sort_name", "pk")  # type: ignore[attr-defined]
